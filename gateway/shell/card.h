// A live case as docs/api.md answers it, with its Card: made by the ledger's one maker, so that a case and its row say the same.
// Pure; any thread.
#pragma once
#include "base/clock.h"
#include "gateway/shell/directory_view.h"
#include "huying/v1/session.pb.h"

namespace huying::gateway {

Json card_of(const v1::CaseWhole& whole, const DirectoryView& directory, Instant now);
// {"whole", "allowed", "card"}
Json view_of(const v1::CaseView& view, const DirectoryView& directory, Instant now);

}  // namespace huying::gateway
