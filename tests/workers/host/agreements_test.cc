// What a worker asks for and a rung above grants: extension, shelving, plan; and what the unit calls complex. The
// broker in it checks I3, I5, I6 and the revisions at every commit.
#include <gmock/gmock.h>

#include "tests/workers/host/fake_broker.h"

namespace huying::host {
namespace {

using enum v1::ActionKind;
using enum v1::EventKind;

constexpr std::int64_t hour_ms = 3600 * 1000;
constexpr std::int64_t midnight_ms = morning_ms + 15 * hour_ms;  // 24:00 of the first day
constexpr std::int64_t solve_ms = midnight_ms + 6 * day_ms;

const ActionSpec by_unit{"u1", {v1::ROLE_UNIT_SUPERVISOR}, "agreed"};
const ActionSpec by_street{"s1", {v1::ROLE_STREET_SUPERVISOR}, "agreed"};
const ActionSpec by_district{"q1", {v1::ROLE_DISTRICT_SUPERVISOR}, "agreed"};

ActionSpec until(ActionSpec who, std::int64_t at_ms, v1::AskKind asks = v1::ASK_KIND_UNSPECIFIED) {
  who.until_ms = at_ms;
  who.asks = asks;
  return who;
}
ActionSpec asks(std::int64_t at_ms, v1::AskKind kind = v1::ASK_KIND_UNSPECIFIED) {
  return until({.reason_code = "parts-ordered"}, at_ms, kind);
}
ActionSpec says(ActionSpec who, v1::Verdict verdict) {
  who.verdict = verdict;
  return who;
}

v1::ClockState clock_of(FakeBroker& broker, const std::string& number, v1::ClockKind kind) {
  const auto answer = broker.ask(broker.stream_of(number), number, {v1::ROLE_GRID_WORKER});
  for (const auto& clock : answer.cases(0).whole().clocks())
    if (clock.kind() == kind) return clock;
  return {};
}
v1::CaseView view_of(FakeBroker& broker, const std::string& number, v1::Role role) {
  return broker.ask(broker.stream_of(number), number, {role}).cases(0);
}
bool allows(const v1::CaseView& view, v1::ActionKind kind) {
  return std::find(view.allowed().begin(), view.allowed().end(), kind) != view.allowed().end();
}

std::string fed_back_case(FakeBroker& broker) {
  const auto number = broker.request(2);
  broker.act(number, ACTION_KIND_FEED_BACK);
  return number;
}

TEST(Extension, KeepsTheFirstDueTimeAndASecondNeedsOneRungMore) {
  FakeBroker broker;
  const auto number = fed_back_case(broker);
  EXPECT_FALSE(allows(view_of(broker, number, v1::ROLE_UNIT_SUPERVISOR), ACTION_KIND_DECIDE_EXTENSION));
  const auto asked_ms = solve_ms + 3 * day_ms;
  EXPECT_EQ(broker.act(number, ACTION_KIND_REQUEST_EXTENSION, asks(asked_ms))->error(), 0u);
  EXPECT_EQ(broker.last(number).ask().rung(), v1::RUNG_UNIT);
  EXPECT_EQ(broker.act(number, ACTION_KIND_REQUEST_EXTENSION, asks(asked_ms))->error(), v1::ERROR_CODE_ASK_UNDECIDED);
  EXPECT_TRUE(allows(view_of(broker, number, v1::ROLE_UNIT_SUPERVISOR), ACTION_KIND_DECIDE_EXTENSION));
  EXPECT_EQ(broker.act(number, ACTION_KIND_DECIDE_EXTENSION, says(by_unit, v1::VERDICT_PASSED))->error(), 0u);
  auto clock = clock_of(broker, number, v1::CLOCK_KIND_SOLVE);
  EXPECT_EQ(clock.due_at_ms(), asked_ms);
  EXPECT_EQ(clock.first_due_at_ms(), solve_ms);
  EXPECT_EQ(broker.last(number).clocks_set(0).previous_due_at_ms(), solve_ms);
  EXPECT_EQ(broker.last(number).ask().asked_by(), "w2");
  EXPECT_EQ(broker.act(number, ACTION_KIND_DECIDE_EXTENSION, says(by_unit, v1::VERDICT_PASSED))->error(),
            v1::ERROR_CODE_NOTHING_ASKED);

  const auto later_ms = asked_ms + 5 * day_ms;
  broker.act(number, ACTION_KIND_REQUEST_EXTENSION, asks(later_ms));
  EXPECT_EQ(broker.last(number).ask().rung(), v1::RUNG_STREET);
  const auto too_low = broker.act(number, ACTION_KIND_DECIDE_EXTENSION, says(by_unit, v1::VERDICT_PASSED));
  EXPECT_EQ(too_low->error(), v1::ERROR_CODE_RUNG_TOO_LOW);
  EXPECT_EQ(std::count(too_low->allowed().begin(), too_low->allowed().end(), ACTION_KIND_DECIDE_EXTENSION), 0)
      << "what was refused just now is not offered instead";
  EXPECT_FALSE(allows(view_of(broker, number, v1::ROLE_UNIT_SUPERVISOR), ACTION_KIND_DECIDE_EXTENSION));
  EXPECT_TRUE(allows(view_of(broker, number, v1::ROLE_STREET_SUPERVISOR), ACTION_KIND_DECIDE_EXTENSION));
  EXPECT_EQ(broker.act(number, ACTION_KIND_DECIDE_EXTENSION, says(by_street, v1::VERDICT_PASSED))->error(), 0u);
  clock = clock_of(broker, number, v1::CLOCK_KIND_SOLVE);
  EXPECT_EQ(clock.due_at_ms(), later_ms);
  EXPECT_EQ(clock.first_due_at_ms(), solve_ms);
  EXPECT_EQ(view_of(broker, number, v1::ROLE_GRID_WORKER).whole().extensions(), 2u);
  broker.expect_every_fold_is_the_same();
}

TEST(Extension, ARefusedOneLeavesEveryClockAsItWas) {
  FakeBroker broker;
  const auto number = fed_back_case(broker);
  const auto before = clock_of(broker, number, v1::CLOCK_KIND_SOLVE).SerializeAsString();
  broker.act(number, ACTION_KIND_REQUEST_EXTENSION, asks(solve_ms + day_ms));
  auto without_reason = says(by_unit, v1::VERDICT_FAILED);
  without_reason.reason_code = "";
  EXPECT_EQ(broker.act(number, ACTION_KIND_DECIDE_EXTENSION, without_reason)->error(),
            v1::ERROR_CODE_REASON_REQUIRED);
  EXPECT_EQ(broker.act(number, ACTION_KIND_DECIDE_EXTENSION, says(by_unit, v1::VERDICT_FAILED))->error(), 0u);
  EXPECT_EQ(clock_of(broker, number, v1::CLOCK_KIND_SOLVE).SerializeAsString(), before);
  EXPECT_FALSE(view_of(broker, number, v1::ROLE_GRID_WORKER).whole().has_ask());
  EXPECT_EQ(broker.act(number, ACTION_KIND_REQUEST_EXTENSION, asks(solve_ms + day_ms))->error(), 0u)
      << "may ask again";
  broker.expect_every_fold_is_the_same();
}

TEST(Extension, TimesThatAreNotPossibleAreRefused) {
  FakeBroker broker;
  const auto number = fed_back_case(broker);
  for (const auto at_ms : {std::int64_t{0}, morning_ms - 1, solve_ms, morning_ms + 400 * day_ms})
    EXPECT_EQ(broker.act(number, ACTION_KIND_REQUEST_EXTENSION, asks(at_ms))->error(), v1::ERROR_CODE_UNTIL_INVALID)
        << at_ms;
  auto plan = asks(morning_ms + 90 * day_ms, v1::ASK_KIND_PLAN);
  for (const auto& milestones : {std::vector<std::int64_t>{morning_ms + 2 * day_ms, morning_ms + day_ms},
                                 std::vector<std::int64_t>{morning_ms + 91 * day_ms}}) {
    plan.milestones_ms = milestones;
    EXPECT_EQ(broker.act(number, ACTION_KIND_REQUEST_EXTENSION, plan)->error(), v1::ERROR_CODE_UNTIL_INVALID);
  }
}

TEST(Extension, OfAClockThatFiredRunsAgain) {
  FakeBroker broker;
  const auto number = fed_back_case(broker);
  broker.advance_to(solve_ms + hour_ms);
  EXPECT_EQ(broker.count(number, EVENT_KIND_BREACHED), 1u);
  const auto until_ms = broker.now_ms() + 2 * day_ms;
  broker.act(number, ACTION_KIND_REQUEST_EXTENSION, asks(until_ms));
  EXPECT_EQ(broker.act(number, ACTION_KIND_DECIDE_EXTENSION, says(by_unit, v1::VERDICT_PASSED))->error(), 0u);
  broker.advance_to(until_ms + hour_ms);
  EXPECT_EQ(broker.count(number, EVENT_KIND_BREACHED), 2u) << "each generation fires once";
  EXPECT_EQ(clock_of(broker, number, v1::CLOCK_KIND_SOLVE).first_due_at_ms(), solve_ms);
}

TEST(Extension, WhoWasEscalatedToDecidesFirst) {
  FakeBroker broker;
  const auto number = fed_back_case(broker);
  broker.act(number, ACTION_KIND_ESCALATE, {.reason_code = "beyond-the-cell"});
  broker.advance_to(midnight_ms + hour_ms);  // the unit did not answer: the street is asked
  broker.act(number, ACTION_KIND_REQUEST_EXTENSION, asks(solve_ms + day_ms));
  EXPECT_EQ(broker.act(number, ACTION_KIND_DECIDE_EXTENSION, says(by_unit, v1::VERDICT_PASSED))->error(),
            v1::ERROR_CODE_RUNG_TOO_LOW);
  EXPECT_EQ(broker.act(number, ACTION_KIND_DECIDE_EXTENSION, says(by_street, v1::VERDICT_PASSED))->error(), 0u);
}

TEST(Shelving, PausesTheClocksUnderAReviewAndTakesOnlyThePauseAway) {
  FakeBroker broker;
  const auto number = fed_back_case(broker);
  EXPECT_EQ(broker.act(number, ACTION_KIND_SHELVE, until(by_unit, morning_ms + 30 * day_ms))->error(),
            v1::ERROR_CODE_RUNG_TOO_LOW);
  broker.advance_to(morning_ms + day_ms);
  EXPECT_EQ(broker.act(number, ACTION_KIND_SHELVE, until(by_street, morning_ms + 30 * day_ms))->state(),
            v1::CASE_STATE_SHELVED);
  EXPECT_EQ(broker.last(number).pause().backlog_at_ms(), midnight_ms + 61 * day_ms)
      << "60 natural days after approval";
  EXPECT_EQ(clock_of(broker, number, v1::CLOCK_KIND_SOLVE).outcome(), v1::CLOCK_OUTCOME_PAUSED);
  broker.advance_to(morning_ms + 11 * day_ms);
  EXPECT_EQ(broker.count(number, EVENT_KIND_BREACHED), 0u) << "nothing is due while it is shelved";
  EXPECT_EQ(broker.act(number, ACTION_KIND_UNSHELVE)->state(), v1::CASE_STATE_ACCEPTED);
  const auto clock = clock_of(broker, number, v1::CLOCK_KIND_SOLVE);
  EXPECT_EQ(clock.due_at_ms(), solve_ms + 10 * day_ms) << "ten days were not counted";
  EXPECT_EQ(clock.first_due_at_ms(), solve_ms);
  EXPECT_EQ(clock.generation(), 2u);
  const auto whole = view_of(broker, number, v1::ROLE_GRID_WORKER).whole();
  ASSERT_EQ(whole.pauses_size(), 1);
  EXPECT_EQ(whole.pauses(0).to_ms() - whole.pauses(0).from_ms(), 10 * day_ms);
  broker.expect_every_fold_is_the_same();
}

TEST(Shelving, AReviewThatNobodyHoldsIsDueAgainAndClimbs) {
  FakeBroker broker;
  const auto number = fed_back_case(broker);
  const auto review_ms = morning_ms + 10 * day_ms;
  broker.act(number, ACTION_KIND_SHELVE, until(by_street, review_ms));
  broker.advance_to(review_ms + hour_ms);
  EXPECT_EQ(broker.last(number, EVENT_KIND_BREACHED).breach().clock(), v1::CLOCK_KIND_REVIEW);
  EXPECT_EQ(broker.last(number, EVENT_KIND_ESCALATED).escalation().to(), v1::RUNG_STREET);
  broker.advance(70 * day_ms);
  EXPECT_GE(broker.count(number, EVENT_KIND_BREACHED), 3u) << "month after month";
  EXPECT_EQ(broker.last(number, EVENT_KIND_ESCALATED).escalation().to(), v1::RUNG_DISTRICT);
  EXPECT_EQ(broker.act(number, ACTION_KIND_SHELVE, until(by_street, broker.now_ms() + day_ms))->error(),
            v1::ERROR_CODE_RUNG_TOO_LOW)
      << "the district was asked";
  EXPECT_EQ(broker.act(number, ACTION_KIND_SHELVE, until(by_district, broker.now_ms() + 5 * day_ms))->error(), 0u);
  EXPECT_EQ(view_of(broker, number, v1::ROLE_GRID_WORKER).whole().pauses_size(), 1) << "the same pause goes on";
  broker.expect_every_fold_is_the_same();
}

TEST(Shelving, MayBeAskedForByTheWorker) {
  FakeBroker broker;
  const auto number = fed_back_case(broker);
  broker.act(number, ACTION_KIND_REQUEST_EXTENSION, asks(morning_ms + 20 * day_ms, v1::ASK_KIND_SHELVING));
  EXPECT_EQ(broker.act(number, ACTION_KIND_DECIDE_EXTENSION, says(by_street, v1::VERDICT_PASSED))->state(),
            v1::CASE_STATE_SHELVED);
  EXPECT_EQ(clock_of(broker, number, v1::CLOCK_KIND_REVIEW).due_at_ms(), morning_ms + 20 * day_ms);
  EXPECT_EQ(broker.last(number).ask().asked_by(), "w2");
  broker.expect_every_fold_is_the_same();
}

TEST(Shelving, AnExtendedClockGoesOnByThePauseLater) {
  FakeBroker broker;
  const auto number = fed_back_case(broker);
  broker.act(number, ACTION_KIND_REQUEST_EXTENSION, asks(solve_ms + day_ms));
  broker.act(number, ACTION_KIND_DECIDE_EXTENSION, says(by_unit, v1::VERDICT_PASSED));
  broker.act(number, ACTION_KIND_SHELVE, until(by_street, morning_ms + 30 * day_ms));
  broker.advance(4 * day_ms);
  broker.act(number, ACTION_KIND_UNSHELVE);
  EXPECT_EQ(clock_of(broker, number, v1::CLOCK_KIND_SOLVE).due_at_ms(), solve_ms + 5 * day_ms);
}

TEST(Shelving, WhatWasLateAlreadyIsUnderAClockAgainAfterIt) {
  FakeBroker broker;
  const auto number = fed_back_case(broker);
  broker.advance_to(solve_ms + hour_ms);
  ASSERT_EQ(broker.act(number, ACTION_KIND_SHELVE, until(by_street, broker.now_ms() + 9 * day_ms))->error(), 0u);
  broker.advance(day_ms);
  EXPECT_EQ(broker.act(number, ACTION_KIND_UNSHELVE)->error(), 0u);
  EXPECT_GT(clock_of(broker, number, v1::CLOCK_KIND_SOLVE).due_at_ms(), broker.now_ms());
}

TEST(Plan, IsFedBackEachMonthAndClimbsWhenFeedbackStops) {
  FakeBroker broker;
  const auto number = fed_back_case(broker);
  auto plan = until(by_street, morning_ms + 200 * day_ms);
  plan.milestones_ms = {morning_ms + 60 * day_ms, morning_ms + 120 * day_ms};
  EXPECT_EQ(broker.act(number, ACTION_KIND_APPROVE_PLAN, until(by_unit, plan.until_ms))->error(),
            v1::ERROR_CODE_RUNG_TOO_LOW);
  EXPECT_EQ(broker.act(number, ACTION_KIND_APPROVE_PLAN, plan)->error(), 0u);
  EXPECT_EQ(clock_of(broker, number, v1::CLOCK_KIND_SOLVE).due_at_ms(), plan.until_ms);
  const auto first_month_ms = midnight_ms + 30 * day_ms;  // 23 November → 24:00 of 23 December
  EXPECT_EQ(clock_of(broker, number, v1::CLOCK_KIND_FEED_BACK).due_at_ms(), first_month_ms);
  broker.advance(20 * day_ms);
  broker.act(number, ACTION_KIND_FEED_BACK);
  EXPECT_EQ(clock_of(broker, number, v1::CLOCK_KIND_FEED_BACK).due_at_ms(), midnight_ms + 51 * day_ms)
      << "13 January";
  EXPECT_EQ(broker.count(number, EVENT_KIND_BREACHED), 0u);
  broker.advance(100 * day_ms);
  EXPECT_GE(broker.count(number, EVENT_KIND_BREACHED), 3u) << "each month anew";
  EXPECT_EQ(broker.last(number, EVENT_KIND_ESCALATED).escalation().to(), v1::RUNG_DISTRICT);
  EXPECT_EQ(view_of(broker, number, v1::ROLE_GRID_WORKER).whole().milestones_ms_size(), 2);
  broker.expect_every_fold_is_the_same();
}

TEST(Complex, HasOneMonthFromDispatchAndOnlyOnce) {
  FakeBroker broker;
  const auto number = fed_back_case(broker);
  EXPECT_EQ(broker.act(number, ACTION_KIND_MARK_COMPLEX)->error(), v1::ERROR_CODE_ROLE_REFUSES) << "the unit's word";
  broker.advance(2 * day_ms);
  EXPECT_EQ(broker.act(number, ACTION_KIND_MARK_COMPLEX, by_unit)->error(), 0u);
  const auto clock = clock_of(broker, number, v1::CLOCK_KIND_SOLVE);
  EXPECT_EQ(clock.due_at_ms(), midnight_ms + 30 * day_ms);
  EXPECT_EQ(clock.first_due_at_ms(), solve_ms);
  EXPECT_EQ(broker.act(number, ACTION_KIND_MARK_COMPLEX, by_unit)->error(), v1::ERROR_CODE_STATE_REFUSES);
  broker.expect_every_fold_is_the_same();
}

TEST(Pauses, TwoOfThemAreBothTakenAway) {
  FakeBroker broker;
  const auto number = fed_back_case(broker);
  for (int i = 0; i < 2; ++i) {
    broker.act(number, ACTION_KIND_SHELVE, until(by_street, broker.now_ms() + 30 * day_ms));
    broker.advance(3 * day_ms);
    broker.act(number, ACTION_KIND_UNSHELVE);
    broker.advance(hour_ms);
  }
  EXPECT_EQ(clock_of(broker, number, v1::CLOCK_KIND_SOLVE).due_at_ms(), solve_ms + 6 * day_ms);
  broker.expect_every_fold_is_the_same();
}

}  // namespace
}  // namespace huying::host
