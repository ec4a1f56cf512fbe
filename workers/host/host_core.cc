#include "workers/host/host_core.h"

#include <absl/container/flat_hash_map.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/limits.h"
#include "proto/errors.h"
#include "workers/cell/view.h"
#include "workers/host/broker_time.h"
#include "workers/host/commit_frames.h"
#include "workers/host/configurations.h"
#include "workers/host/held_cell.h"
#include "workers/host/wake_queue.h"

namespace huying::host {
namespace {

constexpr std::uint32_t credit_messages = 8192;
constexpr std::uint64_t credit_bytes = 8 * limits::MiB;
constexpr std::size_t envelope_bytes = 64;  // of a delivery, at most, beside payload and prior
constexpr int firings_a_wake = 512;         // then other work has its turn

using Frames = std::vector<v1::ClientFrame>;
using Phase = HeldCell::Phase;

}  // namespace

struct HostCore::State {
  explicit State(HostOptions given) : options(std::move(given)) {}

  HostOptions options;
  BrokerTime time;
  cell::Names names;
  cell::Decider decider;
  Configurations configurations;
  WakeQueue queue;
  absl::flat_hash_map<std::uint32_t, std::unique_ptr<HeldCell>> cells;  // by stream
  v1::Commit commit;  // used again
  SpareCommits spare_commits;
  std::uint64_t configuration_in_force = 0;
  bool is_connected = false;
  SteadyInstant promised_at{};  // when Commits or Wake went out; nothing else keeps the promise
  SteadyInstant housekept_at{};
  std::uint32_t worked_off_messages = 0;
  std::uint64_t worked_off_bytes = 0;

  void reset() {
    cells.clear();
    queue.clear();
    worked_off_messages = 0;
    worked_off_bytes = 0;
    time.forget();
  }

  // --- frames
  void welcome(const v1::Welcome& welcome, Frames& out);
  void leases(const v1::Leases& leases, Frames& out, CommitFrames& commits, Instant now);
  void grant(const v1::Lease& lease);
  void deliveries(const v1::Deliveries& deliveries, Frames& out, CommitFrames& commits, Instant now);
  void begin_anew(const v1::Delivery& delivery, Frames& out);
  void acks(const v1::CommitAcks& acks);
  void answer(const v1::Ask& ask, Frames& out);
  void renew_credit(Frames& out);

  // In order: what is decided follows from what was received, never from where a table happens to lie.
  std::vector<std::uint32_t> streams() const {
    std::vector<std::uint32_t> all;
    for (const auto& [stream, cell] : cells) all.push_back(stream);
    std::sort(all.begin(), all.end());
    return all;
  }

