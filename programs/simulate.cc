#include "programs/simulate.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <memory>
#include <string_view>

#include "programs/options.h"
#include "proto/errors.h"
#include "tests/sim/story.h"

namespace huying::programs {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point began) { return std::chrono::duration<double>(Clock::now() - began).count(); }

// "3..17", or one number.
bool parse_seeds(const SimulateOptions& options, std::uint64_t& first, std::uint64_t& last) {
  first = last = options.seed;
  if (options.seeds.empty()) return true;
  const auto dots = options.seeds.find("..");
  if (dots == std::string::npos) return false;
  const char* text = options.seeds.data();
  const auto from = std::from_chars(text, text + dots, first);
  const auto to = std::from_chars(text + dots + 2, text + options.seeds.size(), last);
  return from.ptr == text + dots && to.ptr == text + options.seeds.size() && first <= last;
}

// ---- A broken invariant inside the cores ends the process: say which run it was -------------------------------------

std::string run_under_way;  // the command that replays it

void on_abort(int) {
  std::fflush(stdout);
  std::fprintf(stderr, "违反 BROKEN: an invariant inside the cores, see above\nreplay: %s --story\n",
               run_under_way.c_str());
  std::signal(SIGABRT, SIG_DFL);
}

// ---- Ctrl-C: the seed under way is finished, so that it is known where to go on; a second one ends at once ----------

volatile std::sig_atomic_t asked_to_stop = 0;

void ask_to_stop(int signal) {
  asked_to_stop = 1;
  std::signal(signal, SIG_DFL);
  constexpr std::string_view said = "\n跑完这个种子就停，再按一次马上停 stops after this seed; once more ends at once\n";
  (void)!::write(STDERR_FILENO, said.data(), said.size());
}

// ---- Progress ------------------------------------------------------------------------------------------------------

class Progress {
 public:
  explicit Progress(bool shown) : shown_(shown && isatty(STDERR_FILENO) != 0) {}
  void run(const std::string& what) {
    what_ = what;
    said_at_ = {};
  }
  void operator()(double done) {
    if (!shown_ || Clock::now() - said_at_ < std::chrono::milliseconds(200)) return;
    said_at_ = Clock::now();
    fmt::print(stderr, "\r\033[K{} {:3.0f} %", what_, done * 100);
    std::fflush(stderr);
  }
  void clear() {
    if (shown_) fmt::print(stderr, "\r\033[K");
  }

 private:
  const bool shown_;
  std::string what_;
  Clock::time_point said_at_;
};

// ---- Runs ----------------------------------------------------------------------------------------------------------

void apply(const SimulateOptions& options, scenario::Workload& workload) {
  if (options.days) {
    workload.set_days(*options.days);
    workload.clear_minutes();
  }
  if (options.cells) workload.set_cells(*options.cells);
  if (options.hosts) workload.set_hosts(*options.hosts);
  if (options.requests) workload.set_requests(*options.requests);
}

ExitCode list_scenarios() {
  for (const auto& name : sim::scenario_names()) {
    const auto found = sim::scenarios_named(name);
    if (found) fmt::print("{:<28} {}\n", name, found->front().scenario.title());
  }
  return ExitCode::done;
}

SimulatedRun run_one(const SimulateOptions& options, const sim::NamedScenario& named, std::uint64_t seed,
                     Progress& progress) {
  run_under_way = replay_command(options, named.name, seed);
  progress.run(fmt::format("{} seed {}", named.name, seed));
  SimulatedRun run{named.name, seed, {}};
  sim::SimulationListeners listeners;
  listeners.on_progress = [&](double done) { progress(done); };
  if (options.story)
    listeners.on_line = [](SteadyInstant when, const std::string& line) { fmt::print("{}\n", sim::timed(when, line)); };
  run.report = sim::simulate(named.scenario, seed, listeners);
  progress.clear();
  return run;
}

