#include "broker/broker.h"

#include <spdlog/spdlog.h>

#include <filesystem>
#include <mutex>
#include <thread>
#include <zmq.hpp>

#include "base/check.h"
#include "base/limits.h"
#include "broker/bell.h"
#include "broker/broker_core.h"
#include "broker/descriptor_limit.h"
#include "broker/directory/directory_files.h"
#include "broker/journal/embedded_journal.h"
#include "broker/journal/folder.h"
#include "broker/journal/posix_disk.h"
#include "broker/peer_queues.h"
#include "broker/round.h"
#include "broker/routing_id.h"
#include "broker/snapshots.h"
#include "broker/socket_folder.h"
#include "broker/state/log_limit.h"
#include "broker/time_base.h"
#include "client/endpoint.h"
#include "client/socket.h"
#include "proto/errors.h"

namespace huying::broker {
namespace {

constexpr auto poll_interval = std::chrono::milliseconds(20);
constexpr auto poll_interval_when_peers_wait = std::chrono::milliseconds(2);
constexpr auto housekeeping_interval = std::chrono::milliseconds(1000);
constexpr auto disk_interval_when_near = std::chrono::milliseconds(20);  // at 100 MB/s another 2 MB are written
constexpr std::uint64_t descriptors_wanted = limits::sessions_max + 2'000;
constexpr auto room_interval = std::chrono::milliseconds(200);
static_assert(housekeeping_interval <= limits::cursor_save_interval);

double ms(SteadyInstant::duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

bool lies_in(std::string_view endpoint, const std::string& folder) {
  constexpr std::string_view ipc = "ipc://";
  if (!endpoint.starts_with(ipc)) return false;
  namespace fs = std::filesystem;
  std::error_code unreadable;  // then it is not there
  const auto inner = fs::weakly_canonical(fs::absolute(fs::path(endpoint.substr(ipc.size())), unreadable), unreadable);
  const auto outer = fs::weakly_canonical(fs::absolute(folder, unreadable), unreadable);
  const auto relative = inner.lexically_relative(outer);
  return !relative.empty() && *relative.begin() != "..";
}

Instant system_now() { return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()); }

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
  std::unique_ptr<journal::Lock> shared_lock;  // read-only
  std::optional<SocketFolder> socket_folder;   // read-only, where none was asked for
  std::unique_ptr<journal::EmbeddedJournal> journal;
  std::unique_ptr<BrokerCore> core;
  PartitionClock clock;
  Term term;
  std::optional<zmq::socket_t> router;
  PeerQueues queues{[this](PeerId peer, const std::string& bytes) { return try_send(peer, bytes); }};
  std::vector<Received> inbox;     // of the round
  std::vector<std::string> findings;

  Bell bell;
  std::atomic<bool> stop_asked{false};
  std::thread validator;           // at most one directory is validated at a time
  std::mutex results_mutex;
  std::vector<DirectoryJobResult> results;
  SteadyInstant housekept_at, last_round_at, disk_asked_at, signs_sent_at;
  std::uint64_t free_bytes = 0;
  std::string missing;
  LogLimit cursors_logged, room_logged;

  ~State() {
    if (validator.joinable()) validator.join();
  }

  Moment moment() {
    const SteadyInstant steady = std::chrono::steady_clock::now();
    return {clock.at(steady, system_now()), steady};
  }

