// Deciding: decide(state, cause, now) → one commit: events, sends, effects, outcome. No clock, socket, file, thread or
// random source: time is an argument, the configuration too. What is decided is folded into the state at once, through
// the same evolve that replays it.
//
// A Decider owns what is used again between decisions; one thread. It holds nothing of a cell.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "huying/v1/record.pb.h"
#include "huying/v1/session.pb.h"
#include "workers/cell/cell_state.h"
#include "workers/cell/event_parts.h"
#include "workers/cell/evolve.h"
#include "workers/cell/settings.h"

namespace huying::cell {

// The next undecided record of a cell's stream. `prior`: the case as it ended, of an action on an ended case.
struct PendingCause : CauseFacts {
  std::string_view prior;
};

enum class Did : std::uint8_t {
  cause,    // the commit consumes the cause
  clock,    // a clock of its case was due before the cause was recorded and fired first, or a share of a recount; ask again
  unreadable,  // nothing: not a record that this version can read; the cell is parked
};

// The cases of a cell that a recount has not looked at yet, the first one last. Decisions of one change of configuration
// follow each other without another between them; empty: a recount begins.
struct RecountProgress {
  std::vector<CaseNumber> left;
};

// When something is decided. What was due up to `caught_up_until` could not fire in its cell before: its events say
// `caught_up`. Which instant that is, its host knows; a replay reads what the event says.
struct DecidingAt {
  Instant now;
  Instant caught_up_until{};
};

class Decider {
 public:
  // Fills all of `commit` but stream, epoch and number. `settings` is the version in force for the cell. For a
  // ConfigurationChanged it is the new one, and `before` the one in force so far, or, where that is not kept any more,
  // one that came after it; both may be null where the cell has no open case.
  Did decide(CellState& state, const PendingCause& cause, Settings* settings, const DecidingAt& at, v1::Commit& commit,
             Settings* before = nullptr);

  // Fires the clock of a case that is due first, if it is due; else reminds of one, if it is time. False: nothing is to
  // be done. Never early (I6).
  bool fire(CellState& state, const CaseNumber& number, Settings& settings, const DecidingAt& at, v1::Commit& commit);

  // Parks a case one of whose clocks was set aside. False: there is none.
  static bool has_to_park(const CellState& state) { return !state.to_park.empty(); }
  bool park(CellState& state, Settings& settings, const DecidingAt& at, v1::Commit& commit);

  // The clock that fires before the cause is decided, which is a step of its case; or, without a cause, the one of the cell
  // that is due first. Nothing: none is due.
  std::optional<v1::ClockName> clock_before(const CellState& state, const PendingCause& cause);
  static std::optional<v1::ClockName> first_due(CellState& state, std::int64_t at_ms);
  // The clock of the case that fires next, if it is due at that time.
  static std::optional<v1::ClockName> due_of(CellState& state, const CaseNumber& number, std::int64_t at_ms);

  // The case of the last event decided: whose clocks may have changed.
  CaseNumber last_case() { return CaseNumber(parts_.event().case_number()); }

 private:
  Did decide_request(CellState&, const PendingCause&, Settings*, const DecidingAt& at, v1::Commit&);
  Did decide_action(CellState&, const PendingCause&, Settings*, const DecidingAt& at, v1::Commit&);
  Did decide_message(CellState&, const PendingCause&, Settings*, const DecidingAt& at, v1::Commit&);
  Did decide_configuration(CellState&, const PendingCause&, Settings*, const DecidingAt& at, v1::Commit&, Settings* before);
  bool read_request(std::string_view payload);

  EventParts parts_;
  v1::RequestFiled request_;
  v1::ActionStamped action_;
  v1::CellMessage message_;
  v1::CaseWhole prior_;
  RecountProgress recount_;
};

}  // namespace huying::cell
