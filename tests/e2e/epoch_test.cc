// Goal: I3, one owner; I4, no blind spot. Method: a broker and two hosts, each a process. Host A is stopped (SIGSTOP)
// with a cause on its way to it; host B takes the cells over and decides; A goes on (SIGCONT), decides the same cause
// in its old epoch, and is refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>

#include "base/limits.h"
#include "tests/e2e/lines.h"
#include "tests/e2e/outside_parts.h"
#include "tests/e2e/stall_witness.h"
#include "tests/e2e/wenyuan.h"

namespace huying::e2e {
namespace {

class Epochs : public testing::Test {
 protected:
  void SetUp() override {
    broker_ = place_.serve({"--directory", wenyuan()}, "broker");
    a_ = place_.start({"worker", "--endpoint", place_.endpoint(), "--as", "host-1"});
    ASSERT_TRUE(wait_until([&] { return held_by("host-1"); }));
    b_ = place_.start({"worker", "--endpoint", place_.endpoint(), "--as", "host-2"});
    ASSERT_TRUE(wait_until([&] { return held("host-2") == 34; })) << "half of the cells move to B";
  }

  // Every cell, and nothing undecided.
  bool held_by(const std::string& host) {
    const auto now = status(place_);
    for (const auto& lease : now.leases())
      if (lease.host() != host || lease.undecided() != 0) return false;
    return now.leases_size() == 68;
  }
  int held(const std::string& host) {
    const auto now = status(place_);
    return static_cast<int>(std::count_if(now.leases().begin(), now.leases().end(),
                                          [&](const auto& lease) { return lease.host() == host; }));
  }
  // A cell that A holds still.
  std::string cell_of_a() {
    const auto now = status(place_);
    for (const auto& lease : now.leases())
      if (lease.host() == "host-1" && lease.cell() != "desk") return lease.cell();
    return {};
  }
  // Of all cells, ever.
  std::uint32_t grants() {
    const auto now = status(place_);
    std::uint32_t sum = 0;
    for (const auto& lease : now.leases()) sum += lease.epoch().grant();
    return sum;
  }
  std::uint32_t grant_of(const std::string& cell) {
    const auto now = status(place_);
    for (const auto& lease : now.leases())
      if (lease.cell() == cell) return lease.epoch().grant();
    return 0;
  }
  // Hosts that the broker took for lost: the one that was stopped, and on a crowded machine others.
  std::size_t losses() const {
    const auto text = said(*broker_);
    std::size_t found = 0;
    for (const auto* words : {"is silent", "did not keep its promise", "decides nothing"})
      for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) ++found;
    return found;
  }
  static std::string said(const Process& process) { return process.out() + process.err(); }

  const StallWitness stalls_;
  Place place_;
  std::unique_ptr<Process> broker_, a_, b_;
};

TEST_F(Epochs, a_stopped_host_loses_its_cells_and_its_late_commit_is_refused_by_epoch) {
  Outside outside(place_.endpoint());
  Publishing publishing(outside, "hotline-12345");
  Listening listening(outside, "street.supervisor-1", v1::ROLE_STREET_SUPERVISOR, "epochs", "case.>");
  const auto cell = cell_of_a();
  ASSERT_NE(cell, "");
  publishing.publish({request_in_cell("e-1", cell)});
  ASSERT_TRUE(outside.run_until([&] { return listening.count(v1::EVENT_KIND_DISPATCHED) == 1; }));
  const auto old_grant = grant_of(cell);

  outside.run_until([] { return false; }, std::chrono::milliseconds(500));  // the sessions stand: what comes now is fast
  const auto stopped_at = std::chrono::steady_clock::now();
  a_->signal(SIGSTOP);
  publishing.publish({request_in_cell("e-2", cell)});
  ASSERT_TRUE(outside.run_until([&] { return publishing.acknowledged() == 2; }));
  ASSERT_TRUE(outside.run_until([&] { return listening.count(v1::EVENT_KIND_DISPATCHED) == 2; }));
  ASSERT_TRUE(wait_until([&] { return held_by("host-2"); }));
  if (stalls_.saw_none()) {
    EXPECT_LE(std::chrono::steady_clock::now() - stopped_at, limits::takeover_max + std::chrono::seconds(1)) << "and a look";
  }
  const auto grant = grant_of(cell);
  EXPECT_GT(grant, old_grant);

  const auto grants_of_b = grants();
  const auto losses_before = losses();
  a_->signal(SIGCONT);
  EXPECT_TRUE(wait_until([&] { return said(*broker_).find("E6001") != std::string::npos; })) << said(*broker_);
  EXPECT_NE(said(*broker_).find("the cell is at 1." + std::to_string(grant)), std::string::npos)
      << said(*broker_);

  // No thrash: A is given its half again, once it has been steady for a while, and no cell moves twice.
  EXPECT_TRUE(wait_until([&] { return held("host-1") == 34; }));
  if (losses() == losses_before) {
    EXPECT_EQ(grants() - grants_of_b, 34u);
  }

  const auto number = publishing.numbers().at("e-2");
  EXPECT_EQ(error_of(act(place_, cell + ".worker", "accept", number)), 0u);
  EXPECT_EQ(show(place_, cell + ".worker", number).whole().revision(), 3u);  // filed, dispatched, accepted
  publishing.publish({request_in_cell("e-3", cell)});
  EXPECT_TRUE(outside.run_until([&] { return listening.count(v1::EVENT_KIND_DISPATCHED) == 3; }));
  EXPECT_EQ(contradiction_in(listening.heard()), "");

  // A is a host again, in a new session: when B leaves, A has every cell.
  EXPECT_EQ(stop(*b_), (Ended{0, 0})) << said(*b_);
  EXPECT_TRUE(wait_until([&] { return held_by("host-1"); })) << said(*a_);
  EXPECT_EQ(error_of(act(place_, cell + ".worker", "resolve", number, {"--words", "done"})), 0u);

  // I4: a cell that had been without a host for 10 s would have been announced.
  EXPECT_EQ(stop(*broker_), (Ended{0, 0}));
  const auto dumped = place_.run({"journal", "dump", "--data", place_.data(), "--stream", "0"});
  if (stalls_.saw_none()) {
    EXPECT_EQ(count_of(records_of(dumped.out), "COVERAGE"), 0u);
  }
}

}  // namespace
}  // namespace huying::e2e
