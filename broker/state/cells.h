// What the broker knows of a cell: its stream, who holds it, which causes are undecided; and of a case only which cell
// has it. It knows nothing of deadlines or escalation. Owned by the core, one thread.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/ids.h"
#include "broker/state/effects.h"
#include "broker/state/poison_on_record.h"

namespace huying::broker {

// Where a cell's events stand among the subjects.
struct SubjectPlace {
  std::string street, unit, cell;
};

struct Cause {
  std::uint64_t sequence = 0;
  bool is_action = false;
  Digest128 action;              // key digest of (person, action_id), when it is one
  SteadyInstant delivered_at;    // epoch of the clock: not yet
};

struct CellState {
  StreamId stream;
  SubjectPlace place;
  bool retired = false;
  std::uint64_t configuration_version = 0;  // of the last ConfigurationChanged in its stream

  // The lease.
  PeerId owner;                 // 0: nobody
  std::uint32_t grant = 0;      // of the last grant in this term
  std::uint64_t last_commit = 0;                       // number, in this epoch
  bool lease_waits = false;     // to be told to its owner
  std::deque<std::uint64_t> recent_commits;            // sequences of the last ones, to answer again
  SteadyInstant granted_at, folded_at;  // folded_at: all of the fold was handed over
  SteadyInstant waiting_since;          // a cause came where none waited, or the first of them was consumed
  SteadyInstant uncovered_since;
  std::uint64_t backlog_mark = 0;  // a cause that was the last of those that wait, at backlog_since; 0: none was looked at
  SteadyInstant backlog_since;
  SteadyInstant moved_as_slow_at;  // from a host that did not come to what waits
  std::uint32_t held_index = 0;  // in its owner's list
  bool waits_for_host = false;   // in a queue of Leasing
  bool watched = false;          // in the queue of LeaseWatch
  // What failed lately: refused commits, causes that lay undecided.
  std::uint32_t failures = 0;
  PeerId failed_on;
  PoisonOnRecord on_record;
  // Poison (suspicion.h). The first undecided cause is suspected since a lease ended uncleanly with it.
  bool suspected = false;
  bool trial_waits = false;         // granted, and its Suspect record is not written yet
  std::uint32_t suspect_times = 0;  // Suspect records of the first undecided cause
  bool on_trial = false;            // in this lease its Suspect record is written, and no commit says that it is over
  bool clocks_suspected = false;    // since a lease ended uncleanly: the next one fires on trial what is due
  TriedClocks clocks;               // as on_record, and what no record says
  // Poison in what is folded (fold_trials.h).
  bool folding = false;             // its owner is told to fold it and has not said that it has
  bool fold_suspected = false;      // since a lease ended uncleanly meanwhile
  bool fold_on_trial = false;       // in this lease, until it is folded
  bool fold_parked = false;         // nothing is delivered, nothing decided
  std::uint32_t fold_times = 0;     // Suspect records of its fold since it was folded last
  std::uint64_t parked_at = 0;      // its owner cannot fold the record at this sequence; 0: it could
  // What was announced last, and is not over.
  bool uncovered_announced = false, nobody_announced = false, trouble_announced = false;

  // Checkpoints (delivery/checkpoints.h).
  enum class KnownCheckpoint : std::uint8_t { unknown, none, some };
  KnownCheckpoint checkpoint = KnownCheckpoint::unknown;  // what the journal holds that may be handed out
  std::uint64_t checkpoint_through = 0;  // of the newest taken or handed out
  std::uint64_t given_through = 0;       // of the one that the present lease began with; 0: none
  std::uint64_t lease_suspect = 0;       // the suspected cause that the present lease began with
  bool lease_tries_clocks = false;       // the present lease fires on trial what is due

  // Causes.
  std::uint64_t consumed_through = 0;
  std::deque<Cause> undecided;          // by Cells::add_cause and consume_cause: they are counted
  std::uint64_t delivered_through = 0;  // to the owner; every record up to here was delivered or needs not be
  std::uint64_t fold_end = 0;           // end_sequence of the grant
  bool lagging = false;                 // waits for a read of the journal
  std::string unread;                   // why what its owner lacks cannot be read (ARCHIVED); empty: it can
  SteadyInstant read_again_at;          // not before; where it could not be read
};

// Of a snapshot (core_snapshot.cc): what records say of a cell. Its lease and all else of this process is not of it.
void encode(const CellState& cell, Encoder& out);
bool decode(CellState& cell, Decoder& in);

class Cells {
 public:
  CellState* find(StreamId stream);
  CellState& add(StreamId stream, SubjectPlace place);
  const std::vector<std::unique_ptr<CellState>>& all() const { return all_; }

  // Causes accepted and not consumed, of all cells together.
  std::size_t undecided() const { return undecided_; }
  void add_cause(CellState& cell, const Cause& cause) {
    cell.undecided.push_back(cause);
    ++undecided_;
  }
  void consume_cause(CellState& cell) {  // the first
    cell.undecided.pop_front();
    --undecided_;
  }

  // Which cell has an open case. Keyed by the digest of its number.
  StreamId cell_of(const Digest128& number) const;  // 0: no open case of that number
  void opened(const Digest128& number, StreamId stream);
  void ended(const Digest128& number);
  std::size_t open_cases() const { return cases_.size(); }
  std::size_t open_cases_in(StreamId stream) const {
    return stream.value < open_in_.size() ? open_in_[stream.value] : 0;
  }
  // Grows whenever a retired cell gets its first open case, or loses its last one.
  std::uint64_t retired_changes() const { return retired_changes_; }

  // Of a snapshot: all cells in their order, and where the open cases are, in the order of their keys.
  void encode(Encoder& out) const;
  bool decode(Decoder& in);

 private:
  void count(StreamId stream, int change);

  std::vector<CellState*> by_stream_;
  std::vector<std::unique_ptr<CellState>> all_;
  std::size_t undecided_ = 0;
  absl::flat_hash_map<Digest128, StreamId> cases_;
  std::vector<std::uint32_t> open_in_;  // by stream
  std::uint64_t retired_changes_ = 0;
};

}  // namespace huying::broker
