// Goal: whatever the seed does to broker, hosts, disk and network in a day of the street, I1, I2, I3, I5 and I6 hold;
// and a run is the function of its options that makes a failing seed worth having. Method: one small day a seed, 120
// requests from two publishers over five cells, two or three hosts, a fault every two seconds of the steady minute.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/simulation.h"

namespace huying::sim {
namespace {

SimulationOptions small_day(std::uint64_t seed) {
  SimulationOptions options;
  options.seed = seed;
  options.cells = 5;
  options.requests = 120;
  return options;
}

std::string story(const SimulationReport& report) {
  std::string text;
  for (const auto& violation : report.violations) text += violation.invariant + ": " + violation.what + "\n";
  for (const auto& line : report.last_events) text += line + "\n";
  return text;
}

class ASmallDay : public testing::TestWithParam<std::uint64_t> {};

TEST_P(ASmallDay, keeps_every_invariant) {
  const auto report = simulate(small_day(GetParam()));
  EXPECT_TRUE(report.held()) << "huying simulate --cells 5 --requests 120 --seed " << GetParam() << "\n"
                             << story(report);
  // A day in which nothing happens proves nothing.
  EXPECT_GT(report.acknowledged, 100u);
  EXPECT_GT(report.decided, 50u);
  EXPECT_GT(report.breaches, 5u);
  EXPECT_GT(report.escalations, 5u);
  EXPECT_GT(report.broker_deaths, 0u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ASmallDay, testing::Range<std::uint64_t>(1, 25));

TEST(Simulation, the_same_seed_replays_the_same_run) {
  const auto first = simulate(small_day(7)), second = simulate(small_day(7));
  EXPECT_EQ(first.digest, second.digest);
  EXPECT_EQ(first.things, second.things);
  EXPECT_EQ(first.last_events, second.last_events);
}

TEST(Simulation, another_seed_is_another_run) {
  EXPECT_NE(simulate(small_day(1)).digest, simulate(small_day(2)).digest);
}

}  // namespace
}  // namespace huying::sim
