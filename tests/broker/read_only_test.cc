// A broker that may write nothing: what it answers, what it refuses, and that nothing keeps it from starting.
#include <gmock/gmock.h>

#include "proto/errors.h"
#include "tests/broker/subscribing_world.h"

namespace huying::broker {
namespace {

using testing::HasSubstr;

v1::ClientFrame from_start(const std::string& name) {
  auto frame = subscribe_frame(name, {"case.>", "coverage.>"});
  frame.mutable_subscribe()->set_start(true);
  return frame;
}

class ReadOnlyBroker : public SubscribingWorld {
 protected:
  ReadOnlyBroker() {
    number_of_case = world.publish(1, request_for("r-1", "a-01")).case_number();
    ended = world.publish(1, request_for("r-2", "a-01")).case_number();
    world.say(2, subscribe_frame("board", {"case.>"}));
    world.round();
    commit_events({{v1::EVENT_KIND_ACCEPTED, v1::RUNG_CELL}});
    commit_events({{v1::EVENT_KIND_RESOLVED, v1::RUNG_CELL}});
    acknowledge(2, "board", 1);
    world.save_cursors();
  }
  void boot() {
    world.restart_read_only();
    effects = world.disk().effects();
    world.hello(1, "hotline", v1::ROLE_PUBLISHER);
    world.hello(2, "street-1", v1::ROLE_STREET_SUPERVISOR);
    world.hello(3, "worker-1", v1::ROLE_GRID_WORKER);
    world.hello(9, "administrator", v1::ROLE_ADMINISTRATOR);
    world.round();
  }
  v1::StatusReply status() {
    v1::ClientFrame frame;
    frame.mutable_status()->set_tag(1);
    world.frames(9);
    world.say(9, frame);
    world.round();
    for (const auto& answer : world.frames(9))
      if (answer.has_status()) return answer.status();
    return {};
  }

  std::string number_of_case, ended;
  std::uint64_t effects = 0;
};

TEST_F(ReadOnlyBroker, SaysSoToEverybodyAndInStatus) {
  boot();
  for (const std::uint64_t peer : {1, 2, 3, 9}) {
    const auto frames = world.frames(peer);
    ASSERT_FALSE(frames.empty());
    EXPECT_TRUE(frames.front().welcome().read_only());
    EXPECT_EQ(frames.front().welcome().missing(), "");
  }
  const auto told = status();
  EXPECT_TRUE(told.read_only());
  EXPECT_EQ(told.requests(), 2u);
  EXPECT_EQ(told.open_cases(), 2u);
  for (const auto& cell : told.leases()) EXPECT_EQ(cell.host(), "");
}

TEST_F(ReadOnlyBroker, RefusesWhatWouldBeWrittenByNumberAndWritesNothing) {
  boot();
  EXPECT_EQ(world.publish(1, request_for("r-3", "a-01")).error(), v1::ERROR_CODE_READ_ONLY);
  EXPECT_EQ(world.publish(1, request_for("r-1", "a-01")).error(), v1::ERROR_CODE_READ_ONLY);
  world.say(3, act_frame(7, "a-1", number_of_case, v1::ACTION_KIND_ACCEPT));
  world.round();
  const auto replies = world.action_replies(3);
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_EQ(replies[0].error(), v1::ERROR_CODE_READ_ONLY);
  EXPECT_EQ(replies[0].stage(), v1::ActionReply::REFUSED);
  v1::ClientFrame directory;
  directory.mutable_publish_directory()->set_parts(1);
  world.frames(9);
  world.say(9, directory);
  world.round();
  EXPECT_EQ(world.frames(9).at(0).publish_directory().error(), v1::ERROR_CODE_READ_ONLY);
  for (int seconds = 0; seconds < 60; ++seconds) {  // no host for long: announced nowhere
    world.pass(std::chrono::seconds(1));
    for (const std::uint64_t peer : {1, 2, 3, 9}) {
      v1::ClientFrame heartbeat;
      heartbeat.mutable_heartbeat();
      world.say(peer, heartbeat);
    }
    world.round();
  }
  EXPECT_FALSE(world.core().work_left());
  EXPECT_EQ(world.disk().effects(), effects);
}

TEST_F(ReadOnlyBroker, LetsNoHostIn) {
  boot();
  world.hello(5, "host-1", v1::ROLE_HOST);
  world.round();
  const auto refusals = world.refusals(5);
  ASSERT_EQ(refusals.size(), 1u);
  EXPECT_EQ(refusals[0].error(), v1::ERROR_CODE_READ_ONLY);
  EXPECT_TRUE(refusals[0].session_over());
}

TEST_F(ReadOnlyBroker, ANameGoesOnWhereItWasAndANewOneIsRefused) {
  boot();
  world.frames(2);
  world.say(2, subscribe_frame("board", {"case.>"}));
  world.round();
  const auto events = world.events(2);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].consumer_sequence(), 2u);
  acknowledge(2, "board", 2);
  for (const auto& frame : {from_start("board"), subscribe_frame("new", {"case.>"})}) {
    world.say(2, frame);
    world.round();
    EXPECT_EQ(world.refusals(2).at(0).error(), v1::ERROR_CODE_READ_ONLY);
  }
  v1::ClientFrame forget;
  forget.mutable_unsubscribe()->set_name("board");
  forget.mutable_unsubscribe()->set_forget(true);
  world.say(2, forget);
  world.round();
  EXPECT_EQ(world.refusals(2).at(0).error(), v1::ERROR_CODE_READ_ONLY);
  world.say(2, from_start(""));
  world.round();
  EXPECT_GE(world.events(2).size(), 2u);
  EXPECT_EQ(world.disk().effects(), effects);
}

