// Goal: a checkpoint is taken from the cell's owner alone, handed to who holds the cell next, and whatever is wrong
// with it costs a fold from the start and nothing else. Method: a broker on a disk in memory; hosts that are only
// their frames.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "proto/checkpoint_size.h"
#include "proto/errors.h"
#include "tests/broker/broker_world.h"

namespace huying::broker {
namespace {

using testing::ElementsAre;
constexpr std::uint32_t stream = 2;  // a-01; record 1 of it is the configuration

class Checkpointing : public testing::Test {
 protected:
  Checkpointing() {
    world.hello(1, "hotline", v1::ROLE_PUBLISHER);
    lease = world.host(5, "host-1").at("a-01");
    // Records 1 and 2 are causes, 3 and 4 their commits, 5 is undecided.
    world.publish(1, request_for("r-1", "a-01"));
    world.commit(5, {world.commit_of(lease, 1, 1), world.commit_of(lease, 2, 2)});
    world.publish(1, request_for("r-2", "a-01"));
    world.frames(5);
  }

  void store(std::uint64_t peer, const v1::Lease& of, std::uint64_t through, const std::string& state = "a state") {
    v1::ClientFrame frame;
    auto& stored = *frame.mutable_checkpoint();
    stored.set_stream(of.stream());
    *stored.mutable_epoch() = of.epoch();
    stored.mutable_checkpoint()->set_through(through);
    stored.mutable_checkpoint()->set_state_version(7);
    stored.mutable_checkpoint()->set_state(state);
    world.say(peer, frame);
    world.round();
  }
  std::uint32_t refusal(std::uint64_t peer) {
    const auto refusals = world.refusals(peer);
    return refusals.size() == 1 ? refusals.front().error() : 0;
  }
  std::optional<std::uint64_t> kept() {
    const auto found = world.journal().latest_checkpoint(StreamId(stream));
    return found ? std::optional(found->through.value) : std::nullopt;
  }
  // The sequences of the stream that a peer was handed.
  std::vector<std::uint64_t> handed(std::uint64_t peer) {
    std::vector<std::uint64_t> sequences;
    for (const auto& delivery : world.deliveries(peer))
      if (delivery.stream() == stream) sequences.push_back(delivery.sequence());
    return sequences;
  }
  void give_up(std::uint64_t peer) {
    v1::ClientFrame frame;
    frame.mutable_goodbye();
    world.say(peer, frame);
    world.round();
  }

