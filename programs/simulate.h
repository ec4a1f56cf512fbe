// huying simulate: runs of the simulated world (tests/sim), told on a terminal or as JSON lines. Standard output is the
// same for the same options, byte for byte; progress and pace go to the standard error stream.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "programs/program.h"
#include "tests/sim/scenario_files.h"
#include "tests/sim/simulation.h"

namespace huying::programs {

struct SimulateOptions {
  std::string scenario = "fast/day";  // name, folder or path
  std::uint64_t seed = 1;
  std::string seeds;                  // "1..200"; empty: `seed` alone
  std::uint32_t minutes = 0;          // of real time, after which no further seed is begun; 0: no end
  // In place of what the scenario says; a replay must name them again.
  std::optional<std::uint32_t> days, cells, hosts, requests;
  bool json = false, story = false, list = false;
};

// One run of many.
struct SimulatedRun {
  std::string scenario;
  std::uint64_t seed = 0;
  sim::SimulationReport report;
};

ExitCode simulate(const SimulateOptions& options);

// simulate_report.cc
std::string replay_command(const SimulateOptions& options, const std::string& scenario, std::uint64_t seed);
void print_run(const SimulateOptions& options, const SimulatedRun& run);
void print_story(const SimulateOptions& options, const SimulatedRun& run, const sim::ToldStory& story);
void print_run_json(const SimulateOptions& options, const SimulatedRun& run);
void print_pace(std::int64_t street_ms, double seconds, double processor_seconds);
void print_sum(const std::vector<SimulatedRun>& runs);

}  // namespace huying::programs
