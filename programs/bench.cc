// huying bench pipeline: what a request costs from publish to commit, on this machine, for real. huying bench
// takeover: what a cell with a long history costs who takes it over. huying bench restart: what a start costs. huying bench
// ledger: what the gateway's answers cost. huying bench streams: how late its event streams tell.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "programs/connection.h"
#include "programs/options.h"
#include "programs/program.h"
#include "proto/errors.h"
#include "tests/bench/ledger_load.h"
#include "tests/bench/pipeline.h"
#include "tests/bench/report.h"
#include "tests/bench/restart.h"
#include "tests/bench/streams.h"
#include "tests/bench/takeover.h"

namespace huying::programs {
namespace {

struct BenchOptions {
  bench::PipelineOptions pipeline;
  bool by_action = false, leave_open = false, json = false;
  unsigned runs = 1;
};

ExitCode run_bench(BenchOptions options) {
  if (options.by_action) options.pipeline.life = bench::Life::by_action;
  if (options.leave_open) options.pipeline.life = bench::Life::leave_open;
  std::optional<bench::PipelineFigures> best;
  for (unsigned i = 0; i < options.runs; ++i) {
    const auto figures = bench::run_pipeline(options.pipeline);
    if (!figures) {
      return refused(figures.error());
    }
    if (options.runs > 1) fmt::print(stderr, "run {}: {:.0f} requests/s\n", i + 1, figures->requests_per_second());
    if (!best || figures->requests_per_second() > best->requests_per_second()) best = *figures;
  }
  fmt::print("{}", options.json ? bench::json_line(*best) + "\n" : bench::table(*best));
  return best->committed == options.pipeline.requests ? ExitCode::done : ExitCode::failed;
}

ExitCode run_takeover(const bench::TakeoverOptions& options, bool json) {
  const auto figures = bench::run_takeover(options);
  if (!figures) {
    return refused(figures.error());
  }
  fmt::print("{}", json ? bench::json_line(*figures) + "\n" : bench::table(*figures));
  return ExitCode::done;
}

void add_takeover(CLI::App& group, Chosen& chosen) {
  auto options = std::make_shared<bench::TakeoverOptions>();
  auto json = std::make_shared<bool>(false);
  auto* app = group.add_subcommand("takeover", "A cell of a long history and few open cases taken over by another host, with the "
                                               "newest checkpoint and from the start: broker and host in one process, the journal "
                                               "in a temporary folder, removed afterwards.");
  app->add_option("--records", options->records, "Of the cell, at least")->capture_default_str()
      ->check(CLI::Range(std::uint64_t{2'000}, std::uint64_t{10'000'000}));
  app->add_option("--open", options->open_cases, "Cases that are left open; the rest is solved on the spot")->capture_default_str()
      ->check(CLI::Range(0u, 100'000u));
  app->add_option("--folder", options->folder, "Where the temporary folder is made: choose the disk to be measured");
  app->add_flag("--json", *json, "Print JSON, one line");
  app->footer(footer_with_exit_codes("docs/measurements.md tells what the figures mean.\n"
                                     "Examples:\n  huying bench takeover\n  huying bench takeover --records 1000000\n"));
  app->callback([options, json, &chosen] { chosen = [options, json] { return run_takeover(*options, *json); }; });
}

ExitCode run_restart(const bench::RestartOptions& options, bool json) {
  if (options.open_cases > options.cases) {
    return refused(Error{v1::ERROR_CODE_USAGE, "--open is at most --cases"});
  }
  const auto figures = bench::run_restart(options);
  if (!figures) {
    return refused(figures.error());
  }
  fmt::print("{}", json ? bench::json_line(*figures) + "\n" : bench::table(*figures));
  return ExitCode::done;
}

void add_restart(CLI::App& group, Chosen& chosen) {
  auto options = std::make_shared<bench::RestartOptions>();
  auto json = std::make_shared<bool>(false);
  auto* app = group.add_subcommand("restart", "A folder with a long history of which little is open, started again: after a clean "
                                              "stop, after a kill, and from the journal alone. Broker and worker are processes of "
                                              "their own, the folder a temporary one, removed afterwards.");
  app->add_option("--cases", options->cases, "Of the history")->capture_default_str()->check(whole_number(1, 50'000'000));
  app->add_option("--open", options->open_cases, "Of them, left open; the rest is solved on the spot")->capture_default_str()
      ->check(whole_number(0, 10'000'000));
  app->add_option("--cells", options->cells, "Grid cells of the street")->capture_default_str()->check(whole_number(1, 10'000));
  app->add_option("--runs", options->runs, "Starts of each kind; medians are printed")->capture_default_str()
      ->check(whole_number(1, 100));
  app->add_option("--folder", options->folder, "Where the temporary folder is made: choose the disk to be measured");
  app->add_flag("--json", *json, "Print JSON, one line");
  app->footer(footer_with_exit_codes("docs/measurements.md tells what the figures mean.\n"
                                     "Examples:\n  huying bench restart\n  huying bench restart --cases 1000000 --open 10000\n"));
  app->callback([options, json, &chosen] { chosen = [options, json] { return run_restart(*options, *json); }; });
}

ExitCode run_ledger(const bench::LedgerOptions& options, bool json) {
  if (options.open_cases > options.cases) {
    return refused(Error{v1::ERROR_CODE_USAGE, "--open is at most --cases"});
  }
  const auto figures = bench::run_ledger(options);
  if (!figures) {
    return refused(figures.error());
  }
  fmt::print("{}", json ? bench::json_line(*figures) + "\n" : bench::table(*figures));
  return ExitCode::done;
}

void add_ledger(CLI::App& group, Chosen& chosen) {
  auto options = std::make_shared<bench::LedgerOptions>();
  auto json = std::make_shared<bool>(false);
  auto* app = group.add_subcommand("ledger", "The gateway's ledger of a street after a year: how fast it takes the events, and what the wall, the "
                                             "register, its search, figures and exports cost. No broker and no HTTP; the folder is a "
                                             "temporary one, removed afterwards.");
  app->add_option("--cases", options->cases, "Of the history")->capture_default_str()->check(whole_number(1, 10'000'000));
  app->add_option("--open", options->open_cases, "Of them, left open")->capture_default_str()->check(whole_number(1, 1'000'000));
  app->add_option("--cells", options->cells, "Grid cells of the street")->capture_default_str()->check(whole_number(1, 4'000));
  app->add_option("--runs", options->runs, "Times that each answer is asked for; medians are printed")->capture_default_str()
      ->check(whole_number(1, 1'000));
  app->add_option("--folder", options->folder, "Where the temporary folder is made: choose the disk to be measured");
  app->add_flag("--json", *json, "Print JSON, one line");
  app->footer(footer_with_exit_codes("docs/measurements.md tells what the figures mean.\n"
                                     "Examples:\n  huying bench ledger\n  huying bench ledger --cases 1000000 --runs 5\n"));
  app->callback([options, json, &chosen] { chosen = [options, json] { return run_ledger(*options, *json); }; });
}

ExitCode run_streams(bench::StreamsOptions options, bool by_action, bool leave_open, bool json) {
  if (by_action) options.life = bench::Life::by_action;
  if (leave_open) options.life = bench::Life::leave_open;
  const auto figures = bench::run_streams(options);
  if (!figures) {
    return refused(figures.error());
  }
  fmt::print("{}", json ? bench::json_line(*figures) + "\n" : bench::table(*figures));
  return figures->is_whole() ? ExitCode::done : ExitCode::failed;
}

void add_streams(CLI::App& group, Chosen& chosen) {
  auto options = std::make_shared<bench::StreamsOptions>();
  auto by_action = std::make_shared<bool>(false), leave_open = std::make_shared<bool>(false), json = std::make_shared<bool>(false);
  auto* app = group.add_subcommand("streams", "How late open event streams of the gateway tell what comes in: broker, worker and gateway "
                                              "are processes of their own, people of a made-up street log in and read; in a "
                                              "temporary folder, removed afterwards.");
  app->add_option("--streams", options->streams, "Open event streams, each on one cell")->capture_default_str()
      ->check(whole_number(1, 4'000));
  app->add_option("--cells", options->cells, "Grid cells of the street")->capture_default_str()->check(whole_number(1, 1'000));
  app->add_option("--people", options->people, "Of a cell, logged in; the streams of one person share a subscription")
      ->capture_default_str()->check(whole_number(1, 64));
  app->add_option("--rate", options->rate, "Requests a second, over all cells")->capture_default_str()->check(number_between(1, 1e5));
  app->add_option("--seconds", options->seconds, "For so long; a second goes before to warm up")->capture_default_str()
      ->check(whole_number(1, 86'400));
  auto* whole_life = app->add_flag("--by-action", *by_action, "The whole life: publish, accept, feed back, resolve");
  app->add_flag("--leave-open", *leave_open, "Leave each case open under its three clocks")->excludes(whole_life);
  app->add_option("--folder", options->folder, "Where the temporary folder is made: choose the disk to be measured");
  app->add_flag("--json", *json, "Print JSON, one line");
  app->footer(footer_with_exit_codes("Each event is awaited on each stream of its cell, as an observer at the broker is told it; exit code 1 where "
                                     "one is lost or comes twice.\n"
                                     "docs/measurements.md tells what the figures mean.\n"
                                     "Examples:\n  huying bench streams\n  huying bench streams --people 14 --rate 200\n"));
  app->callback([=, &chosen] { chosen = [=] { return run_streams(*options, *by_action, *leave_open, *json); }; });
}

}  // namespace

void add_bench(CLI::App& root, Chosen& chosen) {
  auto* group = root.add_subcommand("bench", "Measures this machine.");
  group->require_subcommand(1);
  auto options = std::make_shared<BenchOptions>();
  auto& what = options->pipeline;
  auto* app = group->add_subcommand("pipeline", "Publish, on disk, routed, delivered, committed: with a broker and a worker of its own "
                                                "(two processes) and a made-up street in a temporary folder, removed afterwards.");
  app->add_option("--requests", what.requests, "How many; 5,000 more go before to warm up")->capture_default_str()
      ->check(whole_number(1, 50'000'000));
  app->add_option("--cells", what.cells, "Grid cells of the street")->capture_default_str()->check(whole_number(1, 100'000));
  app->add_option("--in-flight", what.in_flight, "Published and not yet seen committed, at most")->capture_default_str()
      ->check(whole_number(1, 4'000));
  app->add_option("--rate", what.rate, "Requests a second, latency counted from when each was due; 0: as fast as the window allows")
      ->capture_default_str()->check(number_between(0, 1e6));
  auto* by_action = app->add_flag("--by-action", options->by_action, "The whole life: publish, accept, feed back, resolve");
  app->add_flag("--leave-open", options->leave_open, "Leave each case open under its three clocks")->excludes(by_action);
  app->add_option("--runs", options->runs, "Measure so often, print the best")->capture_default_str()->check(whole_number(1, 100));
  app->add_option("--folder", what.folder, "Where the temporary folder is made: choose the disk to be measured");
  app->add_flag("--json", options->json, "Print JSON, one line");
  app->footer(footer_with_exit_codes("Each request is published singly with 300 bytes of payload: a worker's report solved on the spot, under a "
                                     "policy with close_on_resolve.\n"
                                     "docs/measurements.md tells what the figures mean.\n"
                                     "Examples:\n  huying bench pipeline --runs 5\n  huying bench pipeline --in-flight 1 --rate 50 "
                                     "--requests 1000\n"));
  app->callback([options, &chosen] { chosen = [options] { return run_bench(*options); }; });
  add_takeover(*group, chosen);
  add_restart(*group, chosen);
  add_ledger(*group, chosen);
  add_streams(*group, chosen);
}

}  // namespace huying::programs
