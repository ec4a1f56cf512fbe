// Cases that move: to another cell, back to the desk, from the desk to a cell; their clocks run on.
#include <gmock/gmock.h>

#include "tests/workers/host/fake_broker.h"

namespace huying::host {
namespace {

using testing::ElementsAre;
using enum v1::ActionKind;
using enum v1::EventKind;

ActionSpec worker_to(const std::string& cell) { return {"w2", {v1::ROLE_GRID_WORKER}, "not-here", cell}; }
ActionSpec desk_to(const std::string& cell) { return {"k1", {v1::ROLE_DESK}, "", cell}; }

std::map<int, std::int64_t> due_times(FakeBroker& broker, const std::string& number) {
  const auto answer = broker.ask(broker.stream_of(number), number, {v1::ROLE_OBSERVER});
  std::map<int, std::int64_t> due;
  for (const auto& clock : answer.cases(0).whole().clocks()) due[clock.kind()] = clock.due_at_ms();
  return due;
}

TEST(Moves, ATransferKeepsClocksHistoryAndRevisionAndChangesTheHolder) {
  FakeBroker broker;
  const auto number = broker.request(2);
  broker.act(number, ACTION_KIND_ACCEPT);
  const auto before = due_times(broker, number);
  broker.advance(3600'000);
  EXPECT_EQ(broker.act(number, ACTION_KIND_TRANSFER, worker_to("v1-02"))->error(), 0u);
  EXPECT_EQ(broker.stream_of(number), 3u);
  EXPECT_THAT(broker.kinds_of(number), ElementsAre(EVENT_KIND_FILED, EVENT_KIND_DISPATCHED, EVENT_KIND_ACCEPTED,
                                                   EVENT_KIND_TRANSFERRED_OUT, EVENT_KIND_TRANSFERRED_IN));
  EXPECT_EQ(broker.last(number, EVENT_KIND_TRANSFERRED_OUT).holder().person(), "u1") << "the receiving unit";
  EXPECT_EQ(broker.last(number).holder().person(), "d3");
  EXPECT_EQ(broker.last(number).move().hops(), 1u);
  EXPECT_EQ(due_times(broker, number), before);
  EXPECT_EQ(broker.act(number, ACTION_KIND_ACCEPT, {"d3"})->error(), 0u);
  EXPECT_EQ(broker.act(number, ACTION_KIND_RESOLVE, {"d3"})->error(), 0u);
  broker.expect_every_fold_is_the_same();
}

TEST(Moves, TheDesksAssignmentStartsTheThreeClocksOnce) {
  FakeBroker broker;
  const auto number = broker.request(1);
  broker.advance(4 * 3600'000);
  EXPECT_EQ(broker.act(number, ACTION_KIND_RETURN, {"k1", {v1::ROLE_DESK}, "x"})->error(),
            v1::ERROR_CODE_DESK_CANNOT_RETURN);
  EXPECT_EQ(broker.act(number, ACTION_KIND_ASSIGN, desk_to("v1-01"))->error(), 0u);
  EXPECT_THAT(broker.kinds_of(number), testing::IsSupersetOf({EVENT_KIND_ASSIGNED, EVENT_KIND_TRANSFERRED_IN,
                                                              EVENT_KIND_DISPATCHED}));
  const auto& dispatched = broker.last(number, EVENT_KIND_DISPATCHED);
  ASSERT_EQ(dispatched.clocks_ended_size(), 1);
  EXPECT_EQ(dispatched.clocks_ended(0).kind(), v1::CLOCK_KIND_DESK);
  EXPECT_EQ(dispatched.clocks_ended(0).outcome(), v1::CLOCK_OUTCOME_MET);
  const auto first = due_times(broker, number);
  broker.advance(day_ms);
  auto back = worker_to("c1-01");
  EXPECT_EQ(broker.act(number, ACTION_KIND_RETURN, back)->state(), v1::CASE_STATE_AT_DESK);
  EXPECT_EQ(broker.last(number).move().better_cell(), "c1-01");
  EXPECT_EQ(broker.last(number).holder().person(), "k1");
  EXPECT_EQ(broker.act(number, ACTION_KIND_ASSIGN, desk_to("c1-01"))->error(), 0u);
  const auto again = due_times(broker, number);
  for (const auto kind : {v1::CLOCK_KIND_ARRANGE, v1::CLOCK_KIND_FEED_BACK, v1::CLOCK_KIND_SOLVE}) {
    EXPECT_EQ(again.at(kind), first.at(kind)) << "never restarted";
  }
  const auto whole = broker.ask(4, number, {v1::ROLE_OBSERVER}).cases(0).whole();
  EXPECT_EQ(whole.hops(), 3u);
  EXPECT_EQ(whole.returns(), 1u);
  broker.expect_every_fold_is_the_same();
}

TEST(Moves, AClockThatFellDueOnTheWayFiresInTheNewCell) {
  FakeBroker broker;
  const auto number = broker.request(2);
  broker.hold_deliveries(true);
  broker.act(number, ACTION_KIND_TRANSFER, worker_to("v1-02"));
  broker.hold_deliveries(false);
  broker.advance(1);
  ASSERT_EQ(broker.stream_of(number), 3u);
  broker.advance(day_ms);
  EXPECT_EQ(broker.count(number, EVENT_KIND_BREACHED), 1u);
  EXPECT_EQ(broker.events().back().stream, 3u);
  broker.expect_every_fold_is_the_same();
}

TEST(Moves, AnActionQueuedBehindAMoveIsSentOnAndDecidedWhereTheCaseIs) {
  FakeBroker broker;
  const auto number = broker.request(2);
  broker.act(number, ACTION_KIND_TRANSFER, worker_to("v1-02"));
  EXPECT_EQ(broker.act_in(2, number, ACTION_KIND_ACCEPT)->error(), 0u);
  const auto& decided = broker.commits().back();
  EXPECT_EQ(decided.stream(), 3u);
  EXPECT_EQ(decided.decided_person(), "w2");
  EXPECT_FALSE(decided.decided_action_id().empty());
  const auto& sent_on = broker.commits()[broker.commits().size() - 2];
  EXPECT_TRUE(sent_on.outcome().forwarded());
  EXPECT_EQ(broker.last(number).kind(), EVENT_KIND_ACCEPTED);
  broker.act(number, ACTION_KIND_RESOLVE, {"d3"});
  broker.act(number, ACTION_KIND_CLOSE, {"u1", {v1::ROLE_UNIT_SUPERVISOR}});
  EXPECT_EQ(broker.act_in(2, number, ACTION_KIND_ACCEPT)->error(), v1::ERROR_CODE_CASE_ENDED);
  broker.expect_every_fold_is_the_same();
}

TEST(Moves, ACaseMayComeBackToTheCellItLeft) {
  FakeBroker broker;
  const auto number = broker.request(2);
  broker.act(number, ACTION_KIND_TRANSFER, worker_to("v1-02"));
  broker.act(number, ACTION_KIND_TRANSFER, worker_to("v1-01"));
  EXPECT_EQ(broker.stream_of(number), 2u);
  EXPECT_EQ(broker.act(number, ACTION_KIND_ACCEPT)->error(), 0u);
  EXPECT_EQ(broker.last(number).revision(), 7u);
  broker.expect_every_fold_is_the_same();
}

TEST(Moves, AnEscalatedCaseKeepsItsRungOnTheWay) {
  FakeBroker broker;
  const auto number = broker.request(2);
  broker.act(number, ACTION_KIND_ESCALATE, worker_to(""));
  broker.act(number, ACTION_KIND_TRANSFER, worker_to("c1-01"));
  broker.advance(day_ms);
  EXPECT_EQ(broker.last(number, EVENT_KIND_ESCALATED).escalation().to(), v1::RUNG_STREET);
  EXPECT_EQ(broker.events().back().stream, 4u);
  broker.expect_every_fold_is_the_same();
}

// Found by the simulator (hosts, seed 7): every clock of the case had fired, its escalation was answered at the top, and
// only the desk's clock ran when the desk sent it on; it arrived without any.
TEST(Moves, ACaseWhoseClocksHaveAllFiredIsUnderOneAgainWhenTheDeskSendsItOn) {
  auto configuration = made_up_configuration();
  auto& within = *configuration.mutable_policy()->mutable_rules(0)->mutable_return_within();
  within.set_count(30);
  within.set_unit(v1::SPAN_UNIT_NATURAL_DAY);
  FakeBroker broker(configuration);
  const auto number = broker.request(2);
  broker.advance(9 * day_ms);
  broker.act(number, ACTION_KIND_RETURN, worker_to(""));
  ASSERT_EQ(broker.act(number, ACTION_KIND_ANSWER_ESCALATION, {"x1", {v1::ROLE_DISTRICT_SUPERVISOR}})->error(), 0u);
  ASSERT_EQ(broker.act(number, ACTION_KIND_ASSIGN, desk_to("v1-02"))->error(), 0u);
  ASSERT_EQ(broker.last(number).kind(), EVENT_KIND_TRANSFERRED_IN);
  ASSERT_EQ(broker.last(number).clocks_set_size(), 1);
  EXPECT_EQ(broker.last(number).clocks_set(0).kind(), v1::CLOCK_KIND_RUNG);
  broker.advance(40 * day_ms);
  EXPECT_EQ(broker.last(number).kind(), EVENT_KIND_ESCALATED) << "and climbs again when nothing comes of it";
  broker.expect_every_fold_is_the_same();
}

}  // namespace
}  // namespace huying::host
