#include <fmt/format.h>

#include "tests/bench/streams.h"

namespace huying::bench {
namespace {

constexpr double mebibyte = 1024 * 1024;

std::string words_of(const Latency& took) {
  return fmt::format("p50 {:.2f}  p99 {:.2f}  max {:.2f}", took.p50_ms, took.p99_ms, took.max_ms);
}

}  // namespace

std::string table(const StreamsFigures& f) {
  const auto& o = f.options;
  std::string out = fmt::format(
      "演示数据，全部虚构 demonstration: made-up data\n"
      "{} event streams, {} cells, each stream on one cell, {} people a cell; {} requests, {:g} a second\n",
      o.streams, o.cells, o.people, f.requests, o.rate);
  const auto row = [&out](const char* what, const std::string& value) { out += fmt::format("  {:<38}{}\n", what, value); };
  row("streams opened in, s", fmt::format("{:.2f}", f.open_seconds));
  row("request to event on a stream, ms", words_of(f.stream));
  row("request to event at the broker, ms", words_of(f.broker));
  row("events", fmt::format("{} told by the broker, {} awaited on the streams", f.events, f.wanted));
  row("lost, doubled, strange, streams ended", fmt::format("{}, {}, {}, {}", f.lost, f.doubled, f.strange, f.ended));
  row("told in, s", fmt::format("{:.2f}", f.told_seconds));
  const auto share = [&](double cpu_s) { return 100 * cpu_s / f.told_seconds; };
  row("CPU, % of a processor", fmt::format("gateway {:.1f}, broker {:.1f}, worker {:.1f}, bench {:.1f}", share(f.gateway_cpu_s),
                                           share(f.broker_cpu_s), share(f.worker_cpu_s), share(f.bench_cpu_s)));
  row("memory of the gateway (PSS), MiB", fmt::format("{:.1f} before the streams, {:.1f} at the end",
                                                      static_cast<double>(f.gateway_memory_before_bytes) / mebibyte,
                                                      static_cast<double>(f.gateway_memory_bytes) / mebibyte));
  return out;
}

std::string json_line(const StreamsFigures& f) {
  return fmt::format(
      "{{\"demonstration\":true,\"streams\":{},\"cells\":{},\"people\":{},\"rate\":{:g},\"requests\":{},"
      "\"events\":{},\"wanted\":{},\"lost\":{},\"doubled\":{},\"strange\":{},\"ended\":{},\"seconds\":{:.3f},\"told_seconds\":{:.3f},\"open_seconds\":{:.3f},"
      "\"stream_p50_ms\":{:.3f},\"stream_p99_ms\":{:.3f},\"stream_max_ms\":{:.3f},\"broker_p50_ms\":{:.3f},\"broker_p99_ms\":{:.3f},"
      "\"broker_max_ms\":{:.3f},\"gateway_cpu_s\":{:.3f},\"broker_cpu_s\":{:.3f},\"worker_cpu_s\":{:.3f},\"bench_cpu_s\":{:.3f},"
      "\"gateway_memory_before_bytes\":{},\"gateway_memory_bytes\":{}}}",
      f.options.streams, f.options.cells, f.options.people, f.options.rate, f.requests, f.events, f.wanted, f.lost, f.doubled,
      f.strange, f.ended, f.seconds, f.told_seconds, f.open_seconds, f.stream.p50_ms, f.stream.p99_ms, f.stream.max_ms,
      f.broker.p50_ms, f.broker.p99_ms, f.broker.max_ms, f.gateway_cpu_s, f.broker_cpu_s, f.worker_cpu_s, f.bench_cpu_s,
      f.gateway_memory_before_bytes, f.gateway_memory_bytes);
}

}  // namespace huying::bench