  BrokerWorld world;
  v1::Lease lease;
};

TEST_F(Checkpointing, one_goes_with_the_next_grant_and_what_came_after_it_is_handed_over) {
  store(5, lease, 4);
  EXPECT_EQ(refusal(5), 0u);
  EXPECT_EQ(kept(), 4u);
  give_up(5);
  const auto next = world.host(6, "host-2").at("a-01");
  EXPECT_EQ(next.checkpoint().through(), 4u);
  EXPECT_EQ(next.checkpoint().state_version(), 7u);
  EXPECT_EQ(next.checkpoint().state(), "a state");
  EXPECT_EQ(next.end_sequence(), 5u);
  EXPECT_THAT(handed(6), ElementsAre(5));
}

TEST_F(Checkpointing, one_outlives_the_broker) {
  store(5, lease, 4);
  world.restart_on(world.disk().copy());  // not synced, and on the disk all the same
  EXPECT_EQ(world.host(6, "host-2").at("a-01").checkpoint().through(), 4u);
  EXPECT_THAT(handed(6), ElementsAre(5, 6)) << "the cause that was undecided, and that it is suspected";
}

TEST_F(Checkpointing, one_that_did_not_reach_the_disk_costs_a_fold) {
  store(5, lease, 4);
  world.crash_and_restart();
  EXPECT_FALSE(world.host(6, "host-2").at("a-01").has_checkpoint());
  EXPECT_THAT(handed(6), ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST_F(Checkpointing, only_the_owner_in_its_present_epoch_is_heard) {
  auto stranger = lease;
  stranger.set_stream(999);
  store(5, stranger, 4);
  EXPECT_EQ(refusal(5), v1::ERROR_CODE_LEASE_UNKNOWN);
  auto stale = lease;
  stale.mutable_epoch()->set_grant(lease.epoch().grant() + 1);
  store(5, stale, 4);
  EXPECT_EQ(refusal(5), v1::ERROR_CODE_STALE_EPOCH);
  world.host(6, "host-2");
  store(6, lease, 4);
  EXPECT_EQ(refusal(6), v1::ERROR_CODE_STALE_EPOCH);
  store(1, lease, 4);
  EXPECT_EQ(refusal(1), v1::ERROR_CODE_NOT_ALLOWED) << "no host";
  EXPECT_EQ(kept(), std::nullopt);
}

TEST_F(Checkpointing, it_reaches_only_through_what_is_decided_and_never_backwards) {
  for (const std::uint64_t through : {0, 5, 6, 1'000'000}) {
    store(5, lease, through);
    EXPECT_EQ(refusal(5), v1::ERROR_CODE_FIELD_INVALID) << through;
  }
  store(5, lease, 4);
  store(5, lease, 3);
  EXPECT_EQ(refusal(5), v1::ERROR_CODE_FIELD_INVALID);
  store(5, lease, 4);
  EXPECT_EQ(refusal(5), v1::ERROR_CODE_FIELD_INVALID);
  EXPECT_EQ(kept(), 4u);
}

TEST_F(Checkpointing, it_fits_into_a_frame_with_its_lease) {
  const std::string largest(checkpoint_state_bytes_max, 's');
  store(5, lease, 4, largest);
  EXPECT_EQ(refusal(5), 0u);
  give_up(5);
  const auto next = world.host(6, "host-2").at("a-01");
  EXPECT_EQ(next.checkpoint().state().size(), largest.size());
  store(6, next, 5, largest + "s");
  EXPECT_EQ(refusal(6), v1::ERROR_CODE_FIELD_TOO_LONG);
}

TEST_F(Checkpointing, a_host_without_credit_waits_for_its_lease_and_gets_it_with_the_checkpoint) {
  store(5, lease, 4);
  give_up(5);
  world.hello(6, "host-2", v1::ROLE_HOST);
  v1::ClientFrame wake, credit;
  wake.mutable_wake()->set_next_wake_within_ms(4'000);
  world.say(6, wake);
  world.pass(std::chrono::milliseconds(60));
  world.round();
  std::set<std::string> told;
  for (const auto& frame : world.frames(6))
    for (const auto& granted : frame.leases().granted()) told.insert(granted.cell());
  EXPECT_THAT(told, testing::UnorderedElementsAre("desk", "a-02")) << "those cells have none";
  credit.mutable_credit()->set_messages(100);
  credit.mutable_credit()->set_bytes(1 << 20);
  world.say(6, credit);
  world.round();
  std::uint64_t through = 0;
  for (const auto& frame : world.frames(6))
    for (const auto& granted : frame.leases().granted()) through = granted.checkpoint().through();
  EXPECT_EQ(through, 4u);
}

TEST_F(Checkpointing, one_that_its_host_cannot_use_is_left_out_of_a_further_grant_to_it) {
  store(5, lease, 4);
  give_up(5);
  const auto bad = world.host(6, "host-2").at("a-01");
  world.frames(6);
  v1::ClientFrame frame;
  auto& trouble = *frame.mutable_trouble();
  trouble.set_kind(v1::Trouble::FOLD_UNREADABLE);
  trouble.set_stream(stream);
  *trouble.mutable_epoch() = bad.epoch();
  trouble.set_sequence(4);
  world.say(6, frame);
  world.round();
  std::vector<v1::Lease> again;
  for (const auto& got : world.frames(6)) {
    for (const auto& granted : got.leases().granted()) again.push_back(granted);
    EXPECT_EQ(got.leases().revoked_size(), 0);
  }
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again.front().epoch().grant(), bad.epoch().grant() + 1);
  EXPECT_FALSE(again.front().has_checkpoint());
  world.commit(6, {world.commit_of(again.front(), 1, 5)});
  EXPECT_EQ(world.commit_acks(6).at(0).error(), 0u);
  store(6, again.front(), 6, "a better one");
  EXPECT_EQ(kept(), 6u);
}

TEST_F(Checkpointing, one_of_a_history_that_the_journal_does_not_have_is_not_believed) {
  const auto backup = world.disk().copy();
  for (std::uint64_t n = 3; n <= 8; ++n) world.commit(5, {world.commit_of(lease, n, n == 3 ? 5 : 0)});
  store(5, lease, 8);
  ASSERT_EQ(kept(), 8u);
  auto mixed = backup.copy();  // the journal of the backup, the checkpoint of later
  for (const auto& path : world.disk().files())
    if (path.find("/checkpoints/") != std::string::npos) mixed.set_contents(path, world.disk().contents(path));
  world.restart_on(mixed);
  auto next = world.host(6, "host-2").at("a-01");
  EXPECT_FALSE(next.has_checkpoint()) << "it reaches further than the journal";
  // The journal grows beyond the place, with other records.
  for (std::uint64_t n = 1; n <= 6; ++n) world.commit(6, {world.commit_of(next, n, n == 1 ? 5 : 0)});
  give_up(6);
  world.crash_and_restart();
  ASSERT_EQ(kept(), 8u);
  EXPECT_FALSE(world.host(7, "host-2").at("a-01").has_checkpoint()) << "its records were never in this journal";
}

TEST_F(Checkpointing, one_that_cannot_be_written_stops_nothing) {
  world.disk().fail_effect(world.disk().effects());
  store(5, lease, 4);
  EXPECT_EQ(refusal(5), 0u);
  EXPECT_EQ(kept(), std::nullopt);
  world.commit(5, {world.commit_of(lease, 3, 5)});
  EXPECT_EQ(world.commit_acks(5).at(0).error(), 0u);
  store(5, lease, 6);
  EXPECT_EQ(kept(), 6u);
}

TEST_F(Checkpointing, none_is_taken_while_the_disk_is_low) {
  world.core().set_free_bytes(limits::free_bytes_first_watermark - 1);
  store(5, lease, 4);
  EXPECT_EQ(kept(), std::nullopt);
  world.core().set_free_bytes(limits::free_bytes_first_watermark * 2);
  store(5, lease, 4);
  EXPECT_EQ(kept(), 4u);
}

}  // namespace
}  // namespace huying::broker
