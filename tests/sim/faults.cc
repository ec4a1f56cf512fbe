#include "tests/sim/faults.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "tests/sim/nodes/poison.h"
#include "tests/sim/witness.h"

namespace huying::sim {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using namespace scenario;

// A clock that is set is off by hours or by seconds, for a while.
Milliseconds step_of(Chance& chance) {
  const Span by = chance.permille(500) ? chance.between(1s, 30s) : chance.between(1min, 20min);
  return std::chrono::duration_cast<Milliseconds>(by);
}

}  // namespace

// The whole days by themselves and the rest in microseconds: a million a day of a year on the real clock are more nanoseconds
// than 64 bits hold.
std::int64_t times_in_all(std::int64_t times_a_day, Span span, Span day) {
  const std::int64_t in_whole_days = times_a_day * (span / day);
  return in_whole_days + times_a_day * ((span % day) / microseconds(1)) / (day / microseconds(1));
}

void Faults::plan(const Fault& fault, Span span, Span day) {
  auto chance = std::make_shared<Chance>(around_.world.chance("fault " + name_of(fault.kind())));
  const auto times = fault.in_all() != 0 ? std::int64_t{fault.in_all()}
                                         : std::max<std::int64_t>(1, times_in_all(fault.times(), span, day));
  for (std::int64_t i = 0; i < times; ++i)
    around_.world.after(chance->between(Span{0}, span), [this, fault, chance] {
      if (!stopped_) happen(fault, *chance);
    });
}

SessionNode& Faults::any_session(Chance& chance) {
  const auto which = chance(hosts_.size() + clients_.size());
  return which < hosts_.size() ? hosts_[which]->session() : clients_[which - hosts_.size()]->session();
}

void Faults::happen(const Fault& fault, Chance& chance) {
  const Span how_long = chance.between(milliseconds(fault.least_ms()), milliseconds(fault.most_ms()));
  const auto kind = fault.kind();
  if (kind < HOST_DIES) return happen_to_broker(kind, how_long, chance);
  if (kind < CLIENT_DIES) return happen_to_host(kind, how_long, chance);
  if (kind == CLIENT_DIES) {
    around_.world.counters().hit(kind);
    return clients_[chance(clients_.size())]->die(how_long);
  }
  if (kind < SYNC_FAILS) return happen_to_network(fault, how_long, chance);
  if (kind < SECTORS_LOST) return happen_to_disk(kind, how_long, chance);
  if (kind == CLOCK_POISONED) return around_.poison.poison_a_clock();
  if (kind == STEP_POISONED) return around_.poison.poison_a_step();
  if (kind == REQUEST_POISONED) return around_.poison.poison_a_request();
  if (kind == FOLD_POISONED) return poison_a_fold(how_long, chance);
  if (kind >= CHECKPOINT_LOST) return broker_.harm_a_checkpoint(kind);
  happen_to_clock(kind, how_long, chance);
}

void Faults::happen_to_broker(FaultKind kind, Span how_long, Chance&) {
  if (!broker_.up()) return;
  auto& counters = around_.world.counters();
  switch (kind) {
    case BROKER_LOSES_POWER:
      counters.hit(kind);
      return broker_.die(Death::power);
    case BROKER_KILLED:
      counters.hit(kind);
      return broker_.die(Death::killed);
    case BROKER_STOPS_CLEANLY:
      counters.hit(kind);
      return broker_.stop_cleanly();
    case BROKER_DIES_AT_DISK_EFFECT:
      return broker_.die_at_a_disk_effect();
    case BROKER_DIES_AT_STEP:
      return broker_.die_at_a_step();
    case BROKER_DIES_SENDING:
      return broker_.die_sending();
    case BROKER_DIES_RECOVERING:
      return broker_.die_recovering();
    case SEGMENTS_ARCHIVED:
      return broker_.be_archived();
    default:
      return broker_.stall(how_long);
  }
}

void Faults::happen_to_host(FaultKind kind, Span how_long, Chance& chance) {
  HostNode& host = *hosts_[chance(hosts_.size())];
  auto& counters = around_.world.counters();
  switch (kind) {
    case HOST_DIES:
      if (!host.running()) return;
      counters.hit(kind);
      return host.die(how_long, how_long);
    case HOST_DIES_SENDING:
      return host.die_while_sending();
    case HOST_STOPPED:
      return host.stop_for(how_long);
    case HOST_STUCK:
      return host.stick_for(how_long);
    case HOST_SLOW:
      return host.slow_down_for(how_long);
    case ALL_HOSTS_GONE:
      counters.hit(kind);
      for (auto* one : hosts_) one->be_away_for(how_long);
      return;
    default:
      return host.stick_in_a_cell_for(how_long);
  }
}

