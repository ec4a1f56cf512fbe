// Whatever dispatch says of where a request went is said in Chinese too.
#include "words/route_reasons.h"

#include <gmock/gmock.h>

#include <set>

#include "broker/dispatch/reasons.h"

namespace huying::words {
namespace {

using testing::ContainsRegex;
using testing::Not;

TEST(RouteReasons, each_reason_of_dispatch_has_chinese_words_of_its_own) {
  std::set<std::string> chinese;
  for (const auto reason : dispatch::reasons::all) {
    const auto said = sentence_of_route_reason(reason);
    EXPECT_EQ(said.en, reason);
    EXPECT_THAT(said.zh, Not(ContainsRegex("[a-z]"))) << reason;
    EXPECT_TRUE(chinese.insert(said.zh).second) << said.zh << " is said of two";
  }
}

TEST(RouteReasons, several_are_joined_in_both_languages) {
  const auto said = sentence_of_route_reason(std::string(dispatch::reasons::point_near_border) +
                                             std::string(dispatch::reasons::separator) +
                                             std::string(dispatch::reasons::address_unknown));
  EXPECT_EQ(said.zh, "坐标离另一个网格太近；地址里没有名录认得的地名");
  EXPECT_EQ(said.en, "the point lies near another cell; the address names no known place");
}

TEST(RouteReasons, what_an_older_journal_says_stays_as_it_is) {
  EXPECT_EQ(sentence_of_route_reason("an older sentence").zh, "an older sentence");
  EXPECT_EQ(sentence_of_route_reason("").zh, "");
}

}  // namespace
}  // namespace huying::words
