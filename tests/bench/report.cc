#include "tests/bench/report.h"

#include <fmt/format.h>

namespace huying::bench {
namespace {

constexpr double mebibyte = 1024 * 1024;

const char* name_of(Life life) {
  switch (life) {
    case Life::solved_on_spot: return "solved-on-spot";
    case Life::by_action: return "by-action";
    case Life::leave_open: return "leave-open";
  }
  return "";
}

double mib(std::uint64_t bytes) { return static_cast<double>(bytes) / mebibyte; }

std::string pace(const PipelineOptions& options) {
  if (options.rate <= 0) return fmt::format("at most {} in flight", options.in_flight);
  return fmt::format("{:g} a second, at most {} in flight", options.rate, options.in_flight);
}

}  // namespace

std::string table(const PipelineFigures& f) {
  const double n = static_cast<double>(f.committed);
  const auto share = [n](double cpu_s) { return cpu_s * 1e6 / n; };
  std::string out = fmt::format("演示数据，全部虚构 demonstration: made-up data\n{} requests of 300 bytes, {} cells, {}, {}\n", f.committed,
                                f.options.cells, name_of(f.options.life), pace(f.options));
  const auto row = [&out](const char* what, const std::string& value) { out += fmt::format("  {:<38}{}\n", what, value); };
  row("requests/s", fmt::format("{:.0f}", f.requests_per_second()));
  row("publish to acknowledgement, ms", fmt::format("p50 {:.2f}  p99 {:.2f}  max {:.2f}", f.ack.p50_ms, f.ack.p99_ms, f.ack.max_ms));
  row("publish to commit, ms", fmt::format("p50 {:.2f}  p99 {:.2f}  max {:.2f}", f.commit.p50_ms, f.commit.p99_ms, f.commit.max_ms));
  row("server CPU s per 100,000", fmt::format("{:.3f}", f.server_cpu_s_per_100k()));
  row("CPU us a request, all processes", fmt::format("{:.2f}  (broker {:.2f}, worker {:.2f}, bench {:.2f})", f.cpu_us_per_request(),
                                                     share(f.broker_cpu_s), share(f.worker_cpu_s), share(f.bench_cpu_s)));
  row("memory (PSS), MiB", fmt::format("broker {:.1f}, worker {:.1f}", mib(f.broker_memory_bytes), mib(f.worker_memory_bytes)));
  const auto written = f.written_bytes_per_request();
  row("bytes written a request", written ? fmt::format("{:.0f}  (block device {}, everybody's)", *written, f.device)
                                         : std::string("unknown: the folder has no block device"));
  row("syncs per 1,000 (journal batches)", fmt::format("{:.1f}", f.syncs_per_1000()));
  if (f.options.life == Life::leave_open)
    row("bytes an open case in its host", fmt::format("{:.0f}  ({} open)", f.bytes_per_open_case(), f.open_cases));
  return out;
}

std::string json_line(const PipelineFigures& f) {
  const auto written = f.written_bytes_per_request();
  return fmt::format(
      "{{\"demonstration\":true,\"life\":\"{}\",\"requests\":{},\"acknowledged\":{},\"committed\":{},\"cells\":{},\"in_flight\":{},"
      "\"rate\":{:g},\"seconds\":{:.3f},\"requests_per_second\":{:.0f},\"ack_p50_ms\":{:.3f},\"ack_p99_ms\":{:.3f},"
      "\"commit_p50_ms\":{:.3f},\"commit_p99_ms\":{:.3f},\"server_cpu_s_per_100k\":{:.3f},\"cpu_us_per_request\":{:.2f},"
      "\"broker_cpu_s\":{:.3f},\"worker_cpu_s\":{:.3f},\"bench_cpu_s\":{:.3f},\"broker_memory_bytes\":{},\"worker_memory_bytes\":{},"
      "\"written_bytes_per_request\":{},\"device\":\"{}\",\"syncs_per_1000\":{:.1f},\"open_cases\":{},\"bytes_per_open_case\":{:.0f}}}",
      name_of(f.options.life), f.options.requests, f.acknowledged, f.committed, f.options.cells, f.options.in_flight, f.options.rate,
      f.seconds, f.requests_per_second(), f.ack.p50_ms, f.ack.p99_ms, f.commit.p50_ms, f.commit.p99_ms, f.server_cpu_s_per_100k(),
      f.cpu_us_per_request(), f.broker_cpu_s, f.worker_cpu_s, f.bench_cpu_s, f.broker_memory_bytes, f.worker_memory_bytes,
      written ? fmt::format("{:.0f}", *written) : "null", f.device, f.syncs_per_1000(), f.open_cases, f.bytes_per_open_case());
}

}  // namespace huying::bench
