#include "broker/delivery/lease_watch.h"

#include <algorithm>

#include "base/limits.h"

namespace huying::delivery {
namespace {

constexpr std::chrono::nanoseconds patience = limits::undecided_max;

// The cause is with the host, and so is all that it must fold before.
bool can_be_decided(const CellState& cell) {
  return cell.undecided.front().delivered_at != SteadyInstant{} && cell.delivered_through >= cell.fold_end;
}

}  // namespace

Judgement judge(const CellState& cell, const Session& owner, SteadyInstant now, SteadyInstant attentive_since) {
  const auto heard_of = std::max(owner.last_decided, owner.last_credit);
  if (cell.undecided.empty() && cell.fold_on_trial) {  // others wait for it
    const auto since = std::max({cell.granted_at, cell.folded_at, heard_of, attentive_since});
    return {now - since < patience ? Verdict::wait : Verdict::stuck_cell, since + patience};
  }
  if (cell.undecided.empty() || cell.parked_at != 0 || cell.fold_parked) return {};
  if (cell.trial_waits && !cell.folding) return {Verdict::wait, now + patience};  // its turn comes; the one before is judged
  if (!can_be_decided(cell)) {
    // It has no room for the cause, or is still being handed what to fold: as long as it works, it may.
    const auto since = std::max({cell.granted_at, cell.waiting_since, heard_of, attentive_since});
    if (now - since < patience) return {Verdict::wait, since + patience};
    return {Verdict::stuck_host, {}};
  }
  const auto handed_at = cell.undecided.front().delivered_at;
  const auto since = std::max({handed_at, cell.folded_at, cell.waiting_since, attentive_since});
  if (now - since < patience) return {Verdict::wait, since + patience};
  // A host works off what it was handed in order: one that is still at what came before is slow, not stuck.
  const bool behind = owner.last_consumed > since && owner.decided_through < handed_at;
  if (behind && now - owner.last_consumed < patience) return {Verdict::wait, owner.last_consumed + patience};
  return {heard_of > since ? Verdict::stuck_cell : Verdict::stuck_host, {}};
}

bool falls_behind(CellState& cell, SteadyInstant now, SteadyInstant attentive_since) {
  if (cell.undecided.empty()) {
    cell.backlog_mark = 0;
    return false;
  }
  if (cell.backlog_mark < cell.undecided.front().sequence) {
    cell.backlog_mark = cell.undecided.back().sequence;
    cell.backlog_since = now;
    return false;
  }
  return now - std::max({cell.backlog_since, cell.folded_at, attentive_since}) >= patience;
}

void LeaseWatch::watch(CellState& cell, SteadyInstant look_at) {
  if (cell.watched) return;
  cell.watched = true;
  queue_.push({look_at, &cell});
}

CellState* LeaseWatch::take_due(SteadyInstant now) {
  if (queue_.empty() || queue_.top().at > now) return nullptr;
  CellState* cell = queue_.top().cell;
  queue_.pop();
  cell->watched = false;
  return cell;
}

}  // namespace huying::delivery
