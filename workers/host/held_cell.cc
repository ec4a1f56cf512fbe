#include "workers/host/held_cell.h"

#include <spdlog/spdlog.h>

#include "proto/errors.h"

namespace huying::host {
namespace {

bool fold_commit(HeldCell& cell, const v1::Delivery& delivery) {
  v1::Commit commit;
  if (!commit.ParseFromString(delivery.payload())) return false;
  WaitingCause cause;
  if (commit.consumes() != 0) {
    if (cell.undecided.empty() || cell.undecided.front().sequence != commit.consumes()) return false;
    cause = std::move(cell.undecided.front());
    cell.undecided.pop_front();
  }
  const auto folded = cell::fold(cell.state, commit, cause.view());
  if (!folded) spdlog::error("host: cell {}, record {}: {}", delivery.stream(), delivery.sequence(), sentence(folded.error()));
  return folded.has_value();
}

bool fold_set_aside(HeldCell& cell, const v1::Delivery& delivery) {
  v1::SetAside set_aside;
  if (!set_aside.ParseFromString(delivery.payload())) return false;
  if (set_aside.fold()) return true;  // it is folded all the same
  if (set_aside.has_clock()) {
    cell::fold_clock_set_aside(cell.state, set_aside.clock());
    if (delivery.sequence() > cell.end_sequence && cell.clock_trial == HeldCell::Trial::awaited)
      cell.clock_trial = HeldCell::Trial::due;  // parked, where it would have fired
    return true;
  }
  if (cell.undecided.empty() || cell.undecided.front().sequence != set_aside.cause()) return false;
  cell::fold_set_aside(cell.state, set_aside, cell.undecided.front().view());
  cell.undecided.pop_front();
  if (set_aside.cause() == cell.suspect_cause) cell.trial = HeldCell::Trial::none;
  return true;
}

bool take_suspect(HeldCell& cell, const v1::Delivery& delivery) {
  v1::Suspect suspect;
  if (!suspect.ParseFromString(delivery.payload())) return false;
  if (suspect.fold()) return true;
  if (suspect.has_clock()) {
    if (delivery.sequence() > cell.end_sequence && cell.clock_trial == HeldCell::Trial::awaited)
      cell.clock_trial = HeldCell::Trial::due;
    return true;
  }
  const bool is_of_this_lease = delivery.sequence() > cell.end_sequence && suspect.cause() == cell.suspect_cause;
  if (is_of_this_lease && cell.trial == HeldCell::Trial::awaited) cell.trial = HeldCell::Trial::due;
  return true;
}

}  // namespace

bool HeldCell::take(const v1::Delivery& delivery) {
  seen_through = delivery.sequence();
  if (is_cause(delivery.kind())) {
    undecided.push_back({delivery.sequence(), delivery.kind(), delivery.recorded_at_ms(), delivery.payload(), delivery.prior()});
    return true;
  }
  switch (delivery.kind()) {
    case v1::RECORD_KIND_COMMIT:
      // A commit after the fold is one of ours, or of a host that was fenced: neither is to be folded.
      return phase != Phase::folding || fold_commit(*this, delivery);
    case v1::RECORD_KIND_SUSPECT:
      return take_suspect(*this, delivery);
    case v1::RECORD_KIND_SET_ASIDE:
      return fold_set_aside(*this, delivery);
    default:
      return true;  // what later versions write: nothing of the state
  }
}

}  // namespace huying::host
