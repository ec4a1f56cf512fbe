// Goal and method as simulation_test.cc, for the scenarios that take long: a week, a season, a day on the real clock, and
// everything going wrong at once.
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "tests/sim/scenario_files.h"
#include "tests/sim/simulation.h"

namespace huying::sim {
namespace {

std::vector<NamedScenario> long_ones() {
  auto all = scenarios_named("slow").value();
  auto rare = scenarios_named("rare").value();
  std::move(rare.begin(), rare.end(), std::back_inserter(all));
  return all;
}

class ALongScenario : public testing::TestWithParam<NamedScenario> {};

TEST_P(ALongScenario, keeps_every_invariant) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    const auto report = simulate(GetParam().scenario, seed);
    EXPECT_TRUE(report.held()) << "huying simulate --scenario " << GetParam().name << " --seed " << seed << "\n"
                               << report.violations.front().invariant << ": " << report.violations.front().what;
  }
}

std::string name_of_test(const testing::TestParamInfo<NamedScenario>& info) {
  std::string name = info.param.name;
  std::replace_if(name.begin(), name.end(), [](char c) { return c == '-' || c == '/'; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Slow, ALongScenario, testing::ValuesIn(long_ones()), name_of_test);

}  // namespace
}  // namespace huying::sim
