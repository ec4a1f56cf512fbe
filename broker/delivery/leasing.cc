#include "broker/delivery/leasing.h"

#include <spdlog/spdlog.h>

#include "base/limits.h"

namespace huying::delivery {

void Leasing::promise(Session& session, std::uint32_t next_wake_within_ms) {
  const auto within = std::min(std::chrono::milliseconds(next_wake_within_ms), limits::wake_promise_max);
  session.promise_until = context_.now.steady + within + limits::wake_grace;
  if (!session.may_hold) {
    session.may_hold = true;
    unowned_ = true;
  }
}

std::vector<CellState*> Leasing::tick() {
  end_broken_promises();
  end_stuck_cells();
  std::vector<CellState*> granted;
  if (!unowned_) return granted;
  bool left = false;
  for (const auto& cell : context_.cells.all()) {
    if (cell->owner != PeerId{}) continue;
    Session* host = context_.append.full() ? nullptr : choose_host();  // a grant may be announced
    if (host == nullptr) {
      left = true;
      break;
    }
    grant(*cell, *host);
    granted.push_back(cell.get());
  }
  unowned_ = left;
  if (left) announce_uncovered();
  return granted;
}

// The host with the smallest share of its capacity in use.
Session* Leasing::choose_host() {
  Session* best = nullptr;
  const auto load = [](const Session& s) { return s.capacity == 0 ? double(s.cells_held) * 1e-6 : double(s.cells_held) / s.capacity; };
  context_.sessions.each([&](Session& session) {
    if (!session.is_host() || !session.may_hold) return;
    if (session.capacity != 0 && session.cells_held >= session.capacity) return;
    if (best == nullptr || load(session) < load(*best) || (load(session) == load(*best) && session.peer < best->peer))
      best = &session;
  });
  return best;
}

void Leasing::grant(CellState& cell, Session& session) {
  ++cell.grant;
  cell.owner = session.peer;
  cell.last_commit = 0;
  cell.recent_commits.clear();
  cell.fold_end = context_.append.last(cell.stream).value;
  cell.delivered_through = 0;
  for (auto& cause : cell.undecided) cause.delivered_at = {};
  ++session.cells_held;
  auto& lease = *context_.out.leases(session.peer).add_granted();
  lease.set_stream(cell.stream.value);
  lease.set_cell(cell.place.cell);
  lease.set_unit(cell.place.unit);
  lease.mutable_epoch()->set_term(context_.term.value);
  lease.mutable_epoch()->set_grant(cell.grant);
  lease.set_end_sequence(cell.fold_end);
  if (cell.uncovered_announced) announce(cell, v1::Coverage::HOST_FOUND, "a host holds it");
}

void Leasing::release(CellState& cell) {
  if (Session* session = context_.sessions.find(cell.owner); session != nullptr && session->cells_held > 0)
    --session->cells_held;
  cell.owner = PeerId{};
  cell.uncovered_since = context_.now.steady;
  unowned_ = true;
}

void Leasing::end(CellState& cell) {
  if (cell.owner == PeerId{}) return;
  context_.out.leases(cell.owner).add_revoked(cell.stream.value);
  release(cell);
}

void Leasing::end_session(PeerId peer) {
  if (const Session* session = context_.sessions.find(peer); session == nullptr || session->cells_held == 0) return;
  for (const auto& cell : context_.cells.all())
    if (cell->owner == peer) release(*cell);
}

void Leasing::end_broken_promises() {
  context_.sessions.each([&](Session& session) {
    if (!session.is_host() || !session.may_hold || context_.now.steady <= session.promise_until) return;
    spdlog::warn("host {} did not keep its promise to decide; its {} cells go to others", session.principal,
                 session.cells_held);
    session.may_hold = false;
    for (const auto& cell : context_.cells.all())
      if (cell->owner == session.peer) end(*cell);
  });
}

void Leasing::end_stuck_cells() {
  for (const auto& cell : context_.cells.all()) {
    if (cell->owner == PeerId{} || cell->undecided.empty()) continue;
    const auto since = cell->undecided.front().delivered_at;
    if (since == SteadyInstant{} || context_.now.steady - since <= limits::undecided_max) continue;
    const Session* session = context_.sessions.find(cell->owner);
    if (session == nullptr || session->last_decided <= since) continue;
    spdlog::warn("cell {}: a cause lies undecided while its host commits elsewhere; the lease ends", cell->place.cell);
    end(*cell);
  }
}

// As many as the batch takes; the rest in the rounds to come.
void Leasing::announce_uncovered() {
  for (const auto& cell : context_.cells.all())
    if (!context_.append.full() && cell->owner == PeerId{} && !cell->uncovered_announced &&
        context_.now.steady - cell->uncovered_since > limits::takeover_max)
      announce(*cell, v1::Coverage::HOST_LOST, "no host could take it within 10 s");
}

void Leasing::announce(CellState& cell, v1::Coverage::Change change, std::string_view reason) {
  cell.uncovered_announced = change == v1::Coverage::HOST_LOST;
  v1::Coverage coverage;
  coverage.set_stream(cell.stream.value);
  coverage.set_change(change);
  coverage.mutable_epoch()->set_term(context_.term.value);
  coverage.mutable_epoch()->set_grant(cell.grant);
  coverage.set_reason(std::string(reason));
  context_.append.begin_item();
  subscribing_.partition_event(context_.append.next_record());
  context_.append.add(partition_stream, v1::RECORD_KIND_COVERAGE, {context_.term.value, cell.grant},
                      coverage.SerializeAsString());
}

}  // namespace huying::delivery
