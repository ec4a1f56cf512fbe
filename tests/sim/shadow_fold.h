// A cell's state as somebody folds it who only reads the journal: a host of its own, fed by the production reader, that
// is connected to nobody.
#pragma once
#include <map>
#include <optional>
#include <string>

#include "broker/journal/journal.h"
#include "tests/sim/street.h"

namespace huying::sim {

// Of all its records, or of those up to one; from the start.
std::string fold_from_journal(journal::Journal& journal, StreamId stream, const SimulatedCell& cell,
                              std::optional<Sequence> through = std::nullopt);

// The same for a place behind which everything is decided, again and again of the same cells: it goes on from what it
// folded itself the time before, and now and then begins at the start, so that a year of checkpoints costs little more than
// reading the year once. One thread.
class ShadowFolds {
 public:
  std::string fold(journal::Journal& journal, StreamId stream, const SimulatedCell& cell, Sequence through);

 private:
  struct Known {
    std::uint64_t through = 0;
    std::string state;
    std::uint32_t times = 0;
  };
  std::map<StreamId, Known> known_;
};

}  // namespace huying::sim
