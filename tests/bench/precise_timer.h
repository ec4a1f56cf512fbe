// A timer that poll can wait for to the nanosecond (poll itself counts milliseconds). One thread.
#pragma once
#include <sys/timerfd.h>
#include <unistd.h>

#include <cstdint>

#include "base/check.h"

namespace huying::bench {

class PreciseTimer {
 public:
  PreciseTimer() : descriptor_(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
    HUYING_CHECK(descriptor_ >= 0, "no timerfd");
  }
  ~PreciseTimer() { ::close(descriptor_); }
  PreciseTimer(const PreciseTimer&) = delete;
  PreciseTimer& operator=(const PreciseTimer&) = delete;

  int descriptor() const { return descriptor_; }
  // Readable from this instant of the steady clock on; 0: never.
  void arm(std::int64_t at_ns) {
    if (at_ns == armed_ns_) return;
    armed_ns_ = at_ns;
    itimerspec when{};
    when.it_value.tv_sec = at_ns / 1'000'000'000;
    when.it_value.tv_nsec = at_ns % 1'000'000'000;
    HUYING_CHECK(timerfd_settime(descriptor_, TFD_TIMER_ABSTIME, &when, nullptr) == 0);
  }

 private:
  int descriptor_;
  std::int64_t armed_ns_ = 0;
};

}  // namespace huying::bench
