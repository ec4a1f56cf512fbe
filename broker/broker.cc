#include "broker/broker.h"

#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <mutex>
#include <thread>
#include <zmq.hpp>

#include "base/check.h"
#include "base/limits.h"
#include "broker/broker_core.h"
#include "broker/directory/directory_files.h"
#include "broker/journal/embedded_journal.h"
#include "broker/journal/posix_disk.h"
#include "broker/round.h"
#include "broker/time_base.h"
#include "client/endpoint.h"
#include "client/socket.h"
#include "proto/errors.h"

namespace huying::broker {
namespace {

constexpr auto poll_interval = std::chrono::milliseconds(20);
constexpr auto housekeeping_interval = std::chrono::milliseconds(1000);
static_assert(housekeeping_interval <= limits::cursor_save_interval);

// A routing id that libzmq made is a zero byte and a 32-bit number, never reused while a process lives. Clients that set
// one of their own are not served (docs/protocol.md): 0.
PeerId peer_of(const zmq::message_t& id) {
  if (id.size() != 5 || *id.data<char>() != 0) return PeerId{};
  std::uint32_t number = 0;
  std::memcpy(&number, id.data<char>() + 1, sizeof number);
  return PeerId(std::uint64_t{number} + 1);
}

std::array<char, 5> routing_id(PeerId peer) {
  std::array<char, 5> id{};
  const auto number = static_cast<std::uint32_t>(peer.value - 1);
  std::memcpy(id.data() + 1, &number, sizeof number);
  return id;
}

Instant system_now() { return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()); }

// Wakes the loop from another thread.
class Bell {
 public:
  Bell() : descriptor_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) { HUYING_CHECK(descriptor_ >= 0, "no eventfd"); }
  ~Bell() { ::close(descriptor_); }
  void ring() noexcept {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
  }
  void answer() {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(descriptor_, &count, sizeof count);
  }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace

// A frame that came and was not looked at yet.
struct Received {
  PeerId peer;
  std::size_t parts = 0;
  zmq::message_t body;
};

struct Broker::State {
  BrokerOptions options;
  std::string endpoint;
  journal::PosixDisk disk;
  std::unique_ptr<journal::EmbeddedJournal> journal;
  std::unique_ptr<BrokerCore> core;
  PartitionClock clock;
  Term term;
  std::optional<zmq::socket_t> router;
  std::vector<Received> inbox;     // of the round
  std::vector<std::string> findings;

  Bell bell;
  std::atomic<bool> stop_asked{false};
  std::thread validator;           // at most one directory is validated at a time
  std::mutex results_mutex;
  std::vector<DirectoryJobResult> results;
  SteadyInstant housekept_at, last_round_at;

  ~State() {
    if (validator.joinable()) validator.join();
  }

  Moment moment() {
    const SteadyInstant steady = std::chrono::steady_clock::now();
    return {clock.at(steady, system_now()), steady};
  }

