// A host and a cause that may end it: tried alone, set aside, let be decided again; and what it cannot read or fold.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/workers/host/fake_broker.h"

namespace huying::host {
namespace {

using enum v1::ActionKind;
using enum v1::EventKind;

std::vector<v1::Trouble> troubles(const FakeBroker& broker) {
  std::vector<v1::Trouble> told;
  for (const auto& frame : broker.frames())
    if (frame.has_trouble()) told.push_back(frame.trouble());
  return told;
}

std::map<int, v1::ClockSet> clocks_set_by(const v1::CaseEvent& event) {
  std::map<int, v1::ClockSet> set;
  for (const auto& clock : event.clocks_set()) set[clock.kind()] = clock;
  return set;
}

// The request that the broker set aside, as it comes to the desk.
std::string set_aside_message(const std::string& number, std::uint32_t stream, std::int64_t recorded_at_ms) {
  v1::CellMessage message;
  auto& filed = *message.mutable_set_aside()->mutable_filed();
  filed.set_case_number(number);
  filed.mutable_filed()->set_category("general");
  filed.mutable_filed()->set_source("made-up-source");
  auto& detail = *filed.mutable_filed()->mutable_set_aside();
  detail.set_stream(stream);
  detail.set_kind(v1::RECORD_KIND_REQUEST);
  detail.set_recorded_at_ms(recorded_at_ms);
  return message.SerializeAsString();
}

TEST(Poison, ASuspectedCauseIsDecidedAloneAndOnlyAfterItsSuspectRecord) {
  FakeBroker broker;
  broker.crash();
  const auto first = broker.request(2), second = broker.request(2), elsewhere = broker.request(3);
  broker.suspect(2);
  broker.new_host();
  EXPECT_TRUE(broker.kinds_of(first).empty());
  EXPECT_EQ(broker.count(elsewhere, EVENT_KIND_DISPATCHED), 1u) << "other cells go on";
  broker.hold_acks(true);
  broker.write_suspect(2);
  const auto third = broker.request(2);
  EXPECT_EQ(broker.count(first, EVENT_KIND_DISPATCHED), 1u);
  EXPECT_TRUE(broker.kinds_of(second).empty()) << "until the commit is acknowledged";
  broker.hold_acks(false);
  EXPECT_EQ(broker.count(second, EVENT_KIND_DISPATCHED), 1u);
  EXPECT_EQ(broker.count(third, EVENT_KIND_DISPATCHED), 1u);
  broker.expect_every_fold_is_the_same();
}

TEST(Poison, NoClockFiresWhileACauseOfTheCellIsSuspectedAndEachFiresOnceAfter) {
  FakeBroker broker;
  const auto early = broker.request(2);
  broker.crash();
  broker.request(2);
  broker.suspect(2);
  broker.new_host();
  broker.advance(2 * day_ms);
  EXPECT_EQ(broker.count(early, EVENT_KIND_BREACHED), 0u);
  broker.write_suspect(2);
  broker.advance(60'000);
  EXPECT_EQ(broker.count(early, EVENT_KIND_BREACHED), 1u);
}

TEST(Poison, ACauseThatIsSetAsideIsSkippedAndTheDesksCaseHasTheClocksThatItsCellWouldHaveSet) {
  FakeBroker broker;
  broker.crash();
  const auto bad = broker.request(2), good = broker.request(2);
  const auto recorded_at_ms = broker.now_ms();
  broker.suspect(2);
  broker.new_host();
  broker.set_aside(2);
  EXPECT_TRUE(broker.kinds_of(bad).empty());
  EXPECT_EQ(broker.count(good, EVENT_KIND_DISPATCHED), 1u);

  broker.advance(3600'000);
  broker.append(1, v1::RECORD_KIND_MESSAGE, set_aside_message(bad, 2, recorded_at_ms));
  ASSERT_EQ(broker.stream_of(bad), 1u);
  const auto filed = broker.last(bad, EVENT_KIND_FILED);
  EXPECT_EQ(filed.state(), v1::CASE_STATE_AT_DESK);
  auto clocks = clocks_set_by(filed);
  const auto& by_cell = broker.last(good, EVENT_KIND_DISPATCHED);
  for (const auto& [kind, clock] : clocks_set_by(by_cell)) EXPECT_EQ(clocks[kind].due_at_ms(), clock.due_at_ms());
  EXPECT_TRUE(clocks.contains(v1::CLOCK_KIND_DESK));

  // A step that was queued behind it in the cell is sent on, and the desk can assign it to its cell.
  EXPECT_EQ(broker.act_in(2, bad, ACTION_KIND_ASSIGN, {"k1", {v1::ROLE_DESK}, "", "v1-01"})->error(), 0u);
  EXPECT_EQ(broker.stream_of(bad), 2u);
  EXPECT_TRUE(broker.last(bad, EVENT_KIND_TRANSFERRED_IN).clocks_set().empty()) << "never restarted";
  EXPECT_EQ(broker.act(bad, ACTION_KIND_ACCEPT)->error(), 0u);
  broker.expect_every_fold_is_the_same();
}

TEST(Poison, AStepThatWasSetAsideIsSentOnWhenThePersonOfTheDeskSaysSoAndThatEndsTheMatter) {
  FakeBroker broker;
  const auto number = broker.request(2);
  v1::ActionStamped step;
  step.set_action_id("bad-step");
  step.set_case_number(number);
  step.set_kind(ACTION_KIND_ACCEPT);
  step.mutable_actor()->set_principal("w2");
  step.mutable_actor()->set_role(v1::ROLE_GRID_WORKER);
  step.add_roles(v1::ROLE_GRID_WORKER);
  v1::RequestFiled matter;
  matter.set_case_number("WY-261123-9001-1");
  matter.mutable_filed()->set_category("general");
  auto& detail = *matter.mutable_filed()->mutable_set_aside();
  detail.set_stream(2);
  detail.set_kind(v1::RECORD_KIND_ACTION);
  detail.set_step(step.SerializeAsString());
  broker.append(1, v1::RECORD_KIND_REQUEST, matter.SerializeAsString());
  const auto own = matter.case_number();
  ASSERT_EQ(broker.last(own).state(), v1::CASE_STATE_AT_DESK);

  const ActionSpec desk{"k1", {v1::ROLE_DESK}}, worker{"w2", {v1::ROLE_GRID_WORKER}};
  EXPECT_EQ(broker.act(own, ACTION_KIND_REPLAY_POISON, worker)->error(), v1::ERROR_CODE_ROLE_REFUSES);
  broker.act(own, ACTION_KIND_REPLAY_POISON, desk);
  EXPECT_EQ(broker.last(own).kind(), EVENT_KIND_CLOSED);
  EXPECT_EQ(broker.count(number, EVENT_KIND_ACCEPTED), 1u);
  EXPECT_EQ(broker.last(number).actor().principal(), "w2");
  broker.expect_every_fold_is_the_same();
}

TEST(Poison, ACaseAtTheDeskThatIsNotAboutAStepCannotBeDecidedAgain) {
  FakeBroker broker;
  const auto number = broker.request(1);
  const ActionSpec desk{"k1", {v1::ROLE_DESK}};
  const auto refused = broker.act(number, ACTION_KIND_REPLAY_POISON, desk);
  EXPECT_EQ(refused->error(), v1::ERROR_CODE_STATE_REFUSES);
  EXPECT_EQ(std::count(refused->allowed().begin(), refused->allowed().end(), ACTION_KIND_REPLAY_POISON), 0);
}

TEST(Poison, ACauseThatCannotBeReadIsToldOf) {
  FakeBroker broker;
  broker.append(2, v1::RECORD_KIND_REQUEST, "\xff\xff not a message");
  const auto told = troubles(broker);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].kind(), v1::Trouble::CAUSE_UNREADABLE);
  EXPECT_EQ(told[0].stream(), 2u);
  EXPECT_EQ(told[0].sequence(), 3u) << "behind the directory's change and its commit";
}

TEST(Poison, ACellThatCannotBeFoldedIsToldOfAndAnswersFromWhatWasBefore) {
  FakeBroker broker;
  const auto number = broker.request(2);
  broker.revoke(2);
  broker.append(2, v1::RECORD_KIND_COMMIT, "\xff\xff not a commit");
  broker.grant(2);
  const auto told = troubles(broker);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].kind(), v1::Trouble::FOLD_UNREADABLE);
  const auto answer = broker.ask(2, number, {v1::ROLE_OBSERVER});
  EXPECT_EQ(answer.parked_at(), told[0].sequence());
  EXPECT_EQ(answer.cases(0).whole().state(), v1::CASE_STATE_DISPATCHED);
}

}  // namespace
}  // namespace huying::host
