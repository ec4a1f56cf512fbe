#include "tests/sim/nodes/habits.h"

namespace huying::sim {
namespace {

using enum v1::ActionKind;
using enum Who;

constexpr Habit at_desk[] = {{780, desk, ACTION_KIND_ASSIGN}, {50, street_supervisor, ACTION_KIND_ASSIGN}};
constexpr Habit dispatched[] = {{400, worker, ACTION_KIND_ACCEPT},    {50, deputy, ACTION_KIND_ACCEPT},
                                {90, worker, ACTION_KIND_FEED_BACK},  {120, cadre, ACTION_KIND_RESOLVE},
                                {60, worker, ACTION_KIND_RETURN},     {60, worker, ACTION_KIND_TRANSFER},
                                {30, unit_supervisor, ACTION_KIND_TRANSFER}, {50, worker, ACTION_KIND_ESCALATE}};
constexpr Habit accepted[] = {{430, worker, ACTION_KIND_FEED_BACK}, {280, worker, ACTION_KIND_RESOLVE},
                              {50, worker, ACTION_KIND_RETURN},     {60, worker, ACTION_KIND_TRANSFER},
                              {60, worker, ACTION_KIND_ESCALATE}};
constexpr Habit fed_back[] = {{560, worker, ACTION_KIND_RESOLVE}, {80, cadre, ACTION_KIND_FEED_BACK},
                              {60, worker, ACTION_KIND_TRANSFER}, {50, worker, ACTION_KIND_RETURN},
                              {60, worker, ACTION_KIND_ESCALATE}};
constexpr Habit resolved[] = {{330, unit_supervisor, ACTION_KIND_VERIFY, v1::VERDICT_PASSED},
                              {90, unit_supervisor, ACTION_KIND_VERIFY, v1::VERDICT_FAILED},
                              {250, unit_supervisor, ACTION_KIND_CLOSE},
                              {90, street_supervisor, ACTION_KIND_REWORK},
                              {90, desk, ACTION_KIND_CALL_BACK}};
constexpr Habit verified[] = {{550, unit_supervisor, ACTION_KIND_CLOSE},
                              {120, unit_supervisor, ACTION_KIND_REWORK},
                              {120, desk, ACTION_KIND_CALL_BACK}};
constexpr Habit rework[] = {{300, worker, ACTION_KIND_FEED_BACK}, {250, worker, ACTION_KIND_RESOLVE},
                            {90, worker, ACTION_KIND_ESCALATE},   {90, worker, ACTION_KIND_RETURN},
                            {90, worker, ACTION_KIND_TRANSFER}};

constexpr Habit parked[] = {{450, street_supervisor, ACTION_KIND_REPLAY_POISON}, {150, desk, ACTION_KIND_REPLAY_POISON},
                            {100, worker, ACTION_KIND_ACCEPT}};

}  // namespace

std::span<const Habit> habits_in(v1::CaseState state) {
  switch (state) {
    case v1::CASE_STATE_AT_DESK:
      return at_desk;
    case v1::CASE_STATE_DISPATCHED:
      return dispatched;
    case v1::CASE_STATE_ACCEPTED:
      return accepted;
    case v1::CASE_STATE_FED_BACK:
      return fed_back;
    case v1::CASE_STATE_RESOLVED:
      return resolved;
    case v1::CASE_STATE_VERIFIED:
      return verified;
    case v1::CASE_STATE_REWORK:
      return rework;
    case v1::CASE_STATE_PARKED:
      return parked;
    default:
      return {};
  }
}

std::string person_of(Who who, const std::string& cell, const std::string& unit) {
  switch (who) {
    case worker:
      return cell + ".worker";
    case deputy:
      return cell + ".deputy";
    case cadre:
      return cell + ".cadre";
    case unit_supervisor:
      return unit + ".supervisor";
    case street_supervisor:
      return "street.supervisor-1";
    default:
      return "desk-1";
  }
}

}  // namespace huying::sim
