// Which cells have nobody on duty: no grid worker and no deputy who is not absent now, at the desk nobody of the desk; by
// the directory in force. Said once, and once more when somebody is there again; looked at again whenever somebody's
// leave begins or ends. Pure; one thread.
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
    bool nobody;
  };
  void look();

  Context& context_;
  CoverageLog& coverage_;
  std::deque<Change> to_announce_;
  std::int64_t look_again_at_ms_ = std::numeric_limits<std::int64_t>::max();
};

}  // namespace huying::delivery
