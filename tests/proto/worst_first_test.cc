#include "proto/worst_first.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace huying {
namespace {

v1::CaseWhole whole(const std::string& number) {
  v1::CaseWhole out;
  out.set_case_number(number);
  out.set_state(v1::CASE_STATE_ACCEPTED);
  out.set_rung(v1::RUNG_CELL);
  return out;
}
v1::CaseWhole with(v1::CaseWhole out, v1::ClockKind kind, std::int64_t due_at_ms, v1::ClockOutcome outcome = {}) {
  auto& clock = *out.add_clocks();
  clock.set_kind(kind);
  clock.set_due_at_ms(due_at_ms);
  clock.set_outcome(outcome);
  return out;
}
v1::CaseWhole climbed(v1::CaseWhole out, v1::Rung rung, std::int64_t due_at_ms) {
  out.set_rung(rung);
  return with(out, rung == v1::RUNG_DISTRICT ? v1::CLOCK_KIND_MONTHLY_FEEDBACK : v1::CLOCK_KIND_RUNG, due_at_ms);
}
v1::CaseWhole shelved(v1::CaseWhole out) {
  out.set_state(v1::CASE_STATE_SHELVED);
  return out;
}

std::vector<std::string> ordered(std::vector<v1::CaseWhole> cases) {
  std::shuffle(cases.begin(), cases.end(), std::mt19937_64(7));
  std::sort(cases.begin(), cases.end(), [](const auto& a, const auto& b) { return hurts_more(rank_of(a), rank_of(b)); });
  std::vector<std::string> out;
  for (const auto& one : cases) out.push_back(one.case_number());
  return out;
}

TEST(WorstFirst, HighestClimbedThenLongestOverdueThenSoonestDueAndShelvedLast) {
  const std::vector<v1::CaseWhole> cases{
      climbed(with(whole("1"), v1::CLOCK_KIND_SOLVE, 900), v1::RUNG_DISTRICT, 5'000),
      climbed(with(whole("2"), v1::CLOCK_KIND_SOLVE, 100), v1::RUNG_STREET, 800),
      climbed(with(whole("3"), v1::CLOCK_KIND_SOLVE, 200), v1::RUNG_STREET, 300),
      climbed(shelved(whole("4")), v1::RUNG_UNIT, 400),  // shelved, and somebody above must answer all the same
      with(whole("5"), v1::CLOCK_KIND_FEED_BACK, 10, v1::CLOCK_OUTCOME_FIRED),
      with(whole("6"), v1::CLOCK_KIND_FEED_BACK, 20, v1::CLOCK_OUTCOME_FIRED),
      with(whole("7"), v1::CLOCK_KIND_SOLVE, 5'000),
      with(whole("8"), v1::CLOCK_KIND_SOLVE, 6'000),
      whole("9"),  // no clock at all
      with(shelved(whole("A")), v1::CLOCK_KIND_REVIEW, 1),
      with(shelved(whole("B")), v1::CLOCK_KIND_REVIEW, 2),
  };
  EXPECT_EQ(ordered(cases), (std::vector<std::string>{"1", "2", "3", "4", "5", "6", "7", "8", "9", "A", "B"}));
}

TEST(WorstFirst, WhatIsMetOrMootOrPausedDoesNotPress) {
  auto one = with(whole("1"), v1::CLOCK_KIND_ARRANGE, 1, v1::CLOCK_OUTCOME_MET);
  one = with(one, v1::CLOCK_KIND_FEED_BACK, 2, v1::CLOCK_OUTCOME_LATE);
  one = with(one, v1::CLOCK_KIND_SOLVE, 3, v1::CLOCK_OUTCOME_PAUSED);
  one = with(one, v1::CLOCK_KIND_VERIFY, 4, v1::CLOCK_OUTCOME_MOOT);
  EXPECT_EQ(pressing_clock(one), nullptr);
  EXPECT_EQ(rank_of(one).due_at_ms, std::numeric_limits<std::int64_t>::max());
  one = with(one, v1::CLOCK_KIND_DESK, 50);
  EXPECT_EQ(pressing_clock(one)->kind(), v1::CLOCK_KIND_DESK);
}

TEST(WorstFirst, AnAnsweredEscalationStandsAmongTheOthersAndAResolvedOneWaitsForNobody) {
  auto answered = climbed(with(whole("1"), v1::CLOCK_KIND_SOLVE, 100), v1::RUNG_DISTRICT, 5'000);
  answered.set_escalation_answered(true);
  auto resolved = with(whole("2"), v1::CLOCK_KIND_VERIFY, 90);
  resolved.set_rung(v1::RUNG_STREET);  // its ladder's clock is moot
  resolved = with(resolved, v1::CLOCK_KIND_RUNG, 10, v1::CLOCK_OUTCOME_MOOT);
  EXPECT_EQ(rank_of(answered).waits_for, v1::RUNG_UNSPECIFIED);
  EXPECT_EQ(rank_of(resolved).waits_for, v1::RUNG_UNSPECIFIED);
  EXPECT_EQ(ordered({answered, resolved, with(whole("3"), v1::CLOCK_KIND_SOLVE, 95)}),
            (std::vector<std::string>{"2", "3", "1"}));
}

TEST(WorstFirst, ARungThatLetItsTimePassDoesNotCountAsOverdueForEver) {
  auto one = climbed(with(whole("1"), v1::CLOCK_KIND_SOLVE, 700), v1::RUNG_DISTRICT, 800);
  one = with(one, v1::CLOCK_KIND_RUNG, 5, v1::CLOCK_OUTCOME_FIRED);
  EXPECT_EQ(pressing_clock(one)->kind(), v1::CLOCK_KIND_SOLVE);
}

TEST(WorstFirst, TiesGoByNumberAndNoTwoCasesAreEqual) {
  const auto a = with(whole("WY-261123-0001-9"), v1::CLOCK_KIND_SOLVE, 7);
  const auto b = with(whole("WY-261123-0002-4"), v1::CLOCK_KIND_SOLVE, 7);
  EXPECT_TRUE(hurts_more(rank_of(a), rank_of(b)));
  EXPECT_FALSE(hurts_more(rank_of(b), rank_of(a)));
  EXPECT_FALSE(hurts_more(rank_of(a), rank_of(a)));
}

TEST(WorstFirst, ARankComesThroughItsMessageUnchanged) {
  const auto one = climbed(with(whole("WY-261123-0001-9"), v1::CLOCK_KIND_SOLVE, 7), v1::RUNG_STREET, 9);
  const auto message = to_message(rank_of(one));
  const auto back = rank_of(message);
  EXPECT_FALSE(hurts_more(back, rank_of(one)));
  EXPECT_FALSE(hurts_more(rank_of(one), back));
  EXPECT_EQ(message.waits_for(), v1::RUNG_STREET);
}

}  // namespace
}  // namespace huying
