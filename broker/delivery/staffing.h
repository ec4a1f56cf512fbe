// Which cells have nobody on duty: no grid worker and no deputy who is not absent, at the desk nobody of the desk; by
// the directory in force. Said once, and once more when somebody is there again. Pure; one thread.
#pragma once
#include <deque>

#include "broker/delivery/coverage_log.h"

namespace huying::delivery {

class Staffing {
 public:
  Staffing(Context& context, CoverageLog& coverage) : context_(context), coverage_(coverage) {}

  void configured();  // a directory is in force
  void tick();        // announces, as much as the batch takes

 private:
  struct Change {
    CellState* cell;
    bool nobody;
  };
  Context& context_;
  CoverageLog& coverage_;
  std::deque<Change> to_announce_;
};

}  // namespace huying::delivery
