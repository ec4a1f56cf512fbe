// What the ledger is to call its codes: of the directory in force. Pure; any thread.
#pragma once
#include <vector>

#include "gateway/ledger/names.h"
#include "gateway/shell/directory_view.h"

namespace huying::gateway {

std::vector<ledger::Name> names_of(const DirectoryView& directory);

}  // namespace huying::gateway
