// Where a case is, from its events alone.
#include "words/case_fold.h"

#include <gtest/gtest.h>

namespace huying::words {
namespace {

v1::CaseEvent event_of(std::uint64_t revision, v1::EventKind kind, v1::CaseState state) {
  v1::CaseEvent event;
  event.set_revision(revision);
  event.set_kind(kind);
  event.set_state(state);
  event.set_at_ms(static_cast<std::int64_t>(revision) * 100);
  return event;
}
v1::ClockSet& set(v1::CaseEvent& event, v1::ClockKind kind, std::int64_t due_at_ms) {
  auto& clock = *event.add_clocks_set();
  clock.set_kind(kind);
  clock.set_generation(1);
  clock.set_due_at_ms(due_at_ms);
  return clock;
}
void end(v1::CaseEvent& event, v1::ClockKind kind, v1::ClockOutcome outcome) {
  auto& clock = *event.add_clocks_ended();
  clock.set_kind(kind);
  clock.set_outcome(outcome);
}

TEST(CaseFold, NextClockIsTheRunningOneThatIsDueFirst) {
  FoldedCase one;
  auto dispatched = event_of(1, v1::EVENT_KIND_DISPATCHED, v1::CASE_STATE_DISPATCHED);
  dispatched.mutable_move()->set_to_cell("a-01");
  set(dispatched, v1::CLOCK_KIND_SOLVE, 700);
  set(dispatched, v1::CLOCK_KIND_ARRANGE, 100);
  fold(one, dispatched);
  EXPECT_EQ(one.next_clock(), v1::CLOCK_KIND_ARRANGE);
  EXPECT_EQ(one.cell, "a-01");
  auto accepted = event_of(2, v1::EVENT_KIND_ACCEPTED, v1::CASE_STATE_ACCEPTED);
  end(accepted, v1::CLOCK_KIND_ARRANGE, v1::CLOCK_OUTCOME_MET);
  fold(one, accepted);
  EXPECT_EQ(one.next_clock(), v1::CLOCK_KIND_SOLVE);
}

TEST(CaseFold, WhatLeftIsOnTheWayUntilItArrives) {
  FoldedCase one;
  auto out = event_of(1, v1::EVENT_KIND_TRANSFERRED_OUT, v1::CASE_STATE_DISPATCHED);
  out.mutable_move()->set_from_cell("a-01");
  out.mutable_move()->set_to_cell("a-02");
  out.mutable_holder()->set_person("unit-1");
  fold(one, out);
  EXPECT_EQ(one.cell, "a-01");
  EXPECT_EQ(one.on_the_way_to, "a-02");
  auto in = event_of(2, v1::EVENT_KIND_TRANSFERRED_IN, v1::CASE_STATE_DISPATCHED);
  in.mutable_move()->set_to_cell("a-02");
  in.mutable_holder()->set_person("worker-2");
  fold(one, in);
  EXPECT_EQ(one.cell, "a-02");
  EXPECT_TRUE(one.on_the_way_to.empty());
  EXPECT_EQ(one.holder.person(), "worker-2");
}

TEST(CaseFold, AnEscalationNamesWhoMustAnswerAndLeavesTheHolder) {
  FoldedCase one;
  auto dispatched = event_of(1, v1::EVENT_KIND_DISPATCHED, v1::CASE_STATE_DISPATCHED);
  dispatched.mutable_holder()->set_person("worker-1");
  fold(one, dispatched);
  auto escalated = event_of(2, v1::EVENT_KIND_ESCALATED, v1::CASE_STATE_DISPATCHED);
  escalated.mutable_escalation()->set_to(v1::RUNG_UNIT);
  escalated.mutable_holder()->set_person("unit-1");
  set(escalated, v1::CLOCK_KIND_RUNG, 500);
  fold(one, escalated);
  EXPECT_TRUE(one.escalation_open());
  EXPECT_EQ(one.holder.person(), "worker-1");
  EXPECT_EQ(one.answerer.person(), "unit-1");
  auto answered = event_of(3, v1::EVENT_KIND_ESCALATION_ANSWERED, v1::CASE_STATE_DISPATCHED);
  end(answered, v1::CLOCK_KIND_RUNG, v1::CLOCK_OUTCOME_MET);
  fold(one, answered);
  EXPECT_FALSE(one.escalation_open());
}

TEST(CaseFold, WhoSeesItFromItsArrivalOnBeginsWithTheWholeCase) {
  FoldedCase one;
  auto in = event_of(9, v1::EVENT_KIND_TRANSFERRED_IN, v1::CASE_STATE_DISPATCHED);
  in.mutable_move()->set_to_cell("a-02");
  auto& whole = *in.mutable_whole();
  whole.set_rung(v1::RUNG_STREET);
  whole.mutable_answerer()->set_person("street-1");
  for (const auto kind : {v1::CLOCK_KIND_SOLVE, v1::CLOCK_KIND_RUNG}) {
    auto& clock = *whole.add_clocks();
    clock.set_kind(kind);
    clock.set_generation(3);
    clock.set_due_at_ms(kind == v1::CLOCK_KIND_SOLVE ? 900 : 800);
  }
  fold(one, in);
  EXPECT_TRUE(one.escalation_open());
  EXPECT_EQ(one.answerer.person(), "street-1");
  EXPECT_EQ(one.clock(v1::CLOCK_KIND_SOLVE).due_at_ms, 900);
  EXPECT_EQ(one.cell, "a-02");
}

TEST(CaseFold, ARefusalChangesNothingAndWhatEndedWaitsForNobody) {
  FoldedCase one;
  auto closed = event_of(4, v1::EVENT_KIND_CLOSED, v1::CASE_STATE_CLOSED);
  fold(one, closed);
  EXPECT_TRUE(one.ended());
  EXPECT_EQ(one.ended_at_ms, 400);
  fold(one, event_of(0, v1::EVENT_KIND_ACTION_REFUSED, v1::CASE_STATE_CLOSED));
  EXPECT_EQ(one.revision, 4u);
  EXPECT_EQ(one.ended_at_ms, 400);
}

}  // namespace
}  // namespace huying::words
