#include "tests/sim/nodes/host_node.h"

#include <fmt/format.h>

#include <algorithm>

#include "tests/sim/nodes/poison.h"

namespace huying::sim {

using std::chrono::milliseconds;

namespace {
constexpr std::uint64_t checkpoint_after_records = 48;  // a cell of a day has some hundred
}  // namespace

HostNode::HostNode(const Surroundings& around, std::uint32_t number, std::uint32_t capacity)
    : around_(around), capacity_(capacity), fate_(around.world.chance(fmt::format("fate of host-{}", number))),
      clock_(ProcessClock::any(around.world.chance(fmt::format("clock of host-{}", number)))),
      session_(around, fmt::format("host-{}", number), v1::ROLE_HOST, capacity) {
  if (clock_.drift_ppm() != 0) around_.world.counters().hit(scenario::CLOCK_DRIFTS);
  session_.on_welcome = [this](const v1::Welcome& welcome) { welcomed(welcome); };
  session_.on_frame = [this](const v1::BrokerFrame& frame) { received(frame); };
  session_.on_lost = [this] {
    inbox_.clear();
    held_back_.Clear();
    if (core_) core_->disconnected();
  };
}

void HostNode::start() {
  if (core_) return;
  if (around_.world.now() < away_until_) return later(away_until_ - around_.world.now(), [this] { start(); });
  ++life_;
  build_ = around_.poison.build();
  session_.program = fmt::format("simulator {}", build_);
  folds_until_.clear();
  core_ = std::make_unique<host::HostCore>(host::HostOptions{"simulator", capacity_, checkpoint_after_records});
  session_.start();
}

HostFacts HostNode::facts() const {
  HostFacts facts;
  facts.name = session_.name();
  facts.holds_all = capacity_ == 0;
  const auto now = around_.world.now();
  const auto whole_since = around_.network.whole_since(session_);
  const bool lives = session_.running() && session_.welcomed() && !session_.frozen();
  facts.gone = !lives || stuck_ || around_.network.is_parted(session_);
  const bool well = !facts.gone && whole_since <= now && slow_until_ <= now && stuck_stream_ == 0;
  facts.healthy_since =
      well ? std::max({session_.welcomed_at(), whole_since, well_since_, slow_until_}) : SteadyInstant::max();
  return facts;
}

std::optional<std::string> HostNode::state_of(StreamId stream) const {
  return core_ ? core_->state_of(stream.value) : std::nullopt;
}

// ---- Frames ------------------------------------------------------------------------------------------------------

void HostNode::welcomed(const v1::Welcome& welcome) {
  core_->connected(own_steady());
  v1::BrokerFrame frame;
  frame.set_now_ms(session_.broker_now_ms());
  *frame.mutable_welcome() = welcome;
  received(frame);
}

void HostNode::received(const v1::BrokerFrame& frame) {
  heard_ms_ = frame.now_ms();
  if (!busy() && inbox_.empty()) return handle(frame);
  inbox_.push_back(frame);
  work();
}

void HostNode::work() {
  if (stuck_ || work_is_coming_) return;
  work_is_coming_ = true;
  later(std::max<Span>(busy_until_ - around_.world.now(), Span{0}), [this] {
    work_is_coming_ = false;
    if (stuck_ || session_.frozen()) return;
    if (!inbox_.empty()) {
      const v1::BrokerFrame frame = std::move(inbox_.front());
      inbox_.pop_front();
      handle(frame);
    } else {
      wake();
    }
    if (core_ && !inbox_.empty()) work();
  });
}

void HostNode::handle(const v1::BrokerFrame& frame) {
  if (around_.world.now() < slow_until_)
    busy_until_ = around_.world.now() + fate_.between(milliseconds(20), milliseconds(900));
  if (dies_of_folding(frame)) return;
  Frames out;
  if (stuck_stream_ != 0 && frame.has_deliveries()) {
    v1::BrokerFrame rest = frame;
    hold_back(rest);
    core_->receive(rest, own_steady(), out);
  } else {
    core_->receive(frame, own_steady(), out);
  }
  say(out);
  if (core_) wake_when_due();
}

void HostNode::say(Frames& frames) {
  if (frames.empty() || dies_of_sending(frames)) return;
  const std::size_t sent = doomed_ ? fate_(frames.size() + 1) : frames.size();
  for (std::size_t i = 0; i < sent; ++i) {
    if (on_saying) on_saying(frames[i]);
    session_.send(frames[i]);
  }
  if (!doomed_) return;
  around_.world.note(fmt::format("{}: dies when {} of {} frames are sent", session_.name(), sent, frames.size()));
  around_.world.counters().hit(scenario::HOST_DIES_SENDING);
  die(milliseconds(10), milliseconds(6000));
}

// ---- Poison ------------------------------------------------------------------------------------------------------

bool HostNode::dies_of_folding(const v1::BrokerFrame& frame) {
  for (const auto& lease : frame.leases().granted()) folds_until_[lease.stream()] = lease.end_sequence();
  for (const auto& one : frame.deliveries().deliveries()) {
    const bool is_fold = one.sequence() <= folds_until_[one.stream()];
    if (!is_fold || !around_.poison.ends_who_folds(one.stream(), one.sequence(), build_)) continue;
    around_.world.note(fmt::format("{}: ended by folding stream {} sequence {}", session_.name(), one.stream(), one.sequence()));
    die(milliseconds(10), milliseconds(4000));
    return true;
  }
  return false;
}

bool HostNode::dies_of_sending(const Frames& frames) {
  for (const auto& frame : frames) {
    const auto what = frame.has_commits() ? around_.poison.ends_who_sends(frame) : std::nullopt;
    if (!what) continue;
    around_.world.note(fmt::format("{}: ended by what it decides, {}", session_.name(), name_of(*what)));
    die(milliseconds(10), milliseconds(4000));
    return true;
  }
  for (const auto& frame : frames) around_.poison.is_sent(frame);
  return false;
}

void HostNode::be_replaced() {
  if (!around_.poison.is_mended(build_)) die(milliseconds(10), milliseconds(500));
}

void HostNode::wake_when_due() {
  const auto next = core_->next_wake();
  if (next == SteadyInstant::max()) return;
  // The shell's timer has a resolution of its own.
  const auto wait = std::max<Span>(next - own_steady(), Span{0}) + milliseconds(1);
  later(wait, [this, order = ++wake_order_] {
    if (order != wake_order_ || session_.frozen()) return;
    if (busy()) return work();
    wake();
  });
}

void HostNode::wake() {
  if (!core_ || !session_.welcomed()) return;
  Frames out;
  // A heartbeat is the session's own; what it said of the time is worth hearing.
  if (const auto said_ms = session_.broker_now_ms(); said_ms != heard_ms_) {
    v1::BrokerFrame frame;
    frame.set_now_ms(said_ms);
    heard_ms_ = said_ms;
    core_->receive(frame, own_steady(), out);
  }
  core_->wake(own_steady(), out);
  say(out);
  if (core_) wake_when_due();
}

// ---- Faults ------------------------------------------------------------------------------------------------------

void HostNode::die(Span least, Span most) {
  if (!core_) return;
  around_.world.note(fmt::format("{}: dead", session_.name()));
  ++life_;
  doomed_ = stuck_ = work_is_coming_ = false;
  stuck_stream_ = 0;
  busy_until_ = slow_until_ = well_since_ = around_.world.now();
  inbox_.clear();
  held_back_.Clear();
  session_.crash();
  core_.reset();
  later(fate_.between(least, most), [this] { start(); });
}

void HostNode::be_away_for(Span how_long) {
  away_until_ = around_.world.now() + how_long;
  die(how_long, how_long);
}

void HostNode::stop_for(Span how_long) {
  if (!core_ || session_.frozen()) return;
  around_.world.note(fmt::format("{}: stopped for {} ms", session_.name(), how_long.count() / 1'000'000));
  around_.world.counters().hit(scenario::HOST_STOPPED);
  session_.freeze();
  later(how_long, [this] {
    well_since_ = around_.world.now();
    // What came meanwhile is read first or the timer runs first, the chance of the moment decides.
    if (fate_.permille(500) && !stuck_) wake();
    if (!core_) return;
    session_.thaw();
    if (core_ && !inbox_.empty()) work();
    if (core_ && session_.welcomed()) wake_when_due();
  });
}

void HostNode::stick_for(Span how_long) {
  if (!core_ || stuck_) return;
  around_.world.note(fmt::format("{}: stuck for {} ms", session_.name(), how_long.count() / 1'000'000));
  around_.world.counters().hit(scenario::HOST_STUCK);
  stuck_ = true;
  later(how_long, [this] {
    stuck_ = false;
    well_since_ = around_.world.now();
    work();
  });
}

void HostNode::slow_down_for(Span how_long) {
  if (!core_) return;
  around_.world.note(fmt::format("{}: slow for {} ms", session_.name(), how_long.count() / 1'000'000));
  around_.world.counters().hit(scenario::HOST_SLOW);
  slow_until_ = around_.world.now() + how_long;
}

void HostNode::stick_in_a_cell_for(Span how_long) {
  if (!core_ || stuck_stream_ != 0) return;
  const auto& streams = around_.street.streams();
  stuck_stream_ = streams[fate_(streams.size())];
  around_.world.note(fmt::format("{}: stuck in stream {} for {} ms", session_.name(), stuck_stream_,
                                 how_long.count() / 1'000'000));
  around_.world.counters().hit(scenario::CELL_STUCK);
  later(how_long, [this] { release_cell(); });
}

void HostNode::hold_back(v1::BrokerFrame& frame) {
  v1::Deliveries rest;
  for (auto& one : *frame.mutable_deliveries()->mutable_deliveries())
    *(one.stream() == stuck_stream_ ? held_back_.mutable_deliveries() : &rest)->add_deliveries() = one;
  *frame.mutable_deliveries() = std::move(rest);
}

void HostNode::release_cell() {
  stuck_stream_ = 0;
  well_since_ = around_.world.now();
  if (!held_back_.has_deliveries()) return;
  v1::BrokerFrame frame;
  frame.Swap(&held_back_);
  frame.set_now_ms(session_.broker_now_ms());
  if (core_ && session_.welcomed()) received(frame);
}

void HostNode::spare() {
  doomed_ = false;
  away_until_ = {};
  slow_until_ = busy_until_ = around_.world.now();
  if (stuck_stream_ != 0) release_cell();
  if (std::exchange(stuck_, false)) work();
  session_.thaw();
  start();
}

}  // namespace huying::sim
