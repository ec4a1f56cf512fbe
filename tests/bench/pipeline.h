// The whole measurement: a made-up street in a temporary folder, broker and worker as processes of their own, the load
// in this one; what was measured, and what it cost. Blocks; one thread. Nothing is left behind, whatever happens.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "tests/bench/latency.h"
#include "tests/bench/pipeline_options.h"

namespace huying::bench {

struct PipelineFigures {
  PipelineOptions options;
  std::uint64_t acknowledged = 0, committed = 0;
  double seconds = 0;
  Latency ack, commit;
  // CPU seconds, user and system, from the first request to the last commit.
  double broker_cpu_s = 0, worker_cpu_s = 0, bench_cpu_s = 0;
  // Proportional share (PSS) at the end.
  std::uint64_t broker_memory_bytes = 0, worker_memory_bytes = 0;
  std::uint64_t worker_memory_before_bytes = 0;
  std::optional<std::uint64_t> written_bytes;  // by the block device, everybody's; absent: the folder has no device
  std::string device;
  std::uint64_t batches = 0;                   // of the journal: one sync each
  std::uint64_t open_cases = 0;

  double requests_per_second() const { return static_cast<double>(committed) / seconds; }
  double cpu_us_per_request() const {
    return (broker_cpu_s + worker_cpu_s + bench_cpu_s) * 1e6 / static_cast<double>(committed);
  }
  double server_cpu_s_per_100k() const { return (broker_cpu_s + worker_cpu_s) * 1e5 / static_cast<double>(committed); }
  double syncs_per_1000() const { return static_cast<double>(batches) * 1000 / static_cast<double>(committed); }
  std::optional<double> written_bytes_per_request() const {
    if (!written_bytes) return std::nullopt;
    return static_cast<double>(*written_bytes) / static_cast<double>(committed);
  }
  // Of the worker that holds them: what it grew by.
  double bytes_per_open_case() const {
    if (open_cases == 0) return 0;
    return (static_cast<double>(worker_memory_bytes) - static_cast<double>(worker_memory_before_bytes)) / static_cast<double>(committed);
  }
};

// NOT_CONNECTED when a server does not start or ends, with the end of its log; else what the broker refused.
Result<PipelineFigures> run_pipeline(const PipelineOptions& options);

}  // namespace huying::bench
