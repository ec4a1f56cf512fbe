// What huying simulate prints.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string_view>

#include "programs/simulate.h"
#include "tests/sim/checkers/rows.h"

namespace huying::programs {
namespace {

constexpr double day_ms = 86'400'000;

std::string days_of(const sim::SimulationReport& report) {
  return fmt::format("{:.1f}", static_cast<double>(report.street_ms) / day_ms);
}

std::string grouped(double number) {
  std::string digits = fmt::format("{:.0f}", number);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

template <class Each>
void each_fault(const sim::Counters& counters, Each each) {
  for (int kind = 1; kind < scenario::FaultKind_ARRAYSIZE; ++kind) {
    if (!scenario::FaultKind_IsValid(kind)) continue;
    if (const auto times = counters.of(static_cast<sim::FaultKind>(kind)); times != 0)
      each(sim::name_of(static_cast<sim::FaultKind>(kind)), times);
  }
}

nlohmann::json counted(const sim::Counters& counters) {
  nlohmann::json faults = nlohmann::json::object();
  each_fault(counters, [&](const std::string& name, std::uint64_t times) { faults[name] = times; });
  nlohmann::json rows = nlohmann::json::object();
  for (std::size_t row = 0; row < counters.rows.size(); ++row) rows[sim::row_name(row)] = counters.rows[row];
  return {{"faults", faults},
          {"rows", rows},
          {"requests_acknowledged", counters.requests_acknowledged},
          {"requests_known_again", counters.requests_known_again},
          {"contents_refused", counters.contents_refused},
          {"requests_refused", counters.requests_refused},
          {"actions_decided", counters.actions_decided},
          {"actions_refused", counters.actions_refused},
          {"events_seen", counters.events_seen},
          {"events_repeated", counters.events_repeated},
          {"gaps_told", counters.gaps_told},
          {"breaches", counters.breaches},
          {"escalations", counters.escalations},
          {"cases_ended", counters.cases_ended},
          {"commits_refused", counters.commits_refused},
          {"leases_granted", counters.takeovers},
          {"coverage_told", counters.coverage_told},
          {"forbidden_tried", counters.forbidden_tried},
          {"parts_read", counters.parts_read},
          {"states_compared", counters.states_compared},
          {"directories", counters.directories},
          {"damage_said", counters.damage_said},
          {"damage_harmless", counters.damage_harmless},
          {"records", counters.records},
          {"terms", counters.terms},
          {"clocks_set_aside", counters.clocks_set_aside},
          {"causes_set_aside", counters.causes_set_aside},
          {"cells_parked", counters.cells_parked},
          {"caught_up", counters.caught_up},
          {"clock_told", counters.clock_told},
          {"months_ended", counters.months_ended},
          {"lists_compared", counters.lists_compared},
          {"cases_in_lists", counters.cases_in_lists},
          {"checkpoints_written", counters.checkpoints_written},
          {"snapshots_written", counters.snapshots_written},
          {"snapshots_used", counters.snapshots_used},
          {"checkpoints_used", counters.checkpoints_used},
          {"checkpoints_refused", counters.checkpoints_refused}};
}

// As a shell takes it for one word. Quoted only where it must be: a scenario's name is read more often than a path with a blank.
std::string shell_word(const std::string& text) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+,:@%=";
  const auto is_plain = [&](char c) { return static_cast<signed char>(c) < 0 || plain.find(c) != std::string_view::npos; };
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) return text;
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

}  // namespace

std::string replay_command(const SimulateOptions& options, const std::string& scenario, std::uint64_t seed) {
  std::string command = fmt::format("huying simulate --scenario {} --seed {}", shell_word(scenario), seed);
  if (options.days) command += fmt::format(" --days {}", *options.days);
  if (options.cells) command += fmt::format(" --cells {}", *options.cells);
  if (options.hosts) command += fmt::format(" --hosts {}", *options.hosts);
  if (options.requests) command += fmt::format(" --requests {}", *options.requests);
  return command;
}

void print_run(const SimulateOptions& options, const SimulatedRun& run) {
  const auto& report = run.report;
  fmt::print("{} seed {}: {}, {} days, {} faults, {} requests, {} decisions of people, {} escalations, {} records, "
             "digest {:016x}\n",
             run.scenario, run.seed, report.held() ? "held" : "BROKEN", days_of(report), report.counters.faults_in_all(),
             report.counters.requests_acknowledged, report.counters.actions_decided, report.counters.escalations,
             report.counters.records, report.digest);
  for (const auto& one : report.violations) fmt::print("违反 BROKEN {}: {}\n", one.invariant, one.what);
  if (!report.held()) fmt::print("replay: {}\n", replay_command(options, run.scenario, run.seed));
}

void print_story(const SimulateOptions& options, const SimulatedRun& run, const sim::ToldStory& story) {
  const auto print = [](const char* head, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    fmt::print("{}\n", head);
    for (const auto& line : lines) fmt::print("  {}\n", line);
  };
  print("what matters (steady seconds since the world began):", story.that_matter);
  print("what happened last:", story.last);
  if (run.report.held()) return;
  for (const auto& one : run.report.violations) fmt::print("违反 BROKEN {}: {}\n", one.invariant, one.what);
  fmt::print("replay: {}\n", replay_command(options, run.scenario, run.seed));
}

void print_run_json(const SimulateOptions& options, const SimulatedRun& run) {
  const auto& report = run.report;
  nlohmann::json violations = nlohmann::json::array();
  for (const auto& one : report.violations) violations.push_back({{"invariant", one.invariant}, {"what", one.what}});
  const nlohmann::json line{{"scenario", run.scenario},
                            {"seed", run.seed},
                            {"held", report.held()},
                            {"digest", fmt::format("{:016x}", report.digest)},
                            {"violations", violations},
                            {"replay", replay_command(options, run.scenario, run.seed)},
                            {"things", report.things},
                            {"street_seconds", report.street_ms / 1000},
                            {"counters", counted(report.counters)}};
  fmt::print("{}\n", line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

// What a run took differs from one time to the next, and is not among what it replays.
void print_pace(std::int64_t street_ms, double seconds, double processor_seconds) {
  const double street_seconds = static_cast<double>(street_ms) / 1000;
  fmt::print(stderr, "{:.1f} days of the street in {:.2f} s: {} times real time; {:.2f} s of one processor: {} times\n",
             static_cast<double>(street_ms) / day_ms, seconds, grouped(street_seconds / seconds), processor_seconds,
             grouped(street_seconds / processor_seconds));
}

void print_sum(const std::vector<SimulatedRun>& runs) {
  sim::Counters sum;
  std::size_t held = 0;
  std::int64_t street_ms = 0;
  for (const auto& run : runs) {
    sum.add(run.report.counters);
    held += run.report.held();
    street_ms += run.report.street_ms;
  }
  fmt::print("{} of {} runs held; {:.1f} days of the street\n", held, runs.size(),
             static_cast<double>(street_ms) / day_ms);
  std::string faults;
  each_fault(sum, [&](const std::string& name, std::uint64_t times) {
    faults += fmt::format("{}{} {}", faults.empty() ? "" : ", ", name, times);
  });
  fmt::print("faults: {}\n", faults.empty() ? "none" : faults);
  if (held == runs.size()) fmt::print("不变式均成立 I1 to I12 held\n");
}

}  // namespace huying::programs
