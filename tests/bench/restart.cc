#include "tests/bench/restart.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <thread>

#include "proto/errors.h"
#include "tests/bench/bench_directory.h"
#include "tests/bench/load.h"
#include "tests/bench/servers.h"

namespace huying::bench {
namespace {

namespace files = std::filesystem;
using std::chrono::milliseconds;

constexpr auto still_for = std::chrono::seconds(3);   // then a broker at rest has nothing left to tidy
constexpr auto still_patience = std::chrono::minutes(10);

double ms_since(SteadyInstant since) {
  return std::chrono::duration<double, std::milli>(SteadyInstant::clock::now() - since).count();
}

// Sizes and names of all files below, for somebody who waits until nothing changes.
std::string look_at(const std::string& folder) {
  std::string seen;
  std::error_code gone;
  for (const auto& entry : files::recursive_directory_iterator(folder, gone))
    if (entry.is_regular_file(gone))
      seen += fmt::format("{} {} {}\n", entry.path().string(), entry.file_size(gone),
                          entry.last_write_time(gone).time_since_epoch().count());
  return seen;
}

void wait_until_still(const std::string& folder) {
  const auto until = SteadyInstant::clock::now() + still_patience;
  auto since = SteadyInstant::clock::now();
  for (std::string before = look_at(folder); SteadyInstant::clock::now() < until;) {
    std::this_thread::sleep_for(milliseconds(200));
    std::string now = look_at(folder);
    if (now != before) since = SteadyInstant::clock::now();
    if (SteadyInstant::clock::now() - since > still_for) return;
    before = std::move(now);
  }
}

// What a start would find in memory, though it must read it after a reboot.
void forget_pages(const std::string& folder) {
  std::error_code gone;
  for (const auto& entry : files::recursive_directory_iterator(folder, gone)) {
    if (!entry.is_regular_file(gone)) continue;
    const int file = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) continue;
    (void)::fdatasync(file);
    (void)::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    ::close(file);
  }
}

// What a start may use instead of the journal.
void remove_what_helps(const std::string& data) {
  std::error_code gone;
  for (const char* below : {"/journal", "/checkpoints"})
    for (const auto& entry : files::directory_iterator(data + below, gone)) {
      const auto kind = entry.path().extension();
      if (kind == ".checkpoint" || kind == ".keys" || kind == ".index") files::remove(entry.path(), gone);
    }
}

// Until somebody listens at the socket; ZeroMQ's own redials would blur when.
Result<void> wait_for_listener(const std::string& path, Servers& servers) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  const auto until = SteadyInstant::clock::now() + start_patience;
  while (SteadyInstant::clock::now() < until && servers.running()) {
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool listens = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(socket);
    if (listens) return {};
    std::this_thread::sleep_for(milliseconds(1));
  }
  return fail(v1::ERROR_CODE_NOT_CONNECTED, "the broker does not listen");
}

class Restarts {
 public:
  Restarts(const RestartOptions& options, const TemporaryFolder& folder) : options_(options), folder_(folder) {}

  Result<void> make_history();
  Result<StartFigures> start(StartKind kind);
  std::uint64_t open_cases() const { return open_cases_; }

 private:
  Result<void> publish(std::uint64_t requests, Life life, Servers& servers);
  Result<void> measure(Servers& servers, SteadyInstant began, StartFigures& figures);
  Result<void> make_each_cell_decide(Line& publisher, Servers& servers);
  Result<void> publish_one(Line& publisher);
  void read_what_the_broker_says(StartFigures& figures);

  const RestartOptions options_;
  const TemporaryFolder& folder_;
  RequestFrames frames_{options_.cells, Life::solved_on_spot};
  std::uint64_t number_ = 0;  // of the next request
  std::uint64_t open_cases_ = 0;
};

