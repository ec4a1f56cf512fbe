#include "tests/bench/pipeline.h"

#include <fmt/format.h>

#include <algorithm>

#include "proto/errors.h"
#include "tests/bench/bench_directory.h"
#include "tests/bench/block_device.h"
#include "tests/bench/load.h"
#include "tests/bench/servers.h"

namespace huying::bench {
namespace {

constexpr std::uint64_t warm_up_max = 5'000;

Latency latency_between(const std::vector<std::int64_t>& from, const std::vector<std::int64_t>& to) {
  std::vector<std::int64_t> took(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) took[i] = to[i] - from[i];
  return latency_of(std::move(took));
}

double seconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

// Costs so far; a run's are the difference of two.
struct Costs {
  std::chrono::nanoseconds broker, worker, bench;
  std::optional<std::uint64_t> written_bytes;
  std::uint64_t batches = 0;
};

Result<Costs> costs_now(const Servers& servers, Administrator& administrator, const std::string& folder) {
  const auto status = administrator.status();
  if (!status) return tl::make_unexpected(status.error());
  return Costs{servers.broker.cpu(), servers.worker.cpu(), own_cpu(), bytes_written_below(folder), status->batches()};
}

void put_costs(const Costs& before, const Costs& after, PipelineFigures& figures) {
  figures.broker_cpu_s = seconds(after.broker - before.broker);
  figures.worker_cpu_s = seconds(after.worker - before.worker);
  figures.bench_cpu_s = seconds(after.bench - before.bench);
  figures.batches = after.batches - before.batches;
  if (before.written_bytes && after.written_bytes) figures.written_bytes = *after.written_bytes - *before.written_bytes;
}

Result<PipelineFigures> measure(const PipelineOptions& options, Servers& servers, const std::string& endpoint,
                                const std::string& data_folder) {
  auto administrator = Administrator::dial(endpoint);
  if (!administrator) return tl::make_unexpected(administrator.error());
  const auto running = [&servers] { return servers.running(); };
  if (auto settled = administrator->wait_until_settled(options.cells, running); !settled)
    return tl::make_unexpected(settled.error());
  auto load = Load::prepare(endpoint, options, running);
  if (!load) return tl::make_unexpected(load.error());
  const auto warm = load->run(std::min(warm_up_max, options.requests / 10 + 1), 0);
  if (!warm) return tl::make_unexpected(warm.error());
  auto counts = Administrator::dial(endpoint);
  if (!counts) return tl::make_unexpected(counts.error());
  load->beat();  // its sessions said nothing meanwhile

  PipelineFigures figures;
  figures.options = options;
  figures.device = device_of(data_folder);
  figures.worker_memory_before_bytes = servers.worker.memory_bytes();
  const auto before = costs_now(servers, *counts, data_folder);
  if (!before) return tl::make_unexpected(before.error());
  const auto loaded = load->run(options.requests, options.rate);
  if (!loaded) return tl::make_unexpected(loaded.error());
  // A session of its own: the first one was silent while the load ran.
  auto counts_after = Administrator::dial(endpoint);
  if (!counts_after) return tl::make_unexpected(counts_after.error());
  const auto after = costs_now(servers, *counts_after, data_folder);
  if (!after) return tl::make_unexpected(after.error());
  const auto status = counts_after->status();
  if (!status) return tl::make_unexpected(status.error());

  put_costs(*before, *after, figures);
  const auto& timeline = loaded->timeline;
  const auto seen = [](const std::vector<std::int64_t>& instants) {
    return static_cast<std::uint64_t>(std::count_if(instants.begin(), instants.end(), [](std::int64_t at) { return at != 0; }));
  };
  figures.acknowledged = seen(timeline.acknowledged);
  figures.committed = seen(timeline.committed);
  figures.seconds = static_cast<double>(loaded->took_ns) / 1e9;
  figures.ack = latency_between(timeline.begun, timeline.acknowledged);
  figures.commit = latency_between(timeline.begun, timeline.committed);
  figures.broker_memory_bytes = servers.broker.memory_bytes();
  figures.worker_memory_bytes = servers.worker.memory_bytes();
  figures.open_cases = status->open_cases();
  return figures;
}

}  // namespace

Result<PipelineFigures> run_pipeline(const PipelineOptions& options) {
  const auto folder = TemporaryFolder::make(options.folder);
  if (!folder) return tl::make_unexpected(folder.error());
  for (const char* name : {"directory", "data"})
    if (auto made = folder->make_folder(name); !made) return tl::make_unexpected(made.error());
  if (auto written = write_directory(folder->at("directory"), options.cells); !written) return tl::make_unexpected(written.error());
  const std::string endpoint = endpoint_of(*folder);
  auto servers = start_servers(options.program, *folder);
  if (!servers) return tl::make_unexpected(servers.error());
  auto figures = measure(options, *servers, endpoint, folder->at("data"));
  const int worker_code = servers->worker.stop(), broker_code = servers->broker.stop();
  if (figures && worker_code == 0 && broker_code == 0) return figures;
  const auto error = figures ? Error{v1::ERROR_CODE_NOT_CONNECTED, "a server did not end well"} : figures.error();
  return fail(error.code, fmt::format("{}; broker's exit code {}, worker's {}\n{}{}", error.detail, broker_code, worker_code,
                                      servers->broker.log(), servers->worker.log()));
}

}  // namespace huying::bench
