// The broker's time, reckoned between its frames with the host's own steady clock. A frame's time is old by the time it
// took to come, and between frames it is reckoned a little slower than the steady clock runs, for the drift of two clocks:
// a reckoning is not ahead of the broker's own. The best one (the least old) is kept for ten seconds. When the broker says
// CLOCK_AHEAD, its time runs slower than ours (its system's clock was set back): for ten minutes it is reckoned an eighth
// slower. Part of HostCore; one thread.
#pragma once
#include <algorithm>
#include <utility>

#include "base/clock.h"

namespace huying::host {

class BrokerTime {
 public:
  void set_rate(std::uint32_t rate_permille) { rate_permille_ = std::max(1u, rate_permille); }

  // True: the broker's time went forward at once, further than frames are late.
  bool frame(std::int64_t now_ms, SteadyInstant steady) {
    if (now_ms == 0) return false;
    if (std::exchange(was_ahead_, false)) careful_until_ = steady + careful_for;
    slower_by_ = steady < careful_until_ ? careful : as_clocks_drift;
    const auto said = instant(now_ms);
    const bool better = !known_ || said >= now(steady);
    const bool stale = steady - based_at_ >= keep;
    // A step back of the broker's clock: its new time holds.
    const bool stepped_back = known_ && now(steady) - said > step_min * rate_permille_ / 1000;
    if (!better && !stale && !stepped_back) return false;
    const bool leapt = known_ && said - now(steady) > step_min * rate_permille_ / 1000;
    known_ = true;
    base_ = said;
    based_at_ = steady;
    return leapt;
  }
  // The next frame's time is taken whatever was reckoned.
  void forget() { known_ = false; }
  // The broker said CLOCK_AHEAD.
  void was_ahead() {
    forget();
    was_ahead_ = true;
  }
  bool known() const { return known_; }

  Instant now(SteadyInstant steady) const {
    const auto passed = std::max<std::int64_t>(0, (steady - based_at_).count());
    const auto elapsed = passed - passed / slower_by_;
    // Nanoseconds x permille / 1e9, in two steps so that a day at the greatest rate does not overflow.
    const auto whole_ms = elapsed / 1'000'000, rest_ns = elapsed % 1'000'000;
    return base_ + Milliseconds{whole_ms * rate_permille_ / 1000 + rest_ns * rate_permille_ / 1'000'000'000};
  }
  // The first steady instant at which now() is `at` or later.
  SteadyInstant steady_of(Instant at) const {
    const auto ahead_ms = std::max<std::int64_t>(0, (at - base_).count());
    if (ahead_ms > far_ms) return based_at_ + std::chrono::hours{24};
    const auto ns = (ahead_ms * 1'000'000'000 + rate_permille_ - 1) / rate_permille_;
    return based_at_ + std::chrono::nanoseconds{ns + ns / (slower_by_ - 1) + 1};
  }

 private:
  static constexpr std::chrono::seconds keep{10};
  static constexpr Milliseconds step_min{2000};
  static constexpr std::int64_t far_ms = 9'000'000'000;  // x 1e9 fits; asked again long before

  static constexpr std::int64_t as_clocks_drift = 2048, careful = 8;
  static constexpr std::chrono::minutes careful_for{10};

  bool known_ = false, was_ahead_ = false;
  std::int64_t slower_by_ = as_clocks_drift;
  SteadyInstant careful_until_{};
  std::int64_t rate_permille_ = 1000;
  Instant base_{};
  SteadyInstant based_at_{};
};

}  // namespace huying::host
