// While a reopening waits to be decided, every other step on the ended case is refused: it would be told of an ending that
// is perhaps not the last one. Whoever starts anew meanwhile, broker or host.
#include <gtest/gtest.h>

#include "proto/errors.h"
#include "tests/broker/broker_world.h"

namespace huying::broker {
namespace {

class Reopening : public testing::Test {
 protected:
  Reopening() {
    begin();
    case_number = world.publish(1, request_for("r-1", "a-01")).case_number();
    lease = world.host(5, "host-1").at("a-01");
    world.commit(5, {world.commit_of(lease, 1, 1), ending(2, 2)});
  }
  void begin() {
    world.hello(1, "hotline", v1::ROLE_PUBLISHER);
    world.hello(2, "unit-1", v1::ROLE_UNIT_SUPERVISOR);
    world.hello(3, "worker-1", v1::ROLE_GRID_WORKER);
    world.round();
    for (const auto peer : {1, 2, 3}) world.frames(peer);
  }
  std::uint64_t last_sequence() { return world.journal().last_sequence(lease_stream).value; }
  v1::Commit with_effect(std::uint64_t number, std::uint64_t cause, v1::CaseEffect::Kind kind) {
    auto commit = world.commit_of(lease, number, cause);
    auto& effect = *commit.add_effects();
    effect.set_case_number(case_number);
    effect.set_kind(kind);
    return commit;
  }
  v1::Commit ending(std::uint64_t number, std::uint64_t cause) {
    auto commit = with_effect(number, cause, v1::CaseEffect::ENDED);
    v1::CaseEvent event;
    event.set_case_number(case_number);
    event.mutable_whole()->set_case_number(case_number);
    auto& committed = *commit.add_events();
    committed.set_kind(v1::EVENT_KIND_CLOSED);
    committed.set_event(event.SerializeAsString());
    return commit;
  }
  v1::ActionReply step(std::uint64_t peer, const std::string& id, v1::ActionKind kind) {
    world.action_replies(peer);
    world.say(peer, act_frame(1, id, case_number, kind));
    world.round();
    const auto replies = world.action_replies(peer);
    EXPECT_EQ(replies.size(), 1u);
    return replies.empty() ? v1::ActionReply() : replies[0];
  }
  void expect_busy(const std::string& when) {
    static int serial = 0;
    const auto id = "other-" + std::to_string(++serial);
    for (const auto kind : {v1::ACTION_KIND_REOPEN, v1::ACTION_KIND_ADD_NOTE}) {
      const auto refused = step(3, id + v1::ActionKind_Name(kind), kind);
      EXPECT_EQ(refused.stage(), v1::ActionReply::REFUSED) << when;
      EXPECT_EQ(refused.error(), v1::ERROR_CODE_BUSY) << when;
      EXPECT_GT(refused.retry_after_ms(), 0u) << "it is for now";
    }
    EXPECT_EQ(step(2, "reopen", v1::ACTION_KIND_REOPEN).stage(), v1::ActionReply::RECEIVED)
        << "the step itself, asked again, " << when;
  }

  static constexpr StreamId lease_stream{2};
  BrokerWorld world;
  std::string case_number;
  v1::Lease lease;
};

TEST_F(Reopening, KeepsOtherStepsOutUntilItIsDecidedWhoeverStartsAnew) {
  ASSERT_EQ(step(2, "reopen", v1::ACTION_KIND_REOPEN).stage(), v1::ActionReply::RECEIVED);
  const auto cause = last_sequence();
  expect_busy("at once");
  world.hello(5, "host-1", v1::ROLE_HOST);  // another session of the host: the one before is gone
  world.round();
  expect_busy("after the host began anew");
  for (int restarts = 0; restarts < 2; ++restarts) {
    world.crash_and_restart();
    begin();
    expect_busy("after the broker began anew");
  }
  lease = world.host(5, "host-1").at("a-01");
  world.commit(5, {with_effect(1, cause, v1::CaseEffect::OPENED)});
  EXPECT_EQ(step(3, "now", v1::ACTION_KIND_ADD_NOTE).stage(), v1::ActionReply::RECEIVED);
}

TEST_F(Reopening, KeepsOtherStepsOutAfterAStartFromASnapshotToo) {
  ASSERT_EQ(step(2, "reopen", v1::ACTION_KIND_REOPEN).stage(), v1::ActionReply::RECEIVED);
  ASSERT_TRUE(write_snapshot(world.core(), world.journal()));
  world.expect_one_state();
  world.crash_and_restart();
  begin();
  expect_busy("after a start from a snapshot");
}

TEST_F(Reopening, ThatIsRefusedOrDecidedBeforeARestartKeepsNobodyOut) {
  ASSERT_EQ(step(2, "reopen", v1::ACTION_KIND_REOPEN).stage(), v1::ActionReply::RECEIVED);
  world.commit(5, {world.commit_of(lease, 3, last_sequence())});  // refused: the case stays as it ended
  EXPECT_EQ(step(3, "one", v1::ACTION_KIND_ADD_NOTE).stage(), v1::ActionReply::RECEIVED);
  world.commit(5, {world.commit_of(lease, 4, last_sequence())});
  world.crash_and_restart();
  begin();
  EXPECT_EQ(step(3, "two", v1::ACTION_KIND_ADD_NOTE).stage(), v1::ActionReply::RECEIVED);
  EXPECT_EQ(step(2, "again", v1::ACTION_KIND_REOPEN).stage(), v1::ActionReply::RECEIVED);
}

TEST_F(Reopening, OnlyOneOfTwoInTheSameRoundIsTaken) {
  world.say(2, act_frame(1, "reopen", case_number, v1::ACTION_KIND_REOPEN));
  world.say(3, act_frame(2, "me-too", case_number, v1::ACTION_KIND_REOPEN));
  world.round();
  world.round();
  const auto first = world.action_replies(2), second = world.action_replies(3);
  ASSERT_EQ(first.size(), 1u);
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(first[0].stage(), v1::ActionReply::RECEIVED);
  EXPECT_EQ(second[0].error(), v1::ERROR_CODE_BUSY);
}

}  // namespace
}  // namespace huying::broker
