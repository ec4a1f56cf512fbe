#include "tests/bench/ledger_load.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>

#include "gateway/ledger/exports.h"
#include "gateway/ledger/json.h"
#include "gateway/ledger/ledger.h"
#include "gateway/ledger/query_parameters.h"
#include "proto/errors.h"
#include "tests/bench/ledger_history.h"
#include "tests/bench/servers.h"

namespace huying::bench {
namespace {

using namespace ledger;
using std::chrono::hours;

constexpr std::size_t events_a_batch = 500;
const Instant now = instant(1'795'398'060'000);  // 2026-11-23, 09:41 in Shanghai

double ms_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

double cpu_ms() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// The history over a year, the open ones at its end: their last two weeks.
Result<void> fill(Ledger& ledger, LedgerHistory& history, const LedgerOptions& options) {
  std::vector<v1::EventDelivery> batch;
  const auto take = [&](std::size_t at_least) -> Result<void> {
    if (batch.size() < at_least || batch.empty()) return {};
    auto taken = ledger.take(batch, fmt::format("{}", ledger.events() + batch.size()));
    batch.clear();
    return taken;
  };
  const std::uint32_t ended = options.cases - options.open_cases;
  for (std::uint32_t i = 0; i < options.cases; ++i) {
    const bool open = i >= ended;
    const auto filed = open ? now - hours(24 * 14) + (hours(24 * 14) - hours(1)) * (i - ended) / options.open_cases
                            : now - hours(24 * 365) + hours(24 * 355) * i / std::max(1u, ended);
    history.live(i, std::chrono::floor<Milliseconds>(filed), open, batch);
    if (auto taken = take(events_a_batch); !taken) return taken;
  }
  return take(0);
}

class Asking {
 public:
  Asking(const LedgerOptions& options, SQLite::Database& database) : options_(options), database_(database), names_(database) {}

  // Each answer again and again; the first time is thrown away.
  void time(std::string answer, const std::function<std::uint64_t()>& ask) {
    AnswerFigures figures{std::move(answer), ask()};
    std::vector<double> times, cpu;
    for (std::uint32_t i = 0; i < options_.runs; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      const double cpu_begin = cpu_ms();
      ask();
      cpu.push_back(cpu_ms() - cpu_begin);
      times.push_back(ms_since(begin));
    }
    figures.median_ms = median_of(times);
    figures.median_cpu_ms = median_of(cpu);
    figures.worst_ms = *std::max_element(times.begin(), times.end());
    answers.push_back(std::move(figures));
  }

  std::uint64_t rows(const RegisterFilter& filter, const Rights& rights, const PageOf& of = {50, ""}) {
    const auto page = register_page(database_, filter, rights, of, today_.now);
    json_of(*page, names_, today_).dump();
    return page->rows.size();
  }

  void all() {
    const Rights all{.all = true}, one_cell{false, {LedgerHistory::cell_of(0)}};
    const Period month{today_.ends - std::chrono::days(30), today_.ends}, year{today_.ends - std::chrono::days(365), today_.ends};
    time("wall", [&] {
      seen = *wall(database_, {.rates = month}, today_);
      json_of(seen).dump();
      return static_cast<std::uint64_t>(seen.cells.size());
    });
    time("register, first 50 open", [&] { return rows({}, all); });
    const auto half = *register_rows(database_, {}, all, options_.open_cases / 2, today_.now);
    time("register, 50 in the middle", [&] { return rows({}, all, {50, half.after}); });
    time("register, of one cell", [&] { return rows({}, one_cell); });
    time("register, ended, of one cell", [&] { return rows({.which = Which::ended}, one_cell); });
    time("register, a state", [&] { return rows({.state = "shelved"}, all); });
    time("search 灯", [&] { return rows({.text = "灯"}, all); });
    time("search 灯, ended", [&] { return rows({.which = Which::ended, .text = "灯"}, all); });
    time("search 第3村 挂账", [&] { return rows({.text = "第3村 挂账"}, all); });
    time("search, found nowhere", [&] { return rows({.which = Which::both, .text = "挂账 升级到区 紧急"}, all); });
    time("search a number", [&] { return rows({.which = Which::both, .text = "WY-250000-0042"}, all); });
    const auto figures_of = [&](const char* what, Period period, FiguresBy by) {
      time(what, [&, period, by] {
        const auto counted = *figures(database_, FiguresAsked{period, by}, zone_, today_.now);
        json_of(counted).dump();
        return static_cast<std::uint64_t>(counted.size());
      });
    };
    figures_of("figures of a month", month, FiguresBy::street);
    figures_of("figures of a month, by cell", month, FiguresBy::cell);
    figures_of("figures of a year", year, FiguresBy::street);
    figures_of("figures of a year, by month", year, FiguresBy::month);
    time("register.csv, all open (bytes)", [&] { return static_cast<std::uint64_t>(csv_of(export_all()).size()); });
    time("register.xlsx, all open (bytes)", [&] { return static_cast<std::uint64_t>(xlsx_of({export_all()})->size()); });
  }

