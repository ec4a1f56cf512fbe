// Cells of a host that works and does not come to what waits.
#include <spdlog/spdlog.h>

#include "base/limits.h"
#include "broker/delivery/leasing.h"

namespace huying::delivery {

// It works, so nobody is to blame; but who has little to do comes to it sooner. Little: with the cell it has no more than half of what
// waits here, or the cell is next to all there is. What is suspected of ending hosts stays where it is tried.
bool Leasing::move_from_slow(CellState& cell, const Session& slow, std::vector<CellState*>& granted) {
  const auto now = context_.now.steady;
  if (now - slow_counted_at_ >= std::chrono::seconds(1)) slow_counted_at_ = now, slow_looked_at_ = 0;
  const std::size_t looked_at_max = 4 + context_.cells.all().size() / 50;
  const bool is_suspected = cell.suspected || cell.on_trial || cell.trial_waits || cell.fold_suspected || cell.clocks_suspected;
  const bool rests = cell.moved_as_slow_at != SteadyInstant{} && now - cell.moved_as_slow_at < limits::slow_cell_rests;
  if (is_suspected || cell.folding || rests || coverage_.full() || slow_looked_at_ >= looked_at_max) return false;
  ++slow_looked_at_;
  const auto waits_at = [](const Session& host) {
    std::size_t sum = 0;
    for (const CellState* held : host.held) sum += held->undecided.size();
    return sum;
  };
  const std::size_t here = waits_at(slow), moved = cell.undecided.size();
  Candidate* best = nullptr;
  std::size_t best_waits = 0;
  auto hosts = candidates();
  for (auto& host : hosts) {
    if (host.session == &slow || !host.load.settled || !host.load.has_room()) continue;
    const std::size_t there = waits_at(*host.session);
    const bool has_little = (there + moved) * 2 <= here || there * 100 <= moved;
    if (has_little && (best == nullptr || there < best_waits)) best = &host, best_waits = there;
  }
  if (best == nullptr) return false;
  spdlog::warn("cell {}: host {} works and does not come to the {} that wait; the cell goes to {}", cell.place.cell, slow.principal,
               moved, best->session->principal);
  context_.out.leases(cell.owner).add_revoked(cell.stream.value);
  release(cell, LeaseEnd::moved);
  grant(cell, *best->session);
  cell.moved_as_slow_at = now;
  cell.backlog_mark = 0;
  granted.push_back(&cell);
  return true;
}

}  // namespace huying::delivery
