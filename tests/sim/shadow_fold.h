// A cell's state as somebody folds it who only reads the journal: a host of its own, fed by the production reader, that
// is connected to nobody.
#pragma once
#include <optional>
#include <string>

#include "broker/journal/journal.h"
#include "tests/sim/street.h"

namespace huying::sim {

// Of all its records, or of those up to one.
std::string fold_from_journal(journal::Journal& journal, StreamId stream, const SimulatedCell& cell,
                              std::optional<Sequence> through = std::nullopt);

}  // namespace huying::sim
