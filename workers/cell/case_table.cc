#include "workers/cell/case_table.h"

#include <algorithm>
#include <array>

namespace huying::cell {
namespace {

using enum v1::CaseState;
using enum v1::ActionKind;
using enum v1::EventKind;

constexpr auto nowhere = CASE_STATE_UNSPECIFIED;
constexpr auto at_desk = CASE_STATE_AT_DESK;
constexpr auto dispatched = CASE_STATE_DISPATCHED;
constexpr auto accepted = CASE_STATE_ACCEPTED;
constexpr auto fed_back = CASE_STATE_FED_BACK;
constexpr auto resolved = CASE_STATE_RESOLVED;
constexpr auto verified = CASE_STATE_VERIFIED;
constexpr auto rework = CASE_STATE_REWORK;
constexpr auto closed = CASE_STATE_CLOSED;
constexpr auto parked = CASE_STATE_PARKED;
constexpr auto as_before = CASE_STATE_UNSPECIFIED;

constexpr Roles itself{};
constexpr Roles workers{v1::ROLE_GRID_WORKER, v1::ROLE_CADRE};
constexpr Roles movers{v1::ROLE_GRID_WORKER, v1::ROLE_CADRE, v1::ROLE_UNIT_SUPERVISOR, v1::ROLE_STREET_SUPERVISOR};
constexpr Roles assigners{v1::ROLE_DESK, v1::ROLE_STREET_SUPERVISOR};
constexpr Roles checkers{v1::ROLE_UNIT_SUPERVISOR, v1::ROLE_STREET_SUPERVISOR};
constexpr Roles callers{v1::ROLE_CITIZEN, v1::ROLE_DESK, v1::ROLE_UNIT_SUPERVISOR, v1::ROLE_STREET_SUPERVISOR};
constexpr Roles answerers{v1::ROLE_UNIT_SUPERVISOR, v1::ROLE_STREET_SUPERVISOR, v1::ROLE_DISTRICT_SUPERVISOR};

constexpr Clocks none{};
constexpr Clocks arrange{v1::CLOCK_KIND_ARRANGE};
constexpr Clocks feed{v1::CLOCK_KIND_ARRANGE, v1::CLOCK_KIND_FEED_BACK};
constexpr Clocks three{v1::CLOCK_KIND_ARRANGE, v1::CLOCK_KIND_FEED_BACK, v1::CLOCK_KIND_SOLVE};
constexpr Clocks solve{v1::CLOCK_KIND_SOLVE};
constexpr Clocks desk{v1::CLOCK_KIND_DESK};
constexpr Clocks verify{v1::CLOCK_KIND_VERIFY};
constexpr Clocks ladder{v1::CLOCK_KIND_RUNG, v1::CLOCK_KIND_MONTHLY_FEEDBACK};
constexpr Clocks rest{v1::CLOCK_KIND_ARRANGE, v1::CLOCK_KIND_FEED_BACK, v1::CLOCK_KIND_SOLVE, v1::CLOCK_KIND_DESK,
                      v1::CLOCK_KIND_RUNG, v1::CLOCK_KIND_MONTHLY_FEEDBACK};

constexpr Row by_itself(v1::CaseState from, Cause cause, v1::CaseState to, v1::EventKind event, Clocks meets = {},
                        Clocks drops = {}, Clocks sets = {}) {
  return {from, cause, ACTION_KIND_UNSPECIFIED, v1::VERDICT_UNSPECIFIED, itself, to, event, meets, drops, sets};
}
constexpr Row step(v1::CaseState from, v1::ActionKind action, Roles roles, v1::CaseState to, v1::EventKind event,
                   Clocks meets = {}, Clocks drops = {}, Clocks sets = {}, Needs needs = Needs::nothing,
                   v1::Verdict verdict = v1::VERDICT_UNSPECIFIED) {
  return {from, Cause::action, action, verdict, roles, to, event, meets, drops, sets, needs};
}

// The order of the columns: from, what, who, to, event, clocks met, dropped, set, what must be said.
constexpr Row table[] = {
    // A case comes to be, or comes here.
    by_itself(nowhere, Cause::request, dispatched, EVENT_KIND_DISPATCHED, none, none, three),
    by_itself(nowhere, Cause::request_to_desk, at_desk, EVENT_KIND_FILED, none, none, desk),
    by_itself(nowhere, Cause::arrival, dispatched, EVENT_KIND_TRANSFERRED_IN, desk, none, three),  // three: once only
    by_itself(nowhere, Cause::arrival_at_desk, at_desk, EVENT_KIND_TRANSFERRED_IN, none, none, desk),

    // At the desk.
    step(at_desk, ACTION_KIND_ASSIGN, assigners, dispatched, EVENT_KIND_ASSIGNED, none, none, none, Needs::target),
    step(at_desk, ACTION_KIND_ANSWER_ESCALATION, answerers, at_desk, EVENT_KIND_ESCALATION_ANSWERED, ladder),
    step(at_desk, ACTION_KIND_REPLAY_POISON, assigners, closed, EVENT_KIND_CLOSED, desk, rest),  // of a step set aside
    by_itself(at_desk, Cause::stage_clock, at_desk, EVENT_KIND_BREACHED),
    by_itself(at_desk, Cause::ladder_clock, at_desk, EVENT_KIND_ESCALATED),

    // Waiting to be signed for.
    step(dispatched, ACTION_KIND_ACCEPT, workers, accepted, EVENT_KIND_ACCEPTED, arrange),
    step(dispatched, ACTION_KIND_FEED_BACK, workers, fed_back, EVENT_KIND_FED_BACK, feed),
    step(dispatched, ACTION_KIND_RESOLVE, workers, resolved, EVENT_KIND_RESOLVED, three, ladder, verify),
    by_itself(dispatched, Cause::solved_on_spot, resolved, EVENT_KIND_RESOLVED, three, ladder, verify),
    step(dispatched, ACTION_KIND_ESCALATE, workers, dispatched, EVENT_KIND_FLAGGED_HARD, none, none, none, Needs::reason),
    step(dispatched, ACTION_KIND_RETURN, workers, at_desk, EVENT_KIND_RETURNED, none, none, none, Needs::reason),
    step(dispatched, ACTION_KIND_TRANSFER, movers, dispatched, EVENT_KIND_TRANSFERRED_OUT, none, none, none,
         Needs::reason_and_target),
    step(dispatched, ACTION_KIND_ANSWER_ESCALATION, answerers, dispatched, EVENT_KIND_ESCALATION_ANSWERED, ladder),
    by_itself(dispatched, Cause::stage_clock, dispatched, EVENT_KIND_BREACHED),
    by_itself(dispatched, Cause::ladder_clock, dispatched, EVENT_KIND_ESCALATED),

    // Signed for.
    step(accepted, ACTION_KIND_FEED_BACK, workers, fed_back, EVENT_KIND_FED_BACK, feed),
    step(accepted, ACTION_KIND_RESOLVE, workers, resolved, EVENT_KIND_RESOLVED, three, ladder, verify),
    step(accepted, ACTION_KIND_ESCALATE, workers, accepted, EVENT_KIND_FLAGGED_HARD, none, none, none, Needs::reason),
    step(accepted, ACTION_KIND_RETURN, workers, at_desk, EVENT_KIND_RETURNED, none, none, none, Needs::reason),
    step(accepted, ACTION_KIND_TRANSFER, movers, dispatched, EVENT_KIND_TRANSFERRED_OUT, none, none, none,
         Needs::reason_and_target),
    step(accepted, ACTION_KIND_ANSWER_ESCALATION, answerers, accepted, EVENT_KIND_ESCALATION_ANSWERED, ladder),
    by_itself(accepted, Cause::stage_clock, accepted, EVENT_KIND_BREACHED),
    by_itself(accepted, Cause::ladder_clock, accepted, EVENT_KIND_ESCALATED),

    // Fed back, still worked on.
    step(fed_back, ACTION_KIND_FEED_BACK, workers, fed_back, EVENT_KIND_FED_BACK, feed),
    step(fed_back, ACTION_KIND_RESOLVE, workers, resolved, EVENT_KIND_RESOLVED, three, ladder, verify),
    step(fed_back, ACTION_KIND_ESCALATE, workers, fed_back, EVENT_KIND_FLAGGED_HARD, none, none, none, Needs::reason),
    step(fed_back, ACTION_KIND_RETURN, workers, at_desk, EVENT_KIND_RETURNED, none, none, none, Needs::reason),
    step(fed_back, ACTION_KIND_TRANSFER, movers, dispatched, EVENT_KIND_TRANSFERRED_OUT, none, none, none,
         Needs::reason_and_target),
    step(fed_back, ACTION_KIND_ANSWER_ESCALATION, answerers, fed_back, EVENT_KIND_ESCALATION_ANSWERED, ladder),
    by_itself(fed_back, Cause::stage_clock, fed_back, EVENT_KIND_BREACHED),
    by_itself(fed_back, Cause::ladder_clock, fed_back, EVENT_KIND_ESCALATED),

    // Resolved: the worker's word, to be checked by the unit.
    by_itself(resolved, Cause::no_check_needed, closed, EVENT_KIND_CLOSED, none, rest),
    step(resolved, ACTION_KIND_VERIFY, checkers, verified, EVENT_KIND_VERIFIED, none, none, none, Needs::nothing,
         v1::VERDICT_PASSED),
    step(resolved, ACTION_KIND_VERIFY, checkers, rework, EVENT_KIND_REWORK, verify, ladder, solve, Needs::reason,
         v1::VERDICT_FAILED),
    step(resolved, ACTION_KIND_REWORK, checkers, rework, EVENT_KIND_REWORK, verify, ladder, solve, Needs::reason),
    step(resolved, ACTION_KIND_CALL_BACK, callers, resolved, EVENT_KIND_CALLED_BACK),
    step(resolved, ACTION_KIND_CLOSE, checkers, closed, EVENT_KIND_CLOSED, verify, rest),
    step(resolved, ACTION_KIND_ANSWER_ESCALATION, answerers, resolved, EVENT_KIND_ESCALATION_ANSWERED, ladder),
    by_itself(resolved, Cause::stage_clock, resolved, EVENT_KIND_BREACHED),
    by_itself(resolved, Cause::ladder_clock, resolved, EVENT_KIND_ESCALATED),

    // Verified: the citizen is called; the verify clock runs until it is closed.
    step(verified, ACTION_KIND_CALL_BACK, callers, verified, EVENT_KIND_CALLED_BACK),
    step(verified, ACTION_KIND_REWORK, checkers, rework, EVENT_KIND_REWORK, verify, ladder, solve, Needs::reason),
    step(verified, ACTION_KIND_CLOSE, checkers, closed, EVENT_KIND_CLOSED, verify, rest),
    step(verified, ACTION_KIND_ANSWER_ESCALATION, answerers, verified, EVENT_KIND_ESCALATION_ANSWERED, ladder),
    by_itself(verified, Cause::stage_clock, verified, EVENT_KIND_BREACHED),
    by_itself(verified, Cause::ladder_clock, verified, EVENT_KIND_ESCALATED),

    // The check failed: done again.
    step(rework, ACTION_KIND_FEED_BACK, workers, fed_back, EVENT_KIND_FED_BACK, feed),
    step(rework, ACTION_KIND_RESOLVE, workers, resolved, EVENT_KIND_RESOLVED, three, ladder, verify),
    step(rework, ACTION_KIND_ESCALATE, workers, rework, EVENT_KIND_FLAGGED_HARD, none, none, none, Needs::reason),
    step(rework, ACTION_KIND_RETURN, workers, at_desk, EVENT_KIND_RETURNED, none, none, none, Needs::reason),
    step(rework, ACTION_KIND_TRANSFER, movers, dispatched, EVENT_KIND_TRANSFERRED_OUT, none, none, none,
         Needs::reason_and_target),
    step(rework, ACTION_KIND_ANSWER_ESCALATION, answerers, rework, EVENT_KIND_ESCALATION_ANSWERED, ladder),
    by_itself(rework, Cause::stage_clock, rework, EVENT_KIND_BREACHED),
    by_itself(rework, Cause::ladder_clock, rework, EVENT_KIND_ESCALATED),

    // Parked: of any open state. A person must look; only the ladder's clocks fire.
    by_itself(at_desk, Cause::poisoned_clock, parked, EVENT_KIND_PARKED),
    by_itself(dispatched, Cause::poisoned_clock, parked, EVENT_KIND_PARKED),
    by_itself(accepted, Cause::poisoned_clock, parked, EVENT_KIND_PARKED),
    by_itself(fed_back, Cause::poisoned_clock, parked, EVENT_KIND_PARKED),
    by_itself(resolved, Cause::poisoned_clock, parked, EVENT_KIND_PARKED),
    by_itself(verified, Cause::poisoned_clock, parked, EVENT_KIND_PARKED),
    by_itself(rework, Cause::poisoned_clock, parked, EVENT_KIND_PARKED),
    by_itself(parked, Cause::poisoned_clock, parked, EVENT_KIND_PARKED),  // one of the ladder's
    step(parked, ACTION_KIND_REPLAY_POISON, assigners, as_before, EVENT_KIND_UNPARKED),
    step(parked, ACTION_KIND_ANSWER_ESCALATION, answerers, parked, EVENT_KIND_ESCALATION_ANSWERED, ladder),
    by_itself(parked, Cause::ladder_clock, parked, EVENT_KIND_ESCALATED),
};

// Steps of a later version of the case's life: named, refused, their room kept.
constexpr Set<v1::ActionKind> later{
    ACTION_KIND_REQUEST_EXTENSION, ACTION_KIND_DECIDE_EXTENSION, ACTION_KIND_SHELVE,    ACTION_KIND_UNSHELVE,
    ACTION_KIND_MARK_COMPLEX,      ACTION_KIND_APPROVE_PLAN,     ACTION_KIND_REOPEN,    ACTION_KIND_VOID,
    ACTION_KIND_NOT_ACCEPT,        ACTION_KIND_REMIND,           ACTION_KIND_SUPERVISE, ACTION_KIND_WHISTLE,
    ACTION_KIND_REPORT_IN,         ACTION_KIND_ADD_NOTE};
static_assert(v1::ActionKind_MAX < 32, "a set of actions has 32 bits");

using Grid = std::array<std::array<v1::ErrorCode, v1::ActionKind_ARRAYSIZE>, v1::CaseState_ARRAYSIZE>;

constexpr bool ended(v1::CaseState state) {
  return state == CASE_STATE_CLOSED || state == CASE_STATE_VOID || state == CASE_STATE_NOT_ACCEPTED;
}

constexpr Grid make_grid() {
  Grid grid{};
  for (int state = 0; state < v1::CaseState_ARRAYSIZE; ++state) {
    for (int action = 0; action < v1::ActionKind_ARRAYSIZE; ++action) {
      auto& answer = grid[static_cast<std::size_t>(state)][static_cast<std::size_t>(action)];
      answer = v1::ERROR_CODE_STATE_REFUSES;
      if (ended(static_cast<v1::CaseState>(state))) answer = v1::ERROR_CODE_CASE_ENDED;
      if (later.has(static_cast<v1::ActionKind>(action))) answer = v1::ERROR_CODE_NOT_YET;
    }
    grid[static_cast<std::size_t>(state)][ACTION_KIND_UNSPECIFIED] = v1::ERROR_CODE_FIELD_INVALID;
  }
  grid[CASE_STATE_AT_DESK][ACTION_KIND_RETURN] = v1::ERROR_CODE_DESK_CANNOT_RETURN;
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
