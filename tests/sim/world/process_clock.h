// The clocks of one process. Its steady clock starts elsewhere and runs a little fast or slow; its wall clock is the
// true time plus what somebody set it off by. Only differences of a steady clock mean anything.
#pragma once
#include <algorithm>

#include "base/clock.h"
#include "tests/sim/world/chance.h"

namespace huying::sim {

class ProcessClock {
 public:
  ProcessClock() = default;
  ProcessClock(Span offset, std::int64_t drift_ppm) : offset_(offset), drift_ppm_(drift_ppm) {}
  // Started somewhere within six weeks, up to 50 ppm fast or slow, as quartz is.
  static ProcessClock any(Chance chance) {
    const Span offset = chance.between(Span{0}, std::chrono::hours(1000));
    return {offset, static_cast<std::int64_t>(chance(101)) - 50};
  }

  SteadyInstant steady(SteadyInstant world) const {
    const auto since = world.time_since_epoch();
    return SteadyInstant{since + offset_ + Span{since.count() / 1'000'000 * drift_ppm_}};
  }
  std::int64_t drift_ppm() const { return drift_ppm_; }

 private:
  Span offset_{};
  std::int64_t drift_ppm_ = 0;
};

// The system's clock as the broker reads it, of a folder that is not scaled.
class WallClock {
 public:
  explicit WallClock(Instant origin = {}) : origin_(origin) {}
  void step(Milliseconds by) { off_ += by; }
  void set_right() { off_ = Milliseconds{0}; }
  Milliseconds off() const { return off_; }
  Instant at(SteadyInstant world) const {
    return origin_ + off_ + std::chrono::duration_cast<Milliseconds>(world.time_since_epoch());
  }

 private:
  Instant origin_;
  Milliseconds off_{0};
};

}  // namespace huying::sim
