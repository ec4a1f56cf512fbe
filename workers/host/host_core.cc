#include "workers/host/host_core.h"

#include "base/limits.h"
#include "workers/host/host_state.h"

namespace huying::host {

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

void HostCore::leave(Frames& out) {
  if (state_->is_connected) state_->leave_checkpoints(out);
}

void HostCore::receive(const v1::BrokerFrame& frame, SteadyInstant steady, Frames& out) {
  auto& state = *state_;
  if (!state.is_connected) return;
  const bool leapt = state.time.frame(frame.now_ms(), steady);
  const auto now = state.time.now(steady);
  if (leapt) state.time_leapt(now);
  CommitFrames commits(out, state.spare_commits);
  switch (frame.body_case()) {
    case v1::BrokerFrame::kWelcome:
      state.welcome(frame.welcome(), out);
      break;
    case v1::BrokerFrame::kLeases:
      state.leases(frame.leases(), out, commits, now);
      commits.pause();
      state.renew_credit(out);
      break;
    case v1::BrokerFrame::kDeliveries:
      state.deliveries(frame.deliveries(), out, commits, now);
      commits.pause();
      state.renew_credit(out);
      break;
    case v1::BrokerFrame::kCommitAcks:
      state.acks(frame.commit_acks(), out, commits, now);
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
  if (!state.is_connected) return;
  state.tell_folded(out);
  state.tell_troubles(out);
  state.keep_house(steady, out);
  state.make_a_checkpoint(out);
}

void HostCore::wake(SteadyInstant steady, Frames& out) {
  auto& state = *state_;
  if (!state.is_connected) return;
  CommitFrames commits(out, state.spare_commits);
  if (state.time.known()) {
    const auto now = state.time.now(steady);
    state.fire_due(out, commits, now);
    state.catch_up(out, commits, now, steady);
  }
  const bool silent = !commits.any() && steady - state.promised_at >= limits::heartbeat_interval;
  if (commits.any() || silent) state.promised_at = steady;
  if (silent)
    out.emplace_back().mutable_wake()->set_next_wake_within_ms(
        static_cast<std::uint32_t>(limits::wake_promise_max.count()));
  state.keep_house(steady, out);
  state.make_a_checkpoint(out);
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
  if (state.queue.may_take_overdue() && state.time.known()) next = std::min(next, state.pace.next());
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
