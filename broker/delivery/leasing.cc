#include "broker/delivery/leasing.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/limits.h"

namespace huying::delivery {
namespace {

bool is_its_fault(LeaseEnd why) { return why == LeaseEnd::silent || why == LeaseEnd::broken; }
// Nobody did anything wrong.
bool is_clean(LeaseEnd why) { return why == LeaseEnd::left || why == LeaseEnd::moved; }
bool is_failure_of_cell(LeaseEnd why) {
  return why == LeaseEnd::refused || why == LeaseEnd::stuck || why == LeaseEnd::invalid || why == LeaseEnd::misfired;
}

}  // namespace

void Leasing::promise(Session& session, std::uint32_t next_wake_within_ms) {
  const auto within = std::min(std::chrono::milliseconds(next_wake_within_ms), limits::wake_promise_max);
  session.promise_until = context_.now.steady + within + limits::wake_grace;
  if (session.may_hold) return;
  session.may_hold = true;
  session.eligible_since = context_.now.steady;
}

std::vector<CellState*> Leasing::tick() {
  std::vector<CellState*> granted;
  end_broken_promises();
  look_at_waiting_causes(granted);
  grant_waiting(granted);
  if (folds_.any_parked()) try_parked_again(granted);
  balance(granted);
  folds_.log_begun();
  announce_uncovered();
  return granted;
}

void Leasing::look_again() {
  const auto& all = context_.cells.all();
  for (; known_cells_ < all.size(); ++known_cells_) {
    CellState& cell = *all[known_cells_];
    cell.uncovered_since = context_.now.steady;
    wait_for_host(cell, false);
  }
}

// ---- Granting --------------------------------------------------------------------------------------------------

std::vector<Leasing::Candidate> Leasing::candidates() {
  std::vector<Candidate> hosts;
  context_.sessions.each([&](Session& session) {
    if (!session.is_host() || !session.may_hold) return;
    Candidate one;
    one.session = &session;
    one.passed_over = standing_.is_passed_over(session.principal, context_.now.steady);
    one.load.capacity = session.capacity;
    one.load.held = static_cast<std::uint32_t>(session.held.size());
    const bool is_heard = context_.now.steady - session.last_heard < 2 * limits::heartbeat_interval;
    const bool is_steady = context_.now.steady - session.eligible_since >= limits::host_settles;
    one.load.settled = is_heard && is_steady && !one.passed_over;
    hosts.push_back(one);
  });
  // What follows does not depend on where a table happens to keep them.
  std::sort(hosts.begin(), hosts.end(),
            [](const Candidate& a, const Candidate& b) { return a.session->peer < b.session->peer; });
  std::vector<HostLoad> loads;
  for (const auto& one : hosts) loads.push_back(one.load);
  const auto weights = weights_of(loads);
  for (std::size_t i = 0; i < hosts.size(); ++i) hosts[i].weight = weights[i];
  return hosts;
}

// The one with the smallest share of its capacity in use: not where the cell failed again and again, not one that is
// passed over, if another has room.
Leasing::Candidate* Leasing::choose(std::vector<Candidate>& hosts, const CellState& cell) {
  Candidate* best = nullptr;
  int best_rank = 0;
  for (auto& one : hosts) {
    if (!one.load.has_room() || !folds_.may_begin(cell, *one.session)) continue;
    if (one.passed_over && !standing_.is_last_resort(one.session->principal, context_.now.steady)) continue;
    const bool failed_here = cell.failures >= 2 && cell.failed_on == one.session->peer;
    const int rank = (one.passed_over ? 0 : 2) + (failed_here ? 0 : 1);
    const bool better = best == nullptr || rank > best_rank ||
                        (rank == best_rank && is_less_loaded(one.load, one.weight, best->load, best->weight));
    if (better) best = &one, best_rank = rank;
  }
  return best;
}

void Leasing::grant_waiting(std::vector<CellState*>& granted) {
  while (!later_.empty() && later_.top().at <= context_.now.steady) {
    waiting_.push_back(later_.top().cell);
    later_.pop();
  }
  if (waiting_.empty()) return;
  auto hosts = candidates();
  const std::size_t looked_at_max = std::min(waiting_.size(), limits::grants_a_tick);
  for (std::size_t n = 0; n < looked_at_max && !coverage_.full(); ++n) {
    CellState& cell = *waiting_.front();
    Candidate* host = choose(hosts, cell);
    const bool waits_for_turn = cell.fold_suspected || cell.fold_times != 0;  // on trial: others may go first
    if (host == nullptr && !waits_for_turn) return;
    waiting_.pop_front();
    if (host == nullptr) {
      waiting_.push_back(&cell);
      continue;
    }
    grant(cell, *host->session);
    ++host->load.held;
    granted.push_back(&cell);
  }
}

void Leasing::grant(CellState& cell, Session& session) {
  begin(cell, session.peer);
  cell.held_index = static_cast<std::uint32_t>(session.held.size());
  session.held.push_back(&cell);
  if (!cell.undecided.empty() || cell.fold_on_trial) watch(cell);
  if (cell.uncovered_announced) coverage_.say(cell, v1::Coverage::HOST_FOUND, "a host holds it");
}

void Leasing::grant_anew(CellState& cell) {
  folds_.over(cell, context_.sessions.find(cell.owner), false);
  begin(cell, cell.owner);
}

// Its host is told in the same round as a rule, with the first of what it lacks (Hosting::begin_lease).
void Leasing::begin(CellState& cell, PeerId owner) {
  ++cell.grant;
  cell.waits_for_host = false;
  cell.lease_waits = true;
  cell.owner = owner;
  cell.last_commit = 0;
  cell.recent_commits.clear();
  Session& session = *context_.sessions.find(owner);
  folds_.begin(cell, session);  // what it writes is folded, too
  cell.fold_end = context_.append.last(cell.stream).value;
  cell.delivered_through = 0;
  cell.parked_at = 0;
  cell.unread.clear();
  cell.read_again_at = {};
  cell.granted_at = cell.folded_at = context_.now.steady;
  cell.given_through = 0;
  for (auto& cause : cell.undecided) cause.delivered_at = {};
  suspicion_.granted(cell);
  if (cell.fold_end == 0) tell(cell, session, nullptr);
}

void Leasing::tell(CellState& cell, Session& session, const journal::Checkpoint* checkpoint) {
  cell.lease_waits = false;
  const std::size_t bytes = checkpoint == nullptr ? 0 : checkpoint->state.size();
  auto& lease = *context_.out.leases(session.peer, bytes).add_granted();
  lease.set_stream(cell.stream.value);
  lease.set_cell(cell.place.cell);
  lease.set_unit(cell.place.unit);
  lease.mutable_epoch()->set_term(context_.term.value);
  lease.mutable_epoch()->set_grant(cell.grant);
  lease.set_end_sequence(cell.fold_end);
  lease.set_suspect_cause(cell.lease_suspect);
  lease.set_clocks_on_trial(cell.lease_tries_clocks);
  cell.given_through = checkpoint == nullptr ? 0 : checkpoint->through.value;
  if (cell.fold_parked) {
    lease.set_parked(true);
    lease.set_end_sequence(cell.given_through);
    cell.parked_at = cell.given_through + 1;
  }
  if (checkpoint == nullptr) return;
  lease.mutable_checkpoint()->set_through(checkpoint->through.value);
  lease.mutable_checkpoint()->set_state_version(checkpoint->state_version);
  lease.mutable_checkpoint()->set_state(checkpoint->state);
}

// ---- Evening the load ------------------------------------------------------------------------------------------

void Leasing::balance(std::vector<CellState*>& granted) {
  if (context_.now.steady - balanced_at_ < std::chrono::seconds(1) || !waiting_.empty()) return;
  balanced_at_ = context_.now.steady;
  auto hosts = candidates();
  std::vector<HostLoad> loads;
  for (const auto& one : hosts) loads.push_back(one.load);
  const auto cells = static_cast<std::uint32_t>(context_.cells.all().size());
  const auto shares = fair_shares(loads, cells);
  const std::size_t moves_a_second = 4 + cells / 50;
  std::size_t moved = 0;
  for (; moved < std::min(moves_a_second, limits::grants_a_tick) && !coverage_.full(); ++moved) {
    const auto move = next_move(loads, shares, balancing_);
    balancing_ = move.has_value();
    if (!move) break;
    CellState* cell = cheapest_to_move(*hosts[move->from].session);
    if (cell == nullptr) break;
    context_.out.leases(cell->owner).add_revoked(cell->stream.value);
    release(*cell, LeaseEnd::moved);
    grant(*cell, *hosts[move->to].session);
    granted.push_back(cell);
    --loads[move->from].held;
    ++loads[move->to].held;
  }
  if (moved != 0) spdlog::info("{} cells moved to even the load of {} hosts", moved, hosts.size());
}

// By a host of a program that has not tried it, one at a time.
void Leasing::try_parked_again(std::vector<CellState*>& granted) {
  for (auto& host : candidates()) {
    CellState* cell = folds_.to_be_tried_again(*host.session);
    if (cell == nullptr || !host.load.has_room() || coverage_.full()) continue;
    context_.out.leases(cell->owner).add_revoked(cell->stream.value);
    release(*cell, LeaseEnd::moved);
    folds_.try_again(*cell);
    grant(*cell, *host.session);
    granted.push_back(cell);
  }
}

// One in which nothing waits to be decided, if one is near.
CellState* Leasing::cheapest_to_move(const Session& session) {
  constexpr std::size_t looked_at_max = 64;
  const auto count = std::min(looked_at_max, session.held.size());
  for (std::size_t i = 1; i <= count; ++i) {
    CellState* cell = session.held[session.held.size() - i];
    if (cell->undecided.empty()) return cell;
  }
  if (session.held.empty() || session.held.back()->suspected) return nullptr;
  return session.held.back();
}

// ---- Ending ----------------------------------------------------------------------------------------------------

void Leasing::release(CellState& cell, LeaseEnd why) {
  Session* session = context_.sessions.find(cell.owner);
  const bool decides = !cell.folding && !cell.fold_parked;  // nothing is decided of what is folded still, or parked
  folds_.over(cell, session, !is_clean(why) && why != LeaseEnd::refused);
  if (session != nullptr) {
    auto& held = session->held;
    held[cell.held_index] = held.back();
    held[cell.held_index]->held_index = cell.held_index;
    held.pop_back();
  }
  const PeerId from = std::exchange(cell.owner, PeerId{});
  if (is_clean(why)) {
    Suspicion::left_cleanly(cell);
    suspicion_.clear(cell);
  }
  if (!is_clean(why)) blame(cell, why, from, decides);
  cell.trial_waits = cell.on_trial = cell.lease_waits = false;
  if (why == LeaseEnd::moved) return;
  cell.uncovered_since = context_.now.steady;
  wait_for_host(cell, is_failure_of_cell(why) || (!is_clean(why) && decides));
}

void Leasing::blame(CellState& cell, LeaseEnd why, PeerId host, bool decides) {
  if (cell.last_commit != 0) cell.failures = 0;  // it got somewhere
  // By a cause that cannot be set aside, or by the parking of a case whose clock was.
  const bool ends_hosts = std::max(cell.suspect_times, cell.clocks.named ? cell.clocks.named->times : 0) > limits::suspect_times_max;
  if (is_failure_of_cell(why) || (ends_hosts && decides)) {
    ++cell.failures;
    cell.failed_on = host;
  }
  const bool was_tried = !cell.undecided.empty() && cell.undecided.front().delivered_at != SteadyInstant{};
  if (why == LeaseEnd::refused) return;
  cell.clocks_suspected = true;
  if (was_tried && why != LeaseEnd::misfired) suspicion_.suspect(cell);
}

// `failed`: its hosts may fail for it again, so after the second time it waits. Folds are tried a few times only: at once.
void Leasing::wait_for_host(CellState& cell, bool failed) {
  cell.waits_for_host = true;
  if (!cell.uncovered_announced) uncovered_.emplace_back(cell.uncovered_since, &cell);
  if (failed && cell.failures > 2)
    later_.push({context_.now.steady + pause_after_failure(cell), &cell});
  else
    waiting_.push_back(&cell);
}

SteadyInstant::duration Leasing::pause_after_failure(CellState& cell) {
  if (cell.failures >= limits::cell_failures_announced && !cell.trouble_announced && !coverage_.full()) {
    spdlog::error("cell {} failed on its hosts {} times in a row; it is tried again and again", cell.place.cell,
                  cell.failures);
    coverage_.say(cell, v1::Coverage::CELL_PARKED, "its hosts failed to decide for it, again and again");
  }
  constexpr std::uint32_t doublings_max = 8;
  const auto pause = limits::cell_retry_min * (1 << std::min(cell.failures - 3, doublings_max));
  return std::min<std::chrono::milliseconds>(pause, limits::cell_retry_max);
}

void Leasing::unreadable(CellState& cell, std::uint64_t sequence) {
  if (cell.failures < 2) return end(cell, LeaseEnd::refused);
  if (cell.parked_at == 0)
    spdlog::error("cell {}: its host cannot fold record {}; nothing is decided for it", cell.place.cell, sequence);
  cell.parked_at = sequence;
  if (!cell.trouble_announced)
    coverage_.say(cell, v1::Coverage::CELL_PARKED, "its hosts cannot fold its records; nothing is decided for it");
}

void Leasing::recovered(CellState& cell) {
  if (coverage_.full()) return;  // the next commit says it
  cell.failures = 0;
  coverage_.say(cell, v1::Coverage::CELL_UNPARKED, "a commit of it was taken");
}

void Leasing::end(CellState& cell, LeaseEnd why) {
  if (cell.owner == PeerId{}) return;
  context_.out.leases(cell.owner).add_revoked(cell.stream.value);
  release(cell, why);
}

void Leasing::end_all(Session& session, LeaseEnd why) {
  if (session.held.empty()) return;
  if (is_its_fault(why)) standing_.strike(session.principal, context_.now.steady);
  while (!session.held.empty()) release(*session.held.back(), why);
}

void Leasing::end_session(PeerId peer, LeaseEnd why) {
  if (Session* session = context_.sessions.find(peer); session != nullptr) end_all(*session, why);
}

void Leasing::end_broken_promises() {
  context_.sessions.each([&](Session& session) {
    if (!session.is_host() || !session.may_hold) return;
    const auto until = std::max(session.promise_until, context_.attentive_since + limits::wake_grace);
    if (context_.now.steady <= until) return;
    spdlog::warn("host {} did not keep its promise to decide; its {} cells go to others", session.principal,
                 session.held.size());
    session.may_hold = false;
    for (const CellState* cell : session.held) context_.out.leases(session.peer).add_revoked(cell->stream.value);
    end_all(session, LeaseEnd::broken);
  });
}

void Leasing::look_at_waiting_causes(std::vector<CellState*>& granted) {
  while (CellState* cell = watch_.take_due(context_.now.steady)) {
    Session* session = context_.sessions.find(cell->owner);
    if (session == nullptr) continue;  // watched again when it is granted
    const auto since = std::max(context_.attentive_since, context_.had_no_room_at);
    const auto judged = judge(*cell, *session, context_.now.steady, since);
    switch (judged.verdict) {
      case Verdict::fine:
        break;
      case Verdict::wait:
        if (falls_behind(*cell, context_.now.steady, since) && move_from_slow(*cell, *session, granted)) break;
        watch_.watch(*cell, std::min(judged.look_at, context_.now.steady + limits::waiting_look));
        break;
      case Verdict::stuck_cell:
        spdlog::warn("cell {}: a cause lies undecided while host {} commits elsewhere; the lease ends",
                     cell->place.cell, session->principal);
        end(*cell, LeaseEnd::stuck);
        break;
      case Verdict::stuck_host:
        spdlog::warn("host {} decides nothing while causes wait, in {} and perhaps others; its {} cells go to others",
                     session->principal, cell->place.cell, session->held.size());
        session->may_hold = false;  // until it promises again
        for (const CellState* held : session->held) context_.out.leases(session->peer).add_revoked(held->stream.value);
        end_all(*session, LeaseEnd::broken);
        break;
    }
  }
}

// As many as the batch takes; the rest in the rounds to come. An entry of a cell that was granted meanwhile is void.
void Leasing::announce_uncovered() {
  std::size_t lost = 0;
  const CellState* first = nullptr;
  while (!uncovered_.empty() && !coverage_.full()) {
    const auto [since, cell] = uncovered_.front();
    const bool over = cell->owner != PeerId{} || cell->uncovered_announced || cell->uncovered_since != since;
    if (!over && context_.now.steady - since <= limits::takeover_max) break;
    uncovered_.pop_front();
    if (over) continue;
    coverage_.say(*cell, v1::Coverage::HOST_LOST, "no host could take it within 10 s");
    if (lost++ == 0) first = cell;
  }
  if (lost != 0)
    spdlog::error("{} cells are without a host, {} among them; what comes for them waits on disk", lost,
                  first->place.cell);
}

}  // namespace huying::delivery
