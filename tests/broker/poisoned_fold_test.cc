// Records whose folding ends every host: folded on trial, fewer and fewer beside each other, at last alone; then the cell is
// parked, until somebody else tries or the administrator says so.
#include "base/limits.h"
#include "huying/v1/error.pb.h"
#include "tests/broker/leasing_world.h"

namespace huying::broker {
namespace {

constexpr std::uint32_t a01 = 2, a02 = 3;
constexpr std::uint32_t deaths = limits::fold_times_max + 1;  // the first accuses nobody else

class PoisonedFolds : public LeasingWorld {
 protected:
  PoisonedFolds() {
    join(5, "host-1");
    join(6, "host-2");
    run(seconds(1));
  }
  // The last record of the cell ends hosts of this program when they fold it, and its host is gone.
  void poison_fold_of(std::uint32_t stream, const std::string& program = "fake") {
    poisoned_folds[{stream, world.journal().last_sequence(StreamId(stream)).value}] = program;
    for (auto& [peer, host] : hosts) host.is_dead |= host.leases.contains(stream);
  }
  v1::LeaseStatus status_of(std::uint32_t stream) {
    const auto now = status();
    for (const auto& lease : now.leases())
      if (lease.stream() == stream) return lease;
    return {};
  }
  std::size_t parked() {
    const auto now = status();
    return static_cast<std::size_t>(
        std::count_if(now.leases().begin(), now.leases().end(), [](const auto& lease) { return lease.parked(); }));
  }
  // How long its hosts end and are started again before its owner may fold it no more.
  milliseconds time_until_parked(std::uint32_t stream) {
    milliseconds passed{0};
    for (; passed < seconds(120) && !last<v1::SetAside>(stream, v1::RECORD_KIND_SET_ASIDE).fold(); passed += milliseconds(100))
      run_and_restart_the_dead(milliseconds(100));
    RecordProperty("milliseconds", static_cast<int>(passed.count()));
    return passed;
  }
  // Answers the error.
  std::uint32_t retry_parked(std::uint64_t peer, const std::string& principal, v1::Role role) {
    world.hello(peer, principal, role);
    v1::ClientFrame frame;
    frame.mutable_status()->set_retry_parked(true);
    world.say(peer, frame);
    world.round();
    for (const auto& one : world.frames(peer))
      if (one.has_status()) return one.status().error();
    return ~0u;
  }
};

TEST_F(PoisonedFolds, NobodyIsSuspectedWhileHostsFoldWhatTheyAreGranted) {
  leave(5);
  run(seconds(10));
  for (std::uint32_t stream = 1; stream < 10 + many; ++stream) EXPECT_EQ(kinds(stream)[v1::RECORD_KIND_SUSPECT], 0u);
}

TEST_F(PoisonedFolds, AHostThatComesAnewWithinAFoldAccusesItUnlessTheBrokerItselfWasAway) {
  publish("r-1", "a-01");
  run(seconds(1));
  leave(5);
  leave(6);
  run(seconds(4));  // they are silent, with nothing undecided and all folded
  std::uint64_t peer = 7;
  for (const auto away : {seconds(7), seconds(2), seconds(1), seconds(0)}) {
    const bool is_excused = away >= seconds(2);
    join(++peer, "host-1").folds = false;
    for (int i = 0; i < 20 && !hosts.at(peer).leases.contains(a01); ++i) run(seconds(1));  // it was silent before: passed over
    ASSERT_TRUE(hosts.at(peer).leases.contains(a01));
    leave(peer);
    world.pass(away);
    if (away > seconds(0)) world.core().was_away(world.steady() - away, world.steady());
    join(++peer, "host-1");
    run(seconds(20));
    EXPECT_EQ(kinds(a01)[v1::RECORD_KIND_SUSPECT] != 0, !is_excused) << away.count() << " s away";
    leave(peer);
    run(seconds(4));
  }
}

TEST_F(PoisonedFolds, ACellWhoseEveryFoldEndsItsHostIsParkedAndNoOther) {
  poison_fold_of(a01);
  EXPECT_EQ(run_and_restart_the_dead(seconds(120)), 1 + deaths);
  EXPECT_EQ(kinds(a01)[v1::RECORD_KIND_SET_ASIDE], 1u);
  EXPECT_TRUE(last<v1::SetAside>(a01, v1::RECORD_KIND_SET_ASIDE).fold());
  EXPECT_TRUE(status_of(a01).parked());
  EXPECT_NE(status_of(a01).host(), "") << "somebody answers questions about it";
  EXPECT_EQ(parked(), 1u);
  EXPECT_EQ(coverage()[v1::Coverage::CELL_PARKED], 1u);
  EXPECT_EQ(coverage()[v1::Coverage::HOST_LOST], 0u) << "every cell had a host within 10 s all the time";
}

TEST_F(PoisonedFolds, WhatComesForAParkedCellWaitsAndIsDecidedWhenAHostOfAnotherProgramFoldsIt) {
  poison_fold_of(a01);
  run_and_restart_the_dead(seconds(120));
  ASSERT_TRUE(status_of(a01).parked());
  publish("later", "a-01");
  run(seconds(20));
  EXPECT_EQ(status_of(a01).undecided(), 1u);
  EXPECT_TRUE(status_of(a01).parked());
  programs["host-3"] = "mended";
  join(40, "host-3");
  EXPECT_EQ(run_and_restart_the_dead(seconds(10)), 0u);
  EXPECT_FALSE(status_of(a01).parked());
  EXPECT_EQ(status_of(a01).undecided(), 0u);
  EXPECT_EQ(status_of(a01).fold_times(), 0u);
  EXPECT_EQ(coverage()[v1::Coverage::CELL_UNPARKED], 1u);
}

TEST_F(PoisonedFolds, AHostOfAnotherProgramThatDiesOfItTooDoesSoOnce) {
  poison_fold_of(a01);
  run_and_restart_the_dead(seconds(120));
  programs["host-3"] = "not mended";
  poisoned_folds.begin()->second = "not mended";
  join(40, "host-3");
  EXPECT_EQ(run_and_restart_the_dead(seconds(60)), 1u);
  EXPECT_TRUE(status_of(a01).parked());
  EXPECT_EQ(coverage()[v1::Coverage::CELL_PARKED], 1u) << "said once";
}

TEST_F(PoisonedFolds, TheAdministratorHasItTriedAgainByAnyHost) {
  poison_fold_of(a01);
  run_and_restart_the_dead(seconds(120));
  poisoned_folds.clear();
  run(seconds(5));
  ASSERT_TRUE(status_of(a01).parked());
  EXPECT_EQ(retry_parked(9'002, "gateway", v1::ROLE_GATEWAY), v1::ERROR_CODE_NOT_ALLOWED);
  run(seconds(2));
  ASSERT_TRUE(status_of(a01).parked());
  EXPECT_EQ(retry_parked(9'001, "administrator", v1::ROLE_ADMINISTRATOR), 0u);
  run(seconds(2));
  EXPECT_FALSE(status_of(a01).parked());
  EXPECT_EQ(coverage()[v1::Coverage::CELL_UNPARKED], 1u);
}

// One process with its host: the broker ends with it, and the next one knows how often.
TEST_F(PoisonedFolds, TimesAndParkingsAreKnownAcrossStartsOfTheBroker) {
  poison_fold_of(a01);
  std::uint64_t peer = 10;
  const auto start = [&] {
    hosts.clear();
    world.crash_and_restart();
    auto& host = join(++peer, "host-1");
    run(seconds(3));
    return host.is_dead;
  };
  EXPECT_TRUE(start()) << "it was folded in the term before: nobody accuses it";
  for (std::uint32_t times = 1; times <= limits::fold_times_max; ++times) {
    EXPECT_TRUE(start()) << times;
    EXPECT_EQ(last<v1::Suspect>(a01, v1::RECORD_KIND_SUSPECT).times(), times);
  }
  EXPECT_FALSE(start());
  EXPECT_TRUE(status_of(a01).parked());
  EXPECT_EQ(parked(), 1u);
  EXPECT_FALSE(start()) << "parked is parked";
  EXPECT_TRUE(status_of(a01).parked());
  hosts.clear();
  world.crash_and_restart();
  EXPECT_TRUE(status_of(a01).parked()) << "and said so before any host has it";
  programs["host-2"] = "mended";
  join(50, "host-2");
  run(seconds(3));
  EXPECT_FALSE(status_of(a01).parked());
  programs["host-1"] = "mended";
  EXPECT_FALSE(start());
  EXPECT_FALSE(status_of(a01).parked()) << "a start knows that it is over";
}

TEST_F(PoisonedFolds, ASoundCellThatIsFoldedOnTrialIsForgotten) {
  poison_fold_of(a01);
  run(seconds(4));
  poisoned_folds.clear();
  run_and_restart_the_dead(seconds(20));
  EXPECT_EQ(parked(), 0u);
  EXPECT_EQ(status_of(a01).fold_times(), 0u);
  if (kinds(a01)[v1::RECORD_KIND_SUSPECT] != 0) {
    EXPECT_EQ(last<v1::Suspect>(a01, v1::RECORD_KIND_SUSPECT).times(), 0u);
  }
  publish("good", "a-02");
  run(seconds(2));
  EXPECT_EQ(status_of(a02).undecided(), 0u);
}

TEST_F(PoisonedFolds, NoCauseOfAParkedCellIsTriedOrSetAside) {
  hosts.at(5).decides = hosts.at(6).decides = false;
  publish("waits", "a-01");
  run(seconds(1));
  hosts.at(5).decides = hosts.at(6).decides = true;
  poison_fold_of(a01);
  run_and_restart_the_dead(seconds(120));
  ASSERT_TRUE(status_of(a01).parked());
  const auto suspects = kinds(a01)[v1::RECORD_KIND_SUSPECT];
  for (int i = 0; i < 4; ++i) {  // further hosts of it come to nothing for other reasons
    for (auto& [peer, host] : hosts) host.is_dead = true;
    run_and_restart_the_dead(seconds(10));
  }
  EXPECT_EQ(kinds(a01)[v1::RECORD_KIND_SUSPECT], suspects);
  EXPECT_EQ(kinds(a01)[v1::RECORD_KIND_SET_ASIDE], 1u);
  hosts.clear();
  world.crash_and_restart();
  programs["host-2"] = "mended";
  join(50, "host-2");
  run(seconds(5));
  EXPECT_FALSE(status_of(a01).parked());
  EXPECT_EQ(status_of(a01).undecided(), 0u);
}

// The host folds and decides in one breath: whichever ended it, each is tried by itself.
TEST_F(PoisonedFolds, ACauseThatEndsItsHostBehindAFoldIsSetAsideAndItsCellIsNotParked) {
  hosts.at(5).decides = hosts.at(6).decides = false;
  publish("bad", "a-01");
  run(seconds(1));
  poison_last_of(a01);
  hosts.clear();
  join(40, "host-3");
  run_and_restart_the_dead(seconds(90));
  EXPECT_EQ(parked(), 0u);
  EXPECT_EQ(kinds(a01)[v1::RECORD_KIND_SET_ASIDE], 1u);
  EXPECT_FALSE(last<v1::SetAside>(a01, v1::RECORD_KIND_SET_ASIDE).fold());
}

// Found by the simulator (fast/poison, seed 2025): the ends were counted for the clock that is set aside as well, and the cell
// waited for a host between its trials, twice as long each time.
TEST_F(PoisonedFolds, TheTrialsOfAFoldDoNotWaitForAClockThatIsSetAside) {
  poisoned_clocks.insert(a01);
  let_fall_due(a01, "SS-261123-1-1");
  while (kinds(a01)[v1::RECORD_KIND_SET_ASIDE] == 0) run_and_restart_the_dead(milliseconds(100));
  poison_fold_of(a01);  // before its owner has parked the case
  EXPECT_LT(time_until_parked(a01), limits::takeover_max);
  EXPECT_TRUE(status_of(a01).parked());
  EXPECT_EQ(coverage()[v1::Coverage::CELL_PARKED], 1u);
  EXPECT_EQ(last<v1::Coverage>(0, v1::RECORD_KIND_COVERAGE).reason(),
            last<v1::SetAside>(a01, v1::RECORD_KIND_SET_ASIDE).reason());

  poisoned_clocks.clear(), due.clear();
  programs["host-3"] = "mended";
  join(40, "host-3");
  run(seconds(3));
  ASSERT_FALSE(status_of(a01).parked());
  for (auto& [peer, host] : hosts) host.is_dead |= host.leases.contains(a01);
  run_and_restart_the_dead(seconds(10));
  EXPECT_EQ(coverage()[v1::Coverage::CELL_PARKED], 1u) << "they are no failures to decide";
}

TEST_F(PoisonedFolds, TheTrialsOfAFoldDoNotWaitForWhatItsHostsFailedAtBefore) {
  const auto owner = [&]() -> FakeHost& { return hosts.at(5).leases.contains(a01) ? hosts.at(5) : hosts.at(6); };
  while (coverage()[v1::Coverage::CELL_PARKED] == 0) {
    if (owner().leases.contains(a01)) world.commit(owner().peer, {world.commit_of(owner().leases.at(a01), 7, 0)});
    run(milliseconds(100));
  }
  while (!owner().leases.contains(a01)) run(milliseconds(100));
  poison_fold_of(a01);
  EXPECT_LT(time_until_parked(a01), limits::takeover_max);
  EXPECT_TRUE(status_of(a01).parked());
}

}  // namespace
}  // namespace huying::broker
