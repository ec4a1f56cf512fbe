#include "workers/cell/case_table.h"

#include <algorithm>
#include <array>

#include "workers/cell/case_rows.h"

namespace huying::cell {
namespace {

using namespace rows;
using enum v1::ActionKind;
using enum v1::EventKind;

// What holds in every open state.
constexpr auto open_rows(v1::CaseState at) {
  return std::array{
      step(at, ACTION_KIND_ANSWER_ESCALATION, supervisors, at, EVENT_KIND_ESCALATION_ANSWERED, ladder),
      step(at, ACTION_KIND_REMIND, reminders, at, EVENT_KIND_REMINDED),
      step(at, ACTION_KIND_SUPERVISE, above_units, at, EVENT_KIND_SUPERVISED),
      step(at, ACTION_KIND_ADD_NOTE, everybody, at, EVENT_KIND_NOTE_ADDED, none, none, none, Needs::words),
      by_itself(at, Cause::reminder, at, EVENT_KIND_REMINDED),
      by_itself(at, Cause::stage_clock, at, EVENT_KIND_BREACHED),
      by_itself(at, Cause::ladder_clock, at, EVENT_KIND_ESCALATED),
      by_itself(at, Cause::recount, at, EVENT_KIND_CLOCK_CHANGED),
      by_itself(at, Cause::poisoned_clock, parked, EVENT_KIND_PARKED),
  };
}

// What holds while the case is the cell's to solve: not yet signed for, signed for, fed back, done again.
constexpr auto cell_rows(v1::CaseState at) {
  return std::array{
      step(at, ACTION_KIND_FEED_BACK, workers, fed_back, EVENT_KIND_FED_BACK, feed),
      step(at, ACTION_KIND_RESOLVE, workers, resolved, EVENT_KIND_RESOLVED, three, ladder, verify),
      step(at, ACTION_KIND_ESCALATE, workers, at, EVENT_KIND_FLAGGED_HARD, none, none, none, Needs::reason),
      step(at, ACTION_KIND_RETURN, workers, at_desk, EVENT_KIND_RETURNED, none, none, none, Needs::reason),
      step(at, ACTION_KIND_TRANSFER, at == dispatched ? movers_of_unsigned : movers, dispatched, EVENT_KIND_TRANSFERRED_OUT,
           none, none, none, Needs::reason_and_target),
      by_itself(at, Cause::hops_over, at_desk, EVENT_KIND_RETURNED),
      step(at, ACTION_KIND_MARK_COMPLEX, checkers, at, EVENT_KIND_MARKED_COMPLEX, none, none, solve),
      step(at, ACTION_KIND_VOID, checkers, voided, EVENT_KIND_VOIDED, none, all, none, Needs::reason),
  };
}

// What may be asked for and granted once the worker has signed for it.
constexpr auto agreement_rows(v1::CaseState at) {
  return std::array{
      step(at, ACTION_KIND_REQUEST_EXTENSION, workers, at, EVENT_KIND_EXTENSION_REQUESTED, none, none, none,
           Needs::reason),
      step(at, ACTION_KIND_DECIDE_EXTENSION, supervisors, at, EVENT_KIND_EXTENSION_GRANTED, none, none, none,
           Needs::nothing, v1::VERDICT_PASSED),
      step(at, ACTION_KIND_DECIDE_EXTENSION, supervisors, at, EVENT_KIND_EXTENSION_REFUSED, none, none, none,
           Needs::reason, v1::VERDICT_FAILED),
      step(at, ACTION_KIND_APPROVE_PLAN, supervisors, at, EVENT_KIND_PLAN_APPROVED, ladder, none, feed_back_clock),
      step(at, ACTION_KIND_SHELVE, supervisors, shelved, EVENT_KIND_SHELVED, ladder, none, review, Needs::reason),
  };
}

constexpr auto joined_table = joined(
    // A case comes to be, or comes here.
    std::array{
        by_itself(nowhere, Cause::request, dispatched, EVENT_KIND_DISPATCHED, none, none, three),
        by_itself(nowhere, Cause::request_to_desk, at_desk, EVENT_KIND_FILED, none, none, desk),
        by_itself(nowhere, Cause::arrival, dispatched, EVENT_KIND_TRANSFERRED_IN, desk, none, three),  // once only
        by_itself(nowhere, Cause::arrival_at_desk, at_desk, EVENT_KIND_TRANSFERRED_IN, none, none, desk),
    },

    // At the desk.
    std::array{
        step(at_desk, ACTION_KIND_ASSIGN, assigners, dispatched, EVENT_KIND_ASSIGNED, none, none, none, Needs::target),
        step(at_desk, ACTION_KIND_NOT_ACCEPT, assigners, not_accepted, EVENT_KIND_NOT_ACCEPTED, desk, all, none,
             Needs::rule),
        step(at_desk, ACTION_KIND_VOID, assigners, voided, EVENT_KIND_VOIDED, desk, all, none, Needs::reason),
        step(at_desk, ACTION_KIND_REPLAY_POISON, assigners, closed, EVENT_KIND_CLOSED, desk, rest),  // a step set aside
    },
    open_rows(at_desk),

    // Waiting to be signed for.
    std::array{
        step(dispatched, ACTION_KIND_ACCEPT, workers, accepted, EVENT_KIND_ACCEPTED, arrange),
        by_itself(dispatched, Cause::solved_on_spot, resolved, EVENT_KIND_RESOLVED, three, ladder, verify),
        step(dispatched, ACTION_KIND_NOT_ACCEPT, checkers, not_accepted, EVENT_KIND_NOT_ACCEPTED, none, all, none,
             Needs::rule),
    },
    cell_rows(dispatched), open_rows(dispatched),

    // Worked on.
    cell_rows(accepted), agreement_rows(accepted), open_rows(accepted),            // signed for
    cell_rows(fed_back), agreement_rows(fed_back), open_rows(fed_back),            // fed back
    cell_rows(rework), agreement_rows(rework), open_rows(rework),                  // the check failed: done again

    // Shelved: its clocks stand still, a review is due.
    std::array{
        step(shelved, ACTION_KIND_SHELVE, supervisors, shelved, EVENT_KIND_SHELVED, ladder, none, review, Needs::reason),
        step(shelved, ACTION_KIND_UNSHELVE, workers_and_supervisors, accepted, EVENT_KIND_UNSHELVED, review, ladder,
             three),
        step(shelved, ACTION_KIND_VOID, checkers, voided, EVENT_KIND_VOIDED, none, all, none, Needs::reason),
    },
    open_rows(shelved),

    // Resolved: the worker's word, to be checked by the unit.
    std::array{
        by_itself(resolved, Cause::no_check_needed, closed, EVENT_KIND_CLOSED, none, rest),
        step(resolved, ACTION_KIND_VERIFY, checkers, verified, EVENT_KIND_VERIFIED, none, none, none, Needs::nothing,
             v1::VERDICT_PASSED),
        step(resolved, ACTION_KIND_VERIFY, checkers, rework, EVENT_KIND_REWORK, verify, ladder, solve, Needs::reason,
             v1::VERDICT_FAILED),
        step(resolved, ACTION_KIND_REWORK, checkers, rework, EVENT_KIND_REWORK, verify, ladder, solve, Needs::reason),
        step(resolved, ACTION_KIND_CALL_BACK, callers, resolved, EVENT_KIND_CALLED_BACK),
        by_itself(resolved, Cause::not_solved, rework, EVENT_KIND_REWORK, verify, ladder, solve),
        step(resolved, ACTION_KIND_CLOSE, checkers, closed, EVENT_KIND_CLOSED, verify, rest),
    },
    open_rows(resolved),

    // Verified: the citizen is called; the verify clock runs until it is closed.
    std::array{
        step(verified, ACTION_KIND_CALL_BACK, callers, verified, EVENT_KIND_CALLED_BACK),
        by_itself(verified, Cause::not_solved, rework, EVENT_KIND_REWORK, verify, ladder, solve),
        step(verified, ACTION_KIND_REWORK, checkers, rework, EVENT_KIND_REWORK, verify, ladder, solve, Needs::reason),
        step(verified, ACTION_KIND_CLOSE, checkers, closed, EVENT_KIND_CLOSED, verify, rest),
    },
    open_rows(verified),

    // Parked: of any open state. A person must look; only the ladder's clocks fire.
    std::array{
        by_itself(parked, Cause::poisoned_clock, parked, EVENT_KIND_PARKED),  // one of the ladder's
        step(parked, ACTION_KIND_REPLAY_POISON, assigners, as_before, EVENT_KIND_UNPARKED),
        step(parked, ACTION_KIND_ANSWER_ESCALATION, supervisors, parked, EVENT_KIND_ESCALATION_ANSWERED, ladder),
        by_itself(parked, Cause::ladder_clock, parked, EVENT_KIND_ESCALATED),
    },

    // Closed, and not done after all.
    std::array{
        step(closed, ACTION_KIND_REOPEN, callers, rework, EVENT_KIND_REOPENED, none, none, solve, Needs::reason),
    });
constexpr const auto& table = joined_table;

// Steps of a later version of the case's life: named, refused, their room kept.
constexpr Set<v1::ActionKind> of_a_later_version{
    ACTION_KIND_WHISTLE, ACTION_KIND_REPORT_IN};
static_assert(v1::ActionKind_MAX < 32, "a set of actions has 32 bits");

using Grid = std::array<std::array<v1::ErrorCode, v1::ActionKind_ARRAYSIZE>, v1::CaseState_ARRAYSIZE>;

constexpr bool ended(v1::CaseState state) {
  return state == closed || state == voided || state == not_accepted;
}

constexpr Grid make_grid() {
  Grid grid{};
  for (int state = 0; state < v1::CaseState_ARRAYSIZE; ++state) {
    for (int action = 0; action < v1::ActionKind_ARRAYSIZE; ++action) {
      auto& answer = grid[static_cast<std::size_t>(state)][static_cast<std::size_t>(action)];
      answer = v1::ERROR_CODE_STATE_REFUSES;
      if (ended(static_cast<v1::CaseState>(state))) answer = v1::ERROR_CODE_CASE_ENDED;
      if (of_a_later_version.has(static_cast<v1::ActionKind>(action))) answer = v1::ERROR_CODE_NOT_YET;
    }
    grid[static_cast<std::size_t>(state)][ACTION_KIND_UNSPECIFIED] = v1::ERROR_CODE_FIELD_INVALID;
  }
  grid[at_desk][ACTION_KIND_RETURN] = v1::ERROR_CODE_DESK_CANNOT_RETURN;
  for (const auto& row : table) {
    if (row.cause == Cause::action) grid[row.from][row.action] = v1::ERROR_CODE_NONE;
  }
  return grid;
}
constexpr Grid grid = make_grid();

constexpr Set<v1::CaseState> make_open() {
  Set<v1::CaseState> open;
  for (const auto& row : table) {
    if (row.cause == Cause::ladder_clock) open.bits |= 1u << row.from;
  }
  return open;
}
constexpr Set<v1::CaseState> open_states = make_open();

}  // namespace

std::span<const Row> case_table() { return table; }

bool is_ended(v1::CaseState state) { return ended(state); }

bool is_open(v1::CaseState state) { return v1::CaseState_IsValid(state) && open_states.has(state); }

const Row* row_of(v1::CaseState from, Cause cause) {
  for (const auto& row : table) {
    if (row.from == from && row.cause == cause) return &row;
  }
  return nullptr;
}

v1::ErrorCode answer_of(v1::CaseState from, v1::ActionKind action) {
  if (!v1::CaseState_IsValid(from)) return v1::ERROR_CODE_STATE_REFUSES;
  if (!v1::ActionKind_IsValid(action)) return v1::ERROR_CODE_FIELD_INVALID;
  return grid[static_cast<std::size_t>(from)][static_cast<std::size_t>(action)];
}

const Row* row_of(v1::CaseState from, v1::ActionKind action, v1::Verdict verdict, v1::Role role) {
  for (const auto& row : table) {
    if (row.cause != Cause::action || row.from != from || row.action != action || !row.roles.has(role)) continue;
    if (row.verdict == v1::VERDICT_UNSPECIFIED || row.verdict == verdict) return &row;
  }
  return nullptr;
}

std::vector<v1::ActionKind> allowed_of(v1::CaseState from, std::span<const v1::Role> roles) {
  Set<v1::ActionKind> found;
  for (const auto& row : table) {
    if (row.cause != Cause::action || row.from != from) continue;
    for (const auto role : roles) {
      if (row.roles.has(role)) found.bits |= 1u << row.action;
    }
  }
  std::vector<v1::ActionKind> out;
  for (int action = 1; action < v1::ActionKind_ARRAYSIZE; ++action) {
    if (found.has(static_cast<v1::ActionKind>(action))) out.push_back(static_cast<v1::ActionKind>(action));
  }
  return out;
}

}  // namespace huying::cell
