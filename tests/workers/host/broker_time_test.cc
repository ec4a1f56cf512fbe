// Goal: what a host reckons is never ahead of the broker's own time, or its commits are refused (CLOCK_AHEAD); and a
// deadline is looked at when it is due by that reckoning. Found wanting by the simulator (network, clock).
#include "workers/host/broker_time.h"

#include <gtest/gtest.h>

namespace huying::host {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr SteadyInstant begin{std::chrono::hours(7)};
constexpr std::int64_t origin_ms = 1'795'392'000'000;

// A broker whose time runs `rate` times as fast as the host's steady clock, less `slower_ppm` of it.
struct SlowBroker {
  std::int64_t rate = 1, slower_ppm = 0;

  std::int64_t now_ms(SteadyInstant host) const {
    const auto passed = (host - begin).count() * rate;
    return origin_ms + (passed - passed / 1'000'000 * slower_ppm) / 1'000'000;
  }
};

TEST(BrokerTime, IsNotAheadOfABrokerWhoseClockRunsSlower) {
  for (const std::int64_t rate : {1, 1440}) {
    const SlowBroker broker{rate, 100};  // two quartzes, fifty each
    BrokerTime time;
    time.set_rate(static_cast<std::uint32_t>(rate * 1000));
    for (milliseconds passed{0}; passed < std::chrono::minutes(10); passed += milliseconds(100)) {
      const SteadyInstant host = begin + passed;
      // A frame every second that took five milliseconds, and none in every second half minute.
      if (passed % seconds(1) == milliseconds(0) && passed % seconds(60) < seconds(30))
        time.frame(broker.now_ms(host - milliseconds(5)), host);
      ASSERT_LE(to_ms(time.now(host)), broker.now_ms(host)) << "rate " << rate << " at " << passed.count();
    }
  }
}

TEST(BrokerTime, OfABrokerThatSaidClockAheadIsReckonedCarefullyForTenMinutes) {
  const SlowBroker broker{1, 62'500};  // it was set back: a sixteenth slower
  BrokerTime time;
  time.frame(broker.now_ms(begin), begin);
  time.was_ahead();
  EXPECT_FALSE(time.known());
  for (milliseconds passed{0}; passed < std::chrono::minutes(10); passed += milliseconds(250)) {
    const SteadyInstant host = begin + passed;
    if (passed % seconds(2) == milliseconds(0)) time.frame(broker.now_ms(host), host);
    ASSERT_LE(to_ms(time.now(host)), broker.now_ms(host)) << passed.count();
  }
  const SteadyInstant later = begin + std::chrono::minutes(11);
  const SlowBroker right{1, 0};
  time.frame(right.now_ms(later), later);
  EXPECT_GT(to_ms(time.now(later + seconds(1))), right.now_ms(later) + 990) << "then at its pace again";
}

TEST(BrokerTime, TellsTheFirstMomentAtWhichADeadlineIsReached) {
  for (const std::int64_t rate : {1, 60, 1440}) {
    BrokerTime time;
    time.set_rate(static_cast<std::uint32_t>(rate * 1000));
    time.frame(origin_ms, begin);
    for (const std::int64_t ahead_ms : {1, 999, 60'000, 86'400'000}) {
      const Instant due = instant(origin_ms + ahead_ms);
      const SteadyInstant reached = time.steady_of(due);
      EXPECT_GE(time.now(reached), due) << rate << " " << ahead_ms;
      EXPECT_LT(time.now(reached - std::chrono::microseconds(1)), due) << rate << " " << ahead_ms;
    }
  }
}

}  // namespace
}  // namespace huying::host
