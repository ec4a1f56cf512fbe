#include "broker/broker.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/limits.h"
#include "broker/broker_state.h"
#include "broker/round.h"
#include "broker/routing_id.h"
#include "broker/snapshots.h"
#include "proto/errors.h"

namespace huying::broker {
namespace {

constexpr auto poll_interval = std::chrono::milliseconds(20);
constexpr auto poll_interval_when_peers_wait = std::chrono::milliseconds(2);
constexpr auto housekeeping_interval = std::chrono::milliseconds(1000);
constexpr auto disk_interval_when_near = std::chrono::milliseconds(20);  // at 100 MB/s another 2 MB are written
constexpr auto room_interval = std::chrono::milliseconds(200);
static_assert(housekeeping_interval <= limits::cursor_save_interval);

}  // namespace

Broker::Broker(BrokerOptions options) : state_(std::make_unique<State>()) { state_->options = std::move(options); }
Broker::~Broker() = default;

const std::string& Broker::endpoint() const { return state_->endpoint; }
std::uint32_t Broker::rate_permille() const { return state_->clock.rate_permille(); }
bool Broker::demonstration() const { return state_->demonstration_at_start; }
const std::string& Broker::missing() const { return state_->missing; }
const std::vector<std::string>& Broker::findings() const { return state_->findings; }

void Broker::stop() noexcept {
  state_->stop_asked = true;
  state_->bell.ring();
}

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
  const bool is_first = last_round_at == SteadyInstant{};
  if (!is_first && now.steady - last_round_at > limits::attentive_gap) core->was_away(last_round_at, now.steady);
  last_round_at = now.steady;
  core->set_clock_ahead(clock.off());
  look_at_disk(now.steady);
  for (const PeerId peer : std::exchange(gone, {})) {
    queues.forget(peer);
    core->peer_gone(peer);
  }
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
    if (std::find(gone.begin(), gone.end(), frame.peer) != gone.end()) continue;
    const auto keep = core->has_session(frame.peer) ? PeerQueues::Keep::yes : PeerQueues::Keep::no;
    if (!queues.send(frame.peer, std::move(frame.bytes), keep)) gone.push_back(frame.peer);
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
