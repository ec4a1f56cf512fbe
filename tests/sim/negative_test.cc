// Goal: each checker can fail, and fails for its own reason. Method: a run that breaks one seam on purpose; the
// violation that is found must be of the invariant that the breakage belongs to, and of no other.
#include <gtest/gtest.h>

#include "tests/sim/simulation.h"

namespace huying::sim {
namespace {

class ABrokenSeam : public testing::TestWithParam<NegativeName> {};

TEST_P(ABrokenSeam, is_caught_by_its_own_invariant) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    SimulationOptions options;
    options.seed = seed;
    options.negative = GetParam().negative;
    const auto report = simulate(options);
    ASSERT_FALSE(report.held()) << "seed " << seed << ": nobody noticed";
    for (const auto& violation : report.violations)
      EXPECT_EQ(violation.invariant, GetParam().invariant) << "seed " << seed << ": " << violation.what;
  }
}

std::string name_of(const testing::TestParamInfo<NegativeName>& info) {
  std::string name(info.param.name);
  for (char& c : name)
    if (c == '-') c = '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Negatives, ABrokenSeam, testing::ValuesIn(negatives()), name_of);

}  // namespace
}  // namespace huying::sim
