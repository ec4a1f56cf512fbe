// Folding: evolve(state, event) → state. It reads no policy, no calendar and no clock; deciding and replaying both go
// through it, so both end in the same bytes (I9). One thread, the state's owner's.
#pragma once
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "huying/v1/record.pb.h"
#include "workers/cell/cell_state.h"

namespace huying::cell {

// What of the cause's record an event rests on. For a clock: nothing.
struct CauseFacts {
  std::uint64_t sequence = 0;
  v1::RecordKind kind = v1::RECORD_KIND_UNSPECIFIED;
  std::int64_t recorded_at_ms = 0;
  std::string_view payload;
};

// Folds one event. `bytes` are the event as committed: the case's history digest is chained over them.
// COMMIT_INVALID when the event does not fit the state: a journal of another build, or a defect.
Result<void> evolve(CellState& state, const v1::CaseEvent& event, std::string_view bytes, const CauseFacts& cause);

// What a commit does beside its events: consumes its cause, remembers moves, takes a configuration into force.
void settle(CellState& state, const v1::Commit& commit, const CauseFacts& cause);

// A whole commit of the journal: its events, then settle.
Result<void> fold(CellState& state, const v1::Commit& commit, const CauseFacts& cause);

// The broker skipped a cause. A case that it would have brought is at the desk: what is queued behind it is sent on.
void fold_set_aside(CellState& state, const v1::SetAside& set_aside, const CauseFacts& cause);

// The broker set a clock aside: it does not fire, and the next commit parks its case.
void fold_clock_set_aside(CellState& state, const v1::ClockName& name);

// A request that its cell could not decide: dispatched all the same, by the record that brought it (I5).
bool was_dispatched(const v1::SetAsideDetail& set_aside);

}  // namespace huying::cell