  Result<void> choose_endpoint();
  std::string street_of_new_folder();
  Result<void> open();
  Result<void> open_read_only();
  CoreOptions core_options(const TimeBaseChoice& base) const;
  void begin_time(const TimeBaseChoice& base, SteadyInstant steady);
  Result<void> install_directory();
  Result<void> check_permission() const;
  Result<void> round();
  void receive_frames();
  void take_frames();
  void send(std::vector<OutFrame>& frames);
  PeerQueues::Sent try_send(PeerId peer, const std::string& bytes);
  void look_at_disk(SteadyInstant now);
  bool wait_for_room(const Error& error);
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
const std::string& Broker::missing() const { return state_->missing; }
const std::vector<std::string>& Broker::findings() const { return state_->findings; }

void Broker::stop() noexcept {
  state_->stop_asked = true;
  state_->bell.ring();
}

// ---- Start -----------------------------------------------------------------------------------------------------

// The name of a partition, written once, when the folder is made. Empty where no good directory tells it: such a folder
// serves all the same, and what is wrong with the directory is said when it is put in force.
std::string Broker::State::street_of_new_folder() {
  const std::string format = options.data_folder + "/" + journal::format_file_name;
  if (options.directory_folder.empty() || disk.exists(format)) return {};
  const auto files = directory::read_folder(options.directory_folder);
  if (!files) return {};
  const auto loaded = directory::load(*files, nullptr);
  return loaded.ok() ? loaded.configuration.directory().street() : std::string();
}

Result<void> Broker::State::open() {
  journal::EmbeddedOptions embedded;
  if (options.segment_bytes != 0) embedded.segment_bytes = options.segment_bytes;
  embedded.pool_segments = options.pool_segments;
  embedded.partition = street_of_new_folder();
  embedded.free_bytes_min = options.watermarks.second / 2;
  embedded.free_bytes_for_pool = options.watermarks.first;
  embedded.free_check_batches = 0;  // at each append: to ask costs far less than a sync
  const SteadyInstant began = std::chrono::steady_clock::now();
  auto opened = journal::EmbeddedJournal::open(disk, options.data_folder, embedded);
  if (!opened) return tl::unexpected(opened.error());
  journal = std::move(*opened);
  const SteadyInstant journal_opened = std::chrono::steady_clock::now();
  const auto base = time_base_of_folder(*journal, options.rate_permille);
  if (!base) return tl::unexpected(base.error());
  core = std::make_unique<BrokerCore>(core_options(*base), journal->digest_key());
  const auto replayed = replay_journal(*core, *journal);
  if (!replayed) return tl::unexpected(replayed.error());
  const SteadyInstant steady = std::chrono::steady_clock::now();
  spdlog::info("start: the journal was opened in {:.1f} ms, the state was there {:.1f} ms later, from {} and {} records",
               ms(journal_opened - began), ms(steady - journal_opened),
               replayed->from_snapshot ? "a snapshot" : "the beginning", replayed->records);
  begin_time(*base, steady);
  auto claimed = claim_and_start(*core, *journal, options.program, moment());
  if (!claimed) return tl::unexpected(claimed.error());
  term = *claimed;
  look_at_disk(steady);
  core->set_journal_bytes(journal->bytes());
  return {};
}

CoreOptions Broker::State::core_options(const TimeBaseChoice& base) const {
  CoreOptions chosen;
  chosen.program = options.program;
  chosen.watermarks = options.watermarks;
  chosen.check_configuration = options.check_configuration;
  chosen.scaled = base.scaled;
  chosen.rate_permille = base.rate_permille;
  chosen.real_origin = system_now();
  chosen.read_only = options.read_only;
  chosen.missing = missing;
  return chosen;
}

void Broker::State::begin_time(const TimeBaseChoice& base, SteadyInstant steady) {
  const bool fresh = core->now() == Instant{};
  if (base.scaled)
    clock = PartitionClock(base.rate_permille, fresh ? options.virtual_origin.value_or(system_now()) : core->now(), steady);
  else
    clock.continue_from(core->now());
}

// Nothing here may change the folder, be it only a file's time.
Result<void> Broker::State::open_read_only() {
  auto lock = disk.lock_shared(options.data_folder + "/" + journal::lock_file_name);
  if (!lock) return tl::unexpected(lock.error());
  shared_lock = std::move(*lock);
  journal::EmbeddedOptions embedded;
  embedded.mode = journal::OpenMode::read_only;
  embedded.unreachable = journal::Unreachable::leave_out;
  auto opened = journal::EmbeddedJournal::open(disk, options.data_folder, embedded);
  if (!opened) return tl::unexpected(opened.error());
  journal = std::move(*opened);
  missing = journal->missing();
  const auto base = time_base_behind_gaps(*journal);
  if (!base) return tl::unexpected(base.error());
  core = std::make_unique<BrokerCore>(core_options(*base), journal->digest_key());
  if (auto replayed = replay_journal(*core, *journal); !replayed) return tl::unexpected(replayed.error());
  begin_time(*base, std::chrono::steady_clock::now());
  core->start_read_only(journal->head(), moment());
  look_at_disk(std::chrono::steady_clock::now());
  core->set_journal_bytes(journal->bytes());
  return {};
}

Result<void> Broker::State::install_directory() {
  if (core->configured() || options.read_only || options.directory_folder.empty()) return {};
  auto files = directory::read_folder(options.directory_folder);
  if (!files) return tl::unexpected(files.error());
  DirectoryJob job;
  job.files = std::move(*files);
  job.check = options.check_configuration;
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
  if (endpoint.empty() && options.read_only) {
    auto made = SocketFolder::make();
    if (!made) return tl::unexpected(made.error());
    socket_folder.emplace(std::move(*made));
    endpoint = "ipc://" + socket_folder->path() + "/broker.sock";
  }
  if (options.read_only && lies_in(endpoint, options.data_folder))
    return fail(v1::ERROR_CODE_USAGE, "--read-only writes nothing into the data folder, a socket neither");
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
  if (auto opened = s.options.read_only ? s.open_read_only() : s.open(); !opened) return opened;
  if (!s.options.read_only && !s.core->configured() && s.free_bytes < s.options.watermarks.second)
    return fail(v1::ERROR_CODE_JOURNAL_FULL, "a folder is begun with room");
  if (auto installed = s.install_directory(); !installed) return installed;
  do {  // a first directory is in force before anybody is let in
    if (auto done = s.round(); !done) return done;
  } while (s.core->work_left());
  if (auto permitted = s.check_permission(); !permitted) return permitted;
  if (auto checked = client::check_endpoint(s.endpoint); !checked) return checked;
  s.router.emplace(client::make_router());
  if (const auto limit = raise_descriptor_limit(); limit < descriptors_wanted)
    spdlog::warn("this process may have {} files and connections; {} are wanted (LimitNOFILE=)", limit, descriptors_wanted);
  try {
    s.router->bind(s.endpoint);
    s.endpoint = s.router->get(zmq::sockopt::last_endpoint);
  } catch (const zmq::error_t& e) {
    // Where none was asked for it is the data folder's own.
    const auto code = s.options.endpoint.empty() ? v1::ERROR_CODE_JOURNAL_UNREADABLE : v1::ERROR_CODE_USAGE;
    return fail(code, client::why_not_bound(s.endpoint, e.num()));
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
  if (s.options.read_only) return {};
  if (auto saved = s.journal->save_cursors(s.core->take_changed_cursors()); !saved) return saved;
  if (auto closed = s.journal->close(s.core->now()); !closed) return closed;
  (void)write_snapshot(*s.core, *s.journal);  // the next start is quicker for it
  return {};
}

Result<void> Broker::State::round() {
  if (router) receive_frames();
  const Moment now = moment();
  if (now.steady - last_round_at > limits::attentive_gap) core->was_away(now.steady);
  last_round_at = now.steady;
  look_at_disk(now.steady);
  if (router) {
    for (const PeerId peer : queues.flush()) core->peer_gone(peer);
  }
  core->begin(now);
  take_frames();
  take_results();
  core->tick();
  std::vector<OutFrame> out;
  const auto wait = [this](const Error& error) { return wait_for_room(error); };
  if (auto done = finish_round(*core, *journal, term, out, wait); !done) return done;
  if (core->any_cursor_begun() && !options.read_only) save_cursors();
  if (router) send(out);
  if (!options.read_only) write_checkpoints(*core, *journal);
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
    const auto keep = core->has_session(frame.peer) ? PeerQueues::Keep::yes : PeerQueues::Keep::no;
    if (!queues.send(frame.peer, std::move(frame.bytes), keep)) core->peer_gone(frame.peer);
  }
}

PeerQueues::Sent Broker::State::try_send(PeerId peer, const std::string& bytes) {
  const auto id = routing_id(peer);
  try {
    const auto head = router->send(zmq::buffer(id), zmq::send_flags::sndmore | zmq::send_flags::dontwait);
    if (!head) return PeerQueues::Sent::full;
    return router->send(zmq::buffer(bytes), zmq::send_flags::dontwait) ? PeerQueues::Sent::yes : PeerQueues::Sent::gone;
  } catch (const zmq::error_t& e) {
    if (e.num() != EHOSTUNREACH) throw;
  }
  return PeerQueues::Sent::gone;
}

// ---- The disk --------------------------------------------------------------------------------------------------

// Often when a watermark is near, so that the core is told before the journal has to refuse.
void Broker::State::look_at_disk(SteadyInstant now) {
  const bool near = free_bytes < 4 * options.watermarks.first;
  if (free_bytes != 0 && now - disk_asked_at < (near ? disk_interval_when_near : housekeeping_interval)) return;
  disk_asked_at = now;
  free_bytes = journal->free_bytes();
  core->set_free_bytes(free_bytes);
}

// The journal itself has no room: something else filled the disk between two looks. What was decided in this round is
// neither lost nor said; the process stays, says that it is alive, and goes on when there is room.
bool Broker::State::wait_for_room(const Error& error) {
  const SteadyInstant now = std::chrono::steady_clock::now();
  if (const auto kept_back = room_logged.may(now)) spdlog::error("waiting for room: {}{}", sentence(error), *kept_back);
  if (router && now - signs_sent_at >= limits::heartbeat_interval) {
    signs_sent_at = now;
    for (auto& sign : core->signs_of_life()) (void)try_send(sign.peer, sign.bytes);
  }
  zmq::pollitem_t item{nullptr, bell.descriptor(), ZMQ_POLLIN, 0};
  try {
    if (zmq::poll(&item, 1, room_interval) > 0) bell.answer();
  } catch (const zmq::error_t& e) {
    if (e.num() != EINTR) throw;
  }
  return !stop_asked;  // who said nothing meanwhile was perhaps not heard: the next round finds that it was away
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
  core->set_journal_bytes(journal->bytes());
  if (options.read_only) return;
  save_cursors();
  const bool has_room = free_bytes >= options.watermarks.second;
  if (has_room && core->snapshot_due() == BrokerCore::SnapshotDue::now) (void)write_snapshot(*core, *journal);
}

void Broker::State::save_cursors() {
  const auto saved = journal->save_cursors(core->take_changed_cursors());
  if (saved) return;
  if (const auto kept_back = cursors_logged.may(std::chrono::steady_clock::now()))
    spdlog::warn("cursors: {}{}", sentence(saved.error()), *kept_back);
}

// A journal that failed while nothing waits is as failed as any other: the process stops.
Result<void> Broker::State::wait() {
  if (core->work_left() || !inbox.empty()) return {};
  zmq::pollitem_t items[] = {{router->handle(), 0, ZMQ_POLLIN, 0}, {nullptr, bell.descriptor(), ZMQ_POLLIN, 0}};
  int ready = 0;
  try {
    ready = zmq::poll(items, 2, queues.anything_waits() ? poll_interval_when_peers_wait : poll_interval);
  } catch (const zmq::error_t& e) {
    if (e.num() != EINTR) throw;  // a signal came to this thread: look again whether to stop
    return {};
  }
  if (items[1].revents != 0) bell.answer();
  if (ready == 0 && !options.read_only && free_bytes >= options.watermarks.second) {
    if (core->snapshot_due() != BrokerCore::SnapshotDue::no) (void)write_snapshot(*core, *journal);
    if (auto idle = journal->idle(core->now()); !idle) return tl::unexpected(idle.error());
  }
  return {};
}

}  // namespace huying::broker