TEST_F(ReadOnlyBroker, AnswersForItselfAndSaysWhyNoHostCan) {
  boot();
  v1::ClientFrame fetch, query;
  fetch.mutable_fetch()->set_case_number(number_of_case);
  fetch.mutable_fetch()->set_part(v1::FETCH_PART_TEXT);
  query.mutable_query()->set_case_number(number_of_case);
  world.frames(3);
  world.say(3, fetch);
  world.say(3, query);
  world.round();
  const auto frames = world.frames(3);
  ASSERT_EQ(frames.size(), 2u);
  std::string text;
  std::uint32_t error = 0;
  for (const auto& frame : frames) {
    if (frame.has_fetch_reply()) text = frame.fetch_reply().text().plain();
    if (frame.has_query_reply()) error = frame.query_reply().error();
  }
  EXPECT_EQ(text, "路灯不亮");
  EXPECT_EQ(error, v1::ERROR_CODE_READ_ONLY);
}

// Whichever sector is bad: it starts, tells what is missing, and answers whatever it is asked.
TEST_F(ReadOnlyBroker, StartsOverAnyBadSectorAndTellsWhatIsMissing) {
  const journal::MemoryDisk whole = world.disk().copy();
  const std::string segment = "/data/journal/00000001-0000.segment";
  const std::size_t sectors = whole.contents(segment).size() / journal::sector_bytes;
  std::size_t told = 0;
  for (std::size_t sector = 0; sector < sectors; ++sector) {
    SCOPED_TRACE(sector);
    std::string bytes = whole.contents(segment);
    bytes.replace(sector * journal::sector_bytes, journal::sector_bytes, journal::sector_bytes, '\0');
    world.restart_read_only();
    world.disk().set_contents(segment, bytes);
    boot();
    const auto reply = status();
    const std::string missing = world.core().configured() ? reply.missing() : std::string();
    told += missing.find("batch") != std::string::npos;
    world.say(2, from_start(""));
    v1::ClientFrame fetch;
    for (const auto& number_asked : {number_of_case, ended}) {
      fetch.mutable_fetch()->set_case_number(number_asked);
      fetch.mutable_fetch()->set_part(v1::FETCH_PART_TEXT);
      world.say(3, fetch);
    }
    do world.round();
    while (world.core().work_left());
    EXPECT_EQ(world.disk().effects(), effects);
    world.disk().set_contents(segment, whole.contents(segment));
  }
  EXPECT_GT(told, 2u);
}

}  // namespace
}  // namespace huying::broker
