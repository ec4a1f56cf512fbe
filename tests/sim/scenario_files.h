// Scenarios by name ("fast/storm", "storm"), by folder ("fast": all of it) or by path (something with a dot in its name).
// Those of tests/sim/scenarios/ are compiled in. Errors are text for a person: what was looked for, or line and column.
#pragma once
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tests/sim/scenario.pb.h"

namespace huying::sim {

struct NamedScenario {
  std::string name;  // "fast/storm", or the path
  scenario::Scenario scenario;
  friend void PrintTo(const NamedScenario& named, std::ostream* out) { *out << named.name; }  // gtest's
};

// In order of their names. Never empty; the error's detail says what is wrong.
Result<std::vector<NamedScenario>> scenarios_named(const std::string& name);
std::vector<std::string> scenario_names();
// Checks what a text cannot say: that there is something to do, that a breakage exists.
Result<scenario::Scenario> parse_scenario(const std::string& name, const std::string& text);

struct EmbeddedScenario {
  std::string_view name, text;
};
const std::vector<EmbeddedScenario>& embedded_scenarios();  // sorted; made by CMake

}  // namespace huying::sim
