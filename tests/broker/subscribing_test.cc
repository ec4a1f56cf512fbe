#include <gtest/gtest.h>

#include "proto/errors.h"
#include "tests/broker/subscribing_world.h"

namespace huying::broker {
namespace {

class Subscribing : public SubscribingWorld {};

using Strings = std::vector<std::string>;

TEST_F(Subscribing, EachEventComesOnceInOrderUnderTheSubjectThatMatched) {
  world.say(2, subscribe_frame("wall", {"case.s.*.a-01.accepted", "escalation.>"}));
  world.round();
  commit_events({{v1::EVENT_KIND_ACCEPTED, v1::RUNG_UNSPECIFIED},
                 {v1::EVENT_KIND_FED_BACK, v1::RUNG_UNSPECIFIED},
                 {v1::EVENT_KIND_ESCALATED, v1::RUNG_UNIT}});
  const auto events = world.events(2);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].subject(), "case.s.a.a-01.accepted");
  EXPECT_EQ(events[1].subject(), "escalation.unit.s.a.a-01");
  EXPECT_EQ(events[1].index(), 2u);
}

TEST_F(Subscribing, AfterACrashTheUnacknowledgedComesAgainWithTheSameNumbers) {
  world.say(2, subscribe_frame("wall", {"case.>"}));
  world.round();
  for (int i = 0; i < 4; ++i) commit_events({{v1::EVENT_KIND_ACCEPTED, {}}, {v1::EVENT_KIND_FED_BACK, {}}});
  EXPECT_EQ(texts(2).size(), 8u);
  acknowledge(2, "wall", 5);  // in the middle of the third commit: cursors rest between records
  for (const auto& [name, cursor] : world.core().take_changed_cursors()) ASSERT_TRUE(world.journal().set_cursor(name, cursor));
  world.crash_and_restart();
  begin();
  world.say(2, subscribe_frame("wall", {"case.>"}));
  world.round();
  world.round();
  consumer = 4;
  EXPECT_EQ(texts(2), (Strings{"e5", "e6", "e7", "e8"}));
}

TEST_F(Subscribing, WithoutCreditItFallsBehindAndReadsOnFromTheJournal) {
  auto frame = subscribe_frame("wall", {"case.>"});
  frame.mutable_subscribe()->mutable_credit()->set_messages(3);
  world.say(2, frame);
  world.round();
  for (int i = 0; i < 3; ++i) commit_events({{v1::EVENT_KIND_ACCEPTED, {}}, {v1::EVENT_KIND_FED_BACK, {}}});
  EXPECT_EQ(texts(2), (Strings{"e1", "e2", "e3"}));
  v1::ClientFrame credit;
  credit.mutable_credit()->set_name("wall");
  credit.mutable_credit()->set_messages(100);
  credit.mutable_credit()->set_bytes(1 << 20);
  world.say(2, credit);
  world.round();
  EXPECT_EQ(texts(2), (Strings{"e4", "e5", "e6"}));
  commit_events({{v1::EVENT_KIND_ACCEPTED, {}}});
  world.round();
  EXPECT_EQ(texts(2), (Strings{"e7"})) << "at the head again";
}

TEST_F(Subscribing, FromTheStartSeesWhatWasThereBefore) {
  commit_events({{v1::EVENT_KIND_ACCEPTED, {}}});
  auto frame = subscribe_frame("late", {"case.>"});
  frame.mutable_subscribe()->set_start(true);
  world.say(2, frame);
  world.round();
  world.round();
  EXPECT_EQ(texts(2), (Strings{"e1"}));
}

