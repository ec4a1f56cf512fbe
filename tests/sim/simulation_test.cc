// Goal: whatever a seed does to broker, hosts, people, disk, network and clocks, I1 to I12 hold; a run is the function of
// its scenario and seed that makes a failing one worth having; and the set of runs that is made each time meets every
// kind of fault and every row of the case table. Method: each scenario of scenarios/fast under many seeds, each at least
// a day of a street with 1,000 requests and twenty faults (the one on the real clock is half an hour, and not counted:
// 10 scenarios x 24 seeds = 240 runs); then what the first of them counted is added up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/sim/checkers/rows.h"
#include "tests/sim/scenario_files.h"
#include "tests/sim/simulation.h"

namespace huying::sim {
namespace {

constexpr std::uint64_t seeds = HUYING_FAST_SEEDS;  // each scenario's; fewer in a sanitizer's build
constexpr std::uint64_t seeds_that_meet_all = 3;
constexpr std::int64_t day_ms = 86'400'000;

std::vector<NamedScenario> fast_ones() { return scenarios_named("fast").value(); }

std::string story(const NamedScenario& named, std::uint64_t seed, const SimulationReport& report) {
  std::string text = "huying simulate --scenario " + named.name + " --seed " + std::to_string(seed) + "\n";
  for (const auto& violation : report.violations) text += violation.invariant + ": " + violation.what + "\n";
  const auto told = tell_again(named.scenario, seed, report);
  for (const auto& line : told.that_matter) text += line + "\n";
  return text;
}

void expect_that_all_was_met(const Counters& sum) {
  for (int kind = 1; kind < scenario::FaultKind_ARRAYSIZE; ++kind) {
    if (!scenario::FaultKind_IsValid(kind)) continue;
    EXPECT_GT(sum.of(static_cast<FaultKind>(kind)), 0u) << name_of(static_cast<FaultKind>(kind)) << " never happened";
  }
  for (std::size_t row = 0; row < sum.rows.size(); ++row) {
    EXPECT_GT(sum.rows[row], 0u) << "row " << row_name(row) << " was never met";
  }
  const std::pair<const char*, std::uint64_t> met[] = {
      {"the same request published again", sum.requests_known_again},
      {"other content under a known id", sum.contents_refused},
      {"a request refused for want of room", sum.requests_refused},
      {"a refused step", sum.actions_refused},
      {"a refused commit", sum.commits_refused},
      {"an event handed out again", sum.events_repeated},
      {"a cell without host announced", sum.coverage_told},
      {"somebody who tried what they may not", sum.forbidden_tried},
      {"a part of a request read", sum.parts_read},
      {"a state folded by somebody else", sum.states_compared},
      {"a new directory in force", sum.directories},
      {"damage that was said", sum.damage_said},
      {"a clock set aside", sum.clocks_set_aside},
      {"a cause set aside", sum.causes_set_aside},
      {"a cell parked", sum.cells_parked},
      {"a clock that was overdue, caught up", sum.caught_up},
      {"a system's clock that is off, announced", sum.clock_told},
      {"a month that ended", sum.months_ended},
      {"an open list that adds up", sum.lists_compared},
      {"a case in one", sum.cases_in_lists},
      {"a checkpoint written", sum.checkpoints_written},
      {"a snapshot of the broker written", sum.snapshots_written},
      {"a start of the broker from a snapshot", sum.snapshots_used},
      {"a checkpoint that a cell was taken over with", sum.checkpoints_used},
      {"a checkpoint that was of no use", sum.checkpoints_refused},
  };
  for (const auto& [what, times] : met) EXPECT_GT(times, 0u) << what << ": never";
}

class AFastScenario : public testing::TestWithParam<NamedScenario> {};

TEST_P(AFastScenario, keeps_every_invariant_under_many_seeds) {
  const auto& workload = GetParam().scenario.workload();
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto report = simulate(GetParam().scenario, seed);
    ASSERT_TRUE(report.held()) << story(GetParam(), seed, report);
    // A day in which nothing happens proves nothing.
    const auto& counters = report.counters;
    EXPECT_GE(report.street_ms, std::min<std::int64_t>(workload.days(), 1) * day_ms) << seed;
    EXPECT_GE(counters.requests_acknowledged, workload.requests()) << seed;
    EXPECT_GE(counters.cases_ended, workload.requests()) << seed;
    EXPECT_GE(counters.faults_in_all(), 20u) << seed;
  }
}

std::string name_of_test(const testing::TestParamInfo<NamedScenario>& info) {
  return info.param.name.substr(info.param.name.find('/') + 1);
}

INSTANTIATE_TEST_SUITE_P(TheFastSet, AFastScenario, testing::ValuesIn(fast_ones()), name_of_test);

TEST(TheFastSet, meets_every_fault_and_every_row) {
  if (seeds < seeds_that_meet_all) GTEST_SKIP() << "counted in a build without a sanitizer, where it takes seconds";
  Counters sum;
  for (const auto& named : fast_ones()) {
    if (named.scenario.workload().days() != 0) {
      EXPECT_GE(named.scenario.workload().requests(), 1000u) << named.name;
    }
    for (std::uint64_t seed = 1; seed <= seeds_that_meet_all; ++seed)
      sum.add(simulate(named.scenario, seed).counters);
  }
  expect_that_all_was_met(sum);
}

TEST(Simulation, the_same_seed_replays_the_same_run) {
  const auto day = scenarios_named("fast/day")->front().scenario;
  const auto first = simulate(day, 7), second = simulate(day, 7);
  EXPECT_EQ(first.digest, second.digest);
  EXPECT_EQ(first.things, second.things);
}

TEST(Simulation, telling_a_run_does_not_change_it) {
  auto broken = scenarios_named("negative/dropped-clock")->front().scenario;
  const auto report = simulate(broken, 5);
  const auto told = tell_again(broken, 5, report);
  ASSERT_FALSE(report.held());
  ASSERT_FALSE(report.violations.front().about.empty());
  EXPECT_THAT(told.that_matter, testing::Contains(testing::HasSubstr(report.violations.front().about.front())));
}

TEST(Simulation, another_seed_is_another_run) {
  const auto day = scenarios_named("fast/day")->front().scenario;
  EXPECT_NE(simulate(day, 1).digest, simulate(day, 2).digest);
}

}  // namespace
}  // namespace huying::sim