  // --- deciding
  std::uint64_t version_of(const HeldCell& cell) const;
  void go_on(std::uint32_t stream, HeldCell& cell, Frames& out, CommitFrames& commits, Instant now);
  void decide_one(std::uint32_t stream, HeldCell& cell, const cell::PendingCause& cause, cell::Settings* settings,
                  CommitFrames& commits, Instant now);
  void send_commit(std::uint32_t stream, HeldCell& cell, CommitFrames& commits);
  void park(std::uint32_t stream, HeldCell& cell, std::uint64_t sequence);
  void watch_all(std::uint32_t stream, HeldCell& cell);
  int fire_due(CommitFrames& commits, Instant now);
  void keep_house(SteadyInstant steady, Frames& out);
  void compact_queue();
};

// --- frames ---------------------------------------------------------------------------------------------------------

void HostCore::State::welcome(const v1::Welcome& welcome, Frames& out) {
  time.set_rate(welcome.rate_permille() == 0 ? 1000 : welcome.rate_permille());
  configuration_in_force = welcome.configuration_version();
  auto& credit = *out.emplace_back().mutable_credit();
  credit.set_messages(credit_messages);
  credit.set_bytes(credit_bytes);
  configurations.ask_again(out);
  configurations.want(configuration_in_force, out);
}

void HostCore::State::grant(const v1::Lease& lease) {
  cell::CellPlace place{lease.stream(), lease.cell(), lease.unit()};
  cell::CellState folded(place, names);
  bool readable = true;
  if (lease.has_checkpoint()) {
    auto decoded = cell::CellState::decode(lease.checkpoint().state(), place, names);
    readable = decoded.has_value() && lease.checkpoint().state_version() == cell::state_version;
    if (readable) folded = std::move(*decoded);
  }
  auto& held = cells[lease.stream()];
  held = std::make_unique<HeldCell>(lease, std::move(folded));
  if (!readable) park(lease.stream(), *held, lease.checkpoint().through());
}

void HostCore::State::leases(const v1::Leases& leases, Frames& out, CommitFrames& commits, Instant now) {
  for (const auto stream : leases.revoked()) cells.erase(stream);
  for (const auto& lease : leases.granted()) {
    grant(lease);
    go_on(lease.stream(), *cells[lease.stream()], out, commits, now);
  }
}

// What came is not what was sent: the session ends, and another one is handed everything again.
void HostCore::State::begin_anew(const v1::Delivery& delivery, Frames& out) {
  spdlog::warn("host: cell {}: record {} did not come; the session begins anew", delivery.stream(),
               cells[delivery.stream()]->seen_through + 1);
  out.emplace_back().mutable_goodbye();
  reset();
  is_connected = false;
}

void HostCore::State::deliveries(const v1::Deliveries& deliveries, Frames& out, CommitFrames& commits, Instant now) {
  for (const auto& delivery : deliveries.deliveries()) {
    worked_off_messages += 1;
    worked_off_bytes += delivery.payload().size() + delivery.prior().size() + envelope_bytes;
    const auto found = cells.find(delivery.stream());
    if (found == cells.end()) continue;
    auto& cell = *found->second;
    // Of a lease that is over, or sent twice.
    if (delivery.grant() != cell.epoch.grant || delivery.sequence() <= cell.seen_through) continue;
    // A fold has no holes: a record that did not come would be missing in the state, and nobody would know.
    if (cell.phase == Phase::folding && delivery.sequence() != cell.seen_through + 1) return begin_anew(delivery, out);
    if (cell.phase == Phase::live && cell.undecided.empty() && is_cause(delivery.kind())) {
      // The common way: decided from the frame, uncopied.
      auto* settings = configurations.find(version_of(cell));
      if (settings != nullptr) {
        cell.seen_through = delivery.sequence();
        const cell::PendingCause cause{
            {delivery.sequence(), delivery.kind(), delivery.recorded_at_ms(), delivery.payload()}, delivery.prior()};
        decide_one(delivery.stream(), cell, cause, settings, commits, now);
        if (delivery.kind() == v1::RECORD_KIND_CONFIGURATION_CHANGED) go_on(delivery.stream(), cell, out, commits, now);
        continue;
      }
    }
    if (cell.phase != Phase::parked && !cell.take(delivery)) park(delivery.stream(), cell, delivery.sequence());
    go_on(delivery.stream(), cell, out, commits, now);
  }
}

void HostCore::State::acks(const v1::CommitAcks& acks) {
  for (const auto& ack : acks.acks()) {
    if (ack.error() == 0) continue;
    const auto found = cells.find(ack.stream());
    if (found == cells.end() || found->second->epoch.grant != ack.grant()) continue;
    spdlog::info("host: cell {} dropped: {}", ack.stream(), sentence({ack.error(), ""}));
    if (ack.error() == v1::ERROR_CODE_CLOCK_AHEAD) time.was_ahead();
    cells.erase(found);  // until it is granted again
  }
}

void HostCore::State::answer(const v1::Ask& ask, Frames& out) {
  auto& answer = *out.emplace_back().mutable_answer();
  answer.set_query_id(ask.query_id());
  answer.set_stream(ask.stream());
  const auto found = cells.find(ask.stream());
  if (found == cells.end()) return answer.set_error(static_cast<std::uint32_t>(v1::ERROR_CODE_LEASE_UNKNOWN));
  const auto& cell = *found->second;
  answer.set_sequence(cell.state.consumed_through);
  answer.mutable_epoch()->set_term(cell.epoch.term);
  answer.mutable_epoch()->set_grant(cell.epoch.grant);
  answer.set_commit_number(cell.commits);
  if (cell.phase == Phase::folding) return answer.set_error(static_cast<std::uint32_t>(v1::ERROR_CODE_NO_OWNER));
  cell::answer(cell.state, ask, answer);
}

void HostCore::State::renew_credit(Frames& out) {
  if (worked_off_messages < credit_messages / 2 && worked_off_bytes < credit_bytes / 2) return;
  auto& credit = *out.emplace_back().mutable_credit();
  credit.set_messages(worked_off_messages);
  credit.set_bytes(worked_off_bytes);
  worked_off_messages = 0;
  worked_off_bytes = 0;
}

// --- deciding -------------------------------------------------------------------------------------------------------

// The version in force at the cell's place in its order. A cell that never met one goes by the version in force now.
std::uint64_t HostCore::State::version_of(const HeldCell& cell) const {
  return cell.state.configuration_version != 0 ? cell.state.configuration_version : configuration_in_force;
}

// Decides what can be decided, after the fold; waits where a configuration is not here yet.
void HostCore::State::go_on(std::uint32_t stream, HeldCell& cell, Frames& out, CommitFrames& commits, Instant now) {
  if (cell.phase == Phase::parked || (cell.phase == Phase::folding && !cell.fold_is_complete())) return;
  const auto before = std::exchange(cell.phase, Phase::live);
  while (!cell.undecided.empty() && cell.phase == Phase::live) {
    auto cause = std::move(cell.undecided.front());
    const bool needs_none = cause.kind == v1::RECORD_KIND_CONFIGURATION_CHANGED;
    auto* settings = configurations.find(version_of(cell));
    if (settings == nullptr && !needs_none) {
      cell.undecided.front() = std::move(cause);
      break;
    }
    cell.undecided.pop_front();
    decide_one(stream, cell, cause.view(), settings, commits, now);
  }
  if (cell.phase == Phase::parked) return;
  if (configurations.find(version_of(cell)) == nullptr) {
    cell.phase = Phase::waiting;
    configurations.want(version_of(cell), out);
    commits.pause();
  } else if (before != Phase::live) {
    watch_all(stream, cell);
  }
}

void HostCore::State::decide_one(std::uint32_t stream, HeldCell& cell, const cell::PendingCause& cause,
                                 cell::Settings* settings, CommitFrames& commits, Instant now) {
  for (;;) {
    const auto did = decider.decide(cell.state, cause, settings, now, commit);
    if (did == cell::Did::unreadable) return park(stream, cell, cause.sequence);
    send_commit(stream, cell, commits);
    if (did == cell::Did::cause) return;
  }
}

void HostCore::State::send_commit(std::uint32_t stream, HeldCell& cell, CommitFrames& commits) {
  commit.set_stream(stream);
  commit.mutable_epoch()->set_term(cell.epoch.term);
  commit.mutable_epoch()->set_grant(cell.epoch.grant);
  commit.set_commit_number(++cell.commits);
  commits.add(commit);
  if (auto* one = cell.state.find(decider.last_case()); one != nullptr) queue.watch(stream, *one);
}

void HostCore::State::park(std::uint32_t stream, HeldCell& cell, std::uint64_t sequence) {
  spdlog::error("host: cell {} is parked: record {} cannot be read or folded by this build", stream, sequence);
  cell.phase = Phase::parked;
}

void HostCore::State::watch_all(std::uint32_t stream, HeldCell& cell) {
  cell.state.each([&](cell::Case& one) {
    one.queued_due_at_ms = cell::Case::no_entry;
    queue.watch(stream, one);
  });
}

// Fires what is due, in order, but no more than a share; answers how many fired.
int HostCore::State::fire_due(CommitFrames& commits, Instant now) {
  int fired = 0;
  while (fired < firings_a_wake) {
    const auto entry = queue.take_due(to_ms(now));
    if (!entry) break;
    const auto found = cells.find(entry->stream);
    if (found == cells.end() || found->second->phase != Phase::live) continue;  // watched anew when it is live
    auto& cell = *found->second;
    auto* one = cell.state.find(entry->number);
    if (one == nullptr) continue;
    one->queued_due_at_ms = cell::Case::no_entry;
    auto* settings = configurations.find(version_of(cell));
    if (settings != nullptr && decider.fire(cell.state, entry->number, *settings, now, commit)) {
      send_commit(entry->stream, cell, commits);
      fired += 1;
    } else {
      queue.watch(entry->stream, *one);
    }
  }
  return fired;
}

// Now and then, however busy the host is.
void HostCore::State::keep_house(SteadyInstant steady, Frames& out) {
  if (steady - housekept_at < limits::heartbeat_interval) return;
  housekept_at = steady;
  configurations.ask_again_for_failed(out);
  auto oldest = cells.empty() ? configuration_in_force : version_of(*cells.begin()->second);
  for (const auto& [stream, cell] : cells) oldest = std::min(oldest, version_of(*cell));
  configurations.keep_from(oldest);
  compact_queue();
}

void HostCore::State::compact_queue() {
  std::size_t open = 0;
  for (const auto& [stream, cell] : cells) open += cell->state.open_cases();
  if (queue.size() < 4096 || queue.size() < 2 * open) return;
  queue.clear();
  for (auto& [stream, cell] : cells) {
    if (cell->phase == Phase::live) watch_all(stream, *cell);
  }
}

// --- the host -------------------------------------------------------------------------------------------------------

HostCore::HostCore(HostOptions options) : state_(std::make_unique<State>(std::move(options))) {}
HostCore::~HostCore() = default;

void HostCore::connected(SteadyInstant steady) {
  state_->reset();
  state_->is_connected = true;
  state_->promised_at = state_->housekept_at = steady;
}

void HostCore::disconnected() {
  state_->reset();
  state_->is_connected = false;
}

void HostCore::receive(const v1::BrokerFrame& frame, SteadyInstant steady, Frames& out) {
  auto& state = *state_;
  if (!state.is_connected) return;
  state.time.frame(frame.now_ms(), steady);
  const auto now = state.time.now(steady);
  CommitFrames commits(out, state.spare_commits);
  switch (frame.body_case()) {
    case v1::BrokerFrame::kWelcome:
      state.welcome(frame.welcome(), out);
      break;
    case v1::BrokerFrame::kLeases:
      state.leases(frame.leases(), out, commits, now);
      break;
    case v1::BrokerFrame::kDeliveries:
      state.deliveries(frame.deliveries(), out, commits, now);
      commits.pause();
      state.renew_credit(out);
      break;
    case v1::BrokerFrame::kCommitAcks:
      state.acks(frame.commit_acks());
      break;
    case v1::BrokerFrame::kAsk:
      state.answer(frame.ask(), out);
      break;
    case v1::BrokerFrame::kConfiguration:
      if (state.configurations.take(frame.configuration(), out)) {
        for (const auto stream : state.streams()) state.go_on(stream, *state.cells[stream], out, commits, now);
      }
      break;
    case v1::BrokerFrame::kRefusal:
      if (frame.refusal().session_over()) disconnected();
      break;
    default:
      break;
  }
  if (commits.any()) state.promised_at = steady;
  if (state.is_connected) state.keep_house(steady, out);
}

void HostCore::wake(SteadyInstant steady, Frames& out) {
  auto& state = *state_;
  if (!state.is_connected) return;
  CommitFrames commits(out, state.spare_commits);
  if (state.time.known()) state.fire_due(commits, state.time.now(steady));
  const bool silent = !commits.any() && steady - state.promised_at >= limits::heartbeat_interval;
  if (commits.any() || silent) state.promised_at = steady;
  if (silent)
    out.emplace_back().mutable_wake()->set_next_wake_within_ms(
        static_cast<std::uint32_t>(limits::wake_promise_max.count()));
  state.keep_house(steady, out);
}

void HostCore::sent(Frames& frames) {
  take_back_commits(frames, state_->spare_commits);
  frames.clear();
}

SteadyInstant HostCore::next_wake() const {
  const auto& state = *state_;
  if (!state.is_connected) return SteadyInstant::max();
  auto next = state.promised_at + std::chrono::nanoseconds(limits::heartbeat_interval);
  const auto due = state.queue.next_due_at_ms();
  if (due && state.time.known()) next = std::min(next, state.time.steady_of(instant(*due)));
  return next;
}

std::size_t HostCore::cells() const { return state_->cells.size(); }

std::size_t HostCore::open_cases() const {
  std::size_t open = 0;
  for (const auto& [stream, cell] : state_->cells) open += cell->state.open_cases();
  return open;
}

std::optional<std::string> HostCore::state_of(std::uint32_t stream) const {
  const auto found = state_->cells.find(stream);
  if (found == state_->cells.end()) return std::nullopt;
  return found->second->state.encode();
}

}  // namespace huying::host
