// Clocks that are due, and the ladder: cell, unit, street, district, and on for ever.
#include <gmock/gmock.h>

#include "tests/workers/host/fake_broker.h"

namespace huying::host {
namespace {

using testing::ElementsAre;
using enum v1::ActionKind;
using enum v1::EventKind;

const ActionSpec by_unit{"u1", {v1::ROLE_UNIT_SUPERVISOR}};
const ActionSpec by_street{"s1", {v1::ROLE_STREET_SUPERVISOR}};
const ActionSpec by_district{"q1", {v1::ROLE_DISTRICT_SUPERVISOR}};
const ActionSpec hard{"w2", {v1::ROLE_GRID_WORKER}, "needs-the-water-company"};
constexpr std::int64_t midnight_ms = morning_ms + 15 * 3600 * 1000;

std::vector<v1::Rung> climbs(const FakeBroker& broker, const std::string& number) {
  std::vector<v1::Rung> rungs;
  for (const auto& seen : broker.events()) {
    if (seen.event.case_number() != number || seen.event.kind() != EVENT_KIND_ESCALATED) continue;
    rungs.push_back(seen.event.escalation().to());
    EXPECT_EQ(seen.committed.rung(), seen.event.escalation().to());
    EXPECT_EQ(seen.event.escalation().generation(), rungs.size());
  }
  return rungs;
}

TEST(Ladder, AnUnansweredCaseClimbsRungByRungAndStaysAtTheTopUnderMonthlyFeedback) {
  FakeBroker broker;
  const auto number = broker.request(2);
  broker.advance_to(midnight_ms - 60'000);
  EXPECT_EQ(broker.count(number, EVENT_KIND_BREACHED), 0u) << "never early";
  broker.advance(2 * 60'000);
  EXPECT_EQ(broker.last(number, EVENT_KIND_BREACHED).breach().clock(), v1::CLOCK_KIND_ARRANGE);
  EXPECT_EQ(broker.last(number, EVENT_KIND_ESCALATED).holder().person(), "u1");
  broker.advance(140 * day_ms);
  const auto rungs = climbs(broker, number);
  ASSERT_GE(rungs.size(), 7u);
  EXPECT_THAT(std::vector(rungs.begin(), rungs.begin() + 4),
              ElementsAre(v1::RUNG_UNIT, v1::RUNG_STREET, v1::RUNG_DISTRICT, v1::RUNG_DISTRICT));
  EXPECT_EQ(broker.last(number).escalation().reason(), v1::ESCALATION_REASON_MONTHLY);
  EXPECT_EQ(broker.last(number).holder().person(), "q1");
  EXPECT_EQ(broker.count(number, EVENT_KIND_BREACHED), 3u) << "each stage clock once";
  const auto whole = broker.ask(2, number, {v1::ROLE_OBSERVER}).cases(0).whole();
  EXPECT_EQ(whole.holder().person(), "w2") << "escalation never moves a case";
  EXPECT_EQ(whole.rung(), v1::RUNG_DISTRICT);
  broker.expect_every_fold_is_the_same();
}

TEST(Ladder, AnAnswerStopsTheClimbButNotTheCasesClocks) {
  FakeBroker broker;
  const auto number = broker.request(2);
  broker.advance_to(midnight_ms + 60'000);
  EXPECT_EQ(broker.act(number, ACTION_KIND_ANSWER_ESCALATION, {"w2", {v1::ROLE_GRID_WORKER}})->error(),
            v1::ERROR_CODE_ROLE_REFUSES);
  EXPECT_EQ(broker.act(number, ACTION_KIND_ANSWER_ESCALATION, by_unit)->error(), 0u);
  EXPECT_EQ(broker.act(number, ACTION_KIND_ANSWER_ESCALATION, by_unit)->error(), v1::ERROR_CODE_NO_ESCALATION);
  broker.advance_to(midnight_ms + 2 * day_ms - 60'000);
  EXPECT_EQ(climbs(broker, number).size(), 1u);
  broker.advance(2 * 60'000);
  EXPECT_EQ(broker.last(number, EVENT_KIND_BREACHED).breach().clock(), v1::CLOCK_KIND_FEED_BACK);
  EXPECT_THAT(climbs(broker, number), ElementsAre(v1::RUNG_UNIT, v1::RUNG_STREET)) << "one above the highest asked";
  EXPECT_EQ(broker.act(number, ACTION_KIND_ANSWER_ESCALATION, by_unit)->error(), v1::ERROR_CODE_ROLE_REFUSES)
      << "the street was asked";
  EXPECT_EQ(broker.act(number, ACTION_KIND_ANSWER_ESCALATION, by_district)->error(), 0u) << "or above";
  broker.expect_every_fold_is_the_same();
}

TEST(Ladder, WhoAnsweredIsAskedAgainWhenNothingElseRuns) {
  FakeBroker broker;
  const auto number = broker.request(2);
  broker.advance(40 * day_ms);  // all three clocks fired; the district was asked
  ASSERT_EQ(broker.count(number, EVENT_KIND_BREACHED), 3u);
  EXPECT_EQ(broker.act(number, ACTION_KIND_ANSWER_ESCALATION, by_district)->error(), 0u);
  const auto& answered = broker.last(number);
  ASSERT_EQ(answered.clocks_set_size(), 1);
  EXPECT_EQ(answered.clocks_set(0).kind(), v1::CLOCK_KIND_RUNG);
  EXPECT_EQ(answered.clocks_set(0).reason(), v1::CLOCK_REASON_REPEATED);
  const auto before = climbs(broker, number).size();
  broker.advance(2 * day_ms);
  EXPECT_EQ(climbs(broker, number).size(), before + 1);
  EXPECT_EQ(broker.last(number).escalation().reason(), v1::ESCALATION_REASON_UNANSWERED);
}

TEST(Ladder, ACaseFlaggedHardClimbsAtOnceWithTheReason) {
  FakeBroker broker;
  const auto number = broker.request(2);
  EXPECT_EQ(broker.act(number, ACTION_KIND_ESCALATE, {"w2", {v1::ROLE_GRID_WORKER}})->error(),
            v1::ERROR_CODE_REASON_REQUIRED);
  EXPECT_EQ(broker.act(number, ACTION_KIND_ESCALATE, hard)->state(), v1::CASE_STATE_DISPATCHED);
  EXPECT_THAT(broker.kinds_of(number), testing::IsSupersetOf({EVENT_KIND_FLAGGED_HARD, EVENT_KIND_ESCALATED}));
  EXPECT_EQ(broker.last(number).escalation().reason(), v1::ESCALATION_REASON_HARD);
  EXPECT_EQ(broker.last(number).escalation().reason_code(), "needs-the-water-company");
  EXPECT_EQ(broker.act(number, ACTION_KIND_ESCALATE, hard)->error(), v1::ERROR_CODE_STATE_REFUSES)
      << "said already, not answered yet";
  broker.act(number, ACTION_KIND_ANSWER_ESCALATION, by_unit);
  EXPECT_EQ(broker.act(number, ACTION_KIND_ESCALATE, hard)->error(), 0u);
  EXPECT_THAT(climbs(broker, number), ElementsAre(v1::RUNG_UNIT, v1::RUNG_STREET));
}

TEST(Ladder, ResolvingEndsTheLaddersClockAndAnUncheckedCaseGoesPastTheUnit) {
  FakeBroker broker;
  const auto number = broker.request(2);
  broker.act(number, ACTION_KIND_RESOLVE);
  broker.advance(4 * day_ms);
  EXPECT_EQ(broker.last(number, EVENT_KIND_BREACHED).breach().clock(), v1::CLOCK_KIND_VERIFY);
  EXPECT_EQ(climbs(broker, number).front(), v1::RUNG_STREET) << "the unit held it";
  const auto other = broker.request(2);
  broker.act(other, ACTION_KIND_ESCALATE, hard);
  broker.act(other, ACTION_KIND_RESOLVE);
  bool moot = false;
  for (const auto& ended : broker.last(other).clocks_ended()) {
    moot |= ended.kind() == v1::CLOCK_KIND_RUNG && ended.outcome() == v1::CLOCK_OUTCOME_MOOT;
  }
  EXPECT_TRUE(moot);
  broker.expect_every_fold_is_the_same();
}

TEST(Ladder, TheDesksOwnClockStartsAtIntakeAndEscalatesToTheStreet) {
  FakeBroker broker;
  const auto number = broker.request(1);
  EXPECT_EQ(broker.last(number).state(), v1::CASE_STATE_AT_DESK);
  EXPECT_EQ(broker.last(number).holder().person(), "k1");
  broker.advance_to(midnight_ms + 60'000);
  EXPECT_THAT(climbs(broker, number), ElementsAre(v1::RUNG_STREET));
  EXPECT_EQ(broker.last(number).holder().person(), "s1");
  EXPECT_EQ(broker.act(number, ACTION_KIND_ANSWER_ESCALATION, by_street)->error(), 0u);
}

TEST(Ladder, WhoActedAfterTheDueTimeIsLateThoughTheHostWasAway) {
  FakeBroker broker;
  const auto in_time = broker.request(2), late = broker.request(2);
  broker.advance_to(midnight_ms - 60'000);
  broker.crash();
  broker.act(in_time, ACTION_KIND_ACCEPT);
  broker.advance(2 * 60'000);
  broker.act(late, ACTION_KIND_ACCEPT);
  broker.advance(day_ms / 2);
  broker.new_host();
  EXPECT_EQ(broker.count(in_time, EVENT_KIND_BREACHED), 0u) << "recorded in time, decided late";
  EXPECT_EQ(broker.last(in_time, EVENT_KIND_ACCEPTED).clocks_ended(0).outcome(), v1::CLOCK_OUTCOME_MET);
  EXPECT_EQ(broker.count(late, EVENT_KIND_BREACHED), 1u) << "fires before the step that came after it";
  EXPECT_EQ(broker.last(late, EVENT_KIND_ACCEPTED).clocks_ended(0).outcome(), v1::CLOCK_OUTCOME_LATE);
  EXPECT_EQ(broker.last(late, EVENT_KIND_ACCEPTED).clocks_ended(0).lateness_ms(), 60'000);
  broker.advance(day_ms);
  broker.expect_every_fold_is_the_same();
}

TEST(Ladder, WhatFellDueInAnOutageFiresOnceAndAsksOneRung) {
  FakeBroker broker;
  std::vector<std::string> numbers;
  for (int i = 0; i < 20; ++i) numbers.push_back(broker.request(2 + static_cast<std::uint32_t>(i) % 3));
  broker.crash();
  broker.advance_to(midnight_ms + 2 * day_ms + 60'000);
  const auto before = broker.events().size();
  broker.new_host();
  broker.advance(60'000);
  std::size_t breaches = 0;
  for (auto i = before; i < broker.events().size(); ++i)
    breaches += broker.events()[i].event.kind() == EVENT_KIND_BREACHED;
  EXPECT_EQ(breaches, 40u) << "arrange and feed back of each";
  for (const auto& number : numbers) EXPECT_EQ(climbs(broker, number).size(), 1u) << "one is unanswered already";
  broker.expect_every_fold_is_the_same();
}

}  // namespace
}  // namespace huying::host
