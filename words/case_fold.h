// Where a case is and what it waits for, folded from its events alone: no owner is asked, so a story ends the same wherever
// it is told. Pure; any thread.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "huying/v1/event.pb.h"

namespace huying::words {

struct FoldedClock {
  std::uint32_t generation = 0;  // 0: never set
  std::int64_t first_due_at_ms = 0, due_at_ms = 0;
  v1::ClockOutcome outcome{};    // unspecified: running
  bool provisional = false;
  bool running() const { return generation != 0 && outcome == v1::CLOCK_OUTCOME_UNSPECIFIED; }
  bool overdue() const { return outcome == v1::CLOCK_OUTCOME_FIRED; }
};

struct FoldedCase {
  std::uint64_t revision = 0;
  v1::CaseState state{};
  std::string cell;           // where it is; empty: no event said so
  std::string on_the_way_to;  // it left its cell and no event tells that it arrived
  v1::Holder holder;
  std::array<FoldedClock, v1::ClockKind_ARRAYSIZE> clocks;
  v1::Rung rung{};            // highest that was asked
  bool answered = false;
  v1::Holder answerer;        // who was asked last, or answered
  std::optional<v1::AskDetail> ask;
  std::int64_t ended_at_ms = 0;

  bool ended() const;
  bool escalation_open() const;
  // The running clock that is due first; of a parked case one of the ladder's. UNSPECIFIED: none.
  v1::ClockKind next_clock() const;
  const FoldedClock& clock(v1::ClockKind kind) const { return clocks[static_cast<std::size_t>(kind)]; }
};

// In order of their revisions. An event that holds the case whole (transferred in, reopened) begins it where nothing is known
// of what was before.
void fold(FoldedCase& into, const v1::CaseEvent& event);

}  // namespace huying::words
