#include "tests/sim/simulation.h"

#include <spdlog/spdlog.h>

#include "base/digest.h"
#include "tests/sim/run.h"
#include "tests/sim/story.h"

namespace huying::sim {
namespace {

class QuietLog {  // the cores warn of what the run does to them, thousands of times
 public:
  QuietLog() : level_(spdlog::get_level()) { spdlog::set_level(spdlog::level::off); }
  ~QuietLog() { spdlog::set_level(level_); }
  QuietLog(const QuietLog&) = delete;
  QuietLog& operator=(const QuietLog&) = delete;

 private:
  spdlog::level::level_enum level_;
};

}  // namespace

SimulationReport simulate(const scenario::Scenario& scenario, std::uint64_t seed, const SimulationListeners& listeners) {
  initialise_digests();
  const QuietLog quiet;
  return Run(scenario, seed, listeners).live();
}

ToldStory tell_again(const scenario::Scenario& scenario, std::uint64_t seed, const SimulationReport& report) {
  std::vector<std::string> about;
  for (const auto& violation : report.violations)
    about.insert(about.end(), violation.about.begin(), violation.about.end());
  Story story(std::move(about));
  SimulationListeners listeners;
  listeners.on_line = [&](SteadyInstant when, std::string line) { story.add(when, std::move(line)); };
  simulate(scenario, seed, listeners);
  return {story.last(), story.that_matter()};
}

}  // namespace huying::sim
