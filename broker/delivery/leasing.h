// Who holds which cell. At most one host's commits are accepted for a cell (I3); while an eligible host lives, every cell
// has an owner (I4). A grant names the epoch (term, n); the term fences the hosts of an earlier broker, n those of this one.
//
// A lease ends when its session is silent (session_silence_max), when its host's promise runs out (wake_promise +
// wake_grace) though heartbeats are fine, when a cause lies undecided for undecided_max while the host commits
// elsewhere, or after a refused commit. Leases and promises live on the unscaled steady clock. Pure, one thread.
#pragma once
#include <vector>

#include "broker/delivery/subscribing.h"
#include "broker/state/context.h"

namespace huying::delivery {

using broker::Cause;
using broker::CellState;
using broker::Context;
using broker::PeerId;
using broker::Session;

class Leasing {
 public:
  Leasing(Context& context, Subscribing& subscribing) : context_(context), subscribing_(subscribing) {}

  // Ends what must end and grants what nobody holds. Answers the cells that were granted.
  std::vector<CellState*> tick();

  void promise(Session& session, std::uint32_t next_wake_within_ms);
  void end_session(PeerId peer);  // all its leases, without telling it
  void end(CellState& cell);      // one lease; its host is told
  EpochId epoch_of(const CellState& cell) const { return {context_.term.value, cell.grant}; }
  // A cell exists now, or an owner went away: something to grant.
  void look_again() { unowned_ = true; }

 private:
  Session* choose_host();
  void grant(CellState& cell, Session& session);
  void release(CellState& cell);
  void end_broken_promises();
  void end_stuck_cells();
  void announce(CellState& cell, v1::Coverage::Change change, std::string_view reason);
  void announce_uncovered();

  Context& context_;
  Subscribing& subscribing_;
  bool unowned_ = true;
};

}  // namespace huying::delivery
