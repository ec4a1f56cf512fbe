#include "broker/time_base.h"

#include <gtest/gtest.h>

#include "proto/errors.h"
#include "tests/broker/broker_world.h"

namespace huying::broker {
namespace {

TEST(TimeBase, AScaledClockRunsFromItsOriginAndARealOneIsTheSystems) {
  const SteadyInstant begin{std::chrono::seconds(5)};
  const PartitionClock scaled(2'000'000, instant(1'000), begin);
  EXPECT_EQ(scaled.at(begin + std::chrono::seconds(3), instant(77)), instant(1'000 + 6'000'000));
  EXPECT_EQ(PartitionClock().at(begin, instant(77)), instant(77));
}

TEST(TimeBase, AFolderThatRanOnTheRealClockIsNeverScaled) {
  BrokerWorld world;
  EXPECT_EQ(time_base_of_folder(world.journal(), 2'000'000).error().code, v1::ERROR_CODE_TIME_BASE);
  const auto choice = time_base_of_folder(world.journal(), std::nullopt);
  ASSERT_TRUE(choice.has_value());
  EXPECT_FALSE(choice->scaled);
}

TEST(TimeBase, ARateBelowOneIsRefused) {
  BrokerWorld world(false);
  EXPECT_EQ(time_base_of_folder(world.journal(), 10).error().code, v1::ERROR_CODE_TIME_BASE);
}

}  // namespace
}  // namespace huying::broker
