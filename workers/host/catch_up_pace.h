// How fast a host catches up: what was due before it could fire it goes in shares, a share each so many milliseconds. A
// backlog that is found waits for a moment first, so that its order is that of all cells that were taken over and not of
// those that were folded first. Only the steady clock is asked. Part of HostCore; pure, one thread.
#pragma once
#include <algorithm>
#include <chrono>

#include "base/clock.h"
#include "base/limits.h"

namespace huying::host {

class CatchUpPace {
 public:
  CatchUpPace(std::uint32_t a_second, Milliseconds settles)
      : share_(std::max(1u, a_second / shares_a_second)),
        interval_(std::chrono::nanoseconds(std::chrono::seconds(1)) * share_ / std::max(1u, a_second)), settles_(settles) {}

  // Something overdue waits.
  void waits(SteadyInstant now) {
    if (is_waiting_) return;
    is_waiting_ = true;
    if (settles_ == Milliseconds{0}) return;
    left_ = 0;
    next_ = std::max(next_, now + settles_);
  }
  // Nothing does any more.
  void is_done() { is_waiting_ = false; }
  bool is_waiting() const { return is_waiting_; }

  // How many may fire now: what is left of the share.
  std::uint32_t may_fire(SteadyInstant now) {
    if (!is_waiting_) return 0;
    if (now >= next_) {
      left_ = share_;
      next_ = now + interval_;
    }
    return left_;
  }
  void fired() { left_ -= 1; }
  // When something may fire; of use while something waits. In the past: now.
  SteadyInstant next() const { return left_ > 0 ? SteadyInstant{} : next_; }

 private:
  static constexpr std::uint32_t shares_a_second = 20;

  std::uint32_t share_;
  std::chrono::nanoseconds interval_;
  Milliseconds settles_;
  SteadyInstant next_{};      // the next share
  std::uint32_t left_ = 0;    // of this one
  bool is_waiting_ = false;
};

}  // namespace huying::host
