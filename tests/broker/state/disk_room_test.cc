#include "broker/state/disk_room.h"

#include <gtest/gtest.h>

#include "broker/state/log_limit.h"

namespace huying::broker {
namespace {

constexpr std::uint64_t MiB = limits::MiB;

TEST(DiskRoom, has_two_levels_below_enough) {
  DiskRoom room({1000 * MiB, 200 * MiB});
  EXPECT_FALSE(room.look(1000 * MiB));
  EXPECT_TRUE(room.takes_requests());
  EXPECT_TRUE(room.look(1000 * MiB - 1));
  EXPECT_EQ(room.level(), DiskLevel::low);
  EXPECT_FALSE(room.look(200 * MiB));
  EXPECT_TRUE(room.look(200 * MiB - 1));
  EXPECT_TRUE(room.is_full());
}

TEST(DiskRoom, is_left_upwards_only_with_something_to_spare) {
  DiskRoom room({1000 * MiB, 200 * MiB});
  room.look(100 * MiB);
  EXPECT_FALSE(room.look(224 * MiB)) << "an eighth of 200 is 25";
  EXPECT_TRUE(room.look(225 * MiB));
  EXPECT_EQ(room.level(), DiskLevel::low);
  EXPECT_FALSE(room.look(1063 * MiB)) << "64 at most";
  EXPECT_TRUE(room.look(1064 * MiB));
  EXPECT_TRUE(room.takes_requests());
}

TEST(DiskRoom, may_fall_and_rise_over_both_at_once) {
  DiskRoom room({1000 * MiB, 200 * MiB});
  EXPECT_TRUE(room.look(0));
  EXPECT_TRUE(room.is_full());
  EXPECT_TRUE(room.look(5000 * MiB));
  EXPECT_TRUE(room.takes_requests());
}

TEST(LogLimit, keeps_lines_back_and_says_how_many) {
  LogLimit limit;
  SteadyInstant now{std::chrono::hours(1)};
  for (int i = 0; i < LogLimit::lines_max; ++i) EXPECT_EQ(limit.may(now), "");
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(limit.may(now), std::nullopt);
  now += LogLimit::interval;
  const auto line = limit.may(now);
  ASSERT_TRUE(line.has_value());
  EXPECT_NE(line->find("1000"), std::string::npos) << *line;
  EXPECT_EQ(limit.may(now), "");
}

}  // namespace
}  // namespace huying::broker