Result<void> Restarts::publish(std::uint64_t requests, Life life, Servers& servers) {
  if (requests == 0) return {};
  PipelineOptions pipeline;
  pipeline.cells = options_.cells;
  pipeline.life = life;
  pipeline.first_number = number_;
  auto load = Load::prepare(endpoint_of(folder_), pipeline, [&servers] { return servers.running(); });
  if (!load) return tl::unexpected(load.error());
  number_ += requests;
  const auto done = load->run(requests, 0);
  return done ? Result<void>{} : tl::unexpected(done.error());
}

Result<void> Restarts::make_history() {
  auto servers = start_servers(options_.program, folder_);
  if (!servers) return tl::unexpected(servers.error());
  const auto running = [&servers] { return servers->running(); };
  auto administrator = Administrator::dial(endpoint_of(folder_));
  if (!administrator) return tl::unexpected(administrator.error());
  if (auto settled = administrator->wait_until_settled(options_.cells, running); !settled) return settled;
  if (auto done = publish(options_.open_cases, Life::leave_open, *servers); !done) return done;
  if (auto done = publish(options_.cases - options_.open_cases, Life::solved_on_spot, *servers); !done) return done;
  wait_until_still(folder_.at("data"));
  servers->worker.stop();
  if (const int code = servers->broker.stop(); code != 0)
    return fail(v1::ERROR_CODE_NOT_CONNECTED, fmt::format("the broker's exit code {}\n{}", code, servers->logs()));
  return {};
}

Result<StartFigures> Restarts::start(StartKind kind) {
  if (kind == StartKind::journal_alone) remove_what_helps(folder_.at("data"));
  forget_pages(folder_.at("data"));
  std::error_code gone;
  files::remove(folder_.at("broker.log"), gone);
  StartFigures figures;
  const auto began = SteadyInstant::clock::now();
  auto servers = start_servers(options_.program, folder_);
  if (!servers) return tl::unexpected(servers.error());
  if (auto measured = measure(*servers, began, figures); !measured)
    return fail(measured.error().code, measured.error().detail + "\n" + servers->logs());
  read_what_the_broker_says(figures);
  // For the next start: everything tidy again, and an end of the kind that it begins behind.
  if (kind == StartKind::journal_alone) wait_until_still(folder_.at("data"));
  if (kind == StartKind::killed) {
    servers->broker.kill();
    servers->worker.kill();
  } else {
    servers->worker.stop();
    servers->broker.stop();
  }
  return figures;
}

Result<void> Restarts::measure(Servers& servers, SteadyInstant began, StartFigures& figures) {
  if (auto listens = wait_for_listener(folder_.at("data") + "/broker.sock", servers); !listens) return listens;
  auto publisher = Line::dial(endpoint_of(folder_), publisher_code, v1::ROLE_PUBLISHER, start_patience);
  if (!publisher) return tl::unexpected(publisher.error());
  if (auto published = publish_one(*publisher); !published) return published;
  figures.answered_ms = ms_since(began);
  figures.broker_read_bytes = servers.broker.read_bytes();
  if (auto decided = make_each_cell_decide(*publisher, servers); !decided) return decided;
  figures.decided_ms = ms_since(began);
  figures.broker_memory_bytes = servers.broker.memory_bytes();
  figures.worker_memory_bytes = servers.worker.memory_bytes();
  return {};
}

Result<void> Restarts::publish_one(Line& publisher) {
  publisher.send(frames_.publish(number_++));
  const auto answer = publisher.wait(start_patience);
  if (!answer) return tl::unexpected(answer.error());
  v1::PublishAcks acks;
  if (answer->field != v1::BrokerFrame::kPublishAcksFieldNumber ||
      !acks.ParseFromArray(answer->bytes.data(), static_cast<int>(answer->bytes.size())))
    return fail(v1::ERROR_CODE_FRAME_UNREADABLE, "an acknowledgement");
  return acks.acks(0).error() == 0 ? Result<void>{} : fail(acks.acks(0).error(), acks.acks(0).detail());
}

