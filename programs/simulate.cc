#include "programs/simulate.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "programs/options.h"

namespace huying::programs {
namespace {

std::string names_of_negatives() {
  std::string names;
  for (const auto& one : sim::negatives())
    names += fmt::format("{}{} ({})", names.empty() ? "" : ", ", one.name, one.invariant);
  return names;
}

bool take_negative(SimulateOptions& options) {
  if (options.negative.empty()) return true;
  for (const auto& one : sim::negatives()) {
    if (one.name != options.negative) continue;
    options.run.negative = one.negative;
    return true;
  }
  fmt::print(stderr, "没有这种破坏 no negative run of that name: {}. There are: {}\n", options.negative,
             names_of_negatives());
  return false;
}

void print_json(const SimulateOptions& options, const sim::SimulationReport& report) {
  nlohmann::json violations = nlohmann::json::array();
  for (const auto& one : report.violations) violations.push_back({{"invariant", one.invariant}, {"what", one.what}});
  const nlohmann::json line{{"seed", options.run.seed},
                            {"held", report.held()},
                            {"digest", fmt::format("{:016x}", report.digest)},
                            {"violations", violations},
                            {"last_events", report.held() ? std::vector<std::string>() : report.last_events},
                            {"replay", replay_command(options)},
                            {"things", report.things},
                            {"acknowledged", report.acknowledged},
                            {"actions_decided", report.decided},
                            {"events", report.events},
                            {"breaches", report.breaches},
                            {"escalations", report.escalations},
                            {"records", report.records},
                            {"broker_deaths", report.broker_deaths},
                            {"host_deaths", report.host_deaths}};
  fmt::print("{}\n", line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void print_story(const SimulateOptions& options, const sim::SimulationReport& report) {
  fmt::print(
      "{} things happened: {} requests acknowledged, {} actions decided, {} events, {} breaches, {} escalations;\n"
      "the broker died {} times, hosts {} times; {} records in the journal, digest {:016x}\n",
      report.things, report.acknowledged, report.decided, report.events, report.breaches, report.escalations,
      report.broker_deaths, report.host_deaths, report.records, report.digest);
  if (report.held()) {
    fmt::print("不变式均成立 I1, I2, I3, I5 and I6 held\n");
  } else {
    fmt::print("\nwhat happened last (steady seconds since the world began):\n");
    for (const auto& line : report.last_events) fmt::print("  {}\n", line);
    fmt::print("\n");
    for (const auto& one : report.violations) fmt::print("违反 BROKEN {}: {}\n", one.invariant, one.what);
    fmt::print("replay: {}\n", replay_command(options));
  }
  fmt::print("seed {}\n", options.run.seed);
}

}  // namespace

std::string replay_command(const SimulateOptions& options) {
  const auto& run = options.run;
  std::string command = fmt::format("huying simulate --seed {} --days {} --cells {} --requests {}", run.seed, run.days,
                                    run.cells, run.requests);
  if (!options.negative.empty()) command += " --negative " + options.negative;
  return command;
}

ExitCode simulate(SimulateOptions options) {
  if (!take_negative(options)) return ExitCode::usage;
  // First and last: a broken invariant of the cores ends the process in between.
  if (options.json)
    fmt::print(stderr, "seed {}\n", options.run.seed);
  else
    fmt::print("seed {}\n", options.run.seed);
  std::fflush(nullptr);
  const auto report = sim::simulate(options.run);
  if (options.json)
    print_json(options, report);
  else
    print_story(options, report);
  return report.held() ? ExitCode::done : ExitCode::failed;
}

void add_simulate(CLI::App& root, Chosen& chosen) {
  auto options = std::make_shared<SimulateOptions>();
  auto* app = root.add_subcommand(
      "simulate",
      "Run the production cores in a world of its own: a seeded clock, disk and network, crashes at every effect, "
      "checkers for I1, I2, I3, I5 and I6. The same seed replays the same run. No real time passes.");
  app->add_option("--seed", options->run.seed, "which run")->capture_default_str();
  app->add_option("--days", options->run.days, "of the street's time")
      ->check(CLI::Range(1, 366))
      ->capture_default_str();
  app->add_option("--cells", options->run.cells, "besides the desk")->check(CLI::Range(2, 60))->capture_default_str();
  app->add_option("--requests", options->run.requests, "in all")->check(CLI::Range(2, 100'000))->capture_default_str();
  app->add_option("--negative", options->negative,
                  "break a seam on purpose; its checker must notice: " + names_of_negatives());
  app->add_flag("--json", options->json, "one JSON line");
  app->footer(footer_with_exit_codes("Examples:\n  huying simulate --seed 1\n"
                                     "  huying simulate --seed 7 --days 3 --requests 600\n"
                                     "  huying simulate --negative lying-disk   # ends with 1: I1 is broken\n"));
  app->callback([options, &chosen] { chosen = [options] { return simulate(*options); }; });
}

}  // namespace huying::programs
