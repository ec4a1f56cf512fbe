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
  cell::fold_set_aside(cell.state, set_aside);
  while (!cell.undecided.empty() && cell.undecided.front().sequence <= set_aside.cause()) cell.undecided.pop_front();
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
    case v1::RECORD_KIND_SET_ASIDE:
      return fold_set_aside(*this, delivery);
    default:
      return true;  // Suspect, and what later versions write: nothing of the state
  }
}

}  // namespace huying::host
