// Which cells have nobody on duty: no grid worker and no deputy who is not absent now, at the desk nobody of the desk; by
// the directory in force. A retired cell needs nobody, but as long as it has an open case: one that was there when it was
// retired, or that was reopened in it. Said once, and once more when it is over; looked at again whenever somebody's leave
// begins or ends, and when a retired cell gets its first case or loses its last. Pure; one thread.
#pragma once
#include <cstdint>
#include <deque>
#include <limits>

#include "broker/delivery/coverage_log.h"

namespace huying::delivery {

class Staffing {
 public:
  Staffing(Context& context, CoverageLog& coverage) : context_(context), coverage_(coverage) {}

  void configured() { look(); }  // a directory is in force
  void tick();        // announces, as much as the batch takes

 private:
  struct Change {
    CellState* cell;
    bool nobody, is_idle;  // is_idle: retired, without an open case
  };
  void look();

  Context& context_;
  CoverageLog& coverage_;
  std::deque<Change> to_announce_;
  std::uint64_t looked_at_retired_changes_ = 0;
  std::int64_t look_again_at_ms_ = std::numeric_limits<std::int64_t>::max();
};

}  // namespace huying::delivery
