// Leases over virtual time: shares, moves, hosts that are dead, stuck or come and go.
#include "tests/broker/leasing_world.h"

#include "base/limits.h"

namespace huying::broker {
namespace {

using Leases = LeasingWorld;

TEST_F(Leases, UnevenCapacitiesShareTheCellsAndASpareTakesWhatADeadHostHad) {
  auto& small = join(5, "host-1", 50);
  auto& large = join(6, "host-2", 150);
  run(seconds(2));
  EXPECT_EQ(small.leases.size() + large.leases.size(), 200u) << "three wait for room";
  EXPECT_EQ(small.leases.size(), 50u);
  auto& spare = join(7, "host-3", 200);
  run(seconds(2));
  EXPECT_EQ(held(), cells) << "what waited is with the spare at once";
  EXPECT_EQ(spare.leases.size(), 3u) << "nothing was moved to a host that has just come";
  leave(6);
  run(seconds(4));
  EXPECT_EQ(held(), cells) << "150 cells have moved within 10 seconds";
  EXPECT_EQ(coverage()[v1::Coverage::HOST_LOST], 0u);
  EXPECT_EQ(refused, 0u);
}

TEST_F(Leases, AHostThatJoinsGetsItsShareInAFewMovesASecondAndNoMore) {
  auto& first = join(5, "host-1");
  run(seconds(2));
  EXPECT_EQ(first.leases.size(), cells);
  auto& second = join(6, "host-2");
  run(seconds(4));
  EXPECT_EQ(second.leases.size(), 0u);
  run(seconds(3));
  const auto part = second.leases.size();
  EXPECT_GT(part, 0u);
  EXPECT_LE(part, 3 * (4 + cells / 50));
  run(seconds(20));
  EXPECT_EQ(second.leases.size(), cells / 2);
  EXPECT_EQ(second.granted, second.leases.size()) << "no cell moved twice";
  const auto moved = first.revoked;
  run(seconds(30));
  EXPECT_EQ(first.revoked, moved);
}

TEST_F(Leases, AHostThatComesAndGoesMovesNothing) {
  auto& first = join(5, "host-1");
  run(seconds(2));
  for (std::uint64_t peer = 10; peer < 15; ++peer) {
    join(peer, "host-2");
    run(seconds(4));
    leave(peer);
    run(seconds(4));
  }
  EXPECT_EQ(first.leases.size(), cells);
  EXPECT_EQ(first.revoked, 0u);
}

TEST_F(Leases, AHostThatBreaksItsPromisesWaitsLongerEachTime) {
  join(5, "host-1");
  join(6, "host-2");
  run(seconds(20));
  std::vector<std::size_t> waits;
  for (int strike = 0; strike < 3; ++strike) {
    auto& bad = hosts.at(6);
    ASSERT_FALSE(bad.leases.empty());
    bad.promises = bad.decides = false;
    for (int i = 0; i < 100 && !bad.leases.empty(); ++i) run(milliseconds(100));
    ASSERT_TRUE(bad.leases.empty());
    bad.promises = bad.decides = true;
    std::size_t waited = 0;
    while (bad.leases.empty() && waited < 1'000) run(milliseconds(100)), ++waited;
    waits.push_back(waited);
  }
  EXPECT_GT(waits[1], waits[0] / 2);
  EXPECT_GT(waits[2], waits[1]);
  EXPECT_EQ(held(), cells);
}

TEST_F(Leases, TheOnlyHostIsGrantedAgainThoughItBrokeItsPromise) {
  auto& only = join(5, "host-1");
  run(seconds(2));
  only.promises = only.decides = false;
  run(seconds(8));
  EXPECT_TRUE(only.leases.empty());
  only.promises = only.decides = true;
  run(seconds(1));
  EXPECT_EQ(only.leases.size(), cells);
}

TEST_F(Leases, ACauseThatLiesUndecidedWhileItsHostCommitsElsewhereEndsThatLeaseAlone) {
  auto& host = join(5, "host-1");
  run(seconds(2));
  host.stuck_in.insert(2);
  publish("r-1", "a-01");
  for (int i = 0; i < 45; ++i) publish("other-" + std::to_string(i), "a-02"), run(milliseconds(100));
  EXPECT_EQ(host.revoked, 0u) << "not yet 5 s";
  for (int i = 45; i < 60; ++i) publish("other-" + std::to_string(i), "a-02"), run(milliseconds(100));
  EXPECT_EQ(host.revoked, 1u);
  EXPECT_EQ(host.leases.size(), cells) << "granted again, in a new epoch";
  EXPECT_EQ(host.leases.at(2).epoch().grant(), 2u);
}

TEST_F(Leases, AHostThatKeepsItsPromisesButDecidesNothingLosesAllWithinTenSeconds) {
  auto& stuck = join(5, "host-1");
  run(seconds(2));
  auto& other = join(6, "host-2");
  run(seconds(1));
  stuck.decides = false;
  publish("r-1", "a-01");
  run(seconds(7));
  EXPECT_TRUE(stuck.leases.empty());
  EXPECT_EQ(other.leases.size(), cells);
  EXPECT_EQ(coverage()[v1::Coverage::HOST_LOST], 0u);
}

// Two hosts, settled, with 203 cells between them; the first is named with a cell that it holds.
struct SlowHosts : Leases {
  SlowHosts() {
    join(5, "host-1");
    join(6, "host-2");
    run(seconds(20));
    slow = hosts.at(5).leases.contains(2) ? 5 : 6;
    well = slow == 5 ? 6 : 5;
    revoked = hosts.at(slow).revoked, moved_back = hosts.at(well).revoked;
  }
  // Fifty requests a second, in the cell that the slow one holds (stream 2), and in one that the other does.
  void busy(seconds time, bool both = false) {
    for (int i = 0; i < time / milliseconds(100); ++i) {
      for (int n = 0; n < 5; ++n) publish("r-" + std::to_string(++published), "a-01");
      if (both) publish("r-" + std::to_string(++published), cell_of_well());
      run(milliseconds(100));
    }
  }
  std::string cell_of_well() const {
    for (const auto& [stream, lease] : hosts.at(well).leases)
      if (lease.cell().starts_with("b-")) return lease.cell();
    return {};
  }
  std::uint64_t slow = 0, well = 0;
  std::size_t revoked = 0, moved_back = 0;
  int published = 0;
};

TEST_F(SlowHosts, ACellThatASlowHostDoesNotComeToGoesWithinTenSecondsToOneThatHasLittleToDo) {
  hosts.at(slow).decides_a_round = 2;
  busy(seconds(10));
  EXPECT_TRUE(hosts.at(well).leases.contains(2));
  EXPECT_EQ(hosts.at(slow).revoked, revoked + 1) << "nothing waits in its other cells";
  run(seconds(2));
  const auto now = status();
  for (const auto& lease : now.leases()) EXPECT_EQ(lease.undecided(), 0u) << lease.cell();
  EXPECT_EQ(coverage()[v1::Coverage::HOST_LOST], 0u);
  EXPECT_EQ(held(), cells);
}

TEST_F(SlowHosts, WhereBothAreSlowNothingGoesToAndFro) {
  hosts.at(slow).decides_a_round = hosts.at(well).decides_a_round = 1;
  const auto other = cell_of_well();
  for (int i = 0; i < 600; ++i) {
    publish("r-" + std::to_string(++published), "a-01");
    publish("r-" + std::to_string(++published), "a-01");
    publish("r-" + std::to_string(++published), other);
    publish("r-" + std::to_string(++published), other);
    run(milliseconds(100));
  }
  EXPECT_LE(hosts.at(slow).revoked - revoked + hosts.at(well).revoked - moved_back, 4u) << "a minute, and a cell rests for half of one";
}

TEST_F(SlowHosts, AHostThatKeepsUpWithABusyCellKeepsIt) {
  busy(seconds(60), true);
  EXPECT_EQ(hosts.at(slow).revoked, revoked);
  EXPECT_EQ(hosts.at(well).revoked, moved_back);
}

TEST_F(SlowHosts, ALoneSlowHostKeepsItsCells) {
  leave(well);
  run(seconds(10));
  const auto before = hosts.at(slow).revoked;
  hosts.at(slow).decides_a_round = 2;
  busy(seconds(30));
  EXPECT_EQ(hosts.at(slow).revoked, before);
  EXPECT_EQ(held(), cells);
}

TEST_F(Leases, AHostWithNothingToDecideKeepsItsLeases) {
  auto& idle = join(5, "host-1");
  run(seconds(60));
  EXPECT_EQ(idle.revoked, 0u);
}

TEST_F(Leases, NobodyIsJudgedByTheTimeInWhichTheBrokerItselfWasAway) {
  auto& host = join(5, "host-1");
  run(seconds(2));
  publish("r-1", "a-01");
  world.round();
  world.pass(seconds(60));
  world.core().was_away(world.steady() - seconds(60), world.steady());
  world.round();
  run(seconds(2));
  EXPECT_EQ(host.revoked, 0u);
  EXPECT_EQ(host.leases.size(), cells);
}

TEST_F(Leases, ACellWhoseCommitsAreAlwaysRefusedIsTriedWithPausesAnnouncedAndFoundAgain) {
  auto& host = join(5, "host-1");
  run(seconds(2));
  bool broken = true;
  const auto spoil = [&] {
    if (!broken || !host.leases.contains(2)) return;
    v1::ClientFrame frame;
    frame.mutable_commits()->set_next_wake_within_ms(4'000);
    frame.mutable_commits()->add_commits(world.commit_of(host.leases.at(2), 7, 0).SerializeAsString());
    world.say(host.peer, frame);
  };
  for (int i = 0; i < 600; ++i) {
    spoil();
    run(milliseconds(100));
  }
  EXPECT_LE(host.granted, cells + 15) << "within a minute";
  EXPECT_EQ(coverage()[v1::Coverage::CELL_PARKED], 1u);
  broken = false;
  run(seconds(9));
  publish("r-1", "a-01");
  run(seconds(1));
  EXPECT_EQ(coverage()[v1::Coverage::CELL_UNPARKED], 1u);
}

TEST_F(Leases, ALostCellIsAnnouncedItsRequestsWaitAndItIsAnnouncedFound) {
  join(5, "host-1");
  run(seconds(2));
  leave(5);
  run(seconds(3));
  publish("r-1", "a-01");
  run(seconds(9));
  EXPECT_EQ(coverage()[v1::Coverage::HOST_LOST], 0u);
  run(seconds(3));
  EXPECT_EQ(coverage()[v1::Coverage::HOST_LOST], cells);
  EXPECT_EQ(coverage()[v1::Coverage::HOST_FOUND], 0u);
  auto& again = join(6, "host-1");
  run(seconds(3));
  EXPECT_EQ(coverage()[v1::Coverage::HOST_FOUND], cells);
  EXPECT_EQ(again.leases.size(), cells);
  EXPECT_EQ(again.commits.at(2), 1u) << "the request that waited was handed over and decided";
}

// What a restart knows: an announcement stands in the journal, and its end is announced by whichever broker sees it.
TEST_F(Leases, ALossAnnouncedBeforeARestartIsEndedAfterIt) {
  run(seconds(12));
  EXPECT_EQ(coverage()[v1::Coverage::HOST_LOST], cells);
  world.crash_and_restart();
  join(5, "host-1");
  run(seconds(2));
  EXPECT_EQ(coverage()[v1::Coverage::HOST_FOUND], cells);
}

TEST_F(Leases, ACellWithNobodyOnDutyIsAnnouncedOnceAndSoIsItsEnd) {
  run(seconds(1));
  EXPECT_EQ(coverage()[v1::Coverage::NOBODY_ON_DUTY], many);
  world.crash_and_restart();
  run(seconds(1));
  EXPECT_EQ(coverage()[v1::Coverage::NOBODY_ON_DUTY], many) << "not again after a restart";
  auto configuration = many_cells();
  auto& person = *configuration.mutable_directory()->add_people();
  person.set_code("worker-3");
  person.add_posts()->set_role(v1::ROLE_GRID_WORKER);
  person.mutable_posts(0)->set_place("b-0");
  configuration.mutable_directory()->mutable_people(0)->set_absent(true);  // of a-01
  world.configure(configuration);
  run(seconds(1));
  EXPECT_EQ(coverage()[v1::Coverage::NOBODY_ON_DUTY], many + 1);
  EXPECT_EQ(coverage()[v1::Coverage::SOMEBODY_ON_DUTY], 1u);
}

TEST_F(Leases, ALeaveThatBeginsLeavesACellWithNobodyAndItsEndDoesNot) {
  run(seconds(1));
  auto configuration = many_cells();
  auto& leave = *configuration.mutable_directory()->mutable_people(0)->add_leave();  // of a-01
  leave.set_from_ms(world.now_ms() + 5'000);
  leave.set_to_ms(world.now_ms() + 9'000);
  world.configure(configuration);
  run(seconds(2));
  EXPECT_EQ(coverage()[v1::Coverage::NOBODY_ON_DUTY], many) << "not yet";
  run(seconds(4));
  EXPECT_EQ(coverage()[v1::Coverage::NOBODY_ON_DUTY], many + 1);
  EXPECT_EQ(coverage()[v1::Coverage::SOMEBODY_ON_DUTY], 0u);
  run(seconds(4));
  EXPECT_EQ(coverage()[v1::Coverage::SOMEBODY_ON_DUTY], 1u);
}

}  // namespace
}  // namespace huying::broker
