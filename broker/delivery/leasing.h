// Who holds which cell. At most one host's commits are accepted for a cell (I3); while an eligible host lives, every cell
// has an owner (I4). A grant names the epoch (term, n); the term fences the hosts of an earlier broker, n those of this one.
//
// A lease ends when its session is silent (session_silence_max), when its host's promise runs out (wake_promise +
// wake_grace) though heartbeats are fine, when causes wait and the host decides nothing at all, when one cause lies
// undecided for undecided_max while the host commits elsewhere, after a refused commit, and by a move: one that evens the load
// (balance.h), or from a host that works and does not come to what waits to one that has little to do. Who lost leases by its
// own fault is passed over for a while (host_standing.h); a cell that fails again
// and again goes to another host, with growing pauses, and is announced. What an unclean end means for the cause or clock that
// was being decided is suspicion.h, for what was being folded fold_trials.h. Leases and promises live on the unscaled steady clock.
//
// What happens costs what it touches: cells without a host stand in a queue, a host knows its own, causes that wait are
// watched (lease_watch.h). Nothing is looked for among all cells. Pure, one thread.
#pragma once
#include <deque>
#include <queue>
#include <vector>

#include "base/limits.h"
#include "broker/delivery/balance.h"
#include "broker/delivery/coverage_log.h"
#include "broker/delivery/fold_trials.h"
#include "broker/delivery/host_standing.h"
#include "broker/delivery/lease_watch.h"
#include "broker/delivery/suspicion.h"
#include "broker/state/context.h"

namespace huying::delivery {

using broker::Cause;
using broker::CellState;
using broker::Context;
using broker::PeerId;
using broker::Session;

// Why a lease is over.
enum class LeaseEnd : std::uint8_t {
  left,     // its host said goodbye, or may not hold cells any more
  moved,    // to another host
  refused,  // a commit of it was refused, or its host cannot fold it
  silent,   // its host is silent, or was fenced by a newer session
  broken,   // its host did not keep its promise, or decides nothing
  stuck,    // its first cause lies undecided
  invalid,  // its first cause cannot be read by its host, or led to a commit that the contract does not allow
  misfired,  // a clock of it led to such a commit
};

class Leasing {
 public:
  Leasing(Context& context, CoverageLog& coverage, Suspicion& suspicion, FoldTrials& folds)
      : context_(context), coverage_(coverage), suspicion_(suspicion), folds_(folds) {}

  // Ends what must end and grants what nobody holds. Answers the cells that were granted.
  std::vector<CellState*> tick();

  void promise(Session& session, std::uint32_t next_wake_within_ms);
  void end_session(PeerId peer, LeaseEnd why);  // all its leases, without telling it
  void end(CellState& cell, LeaseEnd why);      // one lease; its host is told
  EpochId epoch_of(const CellState& cell) const { return {context_.term.value, cell.grant}; }
  // A directory is in force: cells may exist that did not before.
  void look_again();
  // A cause waits in a cell that somebody holds.
  void watch(CellState& cell) {
    if (!cell.watched) watch_.watch(cell, context_.now.steady + limits::waiting_look);
  }
  // A commit was taken of a cell whose trouble was announced.
  void recovered(CellState& cell);
  // The lease that the cell was granted, to be told to its host: with a checkpoint, or without (null).
  void tell(CellState& cell, Session& session, const journal::Checkpoint* checkpoint);
  // A further grant of the same cell to the same host, which takes the place of the one before.
  void grant_anew(CellState& cell);
  // Its host cannot fold the record at `sequence`. Tried anew a few times; then the cell stays parked with it, and is
  // announced.
  void unreadable(CellState& cell, std::uint64_t sequence);

 private:
  struct Candidate {
    Session* session = nullptr;
    HostLoad load;
    std::uint64_t weight = 1;
    bool passed_over = false;
  };
  struct Later {
    SteadyInstant at;
    CellState* cell;
    bool operator>(const Later& other) const { return at > other.at; }
  };

  std::vector<Candidate> candidates();
  Candidate* choose(std::vector<Candidate>& hosts, const CellState& cell);
  void grant_waiting(std::vector<CellState*>& granted);
  void grant(CellState& cell, Session& session);
  void begin(CellState& cell, PeerId owner);
  void balance(std::vector<CellState*>& granted);
  void try_parked_again(std::vector<CellState*>& granted);
  static CellState* cheapest_to_move(const Session& session);
  void release(CellState& cell, LeaseEnd why);
  void blame(CellState& cell, LeaseEnd why, PeerId host, bool decides);
  void wait_for_host(CellState& cell, bool failed);
  SteadyInstant::duration pause_after_failure(CellState& cell);
  void end_all(Session& session, LeaseEnd why);
  void end_broken_promises();
  void look_at_waiting_causes(std::vector<CellState*>& granted);
  bool move_from_slow(CellState& cell, const Session& slow, std::vector<CellState*>& granted);
  void announce_uncovered();

  Context& context_;
  CoverageLog& coverage_;
  Suspicion& suspicion_;
  FoldTrials& folds_;
  HostStanding standing_;
  LeaseWatch watch_;
  std::size_t known_cells_ = 0;         // of Cells::all
  std::deque<CellState*> waiting_;      // without a host
  std::priority_queue<Later, std::vector<Later>, std::greater<>> later_;  // without a host, not to be granted before
  std::deque<std::pair<SteadyInstant, CellState*>> uncovered_;            // since when, oldest first
  SteadyInstant balanced_at_;
  bool balancing_ = false;
  SteadyInstant slow_counted_at_;  // since then so many cells of slow hosts were looked at
  std::size_t slow_looked_at_ = 0;
};

}  // namespace huying::delivery
