// A cell that this host holds: its lease, its state, and the causes it has not decided. Part of HostCore; one thread.
#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "base/ids.h"
#include "huying/v1/session.pb.h"
#include "workers/cell/cell_state.h"
#include "workers/cell/decide.h"
#include "workers/host/checkpoint_account.h"

namespace huying::host {

struct WaitingCause {
  std::uint64_t sequence = 0;
  v1::RecordKind kind{};
  std::int64_t recorded_at_ms = 0;
  std::string payload;
  std::string prior;

  cell::PendingCause view() const { return {{sequence, kind, recorded_at_ms, payload}, prior}; }
};

struct HeldCell {
  // Of the cause that the lease before ended with.
  enum class Trial : std::uint8_t {
    none,
    awaited,  // its Suspect record is still to come: nothing is decided
    due,      // it is decided next, alone
  };
  enum class Phase : std::uint8_t {
    folding,  // records up to end_sequence are still to come
    waiting,  // for a configuration
    live,
    trying,   // a suspected cause or clock is tried, and its commit not acknowledged yet: nothing else is
    parked,   // a record could not be read or folded, or ended others: nothing is decided, and the broker knows
  };

  HeldCell(const v1::Lease& lease, cell::CellState folded)
      : state(std::move(folded)), epoch{lease.epoch().term(), lease.epoch().grant()},
        end_sequence(lease.end_sequence()), seen_through(lease.checkpoint().through()),
        suspect_cause(lease.suspect_cause()), trial(suspect_cause == 0 ? Trial::none : Trial::awaited),
        tries_clocks(lease.clocks_on_trial()), parked_at(lease.parked() ? lease.checkpoint().through() + 1 : 0),
        phase(lease.parked() ? Phase::parked : Phase::folding),
        account(lease.checkpoint().through(), lease.checkpoint().state().size()) {}

  cell::CellState state;
  EpochId epoch;
  std::uint64_t end_sequence;
  std::uint64_t seen_through;  // sequence of the last record delivered
  std::uint64_t commits = 0;   // number of the last commit of this epoch
  std::uint64_t suspect_cause;
  Trial trial;
  // Clocks on trial (host_trials.cc): those that were due when the cell was folded, one after another.
  bool tries_clocks;
  std::int64_t tries_until_ms = 0;    // due up to here
  Trial clock_trial = Trial::none;    // of tried_clock
  v1::ClockName tried_clock;
  std::uint64_t parked_at;            // the record that could not be folded; 0: they could
  Phase phase;
  bool is_told_folded = false;
  // Up to here nothing of the cell could fire: when it was live first, or later when the time went forward at once.
  std::int64_t overdue_until_ms = 0;  // 0: not live yet
  bool is_watched = false;            // its cases stand in the queue, or in `waits`
  std::vector<cell::CaseNumber> waits;  // whose turn came while the cell was not live
  std::deque<WaitingCause> undecided;
  CheckpointAccount account;

  bool fold_is_complete() const { return seen_through >= end_sequence; }
  // Folds one record, or puts a cause into the queue. False: the record does not fit; park.
  bool take(const v1::Delivery& delivery);
};

inline bool is_cause(v1::RecordKind kind) {
  return kind >= v1::RECORD_KIND_REQUEST && kind <= v1::RECORD_KIND_CONFIGURATION_CHANGED;
}

}  // namespace huying::host
