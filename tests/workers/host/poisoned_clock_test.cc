// A host and a clock that may end it: named before it fires, fired alone, parked in its place; and a cell whose every fold
// ended its host.
#include <gmock/gmock.h>

#include "tests/workers/host/fake_broker.h"

namespace huying::host {
namespace {

using enum v1::ActionKind;
using enum v1::EventKind;

const ActionSpec desk{"k1", {v1::ROLE_DESK}}, street{"s1", {v1::ROLE_STREET_SUPERVISOR}};
const ActionSpec unit{"u1", {v1::ROLE_UNIT_SUPERVISOR}};

// A case of stream 2 whose arrange clock is due, in a cell that was granted after an unclean end.
class PoisonedClock : public testing::Test {
 protected:
  std::string a_case_that_is_due() {
    const auto number = broker.request(2);
    broker.crash();
    broker.advance(day_ms);
    broker.let_clocks_be_tried(2);
    broker.new_host();
    broker.advance(1000);
    return number;
  }
  // Parked from DISPATCHED.
  std::string a_parked_case() {
    const auto number = a_case_that_is_due();
    broker.advance(1000);
    broker.set_clock_aside();
    return number;
  }
  FakeBroker broker;
};

TEST_F(PoisonedClock, WhatIsDueFiresAloneAndOnlyAfterItsSuspectRecord) {
  const auto first = broker.request(2), second = broker.request(2), elsewhere = broker.request(3);
  broker.crash();
  broker.advance(day_ms);
  const auto waited = broker.request(2);
  broker.let_clocks_be_tried(2);
  broker.new_host();
  EXPECT_EQ(broker.count(waited, EVENT_KIND_DISPATCHED), 1u) << "what waits for no clock is decided at once";
  broker.advance(60'000);
  const auto later = broker.request(2);
  EXPECT_EQ(broker.count(elsewhere, EVENT_KIND_BREACHED), 1u) << "other cells go on";
  EXPECT_EQ(broker.count(first, EVENT_KIND_BREACHED), 0u);
  ASSERT_EQ(broker.asked().size(), 1u);
  EXPECT_EQ(broker.asked()[0].clock().case_number(), first);
  EXPECT_EQ(broker.asked()[0].clock().kind(), v1::CLOCK_KIND_ARRANGE);
  EXPECT_EQ(broker.asked()[0].clock().generation(), 1u);
  EXPECT_TRUE(broker.kinds_of(later).empty()) << "nothing else of the cell is decided meanwhile";

  broker.hold_acks(true);
  broker.write_suspect_clock();
  EXPECT_EQ(broker.count(first, EVENT_KIND_BREACHED), 1u);
  EXPECT_EQ(broker.asked().size(), 1u) << "until its commit is acknowledged";
  broker.hold_acks(false);
  EXPECT_EQ(broker.count(later, EVENT_KIND_DISPATCHED), 1u) << "between two trials the cell goes on";
  broker.advance(60'000);
  ASSERT_EQ(broker.asked().size(), 2u);
  EXPECT_EQ(broker.asked()[1].clock().case_number(), second);
  broker.write_suspect_clock();
  EXPECT_EQ(broker.count(second, EVENT_KIND_BREACHED), 1u);
  broker.expect_every_fold_is_the_same();
}

// Found by the simulator (outage, seed 1): an acknowledgement that was on its way ended the trial before it had begun, another
// clock was named in its place, and the cell waited for ever.
TEST_F(PoisonedClock, AnAcknowledgementOfWhatWentBeforeEndsNoTrial) {
  const auto first = broker.request(2), second = broker.request(2);
  broker.crash();
  broker.advance(day_ms);
  const auto waited = broker.request(2);
  broker.let_clocks_be_tried(2);
  broker.hold_acks(true);
  broker.new_host();
  ASSERT_EQ(broker.count(waited, EVENT_KIND_DISPATCHED), 1u);
  broker.advance(60'000);
  ASSERT_EQ(broker.asked().size(), 1u);
  broker.hold_acks(false);
  const auto later = broker.request(2);
  broker.advance(60'000);
  EXPECT_TRUE(broker.kinds_of(later).empty());
  EXPECT_EQ(broker.asked().size(), 1u);
  broker.write_suspect_clock();
  EXPECT_EQ(broker.count(first, EVENT_KIND_BREACHED), 1u);
  EXPECT_EQ(broker.count(second, EVENT_KIND_BREACHED), 0u);
  EXPECT_EQ(broker.count(later, EVENT_KIND_DISPATCHED), 1u);
}

TEST_F(PoisonedClock, ACellIsClearWhenNothingIsDueAnyMore) {
  const auto number = a_case_that_is_due();
  broker.write_suspect_clock();
  broker.advance(5 * day_ms);
  EXPECT_GE(broker.count(number, EVENT_KIND_ESCALATED), 2u);
  EXPECT_EQ(broker.asked().size(), 1u) << "what falls due later fires as ever";
}

TEST_F(PoisonedClock, AClockThatIsSetAsideParksItsCaseAndTheStreetIsAskedAtOnce) {
  const auto number = a_parked_case();
  EXPECT_EQ(broker.count(number, EVENT_KIND_BREACHED), 0u);
  const auto parked = broker.last(number, EVENT_KIND_PARKED);
  EXPECT_EQ(parked.state(), v1::CASE_STATE_PARKED);
  EXPECT_EQ(parked.breach().clock(), v1::CLOCK_KIND_ARRANGE);
  EXPECT_EQ(parked.breach().generation(), 1u);
  const auto asked = broker.last(number);
  EXPECT_EQ(asked.kind(), EVENT_KIND_ESCALATED);
  EXPECT_EQ(asked.escalation().reason(), v1::ESCALATION_REASON_POISON);
  EXPECT_EQ(asked.escalation().to(), v1::RUNG_STREET);
  EXPECT_EQ(asked.holder().person(), "s1");
  ASSERT_EQ(asked.clocks_set_size(), 1);
  EXPECT_EQ(asked.clocks_set(0).kind(), v1::CLOCK_KIND_RUNG);
  EXPECT_EQ(asked.clocks_set(0).due_at_ms(), asked.at_ms() + day_ms);
  broker.expect_every_fold_is_the_same();
}

TEST_F(PoisonedClock, OnlyTheLadderClimbsWhileACaseIsParkedAndItsStepsAreRefused) {
  const auto number = a_parked_case();
  const auto refused = broker.act(number, ACTION_KIND_ACCEPT);
  EXPECT_EQ(refused->error(), v1::ERROR_CODE_STATE_REFUSES);
  broker.advance(40 * day_ms);
  EXPECT_EQ(broker.count(number, EVENT_KIND_BREACHED), 0u);
  const auto last = broker.last(number);
  EXPECT_EQ(last.escalation().to(), v1::RUNG_DISTRICT);
  EXPECT_EQ(last.escalation().reason(), v1::ESCALATION_REASON_MONTHLY) << "asked again each month";
  EXPECT_EQ(last.state(), v1::CASE_STATE_PARKED);
}

TEST_F(PoisonedClock, WhoMayLetsItGoOnWhereItWasAndItsClocksFireLateButOnce) {
  const auto number = a_parked_case();
  EXPECT_EQ(broker.act(number, ACTION_KIND_REPLAY_POISON)->error(), v1::ERROR_CODE_ROLE_REFUSES);
  EXPECT_EQ(broker.act(number, ACTION_KIND_REPLAY_POISON, unit)->error(), v1::ERROR_CODE_ROLE_REFUSES);
  broker.advance(3600'000);
  const auto done = broker.act(number, ACTION_KIND_REPLAY_POISON, desk);
  EXPECT_EQ(done->error(), 0u);
  EXPECT_EQ(done->state(), v1::CASE_STATE_DISPATCHED);
  EXPECT_EQ(broker.last(number, EVENT_KIND_UNPARKED).actor().principal(), "k1");
  broker.advance(1000);
  ASSERT_EQ(broker.count(number, EVENT_KIND_BREACHED), 1u);
  EXPECT_GT(broker.last(number, EVENT_KIND_BREACHED).breach().lateness_ms(), 3600'000);
  EXPECT_EQ(broker.act(number, ACTION_KIND_ACCEPT)->error(), 0u);
  broker.expect_every_fold_is_the_same();
}

TEST_F(PoisonedClock, AnAnsweredParkedCaseStaysUnderAClock) {
  const auto number = a_parked_case();
  EXPECT_EQ(broker.act(number, ACTION_KIND_ANSWER_ESCALATION, street)->error(), 0u);
  EXPECT_EQ(broker.last(number).clocks_set(0).kind(), v1::CLOCK_KIND_RUNG);
  broker.advance(2 * day_ms);
  EXPECT_EQ(broker.last(number).escalation().to(), v1::RUNG_DISTRICT);
}

TEST_F(PoisonedClock, AClockOfTheLadderThatIsSetAsideIsFollowedByAnotherOfItsKind) {
  const auto number = a_parked_case();
  broker.crash();
  broker.advance(2 * day_ms);
  broker.let_clocks_be_tried(2);
  broker.new_host();
  broker.advance(1000);
  ASSERT_EQ(broker.asked().back().clock().kind(), v1::CLOCK_KIND_RUNG);
  broker.set_clock_aside();
  EXPECT_EQ(broker.count(number, EVENT_KIND_PARKED), 2u);
  EXPECT_EQ(broker.last(number).clocks_set(0).generation(), 2u);
  EXPECT_EQ(broker.act(number, ACTION_KIND_REPLAY_POISON, street)->state(), v1::CASE_STATE_DISPATCHED);
  broker.expect_every_fold_is_the_same();
}

TEST_F(PoisonedClock, AHostThatComesAfterTheWordParksTheCaseBeforeAnythingElse) {
  const auto number = a_case_that_is_due();
  const auto word = broker.asked().back().clock();
  broker.crash();
  broker.set_clock_aside();
  const auto next = broker.request(2);
  broker.new_host();
  EXPECT_EQ(broker.last(number).state(), v1::CASE_STATE_PARKED);
  EXPECT_EQ(broker.count(next, EVENT_KIND_DISPATCHED), 1u);
  EXPECT_EQ(word.case_number(), number);
  broker.expect_every_fold_is_the_same();
}

TEST_F(PoisonedClock, AClockThatFiresBeforeASuspectedStepIsTriedByItself) {
  const auto number = broker.request(2);
  broker.crash();
  broker.advance(day_ms);
  broker.act(number, ACTION_KIND_ACCEPT);
  broker.suspect(2);
  broker.let_clocks_be_tried(2);
  broker.new_host();
  EXPECT_TRUE(broker.asked().empty()) << "the cause has its turn first";
  broker.write_suspect(2);
  ASSERT_EQ(broker.asked().size(), 1u);
  EXPECT_EQ(broker.count(number, EVENT_KIND_BREACHED), 0u);
  broker.write_suspect_clock();
  EXPECT_EQ(broker.count(number, EVENT_KIND_BREACHED), 1u);
  EXPECT_EQ(broker.last(number).kind(), EVENT_KIND_ACCEPTED);
  broker.expect_every_fold_is_the_same();
}

TEST(PoisonedFold, AHostSaysOnceOfEachCellThatItIsFolded) {
  FakeBroker broker;
  EXPECT_TRUE(broker.folded().empty()) << "there was nothing to fold";
  broker.request(2);
  broker.new_host();
  EXPECT_EQ(broker.folded().size(), 5u);
  broker.request(2);
  EXPECT_EQ(broker.folded().size(), 5u);
}

TEST(PoisonedFold, AParkedCellAnswersFromItsCheckpointAndDecidesNothing) {
  FakeBroker broker;
  broker.take_checkpoints(2);
  broker.new_host();
  const auto number = broker.request(2);
  broker.advance(1000);
  ASSERT_FALSE(broker.checkpoints_of(2).empty());
  broker.crash();
  const auto waits = broker.request(2);
  broker.park(2);
  broker.new_host();
  const auto answer = broker.ask(2, number, {v1::ROLE_OBSERVER});
  EXPECT_EQ(answer.parked_at(), broker.checkpoints_of(2).back().through() + 1);
  EXPECT_EQ(answer.cases(0).whole().state(), v1::CASE_STATE_DISPATCHED);
  broker.advance(3 * day_ms);
  EXPECT_EQ(broker.count(number, EVENT_KIND_BREACHED), 0u);
  EXPECT_TRUE(broker.kinds_of(waits).empty());
  EXPECT_EQ(broker.folded().back().stream(), 5u) << "its checkpoint was read, too";
}

}  // namespace
}  // namespace huying::host
