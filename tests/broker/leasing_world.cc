#include "tests/broker/leasing_world.h"

namespace huying::broker {

v1::Configuration LeasingWorld::many_cells() {
  auto configuration = small_configuration();
  for (std::uint32_t i = 0; i < many; ++i) {
    auto& cell = *configuration.mutable_directory()->add_cells();
    cell.set_code("b-" + std::to_string(i));
    cell.set_unit("a");
    cell.set_stream(10 + i);
  }
  for (int i = 3; i <= 9; ++i) {
    auto& host = *configuration.mutable_directory()->add_systems();
    host.set_code("host-" + std::to_string(i));
    host.set_role(v1::ROLE_HOST);
  }
  return configuration;
}

LeasingWorld::LeasingWorld() {
  world.configure(many_cells());
  world.hello(1, "hotline", v1::ROLE_PUBLISHER);
  world.round();
}

FakeHost& LeasingWorld::join(std::uint64_t peer, const std::string& principal, std::uint32_t capacity) {
  v1::ClientFrame frame;
  auto& hello = *frame.mutable_hello();
  hello.set_protocol_version(1);
  hello.set_principal(principal);
  hello.set_role(v1::ROLE_HOST);
  hello.set_session_nonce(peer);
  hello.set_capacity(capacity);
  hello.set_program(programs.contains(principal) ? programs.at(principal) : "fake");
  world.say(peer, frame);
  v1::ClientFrame credit;
  credit.mutable_credit()->set_messages(1 << 20);
  credit.mutable_credit()->set_bytes(256 << 20);
  world.say(peer, credit);
  hosts[peer].peer = peer;
  hosts[peer].program = hello.program();
  principals_[peer] = principal;
  return hosts[peer];
}

void LeasingWorld::speak(FakeHost& host) {
  v1::ClientFrame beat;
  if (host.promises)
    beat.mutable_wake()->set_next_wake_within_ms(4'000);
  else
    beat.mutable_heartbeat();
  if (host.beats) world.say(host.peer, beat);
  if (!host.decides) return;
  v1::ClientFrame frame;
  frame.mutable_commits()->set_next_wake_within_ms(4'000);
  for (const auto stream : std::exchange(host.parks, {}))
    if (host.leases.contains(stream))
      frame.mutable_commits()->add_commits(
          world.commit_of(host.leases.at(stream), ++host.commits[stream], 0).SerializeAsString());
  for (const auto& [stream, clock] : std::map(due)) {
    if (host.leases.contains(stream) && !host.folding.contains(stream)) fire(host, stream, frame);
    if (host.is_dead) return;
  }
  host.left_in_round = host.decides_a_round;
  for (auto& [stream, causes] : host.causes) {
    if (!host.stuck_in.contains(stream)) decide(host, stream, causes, frame);
    if (host.is_dead) return;  // what it had decided before is lost with it
  }
  if (frame.commits().commits_size() != 0) world.say(host.peer, frame);
}

void LeasingWorld::decide(FakeHost& host, std::uint32_t stream, std::vector<std::uint64_t>& causes,
                          v1::ClientFrame& frame) {
  if (host.awaiting.contains(stream) || causes.empty()) return;
  const auto trial = host.trying.find(stream);
  if (trial != host.trying.end() && trial->second != 0) return;  // its commit is not acknowledged
  while (!causes.empty() && host.left_in_round != 0) {
    --host.left_in_round;
    const auto sequence = causes.front();
    causes.erase(causes.begin());
    if (suffer(host, stream, sequence, frame)) return;
    auto commit = world.commit_of(host.leases.at(stream), ++host.commits[stream], sequence);
    frame.mutable_commits()->add_commits(commit.SerializeAsString());
    if (trial == host.trying.end()) continue;
    trial->second = host.commits[stream];
    return;
  }
}

void LeasingWorld::let_fall_due(std::uint32_t stream, const std::string& case_number) {
  auto& clock = due[stream];
  clock.set_case_number(case_number);
  clock.set_kind(v1::CLOCK_KIND_ARRANGE);
  clock.set_generation(1);
}

// What is due fires when its Suspect record is there, in a cell that tries its clocks; else at once.
void LeasingWorld::fire(FakeHost& host, std::uint32_t stream, v1::ClientFrame& frame) {
  const auto& lease = host.leases.at(stream);
  const auto trial = host.trying.find(stream);
  if (host.awaiting.contains(stream) || (trial != host.trying.end() && trial->second != 0)) return;
  if (lease.clocks_on_trial() && !host.clocks_asked.contains(stream)) {
    v1::ClientFrame asked;
    asked.mutable_try_clock()->set_stream(stream);
    *asked.mutable_try_clock()->mutable_epoch() = lease.epoch();
    *asked.mutable_try_clock()->mutable_clock() = due.at(stream);
    world.say(host.peer, asked);
    host.awaiting.insert(stream);
    host.clocks_asked.insert(stream);
    return;
  }
  if (poisoned_clocks.contains(stream)) {
    host.is_dead = true;
    return;
  }
  auto commit = world.commit_of(lease, ++host.commits[stream], 0);
  if (misfiring_clocks.contains(stream)) commit.add_sends()->set_to_stream(stream);
  frame.mutable_commits()->add_commits(commit.SerializeAsString());
  host.clocks_asked.erase(stream);
  if (trial != host.trying.end()) trial->second = host.commits[stream];
  if (!misfiring_clocks.contains(stream)) due.erase(stream);
}

bool LeasingWorld::suffer(FakeHost& host, std::uint32_t stream, std::uint64_t sequence, v1::ClientFrame& frame) {
  const auto bad = poison.find({stream, sequence});
  if (bad == poison.end()) return false;
  const auto& lease = host.leases.at(stream);
  if (bad->second == Poison::ends_host) {
    host.is_dead = true;
  } else if (bad->second == Poison::is_unreadable) {
    v1::ClientFrame told;
    auto& trouble = *told.mutable_trouble();
    trouble.set_kind(v1::Trouble::CAUSE_UNREADABLE);
    trouble.set_stream(stream);
    *trouble.mutable_epoch() = lease.epoch();
    trouble.set_sequence(sequence);
    world.say(host.peer, told);
  } else {
    auto commit = world.commit_of(lease, ++host.commits[stream], sequence);
    commit.add_sends()->set_to_stream(stream);  // to itself
    frame.mutable_commits()->add_commits(commit.SerializeAsString());
  }
  return true;
}

void LeasingWorld::listen(FakeHost& host) {
  for (const auto& frame : world.frames(host.peer)) {
    for (const auto stream : frame.leases().revoked()) {
      ++host.revoked;
      host.leases.erase(stream);
      host.causes.erase(stream);
      host.commits.erase(stream);
      host.awaiting.erase(stream);
      host.trying.erase(stream);
    }
    for (const auto& lease : frame.leases().granted()) grant(host, lease);
    for (const auto& delivery : frame.deliveries().deliveries()) {
      take(host, delivery);
      if (host.is_dead) return;
    }
    for (const auto& ack : frame.commit_acks().acks()) {
      refused += ack.error() != 0;
      const auto trial = host.trying.find(ack.stream());
      if (ack.error() == 0 && trial != host.trying.end() && trial->second == ack.commit_number())
        host.trying.erase(trial);
    }
  }
  tell_folded(host);
}

void LeasingWorld::grant(FakeHost& host, const v1::Lease& lease) {
  ++host.granted;
  host.leases[lease.stream()] = lease;
  host.causes[lease.stream()].clear();
  host.commits[lease.stream()] = 0;
  host.trying.erase(lease.stream());
  host.clocks_asked.erase(lease.stream());
  host.awaiting.erase(lease.stream());
  if (lease.suspect_cause() != 0) host.awaiting.insert(lease.stream());
  if (lease.end_sequence() != 0 || lease.parked()) host.folding.insert(lease.stream());
  host.delivered[lease.stream()] = lease.checkpoint().through();
}

void LeasingWorld::tell_folded(FakeHost& host) {
  if (!host.folds) return;
  v1::ClientFrame frame;
  for (const auto stream : std::set(host.folding)) {
    const auto lease = host.leases.find(stream);
    if (lease == host.leases.end()) host.folding.erase(stream);
    if (lease == host.leases.end() || host.delivered[stream] < lease->second.end_sequence()) continue;
    host.folding.erase(stream);
    auto& cell = *frame.mutable_folded()->add_cells();
    cell.set_stream(stream);
    *cell.mutable_epoch() = lease->second.epoch();
  }
  if (frame.has_folded()) world.say(host.peer, frame);
}

void LeasingWorld::take(FakeHost& host, const v1::Delivery& delivery) {
  const auto stream = delivery.stream();
  const auto lease = host.leases.find(stream);
  if (lease == host.leases.end() || lease->second.epoch().grant() != delivery.grant()) return;
  auto& causes = host.causes[stream];
  const bool is_fold = delivery.sequence() <= lease->second.end_sequence();
  EXPECT_FALSE(lease->second.parked()) << "nothing of a parked cell is delivered";
  host.delivered[stream] = delivery.sequence();
  const auto bad = poisoned_folds.find({stream, delivery.sequence()});
  if (is_fold && bad != poisoned_folds.end() && bad->second == host.program) {
    host.is_dead = true;
    return;
  }
  v1::Commit commit;
  v1::SetAside set_aside;
  v1::Suspect suspect;
  v1::CellMessage message;
  switch (delivery.kind()) {
    case v1::RECORD_KIND_COMMIT:
      if (commit.ParseFromString(delivery.payload()) && commit.consumes() != 0) std::erase(causes, commit.consumes());
      break;
    case v1::RECORD_KIND_SUSPECT:
      if (is_fold || (suspect.ParseFromString(delivery.payload()) && suspect.fold())) break;
      EXPECT_EQ(host.awaiting.erase(stream), 1u) << "a Suspect record that the lease did not tell of";
      host.trying[stream] = 0;
      break;
    case v1::RECORD_KIND_SET_ASIDE:
      if (set_aside.ParseFromString(delivery.payload())) std::erase(causes, set_aside.cause());
      if (!is_fold) host.awaiting.erase(stream);
      if (!is_fold && set_aside.has_clock()) due.erase(stream), host.parks.insert(stream);
      break;
    default:
      causes.push_back(delivery.sequence());
      if (is_poisoned_at_desk && delivery.kind() == v1::RECORD_KIND_MESSAGE &&
          message.ParseFromString(delivery.payload()) && !message.set_aside().filed().filed().source().empty())
        poison[{stream, delivery.sequence()}] = Poison::ends_host;
  }
}

void LeasingWorld::run(milliseconds time) {
  for (milliseconds passed{0}; passed < time; passed += milliseconds(100)) {
    world.pass(milliseconds(100));
    for (auto& [peer, host] : hosts)
      if (!host.is_dead) speak(host);
    do world.round();
    while (world.anything_unheard() || world.core().work_left());
    for (auto& [peer, host] : hosts)
      if (!host.is_dead) listen(host);
  }
}

std::size_t LeasingWorld::run_and_restart_the_dead(milliseconds time) {
  std::size_t died = 0;
  for (milliseconds passed{0}; passed < time; passed += milliseconds(100)) {
    run(milliseconds(100));
    std::vector<std::uint64_t> dead;
    for (const auto& [peer, host] : hosts)
      if (host.is_dead) dead.push_back(peer);
    for (const auto peer : dead) {
      ++died;
      const auto principal = principals_.at(peer);
      leave(peer);
      join(peer + 1'000, principal);
      (void)write_snapshot(world.core(), world.journal());  // whatever is tried just now
      world.expect_one_state();
    }
  }
  return died;
}

void LeasingWorld::publish(const std::string& id, const std::string& cell) {
  v1::ClientFrame frame;
  *frame.mutable_publish()->mutable_request() = request_for(id, cell);
  if (!world.core().has_session(PeerId(1))) world.hello(1, "hotline", v1::ROLE_PUBLISHER);
  world.say(1, frame);
}

void LeasingWorld::poison_last_of(std::uint32_t stream, Poison how) {
  poison[{stream, world.journal().last_sequence(StreamId(stream)).value}] = how;
}

std::size_t LeasingWorld::held() const {
  std::size_t sum = 0;
  for (const auto& [peer, host] : hosts) sum += host.leases.size();
  return sum;
}

void LeasingWorld::each(std::uint32_t stream, const std::function<void(const journal::Record&)>& use) {
  EXPECT_TRUE(world.journal().read_cell(StreamId(stream), Sequence(1), [&](const journal::Record& record) {
    use(record);
    return journal::Sink::more;
  }));
}

std::map<int, std::size_t> LeasingWorld::coverage() {
  std::map<int, std::size_t> out;
  each(partition_stream.value, [&](const journal::Record& record) {
    v1::Coverage one;
    if (record.kind == v1::RECORD_KIND_COVERAGE &&
        one.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size())))
      ++out[one.change()];
  });
  return out;
}

std::map<int, std::size_t> LeasingWorld::kinds(std::uint32_t stream) {
  std::map<int, std::size_t> out;
  each(stream, [&](const journal::Record& record) { ++out[record.kind]; });
  return out;
}

v1::StatusReply LeasingWorld::status() {
  constexpr std::uint64_t peer = 9'000;
  world.hello(peer, "administrator", v1::ROLE_ADMINISTRATOR);
  v1::ClientFrame frame;
  frame.mutable_status()->set_tag(1);
  world.say(peer, frame);
  world.round();
  v1::StatusReply reply;
  for (auto& one : world.frames(peer))
    if (one.has_status()) reply = one.status();
  return reply;
}

}  // namespace huying::broker
