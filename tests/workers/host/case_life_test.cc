// The life of a case through the hosts' core, as the journal shows it. The broker in it checks I3, I5, I6 and the
// revisions at every commit (fake_broker.h).
#include <gmock/gmock.h>

#include "tests/workers/host/fake_broker.h"

namespace huying::host {
namespace {

using testing::ElementsAre;
using enum v1::ActionKind;
using enum v1::EventKind;

const ActionSpec by_unit{"u1", {v1::ROLE_UNIT_SUPERVISOR}};
const ActionSpec because{"w2", {v1::ROLE_GRID_WORKER}, "beyond-the-cell"};

v1::ClockEnded ended_of(const v1::CaseEvent& event, v1::ClockKind kind) {
  for (const auto& ended : event.clocks_ended()) {
    if (ended.kind() == kind) return ended;
  }
  return {};
}

v1::ClockSet set_of(const v1::CaseEvent& event, v1::ClockKind kind) {
  for (const auto& set : event.clocks_set()) {
    if (set.kind() == kind) return set;
  }
  return {};
}

TEST(CaseLife, ARequestIsFiledAndDispatchedUnderThreeClocksToTheWorkerOnDuty) {
  FakeBroker broker;
  const auto number = broker.request(2);
  EXPECT_THAT(broker.kinds_of(number), ElementsAre(EVENT_KIND_FILED, EVENT_KIND_DISPATCHED));
  const auto& dispatched = broker.last(number);
  EXPECT_EQ(dispatched.holder().person(), "w2");
  EXPECT_EQ(dispatched.holder().place(), "v1-01");
  const auto midnight = morning_ms + 15 * 3600 * 1000;
  EXPECT_EQ(set_of(dispatched, v1::CLOCK_KIND_ARRANGE).due_at_ms(), midnight);
  EXPECT_EQ(set_of(dispatched, v1::CLOCK_KIND_FEED_BACK).due_at_ms(), midnight + 2 * day_ms);
  EXPECT_EQ(set_of(dispatched, v1::CLOCK_KIND_SOLVE).due_at_ms(), midnight + 6 * day_ms);
  EXPECT_EQ(broker.last(broker.request(3)).holder().person(), "d3") << "the worker is absent: the deputy";
  EXPECT_EQ(broker.last(broker.request(4)).holder().person(), "") << "nobody on duty";
}

TEST(CaseLife, AcceptedFedBackResolvedVerifiedCalledBackAndClosedInTime) {
  FakeBroker broker;
  const auto number = broker.request(2);
  EXPECT_EQ(broker.act(number, ACTION_KIND_ACCEPT)->error(), 0u);
  EXPECT_EQ(ended_of(broker.last(number), v1::CLOCK_KIND_ARRANGE).outcome(), v1::CLOCK_OUTCOME_MET);
  EXPECT_EQ(broker.act(number, ACTION_KIND_FEED_BACK)->state(), v1::CASE_STATE_FED_BACK);
  EXPECT_EQ(broker.act(number, ACTION_KIND_FEED_BACK)->error(), 0u) << "may repeat";
  EXPECT_TRUE(broker.last(number).clocks_ended().empty()) << "met only once";
  const auto resolved = broker.act(number, ACTION_KIND_RESOLVE);
  EXPECT_EQ(resolved->state(), v1::CASE_STATE_RESOLVED);
  EXPECT_EQ(resolved->revision(), 6u);
  EXPECT_EQ(broker.last(number).holder().person(), "u1");
  EXPECT_EQ(set_of(broker.last(number), v1::CLOCK_KIND_VERIFY).due_at_ms(), morning_ms + 15 * 3600 * 1000 + 2 * day_ms);
  auto passed = by_unit;
  passed.verdict = v1::VERDICT_PASSED;
  EXPECT_EQ(broker.act(number, ACTION_KIND_VERIFY, passed)->state(), v1::CASE_STATE_VERIFIED);
  EXPECT_EQ(broker.act(number, ACTION_KIND_CALL_BACK, {"", {v1::ROLE_CITIZEN}})->error(), 0u);
  EXPECT_EQ(broker.act(number, ACTION_KIND_CLOSE, by_unit)->state(), v1::CASE_STATE_CLOSED);
  const auto& whole = broker.last(number).whole();
  EXPECT_EQ(whole.revision(), 9u);
  EXPECT_EQ(whole.state(), v1::CASE_STATE_CLOSED);
  EXPECT_EQ(whole.ended_by().principal(), "u1");
  EXPECT_EQ(whole.filed().category(), "general");
  for (const auto& clock : whole.clocks()) EXPECT_EQ(clock.outcome(), v1::CLOCK_OUTCOME_MET);
  EXPECT_EQ(broker.host().open_cases(), 0u);
  EXPECT_EQ(broker.act(number, ACTION_KIND_ACCEPT)->error(), v1::ERROR_CODE_CASE_ENDED);
  EXPECT_EQ(broker.act(number, ACTION_KIND_REOPEN, by_unit)->error(), v1::ERROR_CODE_REASON_REQUIRED);
  broker.expect_every_fold_is_the_same();
}

TEST(CaseLife, SolvedOnTheSpotSetsAndEndsItsClocksInOneCommit) {
  FakeBroker broker;
  const auto number = broker.request(2, {.solved_on_spot = true});
  EXPECT_THAT(broker.kinds_of(number), ElementsAre(EVENT_KIND_FILED, EVENT_KIND_DISPATCHED, EVENT_KIND_RESOLVED));
  EXPECT_TRUE(broker.last(number).reason().on_the_spot());
  EXPECT_EQ(broker.last(number).actor().principal(), "w2");
  EXPECT_EQ(broker.last(number).clocks_ended_size(), 3);
  const auto closed = broker.request(2, {.category = "tidy", .solved_on_spot = true});
  EXPECT_THAT(broker.kinds_of(closed),
              ElementsAre(EVENT_KIND_FILED, EVENT_KIND_DISPATCHED, EVENT_KIND_RESOLVED, EVENT_KIND_CLOSED));
  EXPECT_TRUE(broker.last(closed).whole().on_the_spot());
  EXPECT_EQ(broker.last(closed).whole().filed().category(), "tidy");
  EXPECT_EQ(broker.last(closed).whole().filed().reporter().principal(), "w2");
  EXPECT_EQ(broker.commits().back().effects(0).kind(), v1::CaseEffect::ENDED);
  broker.expect_every_fold_is_the_same();
}

TEST(CaseLife, ARuleMayCloseWhatAPersonResolves) {
  FakeBroker broker;
  const auto number = broker.request(2, {.category = "tidy"});
  EXPECT_EQ(broker.act(number, ACTION_KIND_RESOLVE)->state(), v1::CASE_STATE_CLOSED);
  EXPECT_EQ(broker.last(number).whole().ended_reason_code(), "close_on_resolve");
  EXPECT_EQ(broker.last(number).whole().ended_by().principal(), "w2");
  broker.expect_every_fold_is_the_same();
}

TEST(CaseLife, AFailedCheckIsDoneAgainAndTheClocksNeverRestart) {
  FakeBroker broker;
  const auto number = broker.request(2);
  const auto first_due = set_of(broker.last(number), v1::CLOCK_KIND_SOLVE).due_at_ms();
  broker.act(number, ACTION_KIND_RESOLVE);
  EXPECT_EQ(broker.act(number, ACTION_KIND_VERIFY, by_unit)->error(), v1::ERROR_CODE_FIELD_MISSING) << "no verdict";
  auto failed = by_unit;
  failed.verdict = v1::VERDICT_FAILED;
  EXPECT_EQ(broker.act(number, ACTION_KIND_VERIFY, failed)->error(), v1::ERROR_CODE_REASON_REQUIRED);
  failed.reason_code = "still-there";
  EXPECT_EQ(broker.act(number, ACTION_KIND_VERIFY, failed)->state(), v1::CASE_STATE_REWORK);
  EXPECT_EQ(broker.last(number).check().times(), 1u);
  EXPECT_EQ(broker.last(number).holder().person(), "w2");
  const auto again = set_of(broker.last(number), v1::CLOCK_KIND_SOLVE);
  EXPECT_EQ(again.generation(), 2u);
  EXPECT_EQ(again.due_at_ms(), first_due) << "the old due time stands while it lies ahead";
  EXPECT_EQ(again.first_due_at_ms(), first_due);
  broker.advance(6 * day_ms);
  broker.act(number, ACTION_KIND_RESOLVE);
  broker.advance(day_ms);
  EXPECT_EQ(broker.act(number, ACTION_KIND_REWORK, failed)->error(), 0u);
  const auto third = set_of(broker.last(number), v1::CLOCK_KIND_SOLVE);
  EXPECT_EQ(third.first_due_at_ms(), first_due) << "never erased (I10)";
  EXPECT_GT(third.due_at_ms(), broker.now_ms());
  EXPECT_EQ(broker.last(number).check().times(), 2u);
  failed.reason_code = "call_back_failed";
  broker.act(number, ACTION_KIND_RESOLVE);
  EXPECT_EQ(broker.act(number, ACTION_KIND_REWORK, failed)->error(), v1::ERROR_CODE_FIELD_INVALID) << "the citizen's word, not theirs";
  broker.expect_every_fold_is_the_same();
}

TEST(CaseLife, WhatTheCitizenCallsNotSolvedIsDoneAgainInTheSameCommit) {
  for (const bool is_verified : {false, true}) {
    FakeBroker broker;
    const auto number = broker.request(2);
    const auto first_due = set_of(broker.last(number), v1::CLOCK_KIND_SOLVE).due_at_ms();
    broker.act(number, ACTION_KIND_RESOLVE);
    auto passed = by_unit;
    passed.verdict = v1::VERDICT_PASSED;
    if (is_verified) broker.act(number, ACTION_KIND_VERIFY, passed);
    ActionSpec satisfied{"", {v1::ROLE_CITIZEN}};
    satisfied.verdict = v1::VERDICT_PASSED;
    broker.act(number, ACTION_KIND_CALL_BACK, satisfied);
    EXPECT_EQ(broker.last(number).kind(), EVENT_KIND_CALLED_BACK) << "solved: the check goes on";
    auto not_solved = satisfied;
    not_solved.verdict = v1::VERDICT_FAILED;
    EXPECT_EQ(broker.act(number, ACTION_KIND_CALL_BACK, not_solved)->state(), v1::CASE_STATE_REWORK);
    const auto& commit = broker.commits().back();
    ASSERT_EQ(commit.events_size(), 2);
    EXPECT_EQ(commit.events(0).kind(), EVENT_KIND_CALLED_BACK);
    const auto& rework = broker.last(number);
    EXPECT_EQ(rework.kind(), v1::EVENT_KIND_REWORK);
    EXPECT_EQ(rework.check().times(), 1u);
    EXPECT_EQ(rework.holder().person(), "w2");
    EXPECT_EQ(ended_of(rework, v1::CLOCK_KIND_VERIFY).outcome(), v1::CLOCK_OUTCOME_MET);
    EXPECT_EQ(set_of(rework, v1::CLOCK_KIND_SOLVE).due_at_ms(), first_due);
    EXPECT_EQ(broker.act(number, ACTION_KIND_CLOSE, by_unit)->error(), v1::ERROR_CODE_STATE_REFUSES) << "not on paper alone";
    broker.expect_every_fold_is_the_same();
  }
}

TEST(CaseLife, RefusalsNameTheReasonAndWhatMayBeDoneAndCountNoRevision) {
  FakeBroker broker;
  const auto number = broker.request(2);
  EXPECT_EQ(broker.act("WY-000000-0000-0", ACTION_KIND_ACCEPT)->error(), v1::ERROR_CODE_CASE_UNKNOWN);
  EXPECT_EQ(broker.act(number, ACTION_KIND_CLOSE, by_unit)->error(), v1::ERROR_CODE_STATE_REFUSES);
  EXPECT_EQ(broker.act(number, ACTION_KIND_ACCEPT, by_unit)->error(), v1::ERROR_CODE_ROLE_REFUSES);
  EXPECT_EQ(broker.act(number, ACTION_KIND_WHISTLE, by_unit)->error(), v1::ERROR_CODE_NOT_YET);
  EXPECT_EQ(broker.act(number, ACTION_KIND_RETURN)->error(), v1::ERROR_CODE_REASON_REQUIRED);
  EXPECT_EQ(broker.act(number, ACTION_KIND_ANSWER_ESCALATION, by_unit)->error(), v1::ERROR_CODE_NO_ESCALATION);
  auto unread = because;
  unread.expected_revision = 1;
  EXPECT_EQ(broker.act(number, ACTION_KIND_ACCEPT, unread)->error(), v1::ERROR_CODE_REVISION_DIFFERS);
  for (const auto* to : {"", "desk", "v1-01", "v1-99", "nowhere"}) {
    auto away = because;
    away.to_cell = to;
    EXPECT_EQ(broker.act(number, ACTION_KIND_TRANSFER, away)->error(), v1::ERROR_CODE_TARGET_INVALID) << to;
  }
  const auto& refused = broker.last(number);
  EXPECT_EQ(refused.kind(), EVENT_KIND_ACTION_REFUSED);
  EXPECT_EQ(refused.refusal().state(), v1::CASE_STATE_DISPATCHED);
  EXPECT_THAT(refused.refusal().allowed(), ElementsAre(ACTION_KIND_ACCEPT, ACTION_KIND_FEED_BACK, ACTION_KIND_RESOLVE,
                                                       ACTION_KIND_ESCALATE, ACTION_KIND_RETURN, ACTION_KIND_TRANSFER,
                                                       ACTION_KIND_ADD_NOTE));
  EXPECT_EQ(broker.act(number, ACTION_KIND_ACCEPT)->revision(), 3u);
  broker.expect_every_fold_is_the_same();
}

TEST(CaseLife, TheFirstRoleThatFitsIsTheOneThatActs) {
  FakeBroker broker;
  const auto number = broker.request(2);
  EXPECT_EQ(broker.act(number, ACTION_KIND_ACCEPT, {"x", {v1::ROLE_UNIT_SUPERVISOR, v1::ROLE_CADRE}})->error(), 0u);
  EXPECT_EQ(broker.last(number).actor().role(), v1::ROLE_CADRE);
}

TEST(CaseLife, AQuestionIsAnsweredWithTheCaseWholeAndWhatTheAskerMayDo) {
  FakeBroker broker;
  const auto number = broker.request(2);
  const auto answer = broker.ask(2, number, {v1::ROLE_GRID_WORKER});
  ASSERT_EQ(answer.cases_size(), 1);
  EXPECT_EQ(answer.cases(0).whole().revision(), 2u);
  EXPECT_EQ(answer.cases(0).whole().clocks_size(), 3);
  EXPECT_THAT(answer.cases(0).allowed(), testing::Contains(ACTION_KIND_ACCEPT));
  EXPECT_EQ(answer.commit_number(), 2u);
  EXPECT_EQ(broker.ask(2, "WY-000000-0000-0", {v1::ROLE_DESK}).error(), v1::ERROR_CODE_CASE_UNKNOWN);
  v1::CaseWhole closed;
  closed.set_case_number("WY-000000-0000-0");
  closed.set_state(v1::CASE_STATE_CLOSED);
  const auto ended = broker.ask(2, "WY-000000-0000-0", {v1::ROLE_DESK}, closed.SerializeAsString());
  ASSERT_EQ(ended.cases_size(), 1);
  EXPECT_THAT(ended.cases(0).allowed(), ElementsAre(ACTION_KIND_REOPEN));
  EXPECT_TRUE(broker.ask(2, "WY-000000-0000-0", {v1::ROLE_GRID_WORKER}, closed.SerializeAsString()).cases(0).allowed().empty());
  broker.request(2);
  const auto all = broker.ask(2, "", {v1::ROLE_OBSERVER});
  EXPECT_EQ(all.total(), 2u);
  EXPECT_EQ(all.cases(0).whole().case_number(), number);
  EXPECT_TRUE(all.cases(0).allowed().empty());
}

}  // namespace
}  // namespace huying::host
