// Which batches a reader behind damage did not see, in words for an administrator. Told of every batch that was seen, in
// order. A value; one thread.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "broker/journal/damage.h"
#include "broker/journal/format.h"

namespace huying::journal {

class GapsSeen {
 public:
  void saw(const BatchHeader& batch);
  // All that was found wrong when the folder was opened: what lies behind the last batch shows in nothing else. Empty:
  // nothing is missing, and nothing was wrong.
  std::string text(const std::vector<Damage>& findings) const;

 private:
  struct Gap {
    std::uint64_t first = 0, last = 0;              // batches
    std::int64_t from_ms = 0, to_ms = 0;            // recorded between; 0: not known
  };
  std::vector<Gap> gaps_;  // the first few
  std::uint64_t gaps_in_all_ = 0, last_number_ = 0;
  std::int64_t last_recorded_at_ms_ = 0;
};

}  // namespace huying::journal
