// The broker's time, reckoned between its frames with the host's own steady clock. A frame's time is old by the time it
// took to come, so a reckoning is never ahead but by the drift of two steady clocks; the best one (the least old) is kept
// for ten seconds. Part of HostCore; one thread.
#pragma once
#include <algorithm>

#include "base/clock.h"

namespace huying::host {

class BrokerTime {
 public:
  void set_rate(std::uint32_t rate_permille) { rate_permille_ = std::max(1u, rate_permille); }

  void frame(std::int64_t now_ms, SteadyInstant steady) {
    if (now_ms == 0) return;
    const auto said = instant(now_ms);
    const bool better = !known_ || said >= now(steady);
    const bool stale = steady - based_at_ >= keep;
    // A step back of the broker's clock: its new time holds.
    const bool stepped_back = known_ && now(steady) - said > step_min * rate_permille_ / 1000;
    if (!better && !stale && !stepped_back) return;
    known_ = true;
    base_ = said;
    based_at_ = steady;
  }
  // The next frame's time is taken whatever was reckoned: the broker said CLOCK_AHEAD.
  void forget() { known_ = false; }
  bool known() const { return known_; }

  Instant now(SteadyInstant steady) const {
    const auto elapsed = std::max<std::int64_t>(0, (steady - based_at_).count());
    // Nanoseconds x permille / 1e9, in two steps so that a day at the greatest rate does not overflow.
    const auto whole_ms = elapsed / 1'000'000, rest_ns = elapsed % 1'000'000;
    return base_ + Milliseconds{whole_ms * rate_permille_ / 1000 + rest_ns * rate_permille_ / 1'000'000'000};
  }
  // The first steady instant at which now() is `at` or later.
  SteadyInstant steady_of(Instant at) const {
    const auto ahead_ms = std::max<std::int64_t>(0, (at - base_).count());
    if (ahead_ms > far_ms) return based_at_ + std::chrono::hours{24};
    const auto ns = (ahead_ms * 1'000'000'000 + rate_permille_ - 1) / rate_permille_;
    return based_at_ + std::chrono::nanoseconds{ns};
  }

 private:
  static constexpr std::chrono::seconds keep{10};
  static constexpr Milliseconds step_min{2000};
  static constexpr std::int64_t far_ms = 9'000'000'000;  // x 1e9 fits; asked again long before

  bool known_ = false;
  std::int64_t rate_permille_ = 1000;
  Instant base_{};
  SteadyInstant based_at_{};
};

}  // namespace huying::host
