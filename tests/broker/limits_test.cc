// Goal: what is too much is refused early, by number and with a hint when to try again; what was accepted goes on; and
// without room on the disk nothing is lost, and all goes on by itself when there is room again.
#include "base/limits.h"

#include <gtest/gtest.h>

#include "broker/round.h"
#include "proto/errors.h"
#include "tests/broker/broker_world.h"

namespace huying::broker {
namespace {

constexpr std::uint64_t plenty = std::uint64_t{1} << 40;

class Limits : public testing::Test {
 protected:
  Limits() {
    world.hello(1, "hotline", v1::ROLE_PUBLISHER);
    world.hello(3, "worker-1", v1::ROLE_GRID_WORKER);
    world.round();
    lease = world.host(5, "host-1").at("a-01");
    for (const auto peer : {1, 3, 5}) world.frames(peer);
  }
  // The cause that the host of a-01 was handed last.
  std::uint64_t last_cause() {
    for (const auto& delivery : world.deliveries(5))
      if (delivery.stream() == lease.stream()) cause = delivery.sequence();
    return cause;
  }
  std::uint32_t commit(std::uint64_t consumes) {
    world.commit(5, {world.commit_of(lease, ++commits, consumes)});
    return world.commit_acks(5).at(0).error();
  }
  // A case in a-01, opened by its host.
  std::string open_case(const std::string& source_id) {
    const auto number = world.publish(1, request_for(source_id, "a-01")).case_number();
    auto one = world.commit_of(lease, ++commits, last_cause());
    one.add_effects()->set_case_number(number);
    one.mutable_effects(0)->set_kind(v1::CaseEffect::OPENED);
    world.commit(5, {one});
    EXPECT_EQ(world.commit_acks(5).at(0).error(), 0u);
    return number;
  }
  void beat() {  // everybody is heard of
    v1::ClientFrame heartbeat, wake;
    heartbeat.mutable_heartbeat();
    wake.mutable_wake()->set_next_wake_within_ms(4'000);
    world.say(1, heartbeat);
    world.say(3, heartbeat);
    world.say(5, wake);
    world.pass(std::chrono::milliseconds(60));
    world.round();
  }
  BrokerWorld world;
  v1::Lease lease;
  std::uint64_t commits = 0, cause = 1;
};

TEST_F(Limits, below_the_first_watermark_requests_are_refused_with_a_hint_and_cases_go_on) {
  EXPECT_EQ(commit(1), 0u);  // the configuration
  const auto number = open_case("r-1");
  world.core().set_free_bytes(limits::free_bytes_first_watermark - 1);
  const auto refused = world.publish(1, request_for("r-2", "a-01"));
  EXPECT_EQ(refused.error(), std::uint32_t{v1::ERROR_CODE_DISK_LOW});
  EXPECT_GT(refused.retry_after_ms(), 0u);
  world.say(3, act_frame(1, "a-1", number, v1::ACTION_KIND_ACCEPT));
  world.round();
  EXPECT_EQ(world.action_replies(3).at(0).stage(), v1::ActionReply::RECEIVED);
  EXPECT_EQ(commit(last_cause()), 0u);
  world.core().set_free_bytes(plenty);
  EXPECT_EQ(world.publish(1, request_for("r-2", "a-01")).error(), 0u);
}

TEST_F(Limits, below_the_second_watermark_commits_are_held_and_with_room_all_goes_on_by_itself) {
  EXPECT_EQ(commit(1), 0u);
  const auto number = open_case("r-1");
  world.publish(1, request_for("r-2", "a-01"));
  const auto waiting = last_cause();
  world.core().set_free_bytes(limits::free_bytes_second_watermark - 1);
  const auto batches = world.journal().batches();

  world.say(3, act_frame(1, "a-1", number, v1::ACTION_KIND_ACCEPT));
  world.round();
  const auto reply = world.action_replies(3).at(0);
  EXPECT_EQ(reply.stage(), v1::ActionReply::REFUSED);
  EXPECT_EQ(reply.error(), std::uint32_t{v1::ERROR_CODE_JOURNAL_FULL});
  EXPECT_GT(reply.retry_after_ms(), 0u);
  world.commit(5, {world.commit_of(lease, ++commits, waiting)});
  world.commit(5, {world.commit_of(lease, ++commits, 0)});
  EXPECT_TRUE(world.commit_acks(5).empty()) << "neither taken nor refused";
  for (int i = 0; i < 300; ++i) beat();  // 18 s: longer than any silence, promise or takeover
  EXPECT_EQ(world.journal().batches(), batches) << "nothing is written";
  for (const auto& frame : world.frames(5)) {
    EXPECT_EQ(frame.leases().granted_size(), 0);
    EXPECT_EQ(frame.leases().revoked_size(), 0) << "nobody is judged by what could not be decided";
  }
  EXPECT_TRUE(world.core().has_session(PeerId(5)));
  EXPECT_FALSE(world.core().work_left()) << "the loop rests while it waits";

  world.core().set_free_bytes(plenty);
  beat();
  const auto acks = world.commit_acks(5);
  ASSERT_EQ(acks.size(), 2u) << "both, in their order";
  EXPECT_EQ(acks[0].error(), 0u);
  EXPECT_EQ(acks[1].error(), 0u);
  EXPECT_LT(acks[0].sequence(), acks[1].sequence());
  EXPECT_EQ(world.publish(1, request_for("r-3", "a-01")).error(), 0u);
}

TEST_F(Limits, commits_that_are_held_for_a_host_that_left_are_dropped) {
  EXPECT_EQ(commit(1), 0u);
  world.core().set_free_bytes(limits::free_bytes_second_watermark - 1);
  world.commit(5, {world.commit_of(lease, ++commits, 0)});
  v1::ClientFrame goodbye;
  goodbye.mutable_goodbye();
  world.say(5, goodbye);
  world.round();
  const auto batches = world.journal().batches();
  world.core().set_free_bytes(plenty);
  world.round();
  EXPECT_EQ(world.journal().batches(), batches);
}

TEST_F(Limits, a_directory_that_is_on_its_way_waits_for_room_without_work) {
  auto configuration = small_configuration();
  configuration.mutable_policy()->set_name("another");
  world.core().set_free_bytes(limits::free_bytes_second_watermark - 1);
  world.hello(9, "administrator", v1::ROLE_ADMINISTRATOR);
  v1::ClientFrame frame;
  frame.mutable_publish_directory()->set_parts(1);
  world.say(9, frame);
  world.round();
  bool refused = false;
  for (const auto& one : world.frames(9))
    refused |= one.publish_directory().error() == std::uint32_t{v1::ERROR_CODE_DISK_LOW};
  EXPECT_TRUE(refused);
}

// Something else fills the disk between two looks: the journal itself refuses, before it wrote anything.
TEST_F(Limits, when_the_journal_itself_has_no_room_the_round_waits_and_is_then_written_as_it_was) {
  world.disk().set_free_bytes(0);
  int asked = 0;
  v1::ClientFrame frame;
  frame.mutable_publish()->set_tag(1);
  *frame.mutable_publish()->mutable_request() = request_for("r-1", "a-01");
  ASSERT_TRUE(world.try_round_waiting([&](const Error& error) {
    EXPECT_EQ(error.code, std::uint32_t{v1::ERROR_CODE_JOURNAL_FULL});
    EXPECT_GE(world.core().signs_of_life().size(), 3u) << "sessions are kept alive meanwhile";
    if (++asked == 3) world.disk().set_free_bytes(plenty);
    return true;
  }, 1, frame));
  EXPECT_EQ(asked, 3);
  const auto acks = world.publish_acks(1);
  ASSERT_EQ(acks.size(), 1u);
  EXPECT_EQ(acks[0].error(), 0u);
  EXPECT_FALSE(acks[0].case_number().empty());
  world.crash_and_restart();
  world.hello(1, "hotline", v1::ROLE_PUBLISHER);
  world.round();
  world.frames(1);
  EXPECT_TRUE(world.publish(1, request_for("r-1", "a-01")).known());
}

TEST_F(Limits, told_to_stop_while_it_waits_the_round_ends_with_the_error) {
  world.disk().set_free_bytes(0);
  v1::ClientFrame frame;
  frame.mutable_publish()->set_tag(1);
  *frame.mutable_publish()->mutable_request() = request_for("r-1", "a-01");
  EXPECT_FALSE(world.try_round_waiting([](const Error&) { return false; }, 1, frame));
  EXPECT_TRUE(world.publish_acks(1).empty());
}

TEST(LimitsOfWork, too_many_undecided_causes_refuse_requests_with_a_hint_until_some_are_decided) {
  CoreOptions options;
  options.causes_undecided_max = 10;
  BrokerWorld world(true, options);
  world.hello(1, "hotline", v1::ROLE_PUBLISHER);
  world.round();
  world.frames(1);
  v1::PublishAck refused;
  int taken = 0;
  for (int i = 0; i < 20 && refused.error() == 0; ++i) {
    refused = world.publish(1, request_for("r-" + std::to_string(i), "a-01"));
    taken += refused.error() == 0;
  }
  EXPECT_EQ(refused.error(), std::uint32_t{v1::ERROR_CODE_BUSY});
  EXPECT_GT(refused.retry_after_ms(), 0u);
  EXPECT_EQ(taken, 7) << "three causes are the configuration's";
  world.crash_and_restart();
  world.hello(1, "hotline", v1::ROLE_PUBLISHER);
  world.round();
  world.frames(1);
  const auto again = world.publish(1, request_for("late", "a-01"));
  EXPECT_EQ(again.error(), std::uint32_t{v1::ERROR_CODE_BUSY}) << "counted anew";
  const auto lease = world.host(5, "host-1").at("a-01");
  world.commit(5, {world.commit_of(lease, 1, 1)});
  EXPECT_EQ(world.publish(1, request_for("late", "a-01")).error(), 0u);
}

TEST(LimitsOfSessions, a_principal_has_so_many_and_another_still_gets_in) {
  BrokerWorld world;
  for (std::uint64_t peer = 1; peer <= limits::sessions_a_principal_max; ++peer) {
    world.hello(peer, "hotline", v1::ROLE_PUBLISHER);
    if (peer % 400 == 0) world.round();
  }
  world.hello(100'000, "hotline", v1::ROLE_PUBLISHER);
  world.hello(100'001, "gateway", v1::ROLE_GATEWAY);
  world.round();
  const auto refused = world.refusals(100'000);
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0].error(), std::uint32_t{v1::ERROR_CODE_TOO_MANY_SESSIONS});
  EXPECT_TRUE(refused[0].session_over());
  EXPECT_GT(refused[0].retry_after_ms(), 0u);
  EXPECT_TRUE(world.core().has_session(PeerId(100'001)));
  v1::ClientFrame goodbye;
  goodbye.mutable_goodbye();
  world.say(1, goodbye);
  world.hello(100'000, "hotline", v1::ROLE_PUBLISHER);
  world.round();
  EXPECT_TRUE(world.core().has_session(PeerId(100'000)));
}

TEST(LimitsOfSessions, when_all_others_are_taken_a_host_and_an_administrator_still_get_in) {
  auto configuration = small_configuration();
  for (int i = 0; i < 3; ++i) {
    auto& system = *configuration.mutable_directory()->add_systems();
    system.set_code("publisher-" + std::to_string(i));
    system.set_role(v1::ROLE_PUBLISHER);
  }
  BrokerWorld world;
  world.configure(configuration);
  const std::size_t others = limits::sessions_max - limits::sessions_reserved;
  for (std::uint64_t peer = 1; peer <= others + 10; ++peer) {
    world.hello(peer, "publisher-" + std::to_string(peer % 3), v1::ROLE_PUBLISHER);
    if (peer % 400 == 0) world.round();
  }
  world.hello(100'000, "host-1", v1::ROLE_HOST);
  world.hello(100'001, "administrator", v1::ROLE_ADMINISTRATOR);
  world.round();
  EXPECT_FALSE(world.core().has_session(PeerId(others + 10)));
  EXPECT_TRUE(world.core().has_session(PeerId(100'000)));
  EXPECT_TRUE(world.core().has_session(PeerId(100'001)));
}

TEST_F(Limits, questions_of_one_session_are_bounded_and_another_session_is_answered) {
  const auto query = [](std::uint64_t tag) {
    v1::ClientFrame frame;
    frame.mutable_query()->set_tag(tag);
    frame.mutable_query()->set_cell("a-01");
    return frame;
  };
  for (std::uint64_t tag = 1; tag <= limits::questions_a_session_max + 5; ++tag) world.say(3, query(tag));
  world.hello(4, "unit-1", v1::ROLE_UNIT_SUPERVISOR);
  world.say(4, query(1));
  world.round();
  std::size_t busy = 0, asked = 0;
  for (const auto& frame : world.frames(3))
    if (frame.query_reply().error() == v1::ERROR_CODE_BUSY && frame.query_reply().retry_after_ms() > 0) ++busy;
  std::vector<v1::Ask> asks;
  for (const auto& frame : world.frames(5))
    if (frame.has_ask()) asks.push_back(frame.ask());
  asked = asks.size();
  EXPECT_EQ(busy, 5u);
  EXPECT_EQ(asked, limits::questions_a_session_max + 1);
  v1::ClientFrame answer;
  answer.mutable_answer()->set_query_id(asks[0].query_id());
  *answer.mutable_answer()->mutable_epoch() = lease.epoch();
  world.say(5, answer);
  world.say(3, query(1000));
  world.round();
  for (const auto& frame : world.frames(5))
    EXPECT_TRUE(!frame.has_ask() || frame.ask().query_id() > asks.back().query_id());
  for (const auto& frame : world.frames(3)) EXPECT_NE(frame.query_reply().error(), std::uint32_t{v1::ERROR_CODE_BUSY});
}

}  // namespace
}  // namespace huying::broker