ExitCode run_all(const SimulateOptions& options, std::vector<sim::NamedScenario>& scenarios, std::uint64_t first,
                 std::uint64_t last) {
  Progress progress(!options.json);
  std::vector<SimulatedRun> runs;
  bool all_held = true;
  std::int64_t street_ms = 0;
  const auto began = Clock::now();
  for (std::uint64_t seed = first;; ++seed) {
    const bool time_is_up = options.minutes != 0 && Clock::now() - began >= std::chrono::minutes(options.minutes);
    if (time_is_up || asked_to_stop != 0) {
      fmt::print(stderr, "{}; go on with --seeds {}..{}\n", time_is_up ? "时间到 the time is up" : "已停 stopped", seed, last);
      break;
    }
    for (auto& named : scenarios) {
      apply(options, *named.scenario.mutable_workload());
      runs.push_back(run_one(options, named, seed, progress));
      const SimulatedRun& run = runs.back();
      all_held = all_held && run.report.held();
      street_ms += run.report.street_ms;
      if (options.json)
        print_run_json(options, run);
      else
        print_run(options, run);
      if (!run.report.held() && !options.json && !options.story)
        print_story(options, run, sim::tell_again(named.scenario, seed, run.report));
      std::fflush(stdout);
    }
    if (seed == last) break;  // which may be the greatest number there is
  }
  if (!options.json) print_sum(runs);
  // The processor's time too: on a machine that others use, only that tells what a run costs.
  print_pace(street_ms, seconds_since(began), static_cast<double>(std::clock()) / CLOCKS_PER_SEC);
  return all_held ? ExitCode::done : ExitCode::failed;
}

}  // namespace

ExitCode simulate(const SimulateOptions& options) {
  if (options.list) return list_scenarios();
  std::uint64_t first = 0, last = 0;
  if (!parse_seeds(options, first, last)) {
    fmt::print(stderr, "--seeds 写成 1..200\nhuying: --seeds is written 1..200, not {}\n", options.seeds);
    return ExitCode::usage;
  }
  auto scenarios = sim::scenarios_named(options.scenario);
  if (!scenarios) {
    fmt::print(stderr, "场景用不了，--list 列出全部场景\nhuying: {}; --list tells which there are\n",
               scenarios.error().detail);
    return ExitCode::usage;
  }
  // First and last.
  const std::string seeds = first == last ? fmt::format("seed {}", first) : fmt::format("seeds {}..{}", first, last);
  std::FILE* told = options.json ? stderr : stdout;
  fmt::print(told, "{}\n", seeds);
  std::fflush(told);
  std::signal(SIGABRT, on_abort);
  std::signal(SIGINT, ask_to_stop);
  std::signal(SIGTERM, ask_to_stop);
  const auto ended = run_all(options, *scenarios, first, last);
  fmt::print(told, "{}\n", seeds);
  return ended;
}

void add_simulate(CLI::App& root, Chosen& chosen) {
  auto options = std::make_shared<SimulateOptions>();
  auto* app = root.add_subcommand(
      "simulate",
      "Run the production cores in a world of its own: a seeded clock, disk and network, crashes at every effect, and a "
      "checker for each invariant. The same seed replays the same run. No real time passes.");
  app->add_option("--scenario", options->scenario, "name, folder (all of it) or file; --list tells which there are")
      ->capture_default_str();
  app->add_option("--seed", options->seed, "which run")->capture_default_str()->check(whole_number());
  app->add_option("--seeds", options->seeds, "A..B: every one of them, in turn")->excludes("--seed");
  app->add_option("--minutes", options->minutes, "of real time, after which no seed is begun; it says which is next")
      ->check(whole_number(1, 1440));
  app->add_option("--days", options->days, "of the street's time, in place of the scenario's")->check(whole_number(1, 366));
  app->add_option("--cells", options->cells, "in place of the scenario's")->check(whole_number(2, 90));
  app->add_option("--hosts", options->hosts, "in place of the scenario's")->check(whole_number(1, 9));
  app->add_option("--requests", options->requests, "in all, in place of the scenario's")
      ->check(whole_number(2, 1'000'000));
  app->add_flag("--list", options->list, "the scenarios, each in a sentence");
  app->add_flag("--story", options->story, "every line of the story, as it happens");
  app->add_flag("--json", options->json, "one JSON line a run");
  app->footer(footer_with_exit_codes(
      "Examples:\n  huying simulate --seed 7\n"
      "  huying simulate --scenario fast --seeds 1..20\n"
      "  huying simulate --scenario fast --seeds 21..10000 --minutes 10   # a campaign, in parts\n"
      "  huying simulate --scenario street --days 3 --json\n"
      "  huying simulate --scenario negative/lying-disk   # ends with 1: I1 is broken on purpose\n"));
  app->callback([options, &chosen] { chosen = [options] { return simulate(*options); }; });
}

}  // namespace huying::programs
