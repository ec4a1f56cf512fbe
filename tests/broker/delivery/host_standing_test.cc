#include "broker/delivery/host_standing.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace huying::delivery {
namespace {

using std::chrono::seconds;
const SteadyInstant begin{std::chrono::hours(1)};

TEST(HostStanding, EachStrikeInARowDoublesTheWaitUpToAMinute) {
  HostStanding standing;
  SteadyInstant now = begin;
  std::chrono::seconds before{0};
  for (int strike = 1; strike <= 8; ++strike) {
    standing.strike("h", now);
    seconds wait{0};
    while (standing.is_passed_over("h", now + wait)) wait += seconds(1);
    EXPECT_GE(wait, before);
    EXPECT_LE(wait, limits::host_wait_max);
    if (strike <= 5) { EXPECT_EQ(wait, seconds(1 << strike)); }
    before = wait;
    now += seconds(1);
  }
  EXPECT_FALSE(standing.is_passed_over("another", now));
}

TEST(HostStanding, StrikesAreForgottenWithTime) {
  HostStanding standing;
  for (int i = 0; i < 4; ++i) standing.strike("h", begin);
  standing.strike("h", begin + std::chrono::minutes(10));
  EXPECT_EQ(standing.strikes("h"), 1u);
}

TEST(HostStanding, WhereNobodyElseIsAHostIsAskedAtOnceTheFirstTimeAndSoonLater) {
  HostStanding standing;
  standing.strike("h", begin);
  EXPECT_TRUE(standing.is_last_resort("h", begin));
  standing.strike("h", begin);
  EXPECT_FALSE(standing.is_last_resort("h", begin));
  EXPECT_TRUE(standing.is_last_resort("h", begin + limits::host_last_resort));
}

}  // namespace
}  // namespace huying::delivery
