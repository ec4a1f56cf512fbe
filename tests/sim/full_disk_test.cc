// Goal: a disk that fills up ends nothing. Seen by the broker when it looks, it decides nothing until there is room; filled
// within a round, the journal refuses and the round waits as it was decided; with room again it goes on in the same life.
// Method: the scenario of the disk's faults alone, under seeds until each of both was met; the story says what happened.
// All invariants are judged as in every run.
#include <gtest/gtest.h>

#include "tests/sim/scenario_files.h"
#include "tests/sim/simulation.h"

namespace huying::sim {
namespace {

struct Met {
  int waited = 0, written = 0, full = 0, stopped = 0;
  void take(std::string_view line) {
    waited += line.find("the round waits for room") != line.npos;
    written += line.find("the round that waited is written") != line.npos;
    full += line.find("nothing is decided until there is room") != line.npos;
    stopped += line.find("broker: stops: ") != line.npos;
  }
};

TEST(AFullDisk, is_waited_for_within_a_round_and_between_rounds_and_ends_no_process) {
  auto scenario = scenarios_named("fast/disk")->front().scenario;
  auto& workload = *scenario.mutable_workload();
  workload.set_minutes(0);
  scenario.clear_faults();
  auto& fault = *scenario.add_faults();
  fault.set_kind(scenario::DISK_FULL);
  fault.set_times(12);
  fault.set_least_ms(500);
  fault.set_most_ms(4'000);
  Met met;
  constexpr std::uint64_t seeds_at_most = 5;
  for (std::uint64_t seed = 1; seed <= seeds_at_most && (met.written == 0 || met.full == 0); ++seed) {
    const auto report = simulate(scenario, seed, {.on_progress = {}, .on_line = [&](auto, const std::string& line) {
                                                    met.take(line);
                                                  }});
    ASSERT_TRUE(report.held()) << seed << ": " << report.violations.front().invariant << " "
                               << report.violations.front().what;
    EXPECT_GE(report.counters.cases_ended, workload.requests()) << seed;
  }
  EXPECT_GT(met.full, 0);
  EXPECT_GT(met.waited, 0);
  EXPECT_EQ(met.written, met.waited) << "each that waited goes on by itself";
  EXPECT_EQ(met.stopped, 0);
}

}  // namespace
}  // namespace huying::sim
