// Goal: what is resolved once says the same as matching each subject by itself. Method: every set of up to three patterns
// out of a list of shapes, at places inside and outside, against SubjectPattern::matches.
#include "broker/delivery/interest.h"

#include <gtest/gtest.h>

#include <random>

#include "proto/errors.h"

namespace huying::delivery {
namespace {

const std::vector<SubjectPlace> places{{"s", "a", "a-01"}, {"s", "a", "a-02"}, {"s", "b", "b-01"}, {"s", "desk", "desk"}};

std::vector<SubjectPattern> parsed(const std::vector<std::string>& texts) {
  std::vector<SubjectPattern> patterns;
  for (const auto& text : texts) patterns.push_back(*SubjectPattern::parse(text));
  return patterns;
}

bool any_matches(const std::vector<SubjectPattern>& patterns, const std::string& subject) {
  for (const auto& pattern : patterns)
    if (pattern.matches(subject)) return true;
  return false;
}

void expect_same(const std::vector<std::string>& texts) {
  SCOPED_TRACE(testing::PrintToString(texts));
  const auto patterns = parsed(texts);
  const Interest interest(patterns, "s");
  bool partition = any_matches(patterns, configuration_subject("s"));
  for (const auto& place : places) {
    const auto mask = interest.mask(place);
    for (int kind = 1; kind <= v1::EventKind_MAX; ++kind) {
      const auto one = static_cast<v1::EventKind>(kind);
      if (v1::EventKind_IsValid(kind)) {
        EXPECT_EQ(mask.wants_case(one), any_matches(patterns, case_subject(place, one))) << place.cell << " " << kind;
      }
    }
    for (int rung = 1; rung <= v1::Rung_MAX; ++rung) {
      const auto one = static_cast<v1::Rung>(rung);
      EXPECT_EQ(mask.wants_escalation(one), any_matches(patterns, escalation_subject(place, one))) << place.cell << " " << rung;
    }
    partition |= any_matches(patterns, coverage_subject("s", place.cell));
  }
  if (partition) {
    EXPECT_TRUE(interest.wants_partition_events());
  }
}

TEST(Interest, resolved_says_the_same_as_matching_each_subject) {
  const std::vector<std::string> shapes{
      ">", "*.>", "case.>", "case.s.>", "case.t.>", "case.s.a.>", "case.s.*.a-01.>", "case.s.b.a-01.*", "case.*.*.*.accepted",
      "case.s.a.a-01.closed", "*.*.*.*.*", "*.*.*.*", "escalation.>", "escalation.unit.>", "escalation.*.s.a.a-02",
      "escalation.street.s.*.*", "*.s.>", "coverage.s.*", "coverage.>", "configuration.*", "case.s.a.a-01", "case.s.a.a-01.accepted.x",
      "escalation.accepted.s.a.a-01", "case.s.desk.desk.escalated"};
  for (const auto& one : shapes) expect_same({one});
  std::mt19937 random(3);
  for (int i = 0; i < 300; ++i)
    expect_same({shapes[random() % shapes.size()], shapes[random() % shapes.size()], shapes[random() % shapes.size()]});
}

TEST(Interest, what_names_a_cell_or_unit_is_kept_apart_from_what_names_none) {
  const Interest interest(parsed({"case.s.a.a-01.accepted", "case.*.*.a-01.closed", "case.s.a.>", "escalation.>"}), "s");
  EXPECT_TRUE(interest.mask_everywhere().wants_escalation(v1::RUNG_UNIT));
  EXPECT_EQ(interest.mask_everywhere().kinds, 0u);
  EXPECT_EQ(interest.narrow().size(), 3u);
}

TEST(Interest, is_the_same_in_whatever_order_it_was_named) {
  EXPECT_EQ(Interest(parsed({"case.>", "coverage.>"}), "s").canonical(), Interest(parsed({"coverage.>", "case.>"}), "s").canonical());
  EXPECT_NE(Interest(parsed({"case.>"}), "s").canonical(), Interest(parsed({"coverage.>"}), "s").canonical());
}

}  // namespace
}  // namespace huying::delivery
