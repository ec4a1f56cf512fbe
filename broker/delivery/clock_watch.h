// Says on the record that the system's clock was set, and that it is right again: under coverage.<street>.desk, for the
// clock is the whole street's. What is done about it the shell's PartitionClock decides (broker/time_base.h); this only
// tells. No promise needs to be suspended meanwhile, for none is measured by that clock. Pure; one thread.
#pragma once
#include "broker/delivery/coverage_log.h"

namespace huying::delivery {

class ClockWatch {
 public:
  ClockWatch(Context& context, CoverageLog& coverage) : context_(context), coverage_(coverage) {}

  void tick();

 private:
  Context& context_;
  CoverageLog& coverage_;
};

}  // namespace huying::delivery
