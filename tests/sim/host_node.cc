#include "tests/sim/host_node.h"

#include <fmt/format.h>

#include <algorithm>

namespace huying::sim {

using std::chrono::milliseconds;

HostNode::HostNode(World& world, Network& network, int number)
    : Client(world, network, fmt::format("host-{}", number), v1::ROLE_HOST),
      core_(std::make_unique<host::HostCore>(host::HostOptions{"simulator", 0})) {
  offset_ = world.dice().between(Span{0}, std::chrono::hours(1000));
  drift_ppm_ = static_cast<std::int64_t>(world.dice()(101)) - 50;
}

SteadyInstant HostNode::own_steady() const {
  const auto since = world_.now().time_since_epoch();
  return SteadyInstant{since + offset_ + Span{since.count() / 1'000'000 * drift_ppm_}};
}

void HostNode::began(const v1::BrokerFrame& welcome) {
  core_->connected(own_steady());
  received(welcome);
}

void HostNode::received(const v1::BrokerFrame& frame) {
  Frames out;
  core_->receive(frame, own_steady(), out);
  say(out);
  if (core_) wake_when_due();
}

void HostNode::lost() {
  if (core_) core_->disconnected();
}

void HostNode::say(const Frames& frames) {
  if (frames.empty()) return;
  std::size_t sent = frames.size();
  if (doomed_) sent = world_.dice()(frames.size() + 1);
  for (std::size_t i = 0; i < sent; ++i) {
    world_.note_bytes(frames[i].SerializeAsString());
    send(frames[i]);
  }
  if (!doomed_) return;
  world_.note(fmt::format("{}: dies when {} of {} frames are sent", name(), sent, frames.size()));
  die();
}

void HostNode::wake_when_due() {
  const auto next = core_->next_wake();
  if (next == SteadyInstant::max()) return;
  // The shell's timer has a resolution of its own.
  const auto wait = std::max<Span>(next - own_steady(), Span{0}) + milliseconds(1);
  world_.after(wait, [this, order = ++wake_order_] {
    if (order != wake_order_ || !core_ || stopped_ || !has_session()) return;
    Frames out;
    core_->wake(own_steady(), out);
    say(out);
    if (core_) wake_when_due();
  });
}

void HostNode::die() {
  if (!core_) return;
  world_.note(fmt::format("{}: dead", name()));
  ++deaths_;
  doomed_ = stopped_ = false;
  waiting_.clear();
  ++wake_order_;
  Client::die();
  core_.reset();
  world_.after(world_.dice().between(milliseconds(10), milliseconds(6000)), [this, born = life()] {
    if (born != life() || core_) return;
    core_ = std::make_unique<host::HostCore>(host::HostOptions{"simulator", 0});
    dial();
  });
}

void HostNode::stop_for(Span how_long) {
  if (!core_ || stopped_) return;
  world_.note(fmt::format("{}: stopped for {} ms", name(), how_long.count() / 1'000'000));
  stopped_ = true;
  world_.after(how_long, [this, born = life()] {
    if (born == life() && stopped_) go_on();
  });
}

// As after SIGCONT: what came meanwhile is read first or the timer runs first, the chance of the moment decides.
void HostNode::go_on() {
  stopped_ = false;
  if (core_ && has_session() && world_.dice().chance(500)) {
    Frames out;
    core_->wake(own_steady(), out);
    say(out);
  }
  std::deque<std::pair<SocketId, std::string>> waiting;
  waiting.swap(waiting_);
  for (const auto& [socket, frame] : waiting) Client::arrived(socket, frame);
  if (core_) wake_when_due();
}

void HostNode::arrived(SocketId socket, std::string_view frame) {
  if (stopped_)
    waiting_.emplace_back(socket, frame);
  else
    Client::arrived(socket, frame);
}

}  // namespace huying::sim
