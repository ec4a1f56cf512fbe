#include "workers/clocks/rule_book.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

namespace huying::clocks {
namespace {

v1::Policy policy_of(const std::string& text) {
  v1::Policy policy;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &policy));
  return policy;
}

TEST(RuleBook, FindsTheRuleByCategoryAndUrgency) {
  const auto book = RuleBook::make(policy_of(R"(
    default_rule: "ordinary" urgent_rule: "urgent"
    rules { name: "ordinary" } rules { name: "urgent" } rules { name: "roads" } rules { name: "roads-urgent" }
    categories { code: "general" } categories { code: "roads" rule: "roads" urgent_rule: "roads-urgent" }
    categories { code: "lamps" rule: "roads" })"));
  ASSERT_TRUE(book.has_value());
  EXPECT_EQ(book->rule_of("general", v1::URGENCY_NORMAL).name(), "ordinary");
  EXPECT_EQ(book->rule_of("general", v1::URGENCY_URGENT).name(), "urgent");
  EXPECT_EQ(book->rule_of("roads", v1::URGENCY_UNSPECIFIED).name(), "roads");
  EXPECT_EQ(book->rule_of("roads", v1::URGENCY_URGENT).name(), "roads-urgent");
  EXPECT_EQ(book->rule_of("lamps", v1::URGENCY_URGENT).name(), "urgent");
  EXPECT_EQ(book->rule_of("gone since", v1::URGENCY_NORMAL).name(), "ordinary");
}

TEST(RuleBook, FillsWhatARuleLeavesOutAfter13710) {
  const auto book = RuleBook::make(policy_of(R"(rules { name: "bare" })"));
  ASSERT_TRUE(book.has_value());
  const auto& rule = book->rule_of("any", v1::URGENCY_NORMAL);
  EXPECT_EQ(rule.arrange().count(), 1u);
  EXPECT_EQ(rule.feed_back().count(), 3u);
  EXPECT_EQ(rule.solve().count(), 7u);
  EXPECT_EQ(rule.ladder().monthly().unit(), v1::SPAN_UNIT_NATURAL_MONTH);
  EXPECT_EQ(rule.return_within().unit(), v1::SPAN_UNIT_WORKING_DAY);
  EXPECT_EQ(rule.extension_rung(), v1::RUNG_UNIT);
  EXPECT_EQ(rule.shelving_rung(), v1::RUNG_STREET);
  EXPECT_EQ(rule.hops_max(), 3u);
}

TEST(RuleBook, RefusesAPolicyThatCannotBeReckonedBy) {
  EXPECT_FALSE(RuleBook::make(policy_of("")).has_value());
  EXPECT_FALSE(RuleBook::make(policy_of(R"(default_rule: "x" rules { name: "y" })")).has_value());
  EXPECT_FALSE(RuleBook::make(policy_of(R"(rules { name: "y" solve { count: 2 } })")).has_value()) << "no unit";
  EXPECT_FALSE(RuleBook::make(policy_of(R"(rules { name: "y" plan_rung: RUNG_CELL })")).has_value());
  EXPECT_FALSE(RuleBook::make(policy_of(R"(rules { name: "y" } categories { code: "a" rule: "z" })")).has_value());
}

}  // namespace
}  // namespace huying::clocks
