#include "broker/delivery/window.h"

#include <gtest/gtest.h>

#include <limits>

namespace huying::delivery {
namespace {

TEST(Window, is_open_while_messages_and_bytes_are_left) {
  Window window(2, 100);
  EXPECT_TRUE(window.is_open());
  window.sent(10);
  EXPECT_TRUE(window.is_open());
  window.sent(10);
  EXPECT_FALSE(window.is_open()) << "no message is left, though bytes are";
  EXPECT_FALSE(Window(0, 100).is_open());
  EXPECT_FALSE(Window(2, 0).is_open());
  EXPECT_FALSE(Window().is_open());
}

TEST(Window, lets_the_largest_event_pass_and_waits_until_credit_has_made_up_for_it) {
  Window window(10, 1);
  window.sent(1000);
  EXPECT_EQ(window.bytes(), -999);
  EXPECT_FALSE(window.is_open());
  window.add(0, 999);
  EXPECT_FALSE(window.is_open()) << "exactly made up for: nothing is left";
  window.add(0, 1);
  EXPECT_TRUE(window.is_open());
}

TEST(Window, forgets_credit_beyond_the_limit_whatever_is_given) {
  const auto most = std::numeric_limits<std::uint64_t>::max();
  Window window(most, most);
  EXPECT_EQ(window.messages(), limits::subscription_messages_max);
  EXPECT_EQ(window.bytes(), limits::subscription_bytes_max);
  for (int i = 0; i < 3; ++i) window.add(most, most);
  EXPECT_EQ(window.bytes(), limits::subscription_bytes_max);
  EXPECT_TRUE(window.is_open());
}

TEST(Window, is_closed_to_whoever_gives_credit_and_acknowledges_nothing) {
  Window window(10, 1'000'000);
  std::int64_t sent = 0;
  while (window.is_open()) {
    window.sent(1);
    window.add(1, 1);
    ++sent;
  }
  EXPECT_EQ(sent, limits::subscription_messages_max);
  window.acknowledged(1, 1);
  EXPECT_TRUE(window.is_open());
  EXPECT_EQ(window.unacknowledged(), limits::subscription_messages_max - 1);
}

TEST(Window, counts_unacknowledged_bytes_as_well) {
  Window window(10'000, limits::subscription_bytes_max);
  std::int64_t sent = 0;
  while (window.is_open()) {
    window.sent(limits::MiB);
    window.add(1, limits::MiB);
    ++sent;
  }
  EXPECT_EQ(sent, limits::subscription_bytes_max / std::int64_t{limits::MiB});
}

}  // namespace
}  // namespace huying::delivery
