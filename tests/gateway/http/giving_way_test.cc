#include "gateway/http/giving_way.h"

#include <gtest/gtest.h>

namespace huying::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const SteadyInstant begin{seconds(1'000)};

TEST(GivingWay, NobodyGoesWhereAllAreAnswered) {
  GivingWay<int> all;
  EXPECT_FALSE(all.next(begin));
  all.reads(1, begin);
  all.stays(1);
  all.stays(2);
  EXPECT_FALSE(all.next(begin + seconds(100)));
  all.came(1, 1'000, begin + seconds(100));
  EXPECT_FALSE(all.next(begin + seconds(100))) << "bytes behind its request bring it back to nothing";
}

TEST(GivingWay, WhoWaitsGoesBeforeWhoSendsTheLongestFirst) {
  GivingWay<int> all;
  all.reads(1, begin);
  all.waits(2, begin + seconds(2));
  all.waits(3, begin + seconds(1));
  EXPECT_EQ(all.next(begin + seconds(10)), 3);
  all.stays(3);
  EXPECT_EQ(all.next(begin + seconds(10)), 2);
  all.reads(2, begin + seconds(10));
  EXPECT_EQ(all.next(begin + seconds(10)), 1);
}

// Under a flood of slow senders a newcomer's request is still on its way: the next newcomer must not end it.
TEST(GivingWay, WhoHasJustComeStandsWhileASlowSenderIsThere) {
  GivingWay<int> all;
  all.reads(1, begin);
  all.waits(2, begin + seconds(5));
  EXPECT_EQ(all.next(begin + seconds(5) + milliseconds(999)), 1);
  EXPECT_EQ(all.next(begin + seconds(6)), 2);
  all.stays(1);
  EXPECT_EQ(all.next(begin + seconds(5)), 2) << "there is nobody else";
}

TEST(GivingWay, WhoSendsAtAPaceIsAsNewAsANewcomer) {
  GivingWay<int> all;
  for (const int one : {1, 2, 3}) all.reads(one, begin + seconds(one));
  EXPECT_EQ(all.next(begin + seconds(5)), 1);
  all.came(1, 3 * 16 * 1024, begin + seconds(5));
  EXPECT_EQ(all.next(begin + seconds(5)), 2) << "1 counts from 4 s";
  for (int i = 0; i < 100; ++i) all.came(2, 1, begin + seconds(5));
  EXPECT_EQ(all.next(begin + seconds(5)), 2) << "a hundred bytes are six milliseconds";
  all.came(2, 1 << 20, begin + seconds(5));
  all.stays(3);
  all.stays(1);
  all.reads(4, begin + seconds(6));
  EXPECT_EQ(all.next(begin + seconds(7)), 2) << "nobody sends for later: 2 counts from 5 s, when it sent last";
}

}  // namespace
}  // namespace huying::http
