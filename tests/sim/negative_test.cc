// Goal: each checker can fail, and fails for its own reason. Method: each scenario of scenarios/negative breaks one seam of
// the simulated shell on purpose; what is found must be of the invariant that the scenario names, and of no other, and
// must say what was broken.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/sim/breakages/breakage.h"
#include "tests/sim/scenario_files.h"
#include "tests/sim/simulation.h"

namespace huying::sim {
namespace {

std::vector<NamedScenario> negatives() { return scenarios_named("negative").value(); }

constexpr std::uint64_t seeds = HUYING_FAST_SEEDS < 3 ? 1 : 3;  // one in a sanitizer's build

class ABrokenSeam : public testing::TestWithParam<NamedScenario> {};

TEST_P(ABrokenSeam, is_caught_by_its_own_invariant_for_its_own_reason) {
  const auto& scenario = GetParam().scenario;
  ASSERT_FALSE(scenario.caught_saying().empty());
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto report = simulate(scenario, seed);
    ASSERT_FALSE(report.held()) << "seed " << seed << ": nobody noticed";
    for (const auto& violation : report.violations)
      EXPECT_EQ(violation.invariant, scenario.caught_by()) << "seed " << seed << ": " << violation.what;
    EXPECT_THAT(report.violations, testing::Contains(testing::Field(&Violation::what,
                                                                    testing::HasSubstr(scenario.caught_saying()))))
        << "seed " << seed << ": " << report.violations.front().what;
  }
}

std::string name_of_test(const testing::TestParamInfo<NamedScenario>& info) {
  std::string name = info.param.name.substr(info.param.name.find('/') + 1);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Negatives, ABrokenSeam, testing::ValuesIn(negatives()), name_of_test);

TEST(Negatives, break_something_for_every_invariant_and_use_every_breakage) {
  std::set<std::string> caught, broken;
  for (const auto& named : negatives()) {
    caught.insert(named.scenario.caught_by());
    broken.insert(named.scenario.breakage());
  }
  for (int invariant = 1; invariant <= 12; ++invariant)
    EXPECT_TRUE(caught.contains("I" + std::to_string(invariant))) << "nothing shows that I" << invariant << " can fail";
  EXPECT_TRUE(caught.contains("register")) << "nothing shows that the register can fail";
  for (const auto& name : breakage_names()) EXPECT_TRUE(broken.contains(name)) << name << " is in no scenario";
}

// The same workload, not broken: what the checkers find is the breakage.
TEST(Negatives, hold_when_nothing_is_broken) {
  auto scenario = negatives().front().scenario;
  scenario.clear_breakage();
  EXPECT_TRUE(simulate(scenario, 1).held());
}

}  // namespace
}  // namespace huying::sim
