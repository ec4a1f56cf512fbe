#include <fmt/format.h>

#include "tests/bench/restart.h"

namespace huying::bench {
namespace {

double mib(std::uint64_t bytes) { return static_cast<double>(bytes) / (1024 * 1024); }

}  // namespace

const char* name_of(StartKind kind) {
  switch (kind) {
    case StartKind::clean: return "after a clean stop";
    case StartKind::killed: return "after both were killed";
    case StartKind::journal_alone: return "from the journal alone";
  }
  return "";
}

std::string table(const RestartFigures& f) {
  std::string out = fmt::format(
      "演示数据，全部虚构 demonstration: made-up data\n{} cases in the history, {} open, {} cells, {:.1f} MiB of segments; medians of {}\n"
      "  {:<26}{:>11}{:>11}{:>11}{:>11}{:>12}{:>12}{:>12}\n",
      f.options.cases, f.open_cases, f.options.cells, mib(f.journal_bytes), f.options.runs, "a start", "opened", "replayed",
      "answered", "decided", "broker MiB", "worker MiB", "read MiB");
  for (const StartKind kind : start_kinds) {
    const auto& s = f.starts[static_cast<std::size_t>(kind)];
    out += fmt::format("  {:<26}{:>8.1f} ms{:>8.1f} ms{:>8.1f} ms{:>8.1f} ms{:>12.1f}{:>12.1f}{:>12.1f}\n", name_of(kind),
                       s.opened_ms, s.replayed_ms, s.answered_ms, s.decided_ms, mib(s.broker_memory_bytes),
                       mib(s.worker_memory_bytes), mib(s.broker_read_bytes));
  }
  return out;
}

std::string json_line(const RestartFigures& f) {
  std::string out = fmt::format(
      "{{\"demonstration\":true,\"cases\":{},\"open_cases\":{},\"cells\":{},\"journal_bytes\":{},\"runs\":{},\"starts\":[",
      f.options.cases, f.open_cases, f.options.cells, f.journal_bytes, f.options.runs);
  for (const StartKind kind : start_kinds) {
    const auto& s = f.starts[static_cast<std::size_t>(kind)];
    out += fmt::format(
        "{}{{\"start\":\"{}\",\"opened_ms\":{:.1f},\"replayed_ms\":{:.1f},\"answered_ms\":{:.1f},\"decided_ms\":{:.1f},"
        "\"broker_memory_bytes\":{},\"worker_memory_bytes\":{},\"broker_read_bytes\":{}}}",
        kind == start_kinds.front() ? "" : ",", name_of(kind), s.opened_ms, s.replayed_ms, s.answered_ms, s.decided_ms,
        s.broker_memory_bytes, s.worker_memory_bytes, s.broker_read_bytes);
  }
  return out + "]}";
}

}  // namespace huying::bench