  Result<void> choose_endpoint();
  Result<void> open();
  Result<void> install_directory();
  Result<void> check_permission() const;
  Result<void> round();
  void receive_frames();
  void take_frames();
  void send(std::vector<OutFrame>& frames);
  void start_validation(DirectoryJob job);
  void take_results();
  void housekeep(const Moment& now);
  void save_cursors();
  Result<void> wait();
};

Broker::Broker(BrokerOptions options) : state_(std::make_unique<State>()) { state_->options = std::move(options); }
Broker::~Broker() = default;

const std::string& Broker::endpoint() const { return state_->endpoint; }
std::uint32_t Broker::rate_permille() const { return state_->clock.rate_permille(); }
bool Broker::demonstration() const { return state_->core->demonstration(); }
const std::vector<std::string>& Broker::findings() const { return state_->findings; }

void Broker::stop() noexcept {
  state_->stop_asked = true;
  state_->bell.ring();
}

// ---- Start -----------------------------------------------------------------------------------------------------

Result<void> Broker::State::open() {
  journal::EmbeddedOptions embedded;
  if (options.segment_bytes != 0) embedded.segment_bytes = options.segment_bytes;
  embedded.pool_segments = options.pool_segments;
  auto opened = journal::EmbeddedJournal::open(disk, options.data_folder, embedded);
  if (!opened) return tl::unexpected(opened.error());
  journal = std::move(*opened);
  const auto base = time_base_of_folder(*journal, options.rate_permille);
  if (!base) return tl::unexpected(base.error());
  CoreOptions core_options;
  core_options.program = options.program;
  core_options.scaled = base->scaled;
  core_options.rate_permille = base->rate_permille;
  core_options.real_origin = system_now();
  core = std::make_unique<BrokerCore>(core_options, journal->digest_key());
  if (auto replayed = replay_journal(*core, *journal); !replayed) return replayed;
  const SteadyInstant steady = std::chrono::steady_clock::now();
  const bool fresh = core->now() == Instant{};
  if (base->scaled)
    clock = PartitionClock(base->rate_permille, fresh ? options.virtual_origin.value_or(system_now()) : core->now(), steady);
  else
    clock.continue_from(core->now());
  auto claimed = claim_and_start(*core, *journal, options.program, moment());
  if (!claimed) return tl::unexpected(claimed.error());
  term = *claimed;
  core->set_free_bytes(journal->free_bytes());
  core->set_journal_bytes(journal->bytes());
  return {};
}

Result<void> Broker::State::install_directory() {
  if (core->configured() || options.directory_folder.empty()) return {};
  auto files = directory::read_folder(options.directory_folder);
  if (!files) return tl::unexpected(files.error());
  DirectoryJob job;
  job.files = std::move(*files);
  auto result = perform(job);
  findings = result.findings;
  if (!result.version) return fail(result.error, findings.empty() ? "" : findings.front());
  core->install(std::move(result));
  return {};
}

Result<void> Broker::State::check_permission() const {
  if (!core->configured() || options.allow_plain_contacts || core->demonstration()) return {};
  return fail(v1::ERROR_CODE_NOT_A_DEMONSTRATION);
}

// Before anything is written. The folder of an ipc endpoint may not be there yet: it is looked at before the bind.
Result<void> Broker::State::choose_endpoint() {
  endpoint = options.endpoint;
  if (endpoint.empty()) {
    auto inside = client::endpoint_in_folder(options.data_folder);
    if (!inside) return tl::unexpected(inside.error());
    endpoint = *inside;
  }
  return endpoint.starts_with("ipc://") ? Result<void>{} : client::check_endpoint(endpoint);
}

Result<void> Broker::start() {
  auto& s = *state_;
  if (auto chosen = s.choose_endpoint(); !chosen) return chosen;
  if (auto opened = s.open(); !opened) return opened;
  if (auto installed = s.install_directory(); !installed) return installed;
  do {  // a first directory is in force before anybody is let in
    if (auto done = s.round(); !done) return done;
  } while (s.core->work_left());
  if (auto permitted = s.check_permission(); !permitted) return permitted;
  if (auto checked = client::check_endpoint(s.endpoint); !checked) return checked;
  s.router.emplace(client::make_router());
  try {
    s.router->bind(s.endpoint);
    s.endpoint = s.router->get(zmq::sockopt::last_endpoint);
  } catch (const zmq::error_t& e) {
    return fail(v1::ERROR_CODE_ENDPOINT_NOT_PRIVATE, fmt::format("{}: {}", s.endpoint, e.what()));
  }
  return {};
}

// ---- Serving ---------------------------------------------------------------------------------------------------

Result<void> Broker::run() {
  auto& s = *state_;
  while (!s.stop_asked) {
    if (auto done = s.round(); !done) return done;
    if (auto waited = s.wait(); !waited) return waited;
  }
  s.core->stop_intake();
  if (auto done = s.round(); !done) return done;  // answers what came before the word to stop
  if (auto saved = s.journal->save_cursors(s.core->take_changed_cursors()); !saved) return saved;
  return s.journal->close(s.core->now());
}

Result<void> Broker::State::round() {
  if (router) receive_frames();
  const Moment now = moment();
  if (now.steady - last_round_at > limits::attentive_gap) core->was_away(now.steady);
  last_round_at = now.steady;
  core->begin(now);
  take_frames();
  take_results();
  core->tick();
  std::vector<OutFrame> out;
  if (auto done = finish_round(*core, *journal, term, out); !done) return done;
  if (core->any_cursor_begun()) save_cursors();
  if (router) send(out);
  write_checkpoints(*core, *journal);
  if (auto job = core->take_job()) start_validation(std::move(*job));
  housekeep(now);
  return {};
}

// All frames of a round are received before its moment is taken: a commit decided while the round was being received would
// else lie ahead of the round's now (CLOCK_AHEAD).
void Broker::State::receive_frames() {
  zmq::message_t id, surplus;
  std::size_t bytes = 0;
  while (inbox.size() < limits::round_frames_max && bytes < limits::frame_bytes_max) {
    if (!router->recv(id, zmq::recv_flags::dontwait)) break;
    Received& received = inbox.emplace_back();
    for (bool more = id.more(); more; ++received.parts) {
      zmq::message_t& into = received.parts == 0 ? received.body : surplus;
      HUYING_CHECK(router->recv(into, zmq::recv_flags::dontwait).has_value());
      more = into.more();
    }
    received.peer = peer_of(id);
    bytes += received.body.size();
    if (received.peer == PeerId{}) inbox.pop_back();
  }
}

// What does not fit into the batch stays for the next round.
void Broker::State::take_frames() {
  std::size_t taken = 0;
  for (; taken < inbox.size() && !core->full(); ++taken) {
    const Received& received = inbox[taken];
    core->receive(received.peer, received.parts, received.parts == 0 ? std::string_view() : received.body.to_string_view());
  }
  inbox.erase(inbox.begin(), inbox.begin() + static_cast<std::ptrdiff_t>(taken));
}

void Broker::State::send(std::vector<OutFrame>& frames) {
  for (auto& frame : frames) {
    const auto id = routing_id(frame.peer);
    try {
      const auto head = router->send(zmq::buffer(id), zmq::send_flags::sndmore | zmq::send_flags::dontwait);
      if (head && router->send(zmq::buffer(frame.bytes), zmq::send_flags::dontwait)) continue;
    } catch (const zmq::error_t& e) {
      if (e.num() != EHOSTUNREACH) throw;
    }
    // Unknown, or so slow that its queue is full: it dials anew and goes on from what it acknowledged.
    core->peer_gone(frame.peer);
  }
}

void Broker::State::start_validation(DirectoryJob job) {
  if (validator.joinable()) validator.join();
  validator = std::thread([this, job = std::move(job)] {
    DirectoryJobResult result;
    try {
      result = perform(job);
    } catch (const std::exception& exception) {  // no memory for it: the broker that serves goes on
      result.id = job.id;
      result.error = v1::ERROR_CODE_INTERNAL;
      result.findings = {exception.what()};
    }
    {
      const std::lock_guard lock(results_mutex);
      results.push_back(std::move(result));
    }
    bell.ring();
  });
}

void Broker::State::take_results() {
  std::vector<DirectoryJobResult> done;
  {
    const std::lock_guard lock(results_mutex);
    done.swap(results);
  }
  for (auto& result : done) core->job_done(std::move(result));
}

void Broker::State::housekeep(const Moment& now) {
  if (now.steady - housekept_at < housekeeping_interval) return;
  housekept_at = now.steady;
  core->set_free_bytes(journal->free_bytes());
  core->set_journal_bytes(journal->bytes());
  save_cursors();
}

void Broker::State::save_cursors() {
  if (auto saved = journal->save_cursors(core->take_changed_cursors()); !saved)
    spdlog::warn("cursors: {}", sentence(saved.error()));
}

// A journal that failed while nothing waits is as failed as any other: the process stops.
Result<void> Broker::State::wait() {
  if (core->work_left() || !inbox.empty()) return {};
  zmq::pollitem_t items[] = {{router->handle(), 0, ZMQ_POLLIN, 0}, {nullptr, bell.descriptor(), ZMQ_POLLIN, 0}};
  int ready = 0;
  try {
    ready = zmq::poll(items, 2, poll_interval);
  } catch (const zmq::error_t& e) {
    if (e.num() != EINTR) throw;  // a signal came to this thread: look again whether to stop
    return {};
  }
  if (items[1].revents != 0) bell.answer();
  if (ready == 0) {
    if (auto idle = journal->idle(core->now()); !idle) return tl::unexpected(idle.error());
  }
  return {};
}

}  // namespace huying::broker
