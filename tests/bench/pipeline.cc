#include "tests/bench/pipeline.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>

#include "proto/errors.h"
#include "tests/bench/bench_directory.h"
#include "tests/bench/block_device.h"
#include "tests/bench/child_process.h"
#include "tests/bench/load.h"

namespace huying::bench {
namespace {

constexpr Milliseconds start_patience{60'000};
constexpr std::uint64_t warm_up_max = 5'000;

// mkdtemp's folder, mode 0700; removed with all in it.
class TemporaryFolder {
 public:
  static Result<TemporaryFolder> make(const std::string& below) {
    std::error_code error;
    std::string path = below.empty() ? std::filesystem::temp_directory_path(error).string() : below;
    path += "/huying-bench-XXXXXX";
    if (error || ::mkdtemp(path.data()) == nullptr) return fail(v1::ERROR_CODE_JOURNAL_WRITE_FAILED, path);
    return TemporaryFolder(std::move(path));
  }
  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  std::string at(const char* name) const { return path_ + "/" + name; }

 private:
  explicit TemporaryFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

struct Servers {
  ChildProcess broker, worker;
  bool running() { return broker.running() && worker.running(); }
};

Result<Servers> start_servers(const PipelineOptions& options, const TemporaryFolder& folder, const std::string& endpoint) {
  auto broker = ChildProcess::start(options.program, {"broker", "--data", folder.at("data"), "--directory", folder.at("directory"),
                                                      "--endpoint", endpoint}, folder.at("broker.log"));
  if (!broker) return tl::make_unexpected(broker.error());
  auto worker = ChildProcess::start(options.program, {"worker", "--endpoint", endpoint, "--as", host_code}, folder.at("worker.log"));
  if (!worker) return tl::make_unexpected(worker.error());
  return Servers{std::move(*broker), std::move(*worker)};
}

// The administrator's view, for counts.
class Administrator {
 public:
  explicit Administrator(Line line) : line_(std::move(line)) {}

  Result<v1::StatusReply> status() {
    v1::ClientFrame frame;
    frame.mutable_status()->set_tag(1);
    line_.send(frame);
    const auto body = line_.wait(start_patience);
    if (!body) return tl::make_unexpected(body.error());
    v1::StatusReply reply;
    if (body->field != v1::BrokerFrame::kStatusFieldNumber ||
        !reply.ParseFromArray(body->bytes.data(), static_cast<int>(body->bytes.size())))
      return fail(v1::ERROR_CODE_FRAME_UNREADABLE, "status");
    if (reply.error() != 0) return fail(reply.error(), "status");
    return reply;
  }

  // Until each cell has a host and nothing is undecided.
  Result<void> wait_until_settled(std::uint32_t cells, Servers& servers) {
    const auto until = SteadyInstant::clock::now() + start_patience;
    while (SteadyInstant::clock::now() < until && servers.running()) {
      const auto reply = status();
      if (!reply) return tl::make_unexpected(reply.error());
      const auto settled = std::count_if(reply->leases().begin(), reply->leases().end(), [](const v1::LeaseStatus& lease) {
        return !lease.host().empty() && lease.undecided() == 0;
      });
      // The desk is a cell too; the list may be cut short.
      if (settled == reply->leases_size() && settled >= std::min<std::int64_t>(cells, 1'000)) return {};
      zmq::poll(static_cast<zmq::pollitem_t*>(nullptr), 0, Milliseconds{20});  // then asks again
    }
    return fail(v1::ERROR_CODE_NOT_CONNECTED, "the worker does not hold its cells");
  }

 private:
  Line line_;
};

Latency latency_of(const std::vector<std::int64_t>& from, const std::vector<std::int64_t>& to) {
  std::vector<std::int64_t> took(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) took[i] = to[i] - from[i];
  const auto at = [&took](double share) {
    const auto index = std::min(took.size() - 1, static_cast<std::size_t>(share * static_cast<double>(took.size())));
    std::nth_element(took.begin(), took.begin() + static_cast<std::ptrdiff_t>(index), took.end());
    return static_cast<double>(took[index]) / 1e6;
  };
  return {at(0.5), at(0.99), at(1.0)};
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
  auto line = Line::dial(endpoint, administrator_code, v1::ROLE_ADMINISTRATOR, start_patience);
  if (!line) return tl::make_unexpected(line.error());
  Administrator administrator(std::move(*line));
  if (auto settled = administrator.wait_until_settled(options.cells, servers); !settled) return tl::make_unexpected(settled.error());
  auto load = Load::prepare(endpoint, options, [&servers] { return servers.running(); });
  if (!load) return tl::make_unexpected(load.error());
  const auto warm = load->run(std::min(warm_up_max, options.requests / 10 + 1), 0);
  if (!warm) return tl::make_unexpected(warm.error());
  auto again = Line::dial(endpoint, administrator_code, v1::ROLE_ADMINISTRATOR, start_patience);
  if (!again) return tl::make_unexpected(again.error());
  Administrator counts(std::move(*again));

  PipelineFigures figures;
  figures.options = options;
  figures.device = device_of(data_folder);
  figures.worker_memory_before_bytes = servers.worker.memory_bytes();
  const auto before = costs_now(servers, counts, data_folder);
  if (!before) return tl::make_unexpected(before.error());
  const auto loaded = load->run(options.requests, options.rate);
  if (!loaded) return tl::make_unexpected(loaded.error());
  // A session of its own: the first one was silent while the load ran.
  again = Line::dial(endpoint, administrator_code, v1::ROLE_ADMINISTRATOR, start_patience);
  if (!again) return tl::make_unexpected(again.error());
  Administrator counts_after(std::move(*again));
  const auto after = costs_now(servers, counts_after, data_folder);
  if (!after) return tl::make_unexpected(after.error());
  const auto status = counts_after.status();
  if (!status) return tl::make_unexpected(status.error());

  put_costs(*before, *after, figures);
  const auto& timeline = loaded->timeline;
  const auto seen = [](const std::vector<std::int64_t>& instants) {
    return static_cast<std::uint64_t>(std::count_if(instants.begin(), instants.end(), [](std::int64_t at) { return at != 0; }));
  };
  figures.acknowledged = seen(timeline.acknowledged);
  figures.committed = seen(timeline.committed);
  figures.seconds = static_cast<double>(loaded->took_ns) / 1e9;
  figures.ack = latency_of(timeline.begun, timeline.acknowledged);
  figures.commit = latency_of(timeline.begun, timeline.committed);
  figures.broker_memory_bytes = servers.broker.memory_bytes();
  figures.worker_memory_bytes = servers.worker.memory_bytes();
  figures.open_cases = status->open_cases();
  return figures;
}

}  // namespace

Result<PipelineFigures> run_pipeline(const PipelineOptions& options) {
  const auto folder = TemporaryFolder::make(options.folder);
  if (!folder) return tl::make_unexpected(folder.error());
  for (const char* name : {"directory", "data"}) {
    std::error_code error;
    std::filesystem::create_directory(folder->at(name), error);
    if (!error) std::filesystem::permissions(folder->at(name), std::filesystem::perms::owner_all, error);
    if (error) return fail(v1::ERROR_CODE_JOURNAL_WRITE_FAILED, folder->at(name));
  }
  if (auto written = write_directory(folder->at("directory"), options.cells); !written) return tl::make_unexpected(written.error());
  const std::string endpoint = "ipc://" + folder->at("data") + "/broker.sock";
  auto servers = start_servers(options, *folder, endpoint);
  if (!servers) return tl::make_unexpected(servers.error());
  auto figures = measure(options, *servers, endpoint, folder->at("data"));
  const int worker_code = servers->worker.stop(), broker_code = servers->broker.stop();
  if (figures && worker_code == 0 && broker_code == 0) return figures;
  const auto error = figures ? Error{v1::ERROR_CODE_NOT_CONNECTED, "a server did not end well"} : figures.error();
  return fail(error.code, fmt::format("{}; broker's exit code {}, worker's {}\n{}{}", error.detail, broker_code, worker_code,
                                      servers->broker.log(), servers->worker.log()));
}

}  // namespace huying::bench
