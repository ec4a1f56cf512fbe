// huying simulate: runs of the simulated world (tests/sim), told on a terminal or as JSON.
#pragma once
#include <string>

#include "programs/program.h"
#include "tests/sim/simulation.h"

namespace huying::programs {

struct SimulateOptions {
  sim::SimulationOptions run;
  std::string negative;  // as written; empty: none
  bool json = false;
};

// The command that replays exactly this run.
std::string replay_command(const SimulateOptions& options);

// `done` only if every invariant held; `usage` for a negative that is none.
ExitCode simulate(SimulateOptions options);

}  // namespace huying::programs
