#include "tests/sim/nodes/habits.h"

namespace huying::sim {
namespace {

using enum v1::ActionKind;
using enum Who;

constexpr Habit at_desk[] = {{700, desk, ACTION_KIND_ASSIGN},     {50, street_supervisor, ACTION_KIND_ASSIGN},
                             {40, desk, ACTION_KIND_NOT_ACCEPT},  {20, street_supervisor, ACTION_KIND_VOID},
                             {15, desk, ACTION_KIND_REMIND},      {15, street_supervisor, ACTION_KIND_SUPERVISE},
                             {15, desk, ACTION_KIND_ADD_NOTE}};
constexpr Habit dispatched[] = {{380, worker, ACTION_KIND_ACCEPT},
                                {50, deputy, ACTION_KIND_ACCEPT},
                                {80, worker, ACTION_KIND_FEED_BACK},
                                {90, cadre, ACTION_KIND_RESOLVE},
                                {60, worker, ACTION_KIND_RETURN},
                                {70, worker, ACTION_KIND_TRANSFER},
                                {40, unit_supervisor, ACTION_KIND_TRANSFER},
                                {40, worker, ACTION_KIND_ESCALATE},
                                {20, unit_supervisor, ACTION_KIND_MARK_COMPLEX},
                                {20, unit_supervisor, ACTION_KIND_NOT_ACCEPT},
                                {15, unit_supervisor, ACTION_KIND_VOID},
                                {20, unit_supervisor, ACTION_KIND_REMIND},
                                {15, district_supervisor, ACTION_KIND_SUPERVISE},
                                {15, worker, ACTION_KIND_ADD_NOTE}};
constexpr Habit accepted[] = {{360, worker, ACTION_KIND_FEED_BACK},
                              {160, worker, ACTION_KIND_RESOLVE},
                              {40, worker, ACTION_KIND_RETURN},
                              {60, worker, ACTION_KIND_TRANSFER},
                              {50, worker, ACTION_KIND_ESCALATE},
                              {80, worker, ACTION_KIND_REQUEST_EXTENSION},
                              {40, street_supervisor, ACTION_KIND_SHELVE},
                              {25, street_supervisor, ACTION_KIND_APPROVE_PLAN},
                              {25, unit_supervisor, ACTION_KIND_MARK_COMPLEX},
                              {15, unit_supervisor, ACTION_KIND_VOID},
                              {20, unit_supervisor, ACTION_KIND_REMIND},
                              {15, street_supervisor, ACTION_KIND_SUPERVISE},
                              {15, cadre, ACTION_KIND_ADD_NOTE}};
constexpr Habit fed_back[] = {{380, worker, ACTION_KIND_RESOLVE},
                              {80, cadre, ACTION_KIND_FEED_BACK},
                              {70, worker, ACTION_KIND_TRANSFER},
                              {40, worker, ACTION_KIND_RETURN},
                              {50, worker, ACTION_KIND_ESCALATE},
                              {80, worker, ACTION_KIND_REQUEST_EXTENSION},
                              {40, street_supervisor, ACTION_KIND_SHELVE},
                              {25, street_supervisor, ACTION_KIND_APPROVE_PLAN},
                              {25, unit_supervisor, ACTION_KIND_MARK_COMPLEX},
                              {15, unit_supervisor, ACTION_KIND_VOID},
                              {20, desk, ACTION_KIND_REMIND},
                              {15, street_supervisor, ACTION_KIND_SUPERVISE},
                              {15, worker, ACTION_KIND_ADD_NOTE}};
constexpr Habit shelved[] = {{350, worker, ACTION_KIND_UNSHELVE},          {80, unit_supervisor, ACTION_KIND_UNSHELVE},
                             {150, street_supervisor, ACTION_KIND_SHELVE}, {60, unit_supervisor, ACTION_KIND_VOID},
                             {60, unit_supervisor, ACTION_KIND_REMIND},    {60, street_supervisor, ACTION_KIND_SUPERVISE},
                             {60, worker, ACTION_KIND_ADD_NOTE}};
constexpr Habit resolved[] = {{310, unit_supervisor, ACTION_KIND_VERIFY, v1::VERDICT_PASSED},
                              {90, unit_supervisor, ACTION_KIND_VERIFY, v1::VERDICT_FAILED},
                              {220, unit_supervisor, ACTION_KIND_CLOSE},
                              {90, street_supervisor, ACTION_KIND_REWORK},
                              {60, desk, ACTION_KIND_CALL_BACK},
                              {40, desk, ACTION_KIND_CALL_BACK, v1::VERDICT_FAILED},
                              {20, unit_supervisor, ACTION_KIND_REMIND},
                              {20, street_supervisor, ACTION_KIND_SUPERVISE},
                              {20, worker, ACTION_KIND_ADD_NOTE}};
constexpr Habit verified[] = {{500, unit_supervisor, ACTION_KIND_CLOSE},
                              {110, unit_supervisor, ACTION_KIND_REWORK},
                              {70, desk, ACTION_KIND_CALL_BACK},
                              {50, desk, ACTION_KIND_CALL_BACK, v1::VERDICT_FAILED},
                              {30, street_supervisor, ACTION_KIND_REMIND},
                              {30, street_supervisor, ACTION_KIND_SUPERVISE},
                              {30, desk, ACTION_KIND_ADD_NOTE}};
constexpr Habit rework[] = {{200, worker, ACTION_KIND_FEED_BACK},
                            {180, worker, ACTION_KIND_RESOLVE},
                            {80, worker, ACTION_KIND_ESCALATE},
                            {60, worker, ACTION_KIND_RETURN},
                            {80, worker, ACTION_KIND_TRANSFER},
                            {90, worker, ACTION_KIND_REQUEST_EXTENSION},
                            {50, street_supervisor, ACTION_KIND_SHELVE},
                            {50, street_supervisor, ACTION_KIND_APPROVE_PLAN},
                            {40, unit_supervisor, ACTION_KIND_MARK_COMPLEX},
                            {30, unit_supervisor, ACTION_KIND_VOID},
                            {30, unit_supervisor, ACTION_KIND_REMIND},
                            {30, street_supervisor, ACTION_KIND_SUPERVISE},
                            {30, worker, ACTION_KIND_ADD_NOTE}};
constexpr Habit closed[] = {{50, desk, ACTION_KIND_REOPEN}, {20, unit_supervisor, ACTION_KIND_REOPEN}};

constexpr Habit parked[] = {{450, street_supervisor, ACTION_KIND_REPLAY_POISON}, {150, desk, ACTION_KIND_REPLAY_POISON},
                            {100, worker, ACTION_KIND_ACCEPT}};
constexpr Habit step_set_aside[] = {{550, desk, ACTION_KIND_REPLAY_POISON}, {150, street_supervisor, ACTION_KIND_REPLAY_POISON},
                                    {60, desk, ACTION_KIND_ASSIGN},         {40, desk, ACTION_KIND_NOT_ACCEPT},
                                    {40, street_supervisor, ACTION_KIND_VOID}};

}  // namespace

std::span<const Habit> habits_of_a_step_set_aside() { return step_set_aside; }

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
    case v1::CASE_STATE_SHELVED:
      return shelved;
    case v1::CASE_STATE_CLOSED:
      return closed;
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
    case district_supervisor:
      return "district.supervisor-1";
    default:
      return "desk-1";
  }
}

}  // namespace huying::sim
