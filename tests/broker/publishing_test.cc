#include <gtest/gtest.h>

#include "base/limits.h"
#include "broker/journal/backup.h"
#include "broker/journal/restore.h"
#include "broker/round.h"
#include "proto/errors.h"
#include "tests/broker/broker_world.h"

namespace huying::broker {
namespace {

class Publishing : public testing::Test {
 protected:
  Publishing() {
    world.hello(1, "hotline", v1::ROLE_PUBLISHER);
    world.hello(2, "gateway", v1::ROLE_GATEWAY);
    world.hello(3, "worker-1", v1::ROLE_GRID_WORKER);
    world.round();
    for (const auto peer : {1, 2, 3}) world.frames(peer);
  }
  BrokerWorld world;
};

TEST_F(Publishing, ARequestGetsANumberAndTheSameContentTheSameNumberForGood) {
  const auto first = world.publish(1, request_for("r-1", "a-01"));
  EXPECT_EQ(first.error(), 0u);
  EXPECT_EQ(first.cell(), "a-01");
  EXPECT_FALSE(first.known());
  const auto again = world.publish(1, request_for("r-1", "a-01"));
  EXPECT_EQ(again.case_number(), first.case_number());
  EXPECT_TRUE(again.known());
  EXPECT_EQ(again.cell(), "a-01");
  world.crash_and_restart();
  world.hello(1, "hotline", v1::ROLE_PUBLISHER);
  world.round();
  const auto after = world.publish(1, request_for("r-1", "a-01"));
  EXPECT_EQ(after.case_number(), first.case_number());
  EXPECT_TRUE(after.known());
}

TEST_F(Publishing, OtherContentUnderTheSameIdIsRefusedNamingTheNumber) {
  const auto first = world.publish(1, request_for("r-1", "a-01"));
  const auto other = world.publish(1, request_for("r-1", "a-02"));
  EXPECT_EQ(other.error(), v1::ERROR_CODE_CONTENT_DIFFERS);
  EXPECT_EQ(other.case_number(), first.case_number());
  EXPECT_EQ(world.publish(2, request_for("r-1", "a-02")).error(), 0u) << "another source has ids of its own";
}

TEST_F(Publishing, TheSameRequestTwiceInOneRoundIsOneCase) {
  for (const std::uint64_t tag : {1, 2, 3}) {
    v1::ClientFrame frame;
    frame.mutable_publish()->set_tag(tag);
    *frame.mutable_publish()->mutable_request() = request_for("r-1", tag == 3 ? "a-02" : "a-01");
    world.say(1, frame);
  }
  world.round();
  const auto acks = world.publish_acks(1);
  ASSERT_EQ(acks.size(), 3u);
  EXPECT_EQ(acks[0].case_number(), acks[1].case_number());
  EXPECT_TRUE(acks[1].known());
  EXPECT_EQ(acks[2].error(), v1::ERROR_CODE_CONTENT_DIFFERS);
}

TEST_F(Publishing, SerialsRunThroughTheDayAndGoOnAfterARestart) {
  const auto one = world.publish(1, request_for("r-1", "a-01"));
  world.crash_and_restart();
  world.hello(1, "hotline", v1::ROLE_PUBLISHER);
  world.round();
  const auto two = world.publish(1, request_for("r-2", "a-01"));
  EXPECT_EQ(one.case_number().substr(0, 14), "SS-261123-0001");
  EXPECT_EQ(two.case_number().substr(0, 14), "SS-261123-0002");
  world.pass(std::chrono::hours(24));
  world.hello(1, "hotline", v1::ROLE_PUBLISHER);
  world.round();
  world.frames(1);
  EXPECT_EQ(world.publish(1, request_for("r-3", "a-01")).case_number().substr(0, 14), "SS-261124-0001");
}

TEST_F(Publishing, ARestoredFolderGivesNoNumberThatItsLostHistoryGave) {
  EXPECT_EQ(world.publish(1, request_for("r-1", "a-01")).case_number().substr(0, 14), "SS-261123-0001");
  auto& disk = world.disk();
  const auto idle = [&] {
    world.pass(std::chrono::minutes(15));
    (void)world.journal().idle(instant(world.now_ms()));
  };
  ASSERT_TRUE(journal::backup_journal(disk, "/data", "/backup", {.wait = idle}));
  EXPECT_EQ(world.publish(1, request_for("r-2", "a-01")).case_number().substr(0, 14), "SS-261123-0002");
  ASSERT_TRUE(journal::restore_journal(disk, "/backup", "/restored"));
  auto restored = disk.copy();
  constexpr std::string_view there = "/restored/";
  for (const auto& path : disk.files()) {
    if (path.starts_with("/data/")) (void)restored.remove(path);
    if (path.starts_with(there)) restored.set_contents("/data/" + path.substr(there.size()), disk.contents(path));
  }
  world.restart_on(restored);
  world.hello(1, "hotline", v1::ROLE_PUBLISHER);
  world.round();
  EXPECT_EQ(world.publish(1, request_for("r-3", "a-01")).case_number().substr(0, 16), "SS-261123-100002");
  world.expect_one_state();
  world.crash_and_restart();
  world.hello(1, "hotline", v1::ROLE_PUBLISHER);
  world.round();
  EXPECT_EQ(world.publish(1, request_for("r-4", "a-01")).case_number().substr(0, 16), "SS-261123-100003");
}

TEST_F(Publishing, SerialsGoOnWhenANewDirectoryIsInForce) {
  const auto one = world.publish(1, request_for("r-1", "a-01"));
  auto configuration = small_configuration();
  configuration.mutable_directory()->set_time_zone("Etc/UTC");
  world.configure(configuration);
  const auto two = world.publish(1, request_for("r-2", "a-01"));
  EXPECT_EQ(one.case_number().substr(0, 14), "SS-261123-0001");
  EXPECT_EQ(two.case_number().substr(0, 14), "SS-261123-0002");
}

TEST_F(Publishing, NothingIsAnsweredWhenTheSyncFails) {
  v1::ClientFrame frame;
  *frame.mutable_publish()->mutable_request() = request_for("r-1", "a-01");
  const auto answered = [&](std::size_t& frames) {
    world.core().begin({instant(world.now_ms()), SteadyInstant(std::chrono::hours(1))});
    world.core().receive(PeerId(1), 1, frame.SerializeAsString());
    std::vector<OutFrame> out;
    const auto done = finish_round(world.core(), world.journal(), world.journal().last_term(), out);
    frames = out.size();
    return done;
  };
  std::size_t frames = 0;
  EXPECT_TRUE(answered(frames));
  EXPECT_EQ(frames, 1u);
  frame.mutable_publish()->mutable_request()->set_source_id("r-2");
  world.disk().before_effect = [&](const journal::Effect& effect) {
    if (effect.kind == journal::Effect::Kind::sync) world.disk().fail_effect(world.disk().effects());
  };
  const auto failed = answered(frames);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, v1::ERROR_CODE_JOURNAL_WRITE_FAILED);
  EXPECT_EQ(frames, 0u);
}

TEST_F(Publishing, WhatIsNotWholeIsRefusedByNumber) {
  auto request = request_for("", "a-01");
  EXPECT_EQ(world.publish(1, request).error(), v1::ERROR_CODE_FIELD_MISSING);
  request = request_for("r", "a-01");
  request.mutable_text()->set_plain("\x01");
  EXPECT_EQ(world.publish(1, request).error(), v1::ERROR_CODE_INVALID_TEXT);
  request = request_for("r", "a-01");
  request.mutable_text()->set_plain(std::string(9000, 'x'));
  EXPECT_EQ(world.publish(1, request).error(), v1::ERROR_CODE_FIELD_TOO_LONG);
  request = request_for("r", "a-01");
  request.clear_text();
  EXPECT_EQ(world.publish(1, request).error(), v1::ERROR_CODE_EMPTY_REQUEST);
  request = request_for("r", "a-01");
  request.set_category("no-such");
  EXPECT_EQ(world.publish(1, request).error(), v1::ERROR_CODE_CATEGORY_UNKNOWN);
  request.set_category("fire");
  const auto guidance = world.publish(1, request);
  EXPECT_EQ(guidance.error(), v1::ERROR_CODE_GUIDANCE);
  EXPECT_EQ(guidance.detail(), "119");
  request = request_for("r", "a-01");
  request.set_street("elsewhere");
  EXPECT_EQ(world.publish(1, request).error(), v1::ERROR_CODE_STREET_UNKNOWN);
  request = request_for("r", "a-01");
  request.mutable_location()->GetReflection()->MutableUnknownFields(request.mutable_location())->AddVarint(99, 1);
  EXPECT_EQ(world.publish(1, request).error(), v1::ERROR_CODE_UNKNOWN_FIELD);
}

TEST_F(Publishing, AWorkerMaySolveOnTheSpotOnlyInTheirOwnCell) {
  auto request = request_for("spot-1", "a-01");
  request.mutable_report()->mutable_solved_on_spot()->mutable_words()->set_plain("已扶正");
  EXPECT_EQ(world.publish(3, request).error(), 0u);
  request.set_source_id("spot-2");
  request.mutable_location()->set_cell("a-02");
  EXPECT_EQ(world.publish(3, request).error(), v1::ERROR_CODE_SOLVED_ELSEWHERE);
  request.mutable_report()->set_reporter("worker-2");
  EXPECT_EQ(world.publish(3, request).error(), v1::ERROR_CODE_MAY_NOT_ACT_FOR);
  EXPECT_EQ(world.publish(2, request).error(), 0u) << "the gateway may act for everybody";
}

TEST_F(Publishing, WithLittleSpaceLeftRequestsAreRefusedWithARetryHint) {
  world.core().set_free_bytes(1);
  const auto ack = world.publish(1, request_for("r-1", "a-01"));
  EXPECT_EQ(ack.error(), v1::ERROR_CODE_DISK_LOW);
  EXPECT_GT(ack.retry_after_ms(), 0u);
}

TEST_F(Publishing, WhatIsUnclearGoesToTheDesk) {
  const auto ack = world.publish(1, request_for("r-1", ""));
  EXPECT_EQ(ack.error(), 0u);
  EXPECT_EQ(ack.cell(), "desk");
  EXPECT_EQ(ack.rule(), v1::DISPATCH_RULE_DESK);
}

v1::ClientFrame batch_of(const std::string& prefix, const std::string& category, std::uint64_t first_tag) {
  v1::ClientFrame frame;
  for (std::size_t i = 0; i < limits::publish_batch_max; ++i) {
    auto& publish = *frame.mutable_publish_batch()->add_publishes();
    publish.set_tag(first_tag + i);
    publish.mutable_request()->set_source_id(prefix + std::to_string(i));
    publish.mutable_request()->set_category(category);
    publish.mutable_request()->mutable_text()->set_plain("x");
  }
  return frame;
}

// Small requests become records ten times their size: what many publishers send at once is more than one batch holds.
TEST_F(Publishing, WhatManySessionsSendAtOnceIsTakenInSeveralBatches) {
  constexpr std::uint64_t publishers = 17;
  std::size_t said = 0;
  for (std::uint64_t peer = 100; peer < 100 + publishers; ++peer) world.hello(peer, "hotline", v1::ROLE_PUBLISHER);
  world.round();
  for (std::uint64_t peer = 100; peer < 100 + publishers; ++peer)
    for (std::uint64_t n = 0; n < limits::publish_window / limits::publish_batch_max; ++n, said += limits::publish_batch_max)
      world.say(peer, batch_of(std::to_string(peer) + "." + std::to_string(n) + ".", "", n * limits::publish_batch_max));
  const auto before = world.journal().batches();
  do world.round();
  while (world.anything_unheard());
  std::size_t taken = 0;
  for (std::uint64_t peer = 100; peer < 100 + publishers; ++peer)
    for (const auto& ack : world.publish_acks(peer)) taken += ack.error() == 0;
  EXPECT_EQ(taken, said);
  EXPECT_GT(world.journal().batches() - before, 4u);
}

TEST_F(Publishing, LongRefusalsAreSaidInSeveralFrames) {
  auto configuration = small_configuration();
  configuration.mutable_policy()->mutable_categories(1)->set_guidance(std::string(1024, 'x'));
  world.configure(configuration);
  for (std::uint64_t n = 0; n < 3; ++n) world.say(1, batch_of(std::to_string(n), "fire", n * limits::publish_batch_max));
  world.round();
  const auto acks = world.publish_acks(1);
  ASSERT_EQ(acks.size(), 3 * limits::publish_batch_max);
  for (const auto& ack : acks) EXPECT_EQ(ack.error(), v1::ERROR_CODE_GUIDANCE);
}

}  // namespace
}  // namespace huying::broker