void Faults::happen_to_network(const Fault& fault, Span how_long, Chance& chance) {
  auto& network = around_.network;
  auto& counters = around_.world.counters();
  if (fault.kind() == FRAMES_DELAYED) {
    counters.hit(fault.kind());
    around_.world.note(fmt::format("network: slow for {} ms", how_long.count() / 1'000'000));
    return network.slow_down(how_long);
  }
  SessionNode& session = any_session(chance);
  around_.world.note(fmt::format("network: {}, {} for {} ms", session.name(), name_of(fault.kind()),
                                 how_long.count() / 1'000'000));
  switch (fault.kind()) {
    case CONNECTION_CUT:
      counters.hit(fault.kind());
      return network.cut(session);
    case PARTITION:
    case PARTITION_TO_BROKER:
    case PARTITION_FROM_BROKER:
      counters.hit(fault.kind());
      return network.part(session, fault.kind(), how_long, chance.permille(500));
    default:
      return network.disturb(session, fault.kind(), fault.permille(), how_long);  // counted by the frame
  }
}

void Faults::happen_to_disk(FaultKind kind, Span how_long, Chance& chance) {
  switch (kind) {
    case SYNC_FAILS:
      return broker_.fail_next(journal::Effect::Kind::sync, kind);
    case WRITE_FAILS:
      return broker_.fail_next(journal::Effect::Kind::write, kind);
    case DISK_LOW:
    case DISK_FULL:
      return fill_disk(kind, how_long, chance);
    default:
      return broker_.be_damaged(kind);
  }
}

// A full disk is seen by the broker when it looks, or, filled by something else within a round, by the journal alone.
void Faults::fill_disk(FaultKind kind, Span how_long, Chance& chance) {
  around_.world.counters().hit(kind);
  around_.world.note("disk: " + name_of(kind));
  if (kind == DISK_LOW)
    broker_.has_free_bytes(limits::free_bytes_first_watermark - 1);
  else if (chance.permille(500))
    broker_.has_free_bytes(limits::free_bytes_second_watermark - 1);
  else
    broker_.is_filled_within_a_round(limits::free_bytes_floor - 1);
  around_.world.after(how_long, [this] {
    around_.world.note("disk: has room again");
    broker_.has_free_bytes(std::nullopt);
  });
}

void Faults::happen_to_clock(FaultKind kind, Span how_long, Chance& chance) {
  around_.world.counters().hit(kind);
  const auto by = step_of(chance);
  broker_.step_clock(kind == CLOCK_STEPS_BACK ? -by : by);
  around_.world.after(how_long, [this, by, kind] {  // somebody sets it right
    if (!stopped_) broker_.step_clock(kind == CLOCK_STEPS_BACK ? by : -by);
  });
}

// Whoever holds the cell dies, so that it is folded. When a mended build is there, one host is started with it at once, and
// the others when they are started again.
void Faults::poison_a_fold(Span how_long, Chance& chance) {
  const auto& streams = around_.street.streams();
  const StreamId stream(streams[chance(streams.size())]);
  const auto last = around_.witness.last_sequence(stream);
  if (last == 0) return;
  around_.world.note(fmt::format("poison: stream {} sequence {}", stream.value, last));
  around_.poison.poison_a_fold(stream.value, last);
  for (auto* host : hosts_)
    if (host->holds(stream)) host->die(how_long / 8, how_long / 8);
  const auto which = chance(hosts_.size());
  around_.world.after(how_long, [this, which] {
    if (stopped_) return;
    around_.world.note("a mended build is there");
    around_.poison.mend_the_build();
    hosts_[which]->be_replaced();
  });
}

void Faults::heal() {
  stop();
  around_.poison.is_over();
  broker_.spare();
  around_.network.heal_all();
  for (auto* host : hosts_) {
    around_.network.heal(host->session());
    host->be_replaced();
    host->spare();
  }
  for (auto* client : clients_) {
    around_.network.heal(client->session());
    client->start();
  }
}

}  // namespace huying::sim
