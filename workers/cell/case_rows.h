// The vocabulary in which the case table's rows are written: states, who may, which clocks, and how rows are made.
// Inside workers/cell only; all of it constant.
#pragma once
#include <array>

#include "workers/cell/case_table.h"

namespace huying::cell::rows {

inline constexpr auto nowhere = v1::CASE_STATE_UNSPECIFIED;
inline constexpr auto at_desk = v1::CASE_STATE_AT_DESK;
inline constexpr auto dispatched = v1::CASE_STATE_DISPATCHED;
inline constexpr auto accepted = v1::CASE_STATE_ACCEPTED;
inline constexpr auto fed_back = v1::CASE_STATE_FED_BACK;
inline constexpr auto resolved = v1::CASE_STATE_RESOLVED;
inline constexpr auto verified = v1::CASE_STATE_VERIFIED;
inline constexpr auto shelved = v1::CASE_STATE_SHELVED;
inline constexpr auto rework = v1::CASE_STATE_REWORK;
inline constexpr auto closed = v1::CASE_STATE_CLOSED;
inline constexpr auto voided = v1::CASE_STATE_VOID;
inline constexpr auto not_accepted = v1::CASE_STATE_NOT_ACCEPTED;
inline constexpr auto parked = v1::CASE_STATE_PARKED;
inline constexpr auto as_before = v1::CASE_STATE_UNSPECIFIED;  // where it was parked from

inline constexpr Roles itself{};
inline constexpr Roles workers{v1::ROLE_GRID_WORKER, v1::ROLE_CADRE};
inline constexpr Roles movers{v1::ROLE_GRID_WORKER, v1::ROLE_CADRE, v1::ROLE_UNIT_SUPERVISOR,
                              v1::ROLE_STREET_SUPERVISOR};
// What nobody has signed for yet the desk may send elsewhere as well: it takes back what it sent wrong.
inline constexpr Roles movers_of_unsigned{v1::ROLE_DESK, v1::ROLE_GRID_WORKER, v1::ROLE_CADRE, v1::ROLE_UNIT_SUPERVISOR,
                                          v1::ROLE_STREET_SUPERVISOR};
inline constexpr Roles assigners{v1::ROLE_DESK, v1::ROLE_STREET_SUPERVISOR};
inline constexpr Roles checkers{v1::ROLE_UNIT_SUPERVISOR, v1::ROLE_STREET_SUPERVISOR};
inline constexpr Roles supervisors{v1::ROLE_UNIT_SUPERVISOR, v1::ROLE_STREET_SUPERVISOR,
                                   v1::ROLE_DISTRICT_SUPERVISOR};
inline constexpr Roles above_units{v1::ROLE_STREET_SUPERVISOR, v1::ROLE_DISTRICT_SUPERVISOR};
inline constexpr Roles workers_and_supervisors{v1::ROLE_GRID_WORKER, v1::ROLE_CADRE, v1::ROLE_UNIT_SUPERVISOR,
                                               v1::ROLE_STREET_SUPERVISOR, v1::ROLE_DISTRICT_SUPERVISOR};
inline constexpr Roles callers{v1::ROLE_CITIZEN, v1::ROLE_DESK, v1::ROLE_UNIT_SUPERVISOR, v1::ROLE_STREET_SUPERVISOR};
inline constexpr Roles reminders{v1::ROLE_CITIZEN, v1::ROLE_DESK, v1::ROLE_UNIT_SUPERVISOR,
                                 v1::ROLE_STREET_SUPERVISOR, v1::ROLE_DISTRICT_SUPERVISOR};
inline constexpr Roles everybody{v1::ROLE_CITIZEN,
                                 v1::ROLE_DESK,
                                 v1::ROLE_GRID_WORKER,
                                 v1::ROLE_CADRE,
                                 v1::ROLE_UNIT_SUPERVISOR,
                                 v1::ROLE_STREET_SUPERVISOR,
                                 v1::ROLE_DISTRICT_SUPERVISOR};

inline constexpr Clocks none{};
inline constexpr Clocks arrange{v1::CLOCK_KIND_ARRANGE};
inline constexpr Clocks feed_back_clock{v1::CLOCK_KIND_FEED_BACK};
inline constexpr Clocks feed{v1::CLOCK_KIND_ARRANGE, v1::CLOCK_KIND_FEED_BACK};
inline constexpr Clocks three{v1::CLOCK_KIND_ARRANGE, v1::CLOCK_KIND_FEED_BACK, v1::CLOCK_KIND_SOLVE};
inline constexpr Clocks solve{v1::CLOCK_KIND_SOLVE};
inline constexpr Clocks desk{v1::CLOCK_KIND_DESK};
inline constexpr Clocks verify{v1::CLOCK_KIND_VERIFY};
inline constexpr Clocks review{v1::CLOCK_KIND_REVIEW};
inline constexpr Clocks ladder{v1::CLOCK_KIND_RUNG, v1::CLOCK_KIND_MONTHLY_FEEDBACK};
inline constexpr Clocks rest{v1::CLOCK_KIND_ARRANGE, v1::CLOCK_KIND_FEED_BACK, v1::CLOCK_KIND_SOLVE,
                             v1::CLOCK_KIND_DESK,    v1::CLOCK_KIND_RUNG,      v1::CLOCK_KIND_MONTHLY_FEEDBACK};
inline constexpr Clocks all{v1::CLOCK_KIND_ARRANGE,          v1::CLOCK_KIND_FEED_BACK, v1::CLOCK_KIND_SOLVE,
                            v1::CLOCK_KIND_VERIFY,           v1::CLOCK_KIND_DESK,      v1::CLOCK_KIND_RUNG,
                            v1::CLOCK_KIND_MONTHLY_FEEDBACK, v1::CLOCK_KIND_REVIEW};

// The order of the columns: from, what, who, to, event, clocks met, dropped, set, what must be said.
constexpr Row by_itself(v1::CaseState from, Cause cause, v1::CaseState to, v1::EventKind event, Clocks meets = {},
                        Clocks drops = {}, Clocks sets = {}) {
  return {from, cause, v1::ACTION_KIND_UNSPECIFIED, v1::VERDICT_UNSPECIFIED, itself, to, event, meets, drops, sets};
}
constexpr Row step(v1::CaseState from, v1::ActionKind action, Roles roles, v1::CaseState to, v1::EventKind event,
                   Clocks meets = {}, Clocks drops = {}, Clocks sets = {}, Needs needs = Needs::nothing,
                   v1::Verdict verdict = v1::VERDICT_UNSPECIFIED) {
  return {from, Cause::action, action, verdict, roles, to, event, meets, drops, sets, needs};
}

template <std::size_t... sizes>
constexpr auto joined(const std::array<Row, sizes>&... parts) {
  std::array<Row, (sizes + ...)> out{};
  std::size_t at = 0;
  const auto add = [&](const auto& part) {
    for (const Row& row : part) out[at++] = row;
  };
  (add(parts), ...);
  return out;
}

}  // namespace huying::cell::rows
