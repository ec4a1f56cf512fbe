#include <gtest/gtest.h>

#include "base/limits.h"
#include "proto/errors.h"
#include "tests/broker/broker_world.h"

namespace huying::broker {
namespace {

// Cause 1 of every cell is the configuration; requests come after it.
class Hosting : public testing::Test {
 protected:
  Hosting() {
    world.hello(1, "hotline", v1::ROLE_PUBLISHER);
    world.round();
    world.frames(1);
  }
  BrokerWorld world;
};

TEST_F(Hosting, AHostIsGrantedEveryCellAndHandedWhatIsUndecided) {
  world.publish(1, request_for("r-1", "a-01"));
  const auto leases = world.host(5, "host-1");
  EXPECT_EQ(leases.size(), 3u);
  std::vector<std::pair<std::uint32_t, std::uint64_t>> got;
  for (const auto& delivery : world.deliveries(5)) got.emplace_back(delivery.stream(), delivery.sequence());
  EXPECT_EQ(got, (std::vector<std::pair<std::uint32_t, std::uint64_t>>{{1, 1}, {2, 1}, {2, 2}, {3, 1}}));
}

TEST_F(Hosting, AHostNeverSeesContactsWordsOrPlaces) {
  auto request = request_for("r-1", "a-01");
  request.mutable_text()->set_plain("SECRETWORDS");
  request.mutable_contact()->mutable_telephone()->set_plain("SECRETNUMBER");
  request.mutable_location()->set_address("SECRETPLACE");
  world.host(5, "host-1");
  world.publish(1, request);
  for (const auto& frame : world.frames(5)) EXPECT_EQ(frame.SerializeAsString().find("SECRET"), std::string::npos);
  world.crash_and_restart();
  world.host(5, "host-1");
  for (const auto& frame : world.frames(5)) EXPECT_EQ(frame.SerializeAsString().find("SECRET"), std::string::npos);
}

TEST_F(Hosting, CommitsAreNumberedConsumeInOrderAndAreAnsweredAgain) {
  const auto lease = world.host(5, "host-1").at("a-01");
  world.publish(1, request_for("r-1", "a-01"));
  world.commit(5, {world.commit_of(lease, 1, 1), world.commit_of(lease, 2, 2)});
  auto acks = world.commit_acks(5);
  ASSERT_EQ(acks.size(), 2u);
  EXPECT_EQ(acks[0].error(), 0u);
  EXPECT_EQ(acks[1].error(), 0u);
  const auto sequence = acks[1].sequence();
  world.commit(5, {world.commit_of(lease, 2, 2)});
  acks = world.commit_acks(5);
  ASSERT_EQ(acks.size(), 1u);
  EXPECT_EQ(acks[0].error(), 0u);
  EXPECT_EQ(acks[0].sequence(), sequence) << "a known number gets its first answer again";
}

TEST_F(Hosting, AGapAWrongCauseOrATimeAheadIsRefusedAndTheCellIsGrantedAnew) {
  const auto lease = world.host(5, "host-1").at("a-01");
  world.commit(5, {world.commit_of(lease, 2, 1)});
  EXPECT_EQ(world.commit_acks(5).at(0).error(), v1::ERROR_CODE_COMMIT_GAP);
  world.pass(std::chrono::milliseconds(60));
  world.round();
  std::map<std::string, v1::Lease> again;
  for (const auto& frame : world.frames(5))
    for (const auto& granted : frame.leases().granted()) again[granted.cell()] = granted;
  ASSERT_TRUE(again.contains("a-01"));
  EXPECT_EQ(again["a-01"].epoch().grant(), lease.epoch().grant() + 1);
  world.commit(5, {world.commit_of(again["a-01"], 1, 7)});
  EXPECT_EQ(world.commit_acks(5).at(0).error(), v1::ERROR_CODE_COMMIT_CAUSE);

  const auto other = world.host(6, "host-1").at("a-02");
  auto ahead = world.commit_of(other, 1, 1);
  ahead.set_decided_at_ms(world.now_ms() + 1000);
  world.commit(6, {ahead});
  EXPECT_EQ(world.commit_acks(6).at(0).error(), v1::ERROR_CODE_CLOCK_AHEAD);
}

TEST_F(Hosting, ACauseThatWasNotHandedOverCannotBeConsumed) {
  world.hello(5, "host-1", v1::ROLE_HOST);  // and gives no credit
  v1::ClientFrame wake;
  wake.mutable_wake()->set_next_wake_within_ms(4'000);
  world.say(5, wake);
  world.pass(std::chrono::milliseconds(60));
  world.round();
  std::map<std::string, v1::Lease> leases;
  for (const auto& frame : world.frames(5))
    for (const auto& granted : frame.leases().granted()) leases[granted.cell()] = granted;
  ASSERT_TRUE(leases.contains("a-01"));
  world.commit(5, {world.commit_of(leases["a-01"], 1, 1)});
  EXPECT_EQ(world.commit_acks(5).at(0).error(), v1::ERROR_CODE_COMMIT_CAUSE);
}

TEST_F(Hosting, AHostGetsNoMoreCellsThanItHasRoomFor) {
  v1::ClientFrame hello;
  hello.mutable_hello()->set_protocol_version(1);
  hello.mutable_hello()->set_principal("host-1");
  hello.mutable_hello()->set_role(v1::ROLE_HOST);
  hello.mutable_hello()->set_session_nonce(55);
  hello.mutable_hello()->set_capacity(2);
  world.say(5, hello);
  v1::ClientFrame wake;
  wake.mutable_wake()->set_next_wake_within_ms(4'000);
  world.say(5, wake);
  const auto granted_to = [&](std::uint64_t peer) {
    int granted = 0;
    for (const auto& frame : world.frames(peer)) granted += frame.leases().granted_size();
    return granted;
  };
  for (int i = 0; i < 3; ++i) {
    world.pass(std::chrono::milliseconds(60));
    world.round();
  }
  EXPECT_EQ(granted_to(5), 2);
  EXPECT_EQ(world.host(6, "host-2").size(), 1u) << "the third goes to who has room";
}

// The host lives, and decides in its other cells: only the cell it is stuck in goes to another grant.
TEST_F(Hosting, ACellThatItsHostDoesNotDecideInIsGrantedAnew) {
  const auto leases = world.host(5, "host-1");
  const auto &stuck = leases.at("a-01"), &busy = leases.at("a-02");
  world.commit(5, {world.commit_of(leases.at("desk"), 1, 1), world.commit_of(stuck, 1, 1), world.commit_of(busy, 1, 1)});
  world.publish(1, request_for("r-1", "a-01"));
  world.frames(5);
  std::vector<std::uint32_t> revoked;
  for (std::uint64_t i = 0; i < 7; ++i) {
    world.pass(std::chrono::seconds(1));
    for (const std::uint64_t peer : {1, 5}) {
      v1::ClientFrame heartbeat;
      heartbeat.mutable_heartbeat();
      world.say(peer, heartbeat);
    }
    world.publish(1, request_for("busy-" + std::to_string(i), "a-02"));
    world.commit(5, {world.commit_of(busy, 2 + i, 2 * i + 3)});
    for (const auto& frame : world.frames(5)) {
      for (const auto& ack : frame.commit_acks().acks()) ASSERT_EQ(ack.error(), 0u);
      revoked.insert(revoked.end(), frame.leases().revoked().begin(), frame.leases().revoked().end());
    }
  }
  EXPECT_EQ(revoked, (std::vector<std::uint32_t>{stuck.stream()}));
}

TEST_F(Hosting, AHostThatLostItsCellIsRefusedByTheEpochThatBeatIt) {
  const auto old = world.host(5, "host-1").at("a-01");
  world.pass(std::chrono::seconds(4));  // silent
  world.round();
  const auto fresh = world.host(6, "host-2").at("a-01");
  world.commit(5, {world.commit_of(old, 1, 1)});
  const auto ack = world.commit_acks(5).at(0);
  EXPECT_EQ(ack.error(), v1::ERROR_CODE_STALE_EPOCH);
  EXPECT_EQ(ack.beaten_by().grant(), fresh.epoch().grant());
  world.commit(6, {world.commit_of(fresh, 1, 1)});
  EXPECT_EQ(world.commit_acks(6).at(0).error(), 0u);
}

TEST_F(Hosting, ANewTermFencesTheHostsOfTheOldBroker) {
  const auto old = world.host(5, "host-1").at("a-01");
  world.crash_and_restart();
  const auto fresh = world.host(6, "host-1").at("a-01");
  EXPECT_GT(fresh.epoch().term(), old.epoch().term());
  world.commit(6, {world.commit_of(old, 1, 1)});
  EXPECT_EQ(world.commit_acks(6).at(0).error(), v1::ERROR_CODE_STALE_EPOCH);
}

TEST_F(Hosting, ABrokenPromiseEndsLeasesThoughHeartbeatsAreFine) {
  world.host(5, "host-1");
  v1::ClientFrame heartbeat;
  heartbeat.mutable_heartbeat();
  std::size_t revoked = 0;
  for (int i = 0; i < 8; ++i) {
    world.pass(std::chrono::seconds(1));
    world.say(5, heartbeat);
    world.round();
    for (const auto& frame : world.frames(5)) revoked += static_cast<std::size_t>(frame.leases().revoked_size());
  }
  EXPECT_EQ(revoked, 3u);
  EXPECT_TRUE(world.core().has_session(PeerId(5)));
}

TEST_F(Hosting, WithoutCreditNothingIsHandedOverAndWithItAllIsInOrder) {
  world.hello(5, "host-1", v1::ROLE_HOST);
  v1::ClientFrame wake;
  wake.mutable_wake()->set_next_wake_within_ms(4'000);
  world.say(5, wake);
  world.pass(std::chrono::milliseconds(60));
  world.round();
  for (int i = 0; i < 5; ++i) world.publish(1, request_for(std::to_string(i), "a-01"));
  EXPECT_TRUE(world.deliveries(5).empty());
  std::vector<std::uint64_t> of_cell;
  for (int i = 0; i < 8; ++i) {
    v1::ClientFrame credit;
    credit.mutable_credit()->set_messages(1);
    credit.mutable_credit()->set_bytes(4'096);
    world.say(5, credit);
    world.round();
    world.round();
    for (const auto& delivery : world.deliveries(5))
      if (delivery.stream() == 2) of_cell.push_back(delivery.sequence());
  }
  EXPECT_EQ(of_cell, (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6}));
}

TEST_F(Hosting, ATransferReachesTheOtherCellInTheSameBatch) {
  const auto leases = world.host(5, "host-1");
  const auto number = world.publish(1, request_for("r-1", "a-01")).case_number();
  world.deliveries(5);
  auto commit = world.commit_of(leases.at("a-01"), 2, 2);
  auto& effect = *commit.add_effects();
  effect.set_case_number(number);
  effect.set_kind(v1::CaseEffect::MOVED_TO);
  effect.set_to_stream(3);
  auto& send = *commit.add_sends();
  send.set_to_stream(3);
  send.mutable_message()->mutable_transfer()->mutable_whole()->set_case_number(number);
  world.commit(5, {world.commit_of(leases.at("a-01"), 1, 1), commit});
  bool handed = false;
  for (const auto& delivery : world.deliveries(5)) {
    if (delivery.kind() != v1::RECORD_KIND_MESSAGE) continue;
    v1::CellMessage message;
    ASSERT_TRUE(message.ParseFromString(delivery.payload()));
    EXPECT_EQ(delivery.stream(), 3u);
    EXPECT_EQ(message.from_cell(), "a-01");
    EXPECT_EQ(message.from_sequence(), 4u);
    handed = true;
  }
  EXPECT_TRUE(handed);
}

TEST_F(Hosting, ACommitLargerThanARecordMayBeIsRefusedAndTheCellGoesOn) {
  const auto lease = world.host(5, "host-1").at("a-01");
  auto commit = world.commit_of(lease, 1, 1);
  commit.add_events()->set_event(std::string(limits::record_bytes_max, 'x'));
  world.commit(5, {commit});
  EXPECT_EQ(world.commit_acks(5).at(0).error(), v1::ERROR_CODE_COMMIT_INVALID);
  const auto again = world.host(6, "host-1").at("a-01");
  world.commit(6, {world.commit_of(again, 1, 1)});
  EXPECT_EQ(world.commit_acks(6).at(0).error(), 0u);
}

TEST_F(Hosting, ASendThatHoldsNothingIsRefused) {
  const auto lease = world.host(5, "host-1").at("a-01");
  auto commit = world.commit_of(lease, 1, 1);
  commit.add_sends()->set_to_stream(3);
  world.commit(5, {commit});
  EXPECT_EQ(world.commit_acks(5).at(0).error(), v1::ERROR_CODE_COMMIT_INVALID);
}

// A step that a commit sends on is decided where it goes. One that is not the cause could be decided twice.
TEST_F(Hosting, AStepIsSentOnOnlyByTheCommitThatConsumesIt) {
  world.hello(2, "worker-1", v1::ROLE_GRID_WORKER);
  const auto lease = world.host(5, "host-1").at("a-01");
  const auto number = world.publish(1, request_for("r-1", "a-01")).case_number();
  world.say(2, act_frame(1, "step-1", number, v1::ACTION_KIND_ACCEPT));
  world.round();
  const auto sending_on = [&](const v1::Lease& held, std::uint64_t count, std::uint64_t consumes, const char* action_id) {
    auto commit = world.commit_of(held, count, consumes);
    commit.mutable_outcome()->set_forwarded(true);
    auto& send = *commit.add_sends();
    send.set_to_stream(3);
    auto& action = *send.mutable_message()->mutable_forwarded_action();
    action.set_action_id(action_id);
    action.set_case_number(number);
    action.mutable_actor()->set_principal("worker-1");
    return commit;
  };
  world.commit(5, {world.commit_of(lease, 1, 1), world.commit_of(lease, 2, 2), sending_on(lease, 3, 0, "step-1")});
  EXPECT_EQ(world.commit_acks(5).at(2).error(), v1::ERROR_CODE_COMMIT_INVALID) << "it consumes nothing";
  const auto again = world.host(6, "host-1").at("a-01");
  world.commit(6, {sending_on(again, 1, 3, "step-2")});
  EXPECT_EQ(world.commit_acks(6).at(0).error(), v1::ERROR_CODE_COMMIT_INVALID) << "another step than the cause";
  // A host that comes and goes, and a cell that fails, are given pauses: time passes.
  world.pass(std::chrono::minutes(2));
  const auto third = world.host(7, "host-1");
  auto silent = sending_on(third.at("a-01"), 1, 3, "step-1");
  silent.clear_outcome();
  world.commit(7, {silent});
  EXPECT_EQ(world.commit_acks(7).at(0).error(), v1::ERROR_CODE_COMMIT_INVALID) << "the outcome does not say so";
  world.pass(std::chrono::minutes(2));
  const auto fourth = world.host(8, "host-1");
  world.commit(8, {sending_on(fourth.at("a-01"), 1, 3, "step-1")});
  EXPECT_EQ(world.commit_acks(8).at(0).error(), 0u);
}

TEST_F(Hosting, AStrangerWithManyCommitsIsAnsweredAFewTimes) {
  v1::ClientFrame frame;
  for (int i = 0; i < 10'000; ++i) {
    v1::Commit commit;
    commit.set_stream(2);
    frame.mutable_commits()->add_commits(commit.SerializeAsString());
  }
  world.say(77, frame);
  world.round();
  EXPECT_LE(world.commit_acks(77).size(), 64u);
  EXPECT_EQ(world.refusals(77).at(0).error(), v1::ERROR_CODE_NO_SESSION);
}

// With many cells everything about them is said in parts: a batch has its limits.
TEST_F(Hosting, CellsWithoutAHostAreAnnouncedInSeveralBatches) {
  constexpr std::uint32_t cells = 10'000;
  auto configuration = small_configuration();
  for (std::uint32_t i = 0; i < cells; ++i) {
    auto& cell = *configuration.mutable_directory()->add_cells();
    cell.set_code("b-" + std::to_string(i));
    cell.set_unit("a");
    cell.set_stream(10 + i);
  }
  world.configure(configuration);
  world.pass(std::chrono::seconds(11));
  const auto before = world.journal().last_sequence(partition_stream).value;
  world.round();
  const auto first = world.journal().last_sequence(partition_stream).value - before;
  EXPECT_GT(first, 0u);
  EXPECT_LE(first, limits::batch_records_max / 2 + 1);
  for (int i = 0; i < 4; ++i) {
    world.pass(std::chrono::milliseconds(60));
    world.round();
  }
  // Each is without a host, and the new ones have nobody on duty either.
  EXPECT_EQ(world.journal().last_sequence(partition_stream).value - before, 2 * cells + 3);
}

}  // namespace
}  // namespace huying::broker
