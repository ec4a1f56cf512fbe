#include <gtest/gtest.h>

#include "base/limits.h"
#include "proto/errors.h"
#include "tests/broker/broker_world.h"

namespace huying::broker {
namespace {

TEST(Session, EverythingBeforeHelloIsRefused) {
  BrokerWorld world;
  v1::ClientFrame frame;
  frame.mutable_publish()->set_tag(1);
  world.say(1, frame);
  world.round();
  const auto refusals = world.refusals(1);
  ASSERT_EQ(refusals.size(), 1u);
  EXPECT_EQ(refusals[0].error(), v1::ERROR_CODE_NO_SESSION);
  EXPECT_TRUE(refusals[0].session_over());
}

TEST(Session, RubbishIsRefusedByNumberAndTheSessionGoesOn) {
  BrokerWorld world;
  world.hello(1, "hotline", v1::ROLE_PUBLISHER);
  world.say_bytes(1, "\xff\xff\xff");
  world.say_bytes(1, "", 1);
  world.say_bytes(1, "x", 1000);
  world.say_bytes(1, std::string(limits::frame_bytes_max + 1, 'a'));
  world.round();
  std::vector<std::uint32_t> errors;
  for (const auto& refusal : world.refusals(1)) {
    errors.push_back(refusal.error());
    EXPECT_FALSE(refusal.session_over());
  }
  EXPECT_EQ(errors, (std::vector<std::uint32_t>{v1::ERROR_CODE_FRAME_UNREADABLE, v1::ERROR_CODE_FRAME_UNREADABLE,
                                                v1::ERROR_CODE_FRAME_PARTS, v1::ERROR_CODE_FRAME_TOO_LARGE}));
  EXPECT_EQ(world.publish(1, request_for("1", "a-01")).error(), 0u);
}

// Found by the simulator (network, seed 12): a Hello that came twice ended what the session had begun after the first.
TEST(Session, TheSameHelloTwiceIsOneSession) {
  BrokerWorld world;
  const auto leases = world.host(1, "host-1");
  ASSERT_FALSE(leases.empty());
  world.frames(1);
  world.hello(1, "host-1", v1::ROLE_HOST);
  world.round();
  const auto frames = world.frames(1);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_TRUE(frames[0].has_welcome());
  world.commit(1, {BrokerWorld::commit_of(leases.begin()->second, 1, 0)});
  const auto acks = world.commit_acks(1);
  ASSERT_EQ(acks.size(), 1u);
  EXPECT_EQ(acks[0].error(), 0u) << "it still holds its cells";
}

TEST(Session, WhoIsNotInTheDirectoryOrNotInThatRoleIsRefused) {
  BrokerWorld world;
  world.hello(1, "stranger", v1::ROLE_PUBLISHER);
  world.hello(2, "hotline", v1::ROLE_HOST);
  world.round();
  EXPECT_EQ(world.refusals(1).at(0).error(), v1::ERROR_CODE_UNKNOWN_PRINCIPAL);
  EXPECT_EQ(world.refusals(2).at(0).error(), v1::ERROR_CODE_ROLE_NOT_HELD);
}

TEST(Session, WithoutADirectoryOnlyTheAdministratorIsLetIn) {
  BrokerWorld world(false);
  world.hello(1, "hotline", v1::ROLE_PUBLISHER);
  world.hello(2, "administrator", v1::ROLE_ADMINISTRATOR);
  world.round();
  EXPECT_EQ(world.refusals(1).at(0).error(), v1::ERROR_CODE_NO_CONFIGURATION);
  EXPECT_TRUE(world.frames(2).at(0).has_welcome());
}

TEST(Session, SilenceEndsItAndHeartbeatsKeepIt) {
  BrokerWorld world;
  world.hello(1, "hotline", v1::ROLE_PUBLISHER);
  world.hello(2, "gateway", v1::ROLE_GATEWAY);
  world.round();
  v1::ClientFrame heartbeat;
  heartbeat.mutable_heartbeat();
  for (int i = 0; i < 8; ++i) {
    world.pass(std::chrono::milliseconds(500));
    world.say(2, heartbeat);
    world.round();
  }
  EXPECT_FALSE(world.core().has_session(PeerId(1)));
  EXPECT_TRUE(world.core().has_session(PeerId(2)));
  int heartbeats = 0;
  for (const auto& frame : world.frames(2)) heartbeats += frame.has_heartbeat();
  EXPECT_GE(heartbeats, 7) << "the broker is heard of as well";
}

TEST(Session, ASecondSessionOfAHostFencesTheFirst) {
  BrokerWorld world;
  const auto first = world.host(1, "host-1");
  const auto second = world.host(2, "host-1");
  EXPECT_EQ(world.refusals(1).at(0).error(), v1::ERROR_CODE_SESSION_FENCED);
  ASSERT_EQ(second.size(), first.size());
  EXPECT_GT(second.at("a-01").epoch().grant(), first.at("a-01").epoch().grant());
}

TEST(Session, TheAdministratorSeesHowLargeTheJournalIs) {
  BrokerWorld world;
  world.hello(1, "administrator", v1::ROLE_ADMINISTRATOR);
  world.core().set_journal_bytes(12'345);
  v1::ClientFrame frame;
  frame.mutable_status();
  world.say(1, frame);
  world.round();
  std::uint64_t bytes = 0;
  for (const auto& got : world.frames(1))
    if (got.has_status()) bytes = got.status().journal_bytes();
  EXPECT_EQ(bytes, 12'345u);
}

}  // namespace
}  // namespace huying::broker