// A cell that has decided what came after the start has a host that folded it.
Result<void> Restarts::make_each_cell_decide(Line& publisher, Servers& servers) {
  std::vector<bool> asked(options_.cells);
  for (std::uint32_t cells = 0; cells < options_.cells;) {
    const std::uint32_t cell = frames_.cell_of(number_);
    if (asked[cell]) {
      ++number_;
      continue;
    }
    asked[cell] = true;
    ++cells;
    if (auto published = publish_one(publisher); !published) return published;
  }
  auto administrator = Administrator::dial(endpoint_of(folder_));
  if (!administrator) return tl::unexpected(administrator.error());
  if (auto settled = administrator->wait_until_settled(options_.cells, [&servers] { return servers.running(); }); !settled)
    return settled;
  const auto status = administrator->status();
  if (!status) return tl::unexpected(status.error());
  open_cases_ = status->open_cases();
  return {};
}

// "start: the journal was opened in 12.3 ms, the state was there 4.5 ms later, …" (broker/broker.cc)
void Restarts::read_what_the_broker_says(StartFigures& figures) {
  std::ifstream in(folder_.at("broker.log"));
  const std::string log((std::istreambuf_iterator<char>(in)), {});
  const auto at = log.find("start: the journal was opened in ");
  if (at != log.npos)
    std::sscanf(log.c_str() + at, "start: the journal was opened in %lf ms, the state was there %lf ms later",
                &figures.opened_ms, &figures.replayed_ms);
}

template <class T>
T median(std::vector<StartFigures>& runs, T StartFigures::*figure) {
  const auto middle = runs.begin() + static_cast<std::ptrdiff_t>(runs.size() / 2);
  std::nth_element(runs.begin(), middle, runs.end(),
                   [figure](const StartFigures& a, const StartFigures& b) { return a.*figure < b.*figure; });
  return (*middle).*figure;
}

StartFigures medians(std::vector<StartFigures> runs) {
  StartFigures out;
  const auto take = [&](auto figure) { out.*figure = median(runs, figure); };
  take(&StartFigures::opened_ms);
  take(&StartFigures::replayed_ms);
  take(&StartFigures::answered_ms);
  take(&StartFigures::decided_ms);
  take(&StartFigures::broker_memory_bytes);
  take(&StartFigures::worker_memory_bytes);
  take(&StartFigures::broker_read_bytes);
  return out;
}

std::uint64_t bytes_of_segments(const std::string& folder) {
  std::uint64_t bytes = 0;
  std::error_code gone;
  for (const auto& entry : files::directory_iterator(folder, gone))
    if (entry.path().extension() == ".segment") bytes += entry.file_size(gone);
  return bytes;
}

}  // namespace

Result<RestartFigures> run_restart(const RestartOptions& options) {
  const auto folder = TemporaryFolder::make(options.folder);
  if (!folder) return tl::unexpected(folder.error());
  for (const char* name : {"directory", "data"})
    if (auto made = folder->make_folder(name); !made) return tl::unexpected(made.error());
  if (auto written = write_directory(folder->at("directory"), options.cells); !written)
    return tl::unexpected(written.error());
  Restarts restarts(options, *folder);
  if (auto made = restarts.make_history(); !made) return tl::unexpected(made.error());
  RestartFigures figures;
  figures.options = options;
  figures.journal_bytes = bytes_of_segments(folder->at("data/journal"));
  for (const StartKind kind : start_kinds) {
    // The first start of a kind begins behind an end of the kind before: it is not counted.
    std::vector<StartFigures> runs;
    for (unsigned run = 0; run <= options.runs; ++run) {
      auto started = restarts.start(kind);
      if (!started) return tl::unexpected(started.error());
      if (run != 0) runs.push_back(*started);
    }
    figures.starts[static_cast<std::size_t>(kind)] = medians(std::move(runs));
  }
  figures.open_cases = restarts.open_cases();
  return figures;
}

}  // namespace huying::bench
