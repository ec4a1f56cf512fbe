// huying simulate as a user runs it: what replays, what a failing run prints, and what it ends with.
#include <gmock/gmock.h>

#include "tests/programs/spawned.h"

namespace huying::programs {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

Ended simulate(std::vector<std::string> words) {
  words.insert(words.begin(), {"huying", "simulate"});
  return run(std::move(words));
}

TEST(Simulate, OfOneSeedSaysTheSameByteForByte) {
  const std::vector<std::string> words{"--seed", "7", "--cells", "4", "--requests", "60"};
  const auto first = simulate(words), second = simulate(words);
  EXPECT_EQ(first.code, 0) << first.out << first.err;
  EXPECT_EQ(first.out, second.out);
  EXPECT_THAT(first.out, StartsWith("seed 7\n"));
  EXPECT_THAT(first.out, EndsWith("seed 7\n"));
  EXPECT_THAT(first.out, HasSubstr("I1 to I12 held"));
  EXPECT_THAT(first.err, HasSubstr("times real time"));
}

TEST(Simulate, ThatFailsSaysTheInvariantTheLastEventsAndHowToReplayIt) {
  const auto ended = simulate({"--scenario", "negative/dropped-clock", "--seed", "3", "--cells", "4"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.out, HasSubstr("BROKEN I5: case "));
  EXPECT_THAT(ended.out, HasSubstr("what matters"));
  EXPECT_THAT(ended.out, HasSubstr("what happened last"));
  const auto at = ended.out.find("replay: huying simulate ");
  ASSERT_NE(at, std::string::npos);
  EXPECT_THAT(ended.out.substr(at),
              StartsWith("replay: huying simulate --scenario negative/dropped-clock --seed 3 --cells 4\n"));
}

TEST(Simulate, OfTheGreatestSeedsEndsToo) {
  const auto ended = simulate({"--seeds", "18446744073709551614..18446744073709551615", "--cells", "4", "--requests", "20"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_THAT(ended.out, EndsWith("seeds 18446744073709551614..18446744073709551615\n"));
}

TEST(Simulate, ThatIsAskedWronglyEndsWithTwo) {
  EXPECT_EQ(simulate({"--scenario", "no-such-thing"}).code, 2);
  EXPECT_EQ(simulate({"--seeds", "9..3"}).code, 2);
  EXPECT_EQ(simulate({"--seeds", "many"}).code, 2);
  EXPECT_EQ(simulate({"--cells", "1"}).code, 2);
}

}  // namespace
}  // namespace huying::programs