TEST_F(Subscribing, ATokenResumesAndADamagedOneIsRefused) {
  world.say(2, subscribe_frame("wall", {"case.>"}));
  world.round();
  commit_events({{v1::EVENT_KIND_ACCEPTED, {}}});
  std::string token;
  world.pass(std::chrono::milliseconds(1100));
  world.round();
  for (const auto& f : world.frames(2))
    if (f.has_events() && f.events().has_progress()) token = f.events().progress().resume_token();
  ASSERT_FALSE(token.empty());
  commit_events({{v1::EVENT_KIND_FED_BACK, {}}});
  world.frames(2);
  auto frame = subscribe_frame("other", {"case.>"});
  frame.mutable_subscribe()->set_token(token);
  world.say(2, frame);
  world.round();
  consumer = 0;
  EXPECT_EQ(texts(2), (Strings{"e2"}));
  token[0] = static_cast<char>(token[0] + 1);
  frame.mutable_subscribe()->set_name("third");
  frame.mutable_subscribe()->set_token(token);
  world.say(2, frame);
  world.round();
  EXPECT_EQ(world.refusals(2).at(0).error(), v1::ERROR_CODE_TOKEN_INVALID);
}

TEST_F(Subscribing, ANameBelongsToOnePrincipalAndASecondSessionTakesItOver) {
  world.hello(12, "street-1", v1::ROLE_STREET_SUPERVISOR);
  world.hello(13, "desk-1", v1::ROLE_DESK);
  world.say(2, subscribe_frame("wall", {"case.>"}));
  world.round();
  world.say(13, subscribe_frame("wall", {"case.>"}));
  world.say(12, subscribe_frame("wall", {"case.>"}));
  world.round();
  EXPECT_EQ(world.refusals(13).at(0).error(), v1::ERROR_CODE_NAME_TAKEN);
  EXPECT_EQ(world.refusals(2).at(0).error(), v1::ERROR_CODE_SUBSCRIPTION_TAKEN_OVER);
  commit_events({{v1::EVENT_KIND_ACCEPTED, {}}});
  EXPECT_TRUE(world.events(2).empty());
  EXPECT_EQ(world.events(12).size(), 1u);
}

TEST_F(Subscribing, AWorkerReadsOnlyTheirOwnCells) {
  world.say(3, subscribe_frame("mine", {"case.s.a.a-01.>"}));
  world.say(3, subscribe_frame("all", {"case.>"}));
  world.say(1, subscribe_frame("no", {"case.>"}));
  world.round();
  EXPECT_EQ(world.refusals(3).at(0).error(), v1::ERROR_CODE_SUBJECT_NOT_ALLOWED);
  EXPECT_EQ(world.refusals(1).at(0).error(), v1::ERROR_CODE_SUBJECT_NOT_ALLOWED);
  commit_events({{v1::EVENT_KIND_ACCEPTED, {}}});
  EXPECT_EQ(world.events(3).size(), 1u);
}

TEST_F(Subscribing, ACellWithoutAHostIsAnnouncedAfterTenSecondsAndWhenItIsHeldAgain) {
  world.say(2, subscribe_frame("wall", {"coverage.>"}));
  world.round();
  v1::ClientFrame heartbeat;
  heartbeat.mutable_heartbeat();
  for (int i = 0; i < 16; ++i) {
    world.pass(std::chrono::seconds(1));
    world.say(2, heartbeat);
    world.round();
  }
  std::map<std::string, int> lost;
  for (const auto& event : world.events(2)) {
    v1::Coverage coverage;
    ASSERT_TRUE(coverage.ParseFromString(event.event()));
    EXPECT_EQ(coverage.change(), v1::Coverage::HOST_LOST);
    ++lost[event.subject()];
  }
  EXPECT_EQ(lost, (std::map<std::string, int>{{"coverage.s.a-01", 1}, {"coverage.s.a-02", 1}, {"coverage.s.desk", 1}}));
  world.host(6, "host-2");
  world.round();
  EXPECT_EQ(world.events(2).size(), 3u);
}

TEST_F(Subscribing, ARefusalReachesTheActorOnly) {
  world.say(2, subscribe_frame("wall", {"case.>"}));
  world.round();
  auto commit = world.commit_of(lease, 1, 0);
  auto& event = *commit.add_events();
  event.set_kind(v1::EVENT_KIND_ACTION_REFUSED);
  event.set_actor_only(true);
  event.set_event("private");
  world.commit(5, {commit});
  EXPECT_TRUE(world.events(2).empty());
}

}  // namespace
}  // namespace huying::broker
