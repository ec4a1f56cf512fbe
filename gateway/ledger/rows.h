// A case as its row in the ledger has it, and how an event changes it. Pure.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "huying/v1/event.pb.h"

namespace huying::ledger {

struct Place {
  std::string unit, cell;
};

struct CaseRow {
  std::string number;
  std::int64_t filed_ms = 0;
  std::string category, urgency, source, reporter, rule;
  Place place;
  std::string state;
  bool is_open = false;
  std::uint64_t revision = 0;
  std::string holder_role, holder_rung, holder_place, holder_person;
  std::string rung;
  bool answered = false;
  std::string answerer_role, answerer_rung, answerer_place, answerer_person;
  std::string asked;
  std::int64_t dispatched_ms = 0, resolved_ms = 0;
  std::uint32_t hops = 0, returns = 0, rework = 0, extensions = 0;
  bool is_complex = false, is_hard = false, under_plan = false, is_final = false, on_the_spot = false;
  std::int64_t called_ms = 0;
  std::string verdict;
  std::uint32_t satisfaction = 0;
  std::int64_t ended_ms = 0;
  std::string ended_as;
  std::int64_t updated_ms = 0;
  // Where it stands among others, by its clocks: place_in_order() sets these.
  std::int64_t waits_for = 0;
  bool stands_last = false;
  std::int64_t order_ms = 0;
  std::string clock_kind;
  std::uint32_t clock_generation = 0;
  std::int64_t climbs_ms = 0;
};

bool is_ended(v1::CaseState state);

// A clock that runs, or is overdue and not done.
struct LiveClock {
  v1::ClockKind kind;
  std::uint32_t generation;
  v1::ClockOutcome outcome;  // unspecified: it runs; fired
  std::int64_t due_ms;
};

// `at`: of the cell whose stream has the event. COMMIT_INVALID: the event before it is missing.
Result<void> fold(CaseRow& row, const v1::CaseEvent& event, const Place& at);
// By proto/worst_first.h, of the clocks as the event left them; ended cases stand behind, the last ended first.
void place_in_order(CaseRow& row, const std::vector<LiveClock>& clocks);

}  // namespace huying::ledger
