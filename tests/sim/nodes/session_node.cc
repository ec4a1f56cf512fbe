#include "tests/sim/nodes/session_node.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/limits.h"
#include "tests/sim/witness.h"

namespace huying::sim {
namespace {

using std::chrono::milliseconds;
constexpr Span silence_max = limits::session_silence_max;
constexpr Span redial_first = milliseconds(50), redial_max = milliseconds(2000);  // as client/session.h

}  // namespace

SessionNode::SessionNode(const Surroundings& around, std::string principal, v1::Role role, std::uint32_t capacity)
    : around_(around), principal_(std::move(principal)), role_(role), capacity_(capacity),
      chance_(around.world.chance("session of " + principal_)), backoff_(redial_first) {}

std::string SessionNode::name() const { return fmt::format("{}#{}", principal_, life_); }

// ---- The process -------------------------------------------------------------------------------------------------

void SessionNode::start() {
  if (running_) return;
  running_ = true;
  ++life_;
  backoff_ = redial_first;
  dial();
}

void SessionNode::crash() {
  if (!running_) return;
  hang_up();
  running_ = frozen_ = false;
  waiting_.clear();
  conversations_.clear();
}

void SessionNode::stop() {
  if (running_ && welcomed_ && !frozen_) {
    v1::ClientFrame goodbye;
    goodbye.mutable_goodbye();
    say(goodbye);
  }
  crash();
}

void SessionNode::freeze() { frozen_ = running_; }

// As after SIGCONT: what came meanwhile is heard first, then the silence is judged.
void SessionNode::thaw() {
  if (!frozen_) return;
  frozen_ = false;
  std::deque<std::pair<SocketId, std::string>> waiting;
  waiting.swap(waiting_);
  for (const auto& [socket, frame] : waiting) arrived(socket, frame);
  if (running_ && std::exchange(tick_is_due_, false)) arm_tick();
}

// ---- The connection ----------------------------------------------------------------------------------------------

void SessionNode::dial() {
  ++dial_;
  socket_ = around_.network.dial(*this);
  dialled_at_ = heard_at_ = around_.world.now();
  v1::ClientFrame frame;
  auto& hello = *frame.mutable_hello();
  hello.set_protocol_version(1);
  hello.set_principal(principal_);
  hello.set_role(role_);
  hello.set_session_nonce(chance_.next() | 1);
  hello.set_program(program);
  hello.set_capacity(capacity_);
  say(frame);
  arm_tick();
}

void SessionNode::hang_up() {
  ++dial_;
  welcomed_ = tick_is_due_ = false;
  around_.network.hang_up(socket_);
  socket_ = 0;
}

void SessionNode::lose() {
  const bool was_welcomed = welcomed_;
  hang_up();
  if (was_welcomed && around_.world.now() - dialled_at_ >= silence_max) backoff_ = redial_first;
  if (was_welcomed) {
    for (std::size_t i = 0; i < conversations_.size(); ++i) conversations_[i]->on_lost();
    if (on_lost) on_lost();
  }
  if (!running_) return;
  const Span wait = backoff_ + chance_.between(Span{0}, backoff_ / 2);
  backoff_ = std::min(backoff_ * 2, redial_max);
  around_.world.after(wait, [this, dial_then = dial_] {
    if (dial_then == dial_ && running_) dial();
  });
}

void SessionNode::arm_tick() {
  around_.world.after(limits::heartbeat_interval, [this, dial_then = dial_] {
    if (dial_then == dial_) tick();
  });
}

void SessionNode::tick() {
  if (frozen_) {
    tick_is_due_ = true;
    return;
  }
  const auto now = around_.world.now();
  // A dial that was not answered with Welcome, or a broker that says nothing more.
  const auto heard = welcomed_ ? heard_at_ : dialled_at_;
  if (now - heard > silence_max) return lose();
  const auto dial_then = dial_;
  if (welcomed_) {
    v1::ClientFrame beat;
    beat.mutable_heartbeat();
    say(beat);
    for (std::size_t i = 0; i < conversations_.size() && dial_then == dial_; ++i) conversations_[i]->on_tick(now);
  }
  if (dial_then == dial_) arm_tick();
}

// ---- Frames ------------------------------------------------------------------------------------------------------

bool SessionNode::send(const v1::ClientFrame& frame) {
  if (!welcomed_) return false;
  say(frame);
  return true;
}

bool SessionNode::send_serialized(std::string_view bytes) {
  if (!welcomed_) return false;
  say_bytes(bytes);
  return true;
}

void SessionNode::say(const v1::ClientFrame& frame) { say_bytes(frame.SerializeAsString()); }

void SessionNode::say_bytes(std::string_view bytes) {
  around_.witness.sent(name(), bytes);
  around_.network.to_broker(socket_, std::string(bytes));
}

void SessionNode::arrived(SocketId socket, std::string_view bytes) {
  if (socket != socket_ || !running_) return;
  if (frozen_)
    waiting_.emplace_back(socket, bytes);
  else
    take(bytes);
}

void SessionNode::take(std::string_view bytes) {
  HUYING_CHECK(in_.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())), "the broker's frame cannot be read");
  heard_at_ = around_.world.now();
  if (in_.now_ms() > 0) broker_now_ms_ = in_.now_ms();
  if (in_.has_heartbeat()) return;
  if (in_.has_welcome()) return take_welcome(in_.welcome());
  if (in_.has_goodbye()) return lose();
  if (in_.has_refusal() && in_.refusal().session_over()) {
    if (on_refused) on_refused(in_.refusal().error());
    return lose();
  }
  const auto dial_then = dial_;
  for (std::size_t i = 0; i < conversations_.size() && dial_then == dial_; ++i) conversations_[i]->on_frame(in_);
  if (dial_then == dial_ && on_frame) on_frame(in_);
}

void SessionNode::take_welcome(const v1::Welcome& welcome) {
  if (std::exchange(welcomed_, true)) return;
  welcomed_at_ = around_.world.now();
  const auto dial_then = dial_;
  for (std::size_t i = 0; i < conversations_.size() && dial_then == dial_; ++i) conversations_[i]->on_welcome(welcome);
  if (dial_then == dial_ && on_welcome) on_welcome(welcome);
}

}  // namespace huying::sim
