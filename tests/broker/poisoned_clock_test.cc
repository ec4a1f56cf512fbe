// Clocks whose firing ends every host: named before they fire once a lease ended uncleanly, fired alone, set aside.
#include "base/limits.h"
#include "huying/v1/error.pb.h"
#include "tests/broker/leasing_world.h"

namespace huying::broker {
namespace {

constexpr std::uint32_t a01 = 2, a02 = 3;

class PoisonedClocks : public LeasingWorld {
 protected:
  PoisonedClocks() {
    join(5, "host-1");
    join(6, "host-2");
    run(seconds(1));
  }
  void let_a_poisoned_clock_fall_due() {
    poisoned_clocks.insert(a01);
    let_fall_due(a01, "SS-261123-1-1");
  }
  std::size_t leases_that_try_clocks() {
    std::size_t sum = 0;
    for (const auto& [peer, host] : hosts)
      for (const auto& [stream, lease] : host.leases) sum += lease.clocks_on_trial();
    return sum;
  }
};

TEST_F(PoisonedClocks, AClockIsNotSpokenOfWhileNoLeaseEndsUncleanly) {
  let_fall_due(a01, "SS-261123-1-1");
  run(seconds(2));
  EXPECT_TRUE(due.empty());
  EXPECT_EQ(leases_that_try_clocks(), 0u);
  EXPECT_EQ(kinds(a01)[v1::RECORD_KIND_SUSPECT], 0u);
}

TEST_F(PoisonedClocks, TheThirdUncleanEndUnderItsNameSetsItAsideAndSaysSo) {
  let_a_poisoned_clock_fall_due();
  publish("good", "a-02");
  EXPECT_EQ(run_and_restart_the_dead(seconds(60)), 3u);
  EXPECT_EQ(kinds(a01)[v1::RECORD_KIND_SUSPECT], limits::suspect_times_max);
  ASSERT_EQ(kinds(a01)[v1::RECORD_KIND_SET_ASIDE], 1u);
  const auto aside = last<v1::SetAside>(a01, v1::RECORD_KIND_SET_ASIDE);
  EXPECT_EQ(aside.clock().case_number(), "SS-261123-1-1");
  EXPECT_EQ(aside.clock().kind(), v1::CLOCK_KIND_ARRANGE);
  EXPECT_EQ(aside.cause(), 0u);
  EXPECT_EQ(coverage()[v1::Coverage::CASE_PARKED], 1u);
  EXPECT_EQ(last<v1::Coverage>(0, v1::RECORD_KIND_COVERAGE).case_number(), "SS-261123-1-1");
  EXPECT_EQ(coverage()[v1::Coverage::HOST_LOST], 0u);
  EXPECT_EQ(coverage()[v1::Coverage::CELL_PARKED], 0u);
  EXPECT_EQ(kinds(a02)[v1::RECORD_KIND_SET_ASIDE], 0u);
  EXPECT_EQ(status().leases(1).suspect_clock().case_number(), "") << "it is parked, and over";
}

TEST_F(PoisonedClocks, ACauseThatWaitsBehindItIsNotSetAsideForIt) {
  poisoned_clocks.insert(a01);
  hosts.at(5).decides = hosts.at(6).decides = false;
  publish("good", "a-01");
  run(seconds(1));
  let_fall_due(a01, "SS-261123-1-1");
  hosts.at(5).decides = hosts.at(6).decides = true;
  EXPECT_EQ(run_and_restart_the_dead(seconds(60)), 3u);
  EXPECT_EQ(kinds(a01)[v1::RECORD_KIND_SET_ASIDE], 1u);
  EXPECT_TRUE(last<v1::SetAside>(a01, v1::RECORD_KIND_SET_ASIDE).has_clock());
  EXPECT_EQ(kinds(a01)[v1::RECORD_KIND_COMMIT], kinds(a02)[v1::RECORD_KIND_COMMIT] + 2) << "decided, and parked";
}

TEST_F(PoisonedClocks, SoundClocksOfTheSameHostFireOnTrialAndAreForgotten) {
  for (std::uint32_t i = 0; i < 20; ++i) let_fall_due(10 + i, "SS-261123-2-" + std::to_string(i));
  let_a_poisoned_clock_fall_due();
  EXPECT_EQ(run_and_restart_the_dead(seconds(90)), 3u);
  EXPECT_TRUE(due.empty());
  for (std::uint32_t i = 0; i < 20; ++i) EXPECT_EQ(kinds(10 + i)[v1::RECORD_KIND_SET_ASIDE], 0u) << i;
  EXPECT_EQ(coverage()[v1::Coverage::CASE_PARKED], 1u);
}

// One process with its host: the broker ends with it.
TEST_F(PoisonedClocks, TimesAreCountedAcrossStartsOfTheBroker) {
  let_a_poisoned_clock_fall_due();
  for (std::uint32_t start = 1; start <= limits::suspect_times_max; ++start) {
    run(seconds(1));
    hosts.clear();
    world.crash_and_restart();
    join(10 + start, "host-1");
    run(seconds(1));
    EXPECT_EQ(last<v1::Suspect>(a01, v1::RECORD_KIND_SUSPECT).times(), start);
  }
  hosts.clear();
  world.crash_and_restart();
  auto& host = join(20, "host-1");
  run(seconds(2));
  EXPECT_FALSE(host.is_dead);
  EXPECT_EQ(kinds(a01)[v1::RECORD_KIND_SET_ASIDE], 1u);
}

TEST_F(PoisonedClocks, AClockThatLeadsToWhatTheContractForbidsIsSetAside) {
  misfiring_clocks.insert(a01);
  let_fall_due(a01, "SS-261123-1-1");
  run(seconds(30));
  EXPECT_EQ(refused, 3u);
  EXPECT_EQ(kinds(a01)[v1::RECORD_KIND_SET_ASIDE], 1u);
}

TEST_F(PoisonedClocks, AWordOfAClockIsHeardOnlyFromTheOwnerOfACellThatTriesItsClocks) {
  v1::ClientFrame asked;
  auto& one = *asked.mutable_try_clock();
  one.set_stream(a01);
  one.mutable_clock()->set_case_number("SS-261123-1-1");
  one.mutable_clock()->set_kind(v1::CLOCK_KIND_ARRANGE);
  for (auto& [peer, host] : hosts) {
    const bool owns = host.leases.contains(a01);
    *one.mutable_epoch() = owns ? host.leases.at(a01).epoch() : v1::Epoch();
    world.say(peer, asked);
  }
  run(seconds(1));
  EXPECT_EQ(kinds(a01)[v1::RECORD_KIND_SUSPECT], 0u);
}

// What is announced behind a commit is an item of its own: the commit's keys stay with the commit.
TEST_F(PoisonedClocks, TheCommitThatUnparksACellKeepsItsKeys) {
  world.hello(2, "worker-1", v1::ROLE_GRID_WORKER);
  publish("r-1", "a-01");
  run(seconds(1));
  const auto number = last<v1::RequestRecord>(a01, v1::RECORD_KIND_REQUEST).filed().case_number();
  hosts.at(5).decides = hosts.at(6).decides = false;
  world.say(2, act_frame(7, "step-1", number, v1::ACTION_KIND_ACCEPT));
  world.round();
  const auto step = world.journal().last_sequence(StreamId(a01)).value;
  const auto owner = [&]() -> FakeHost& { return hosts.at(5).leases.contains(a01) ? hosts.at(5) : hosts.at(6); };
  for (int i = 0; i < 3; ++i) {
    v1::ClientFrame told;
    told.mutable_trouble()->set_kind(v1::Trouble::FOLD_UNREADABLE);
    told.mutable_trouble()->set_stream(a01);
    *told.mutable_trouble()->mutable_epoch() = owner().leases.at(a01).epoch();
    told.mutable_trouble()->set_sequence(1);
    world.say(owner().peer, told);
    run(milliseconds(200));
  }
  ASSERT_EQ(coverage()[v1::Coverage::CELL_PARKED], 1u);
  auto commit = world.commit_of(owner().leases.at(a01), 1, step);
  commit.mutable_outcome()->set_state(v1::CASE_STATE_ACCEPTED);
  world.commit(owner().peer, {commit});
  EXPECT_EQ(world.commit_acks(owner().peer).at(0).error(), 0u);
  EXPECT_EQ(coverage()[v1::Coverage::CELL_UNPARKED], 1u);

  hosts.clear();
  world.crash_and_restart();
  world.hello(2, "worker-1", v1::ROLE_GRID_WORKER);
  world.say(2, act_frame(8, "step-1", number, v1::ACTION_KIND_ACCEPT));
  world.round();
  const auto again = world.action_replies(2).back();
  EXPECT_EQ(again.stage(), v1::ActionReply::DECIDED);
  EXPECT_EQ(again.outcome().state(), v1::CASE_STATE_ACCEPTED);
}

// A step brings the clock of its own case before the one that ended the host, and what is in time fires in between.
TEST_F(PoisonedClocks, WhatIsNamedOrFiredBeforeItDoesNotMakeItForgotten) {
  v1::Lease lease;
  std::uint64_t commits = 0;
  const auto start_anew = [&](std::uint64_t peer) {
    hosts.clear();
    world.crash_and_restart();
    lease = world.host(peer, "host-1").at("a-01");
    commits = 0;
    EXPECT_TRUE(lease.clocks_on_trial());
  };
  const auto name = [&](std::uint64_t peer, const std::string& number) {
    v1::ClientFrame asked;
    asked.mutable_try_clock()->set_stream(a01);
    *asked.mutable_try_clock()->mutable_epoch() = lease.epoch();
    asked.mutable_try_clock()->mutable_clock()->set_case_number(number);
    asked.mutable_try_clock()->mutable_clock()->set_kind(v1::CLOCK_KIND_ARRANGE);
    world.say(peer, asked);
    world.round();
  };
  const auto fires = [&](std::uint64_t peer) { world.commit(peer, {world.commit_of(lease, ++commits, 0)}); };
  const auto times = [&] { return last<v1::Suspect>(a01, v1::RECORD_KIND_SUSPECT).times(); };

  start_anew(31);
  name(31, "bad");
  EXPECT_EQ(times(), 1u);
  start_anew(32);
  name(32, "sound");
  EXPECT_EQ(times(), 1u);
  fires(32);
  name(32, "bad");
  EXPECT_EQ(times(), 2u);
  start_anew(33);
  fires(33);  // in time, not on trial
  name(33, "bad");
  ASSERT_EQ(kinds(a01)[v1::RECORD_KIND_SET_ASIDE], 1u);
  EXPECT_EQ(last<v1::SetAside>(a01, v1::RECORD_KIND_SET_ASIDE).clock().case_number(), "bad");
  fires(33);
  EXPECT_EQ(kinds(a01)[v1::RECORD_KIND_SET_ASIDE], 1u);
}

// Found by the simulator (outage, seed 13): a clock that was tried before waited for the trial of the cause that waited for it.
TEST_F(PoisonedClocks, AClockThatGoesBeforeTheCauseOnTrialDoesNotWaitForThatTrial) {
  hosts.at(5).decides = hosts.at(6).decides = false;
  publish("good", "a-01");
  run(seconds(1));
  const auto suspect = [&] { return last<v1::Suspect>(a01, v1::RECORD_KIND_SUSPECT); };
  v1::Lease lease;
  const auto start_anew = [&](std::uint64_t peer) {
    hosts.clear();
    world.crash_and_restart();
    lease = world.host(peer, "host-1").at("a-01");
    world.round();
    EXPECT_EQ(suspect().cause(), lease.suspect_cause());
  };
  const auto name_the_clock = [&](std::uint64_t peer) {
    v1::ClientFrame asked;
    asked.mutable_try_clock()->set_stream(a01);
    *asked.mutable_try_clock()->mutable_epoch() = lease.epoch();
    asked.mutable_try_clock()->mutable_clock()->set_case_number("SS-261123-1-1");
    asked.mutable_try_clock()->mutable_clock()->set_kind(v1::CLOCK_KIND_ARRANGE);
    world.say(peer, asked);
    world.round();
  };
  start_anew(41);
  start_anew(42);
  EXPECT_EQ(suspect().times(), 2u);
  name_the_clock(42);
  EXPECT_TRUE(suspect().has_clock());
  start_anew(43);
  EXPECT_EQ(suspect().times(), 2u) << "the death was counted for the clock";
  name_the_clock(43);
  EXPECT_TRUE(suspect().has_clock());
  EXPECT_EQ(suspect().times(), 2u);
}

}  // namespace
}  // namespace huying::broker
