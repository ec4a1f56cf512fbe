// The case table: every legal transition of a case is one row; everything else is refused by name, with a number.
// docs/case-life.md shows it as a diagram made from these rows. Pure data; any thread.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "huying/v1/action.pb.h"
#include "huying/v1/common.pb.h"
#include "huying/v1/error.pb.h"
#include "huying/v1/event.pb.h"

namespace huying::cell {

// What moves a case.
enum class Cause : std::uint8_t {
  request,            // routed to this cell
  request_to_desk,    // not routed with certainty
  arrival,            // a transfer from another cell
  arrival_at_desk,
  action,             // a person's step; Row::action says which
  solved_on_spot,     // the report says that it is done
  no_check_needed,    // the rule closes what is resolved
  not_solved,         // the citizen says so when called back
  stage_clock,        // arrange, feed back, solve, verify, desk or review is due
  ladder_clock,       // a rung's time, or the month at the top, is over
  reminder,           // of a clock, before it is due
  recount,            // another calendar or policy gives a clock another due time
  hops_over,          // a move too many: the desk decides for good
  poisoned_clock,     // a clock ended its hosts each time it fired, and was set aside
};

// Sets of small enums, as bits.
template <class Enum>
struct Set {
  std::uint32_t bits = 0;
  constexpr Set() = default;
  constexpr Set(std::initializer_list<Enum> values) {
    for (const auto value : values) bits |= 1u << static_cast<unsigned>(value);
  }
  constexpr bool has(Enum value) const { return (bits >> static_cast<unsigned>(value) & 1u) != 0; }
  constexpr bool empty() const { return bits == 0; }
};
using Roles = Set<v1::Role>;
using Clocks = Set<v1::ClockKind>;

// `rule`: a reason code, which names the rule. `words`: words or attachments.
enum class Needs : std::uint8_t { nothing, reason, rule, words, target, reason_and_target };

struct Row {
  v1::CaseState from = v1::CASE_STATE_UNSPECIFIED;  // unspecified: not in this cell yet
  Cause cause = Cause::action;
  v1::ActionKind action = v1::ACTION_KIND_UNSPECIFIED;
  v1::Verdict verdict = v1::VERDICT_UNSPECIFIED;  // verify: one row each
  Roles roles;                                    // who may; empty: the case table itself
  v1::CaseState to = v1::CASE_STATE_UNSPECIFIED;  // unspecified: where it was parked from
  v1::EventKind event = v1::EVENT_KIND_UNSPECIFIED;  // the one that carries the transition
  Clocks meets;  // running or fired ones of these end as met or late
  Clocks drops;  // running ones of these end as moot
  Clocks sets;
  Needs needs = Needs::nothing;
};

std::span<const Row> case_table();

bool is_ended(v1::CaseState state);
// A state of this version's life in which a case is open: its clocks can fire.
bool is_open(v1::CaseState state);

// The row of a step without a person.
const Row* row_of(v1::CaseState from, Cause cause);

// What a state says to an action, whoever does it: ERROR_CODE_NONE when there is a row for some role.
// Otherwise CASE_ENDED, NOT_YET (the step belongs to a later version), DESK_CANNOT_RETURN or STATE_REFUSES.
// Total: every kind has an answer in every state.
v1::ErrorCode answer_of(v1::CaseState from, v1::ActionKind action);

// The row by which `role` may do `action`; nullptr when there is none (then answer_of says why, or ROLE_REFUSES).
const Row* row_of(v1::CaseState from, v1::ActionKind action, v1::Verdict verdict, v1::Role role);

// Every action that the table allows to one of the roles, in order of their numbers.
std::vector<v1::ActionKind> allowed_of(v1::CaseState from, std::span<const v1::Role> roles);

// The mermaid diagram of docs/case-life.md.
std::string diagram();

}  // namespace huying::cell