  Wall seen;
  std::vector<AnswerFigures> answers;

 private:
  Table export_all() {
    return register_table(*register_rows(database_, {}, {.all = true}, register_export_rows_max, today_.now), names_, {"文苑街道", true},
                          zone_, today_);
  }

  const LedgerOptions& options_;
  SQLite::Database& database_;
  const Names names_;
  const CivilZone zone_ = *CivilZone::named("Asia/Shanghai");
  const Today today_ = today_of(zone_, now);
};

}  // namespace

Result<LedgerFigures> run_ledger(const LedgerOptions& options) {
  const auto folder = TemporaryFolder::make(options.folder);
  if (!folder) return tl::unexpected(folder.error());
  const std::string path = folder->at("ledger.sqlite");
  LedgerFigures figures{options};
  auto opened = Ledger::open(path, "s");
  if (!opened) return tl::unexpected(opened.error());
  auto& ledger = **opened;
  LedgerHistory history(options.cells, now);
  if (auto named = ledger.set_names(history.names()); !named) return tl::unexpected(named.error());
  const auto begin = std::chrono::steady_clock::now();
  const double cpu_begin = cpu_ms();
  if (auto filled = fill(ledger, history, options); !filled) return tl::unexpected(filled.error());
  figures.rebuild_seconds = ms_since(begin) / 1'000;
  figures.rebuild_cpu_seconds = (cpu_ms() - cpu_begin) / 1'000;
  figures.events = ledger.events();
  const auto reader = open_reader(path);
  if (!reader) return tl::unexpected(reader.error());
  try {
    Asking asking(options, **reader);
    asking.all();
    figures.open_cases = asking.seen.open;
    figures.late = asking.seen.open_late;
    figures.escalated = asking.seen.escalated;
    figures.answers = std::move(asking.answers);
  } catch (const SQLite::Exception& error) {
    return fail(v1::ERROR_CODE_STORE_FAILED, error.what());
  }
  for (const auto* part : {"", "-wal"}) {
    std::error_code none;
    if (const auto bytes = std::filesystem::file_size(path + part, none); !none) figures.file_bytes += bytes;
  }
  if (figures.open_cases != options.open_cases)
    return fail(v1::ERROR_CODE_INTERNAL, fmt::format("{} open, {} were made", figures.open_cases, options.open_cases));
  return figures;
}

std::string table(const LedgerFigures& f) {
  std::string out = fmt::format(
      "演示数据，全部虚构 demonstration: made-up data\n{} cases in the history, {} open ({} late, {} escalated), {} cells; {} events taken in "
      "{:.1f} s ({:.1f} s of CPU, {:.0f} a second of it), {:.1f} MiB; {} runs\n  {:<34}{:>12}{:>13}{:>13}{:>13}\n",
      f.options.cases, f.open_cases, f.late, f.escalated, f.options.cells, f.events, f.rebuild_seconds,
      f.rebuild_cpu_seconds, static_cast<double>(f.events) / f.rebuild_cpu_seconds, static_cast<double>(f.file_bytes) / (1024 * 1024), f.options.runs, "an answer",
      "rows", "median", "of CPU", "worst");
  for (const auto& one : f.answers)
    out += fmt::format("  {:<34}{:>12}{:>10.2f} ms{:>10.2f} ms{:>10.2f} ms\n", one.answer, one.rows, one.median_ms, one.median_cpu_ms,
                       one.worst_ms);
  return out;
}

std::string json_line(const LedgerFigures& f) {
  nlohmann::json answers = nlohmann::json::array();
  for (const auto& one : f.answers)
    answers.push_back({{"answer", one.answer}, {"rows", one.rows}, {"median_ms", one.median_ms}, {"median_cpu_ms", one.median_cpu_ms}, {"worst_ms", one.worst_ms}});
  return nlohmann::json{{"demonstration", true},      {"cases", f.options.cases},     {"open_cases", f.open_cases},
                        {"late", f.late},             {"escalated", f.escalated},     {"cells", f.options.cells},
                        {"events", f.events},         {"rebuild_seconds", f.rebuild_seconds},
                        {"rebuild_cpu_seconds", f.rebuild_cpu_seconds}, {"file_bytes", f.file_bytes},
                        {"runs", f.options.runs},     {"answers", answers}}
      .dump();
}

}  // namespace huying::bench
