// One run of a scenario under one seed: a street, its people, hosts and a broker, for a span of the street's time under
// faults, then a quiet end in which everything is answered, folded and brought to zero; judged by a checker an invariant.
// Everything a run does follows from scenario and seed. No real time passes, no file is written, no socket opened.
//
// Where the scenario scales the street's time, deadlines come so many times as fast while leases, heartbeats and promises
// keep their real length, as in a demonstration's folder.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/sim/checkers/checker.h"
#include "tests/sim/scenario.pb.h"
#include "tests/sim/world/counters.h"
#include "tests/sim/world/world.h"

namespace huying::sim {

struct SimulationReport {
  std::vector<Violation> violations;  // empty: every invariant held
  std::uint64_t digest = 0;           // of all that was observed
  std::uint64_t things = 0;           // that happened
  std::int64_t street_ms = 0;         // of the street's time that went by
  Counters counters;
  bool held() const { return violations.empty(); }
};

struct SimulationListeners {
  std::function<void(double)> on_progress;  // now and then: how much of the span is over, 0 to 1
  StoryTeller on_line;                      // every line of the story; telling changes nothing
};

SimulationReport simulate(const scenario::Scenario& scenario, std::uint64_t seed,
                          const SimulationListeners& listeners = {});

// The same run again, told: the last lines, and the last ones that speak of what the violations are about.
struct ToldStory {
  std::vector<std::string> last, that_matter;
};
ToldStory tell_again(const scenario::Scenario& scenario, std::uint64_t seed, const SimulationReport& report);

}  // namespace huying::sim
