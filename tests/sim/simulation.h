// One run: a street, its people, hosts and a broker for some days of the street's time, under faults that the seed
// chooses, then a quiet end, judged by the checkers. Everything a run does follows from its options.
//
// The street's days are scaled (a day is a minute of the steady clock), as a demonstration's are: leases, heartbeats
// and promises stay on the steady clock, deadlines come 1,440 times as fast. No real time passes.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "tests/sim/breakage.h"
#include "tests/sim/checkers/checker.h"

namespace huying::sim {

inline constexpr std::uint32_t rate_permille = 1'440'000;

struct SimulationOptions {
  std::uint64_t seed = 1;
  std::uint32_t days = 1;
  std::uint32_t cells = 6;
  std::uint32_t requests = 200;  // in all
  Negative negative = Negative::none;
};

struct SimulationReport {
  std::vector<Violation> violations;  // empty: every invariant held
  std::vector<std::string> last_events;
  std::uint64_t digest = 0;  // of all that happened
  std::uint64_t things = 0, acknowledged = 0, decided = 0, events = 0, records = 0, breaches = 0, escalations = 0;
  std::uint32_t broker_deaths = 0, host_deaths = 0, terms = 0;
  bool held() const { return violations.empty(); }
};

SimulationReport simulate(const SimulationOptions& options);

}  // namespace huying::sim
