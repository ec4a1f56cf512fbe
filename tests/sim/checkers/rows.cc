#include "tests/sim/checkers/rows.h"

#include <fmt/format.h>

#include "workers/cell/case_table.h"

namespace huying::sim {
namespace {

using cell::Cause;
using cell::Row;

// The cause of a row that no person takes; nothing when the event says that a person did.
std::optional<Cause> cause_without_person(const SeenEvent& seen) {
  const auto& event = seen.event;
  const bool at_desk = event.state() == v1::CASE_STATE_AT_DESK;
  const bool no_person = seen.action == nullptr;
  switch (event.kind()) {
    case v1::EVENT_KIND_REMINDED:
      return no_person ? std::optional(Cause::reminder) : std::nullopt;
    case v1::EVENT_KIND_CLOCK_CHANGED:
      return Cause::recount;
    case v1::EVENT_KIND_RETURNED:
      return !no_person && seen.action->kind() == v1::ACTION_KIND_TRANSFER ? std::optional(Cause::hops_over)
                                                                            : std::nullopt;
    case v1::EVENT_KIND_FILED:
      return at_desk ? std::optional(Cause::request_to_desk) : std::nullopt;
    case v1::EVENT_KIND_DISPATCHED:
      return Cause::request;
    case v1::EVENT_KIND_TRANSFERRED_IN:
      return at_desk ? Cause::arrival_at_desk : Cause::arrival;
    case v1::EVENT_KIND_RESOLVED:
      return seen.action == nullptr ? std::optional(Cause::solved_on_spot) : std::nullopt;
    case v1::EVENT_KIND_CLOSED: {
      const bool by_person = !no_person && (seen.action->kind() == v1::ACTION_KIND_CLOSE ||
                                            seen.action->kind() == v1::ACTION_KIND_REPLAY_POISON);
      return by_person ? std::nullopt : std::optional(Cause::no_check_needed);
    }
    case v1::EVENT_KIND_REWORK:
      return !no_person && seen.action->kind() == v1::ACTION_KIND_CALL_BACK ? std::optional(Cause::not_solved) : std::nullopt;
    case v1::EVENT_KIND_BREACHED:
      return Cause::stage_clock;
    case v1::EVENT_KIND_ESCALATED:
      return Cause::ladder_clock;
    case v1::EVENT_KIND_PARKED:
      return Cause::poisoned_clock;
    default:
      return std::nullopt;
  }
}

bool comes_from_nowhere(Cause cause) {
  return cause == Cause::request || cause == Cause::request_to_desk || cause == Cause::arrival ||
         cause == Cause::arrival_at_desk;
}

// What was asked for is granted by the row of what it is.
v1::ActionKind kind_of_row(const SeenEvent& seen) {
  if (seen.event.kind() == v1::EVENT_KIND_SHELVED) return v1::ACTION_KIND_SHELVE;
  if (seen.event.kind() == v1::EVENT_KIND_PLAN_APPROVED) return v1::ACTION_KIND_APPROVE_PLAN;
  return seen.action->kind();
}

bool fits(const Row& row, const SeenEvent& seen, std::optional<Cause> cause) {
  const bool returns = row.to == v1::CASE_STATE_UNSPECIFIED;  // where it was parked from
  if (row.event != seen.event.kind() || (row.to != seen.event.state() && !returns)) return false;
  if (cause) {
    const auto from = comes_from_nowhere(*cause) ? v1::CASE_STATE_UNSPECIFIED : seen.before.state;
    return row.cause == *cause && row.from == from;
  }
  if (seen.action == nullptr || row.cause != Cause::action || row.from != seen.before.state) return false;
  const bool verdict_fits = row.verdict == v1::VERDICT_UNSPECIFIED || row.verdict == seen.action->verdict();
  return row.action == kind_of_row(seen) && verdict_fits;
}

}  // namespace

std::optional<std::size_t> row_of_event(const SeenEvent& seen) {
  // A case that was dispatched for the first time on its arrival says both; the arrival is the row.
  const bool arrived = seen.event.kind() == v1::EVENT_KIND_DISPATCHED && seen.index > 0 &&
                       seen.record.events[seen.index - 1].kind() == v1::EVENT_KIND_TRANSFERRED_IN;
  if (arrived) return std::nullopt;
  const auto cause = cause_without_person(seen);
  const auto table = cell::case_table();
  for (std::size_t i = 0; i < table.size(); ++i)
    if (fits(table[i], seen, cause)) return i;
  return std::nullopt;
}

std::string row_name(std::size_t index) {
  static constexpr const char* causes[] = {"request",        "request to desk", "arrival",     "arrival at desk", "",
                                           "solved on spot", "no check needed", "not solved",  "stage clock",     "ladder clock",
                                           "reminder",       "recount",         "hops over",   "poisoned clock"};
  const Row& row = cell::case_table()[index];
  std::string how = row.cause == Cause::action ? v1::ActionKind_Name(row.action).substr(12)
                                               : std::string(causes[static_cast<std::size_t>(row.cause)]);
  if (row.verdict != v1::VERDICT_UNSPECIFIED) how += " " + v1::Verdict_Name(row.verdict).substr(8);
  const bool returns = row.to == v1::CASE_STATE_UNSPECIFIED;
  return fmt::format("{} --{}--> {}", v1::CaseState_Name(row.from).substr(11), how,
                     returns ? "AS_BEFORE" : v1::CaseState_Name(row.to).substr(11));
}

}  // namespace huying::sim
