#include "broker/time_base.h"

#include <gtest/gtest.h>

#include "proto/errors.h"
#include "tests/broker/broker_world.h"

namespace huying::broker {
namespace {

TEST(TimeBase, AScaledClockRunsFromItsOriginAndARealOneIsTheSystems) {
  const SteadyInstant begin{std::chrono::seconds(5)};
  PartitionClock scaled(2'000'000, instant(1'000), begin);
  EXPECT_EQ(scaled.at(begin + std::chrono::seconds(3), instant(77)), instant(1'000 + 6'000'000));
  EXPECT_EQ(PartitionClock().at(begin, instant(77)), instant(77));
}

// A system's clock that can be set; a second of it passes with a second of the steady clock.
struct SettableClock {
  PartitionClock clock;
  SteadyInstant steady{std::chrono::hours(1)};
  Milliseconds set_off_by{0};

  Instant system() const {
    return instant(1'795'400'000'000) + set_off_by + std::chrono::duration_cast<Milliseconds>(steady - SteadyInstant{});
  }
  Instant pass(std::chrono::milliseconds how_long) {
    for (std::chrono::milliseconds passed{0}; passed < how_long; passed += std::chrono::milliseconds(50)) {
      steady += std::chrono::milliseconds(50);
      clock.at(steady, system());
    }
    return clock.at(steady, system());
  }
};

TEST(TimeBase, ASmallCorrectionOfTheSystemsClockIsFollowedAtOnce) {
  SettableClock world;
  world.pass(std::chrono::seconds(1));
  world.set_off_by = Milliseconds(300);
  const Instant now = world.pass(std::chrono::seconds(1));
  EXPECT_EQ(now, world.system());
}

TEST(TimeBase, ASlipForwardThatIsMendedFiresNothingAndOneThatStaysIsBelieved) {
  SettableClock world;
  const Instant before = world.pass(std::chrono::seconds(1));
  world.set_off_by = std::chrono::hours(5);
  EXPECT_EQ(world.pass(std::chrono::seconds(50)), before + std::chrono::seconds(50));
  EXPECT_GT(world.clock.off(), std::chrono::hours(4));
  world.set_off_by = {};
  const Instant mended = world.pass(std::chrono::seconds(50));
  EXPECT_EQ(mended, world.system());
  world.set_off_by = std::chrono::hours(5);
  const Instant believed = world.pass(std::chrono::seconds(61));
  EXPECT_EQ(believed, world.system());
  EXPECT_EQ(world.clock.off(), Milliseconds(0));
}

// Found by the simulator (clock, seed 1): while a clock that was set back caught up, no time passed in the partition, and
// every commit was ahead of it and refused.
TEST(TimeBase, WhenTheSystemsClockIsSetBackTimeGoesOnMoreSlowlyUntilItIsRight) {
  SettableClock world;
  const Instant before = world.pass(std::chrono::seconds(1));
  world.set_off_by = -std::chrono::seconds(30);
  Instant last = before;
  for (int i = 0; i < 100; ++i) {
    const Instant now = world.pass(std::chrono::seconds(1));
    EXPECT_GE(now - last, std::chrono::milliseconds(930));
    EXPECT_LE(now - last, std::chrono::milliseconds(1000));
    last = now;
  }
  const Instant right = world.pass(std::chrono::minutes(8));
  EXPECT_EQ(right, world.system()) << "30 s are made up in sixteen times as long";
}

TEST(TimeBase, ARealFolderGoesOnNoEarlierThanItsLastRecord) {
  SettableClock world;
  const Instant last_recorded = world.system() + std::chrono::hours(2);
  world.clock.continue_from(last_recorded);
  EXPECT_EQ(world.clock.at(world.steady, world.system()), last_recorded);
  EXPECT_GT(world.pass(std::chrono::seconds(10)), last_recorded + std::chrono::seconds(9));
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
