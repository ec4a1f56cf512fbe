// The whole table, state by state, action by action, role by role: whoever tries whatever, the answer is a done step
// or a refusal that says which state the case is in and what may be done instead; and what is said to be allowed is.
#include <gmock/gmock.h>

#include "tests/workers/host/fake_broker.h"
#include "workers/cell/case_table.h"

namespace huying::host {
namespace {

using enum v1::ActionKind;
using enum v1::CaseState;

constexpr v1::Role roles[] = {
    v1::ROLE_GRID_WORKER,         v1::ROLE_CADRE, v1::ROLE_UNIT_SUPERVISOR, v1::ROLE_STREET_SUPERVISOR,
    v1::ROLE_DISTRICT_SUPERVISOR, v1::ROLE_DESK,  v1::ROLE_CITIZEN,         v1::ROLE_OBSERVER};
constexpr v1::CaseState states[] = {CASE_STATE_AT_DESK,  CASE_STATE_DISPATCHED,  CASE_STATE_ACCEPTED,
                                    CASE_STATE_FED_BACK, CASE_STATE_RESOLVED,    CASE_STATE_VERIFIED,
                                    CASE_STATE_SHELVED,  CASE_STATE_REWORK,      CASE_STATE_CLOSED,
                                    CASE_STATE_VOID,     CASE_STATE_NOT_ACCEPTED};

ActionSpec by(v1::Role role) {
  ActionSpec spec{"somebody", {role}, "because"};
  spec.verdict = v1::VERDICT_PASSED;
  spec.words = true;
  spec.to_cell = "v1-02";
  return spec;
}

// A fresh case in that state.
std::string bring_to(FakeBroker& broker, v1::CaseState state) {
  const auto number = broker.request(state == CASE_STATE_AT_DESK ? 1 : 2);
  const auto step = [&](v1::ActionKind kind, v1::Role role, v1::Verdict verdict = v1::VERDICT_PASSED) {
    auto spec = by(role);
    spec.verdict = verdict;
    spec.until_ms = broker.now_ms() + 20 * day_ms;
    EXPECT_EQ(broker.act(number, kind, spec)->error(), 0u) << v1::ActionKind_Name(kind);
  };
  switch (state) {
    case CASE_STATE_ACCEPTED:
      step(ACTION_KIND_ACCEPT, v1::ROLE_GRID_WORKER);
      break;
    case CASE_STATE_FED_BACK:
      step(ACTION_KIND_FEED_BACK, v1::ROLE_GRID_WORKER);
      break;
    case CASE_STATE_SHELVED:
      step(ACTION_KIND_ACCEPT, v1::ROLE_GRID_WORKER);
      step(ACTION_KIND_SHELVE, v1::ROLE_STREET_SUPERVISOR);
      break;
    case CASE_STATE_RESOLVED:
    case CASE_STATE_VERIFIED:
    case CASE_STATE_REWORK:
    case CASE_STATE_CLOSED:
      step(ACTION_KIND_RESOLVE, v1::ROLE_GRID_WORKER);
      if (state == CASE_STATE_VERIFIED) step(ACTION_KIND_VERIFY, v1::ROLE_UNIT_SUPERVISOR);
      if (state == CASE_STATE_REWORK) step(ACTION_KIND_VERIFY, v1::ROLE_UNIT_SUPERVISOR, v1::VERDICT_FAILED);
      if (state == CASE_STATE_CLOSED) step(ACTION_KIND_CLOSE, v1::ROLE_UNIT_SUPERVISOR);
      break;
    case CASE_STATE_VOID:
      step(ACTION_KIND_VOID, v1::ROLE_UNIT_SUPERVISOR);
      break;
    case CASE_STATE_NOT_ACCEPTED:
      step(ACTION_KIND_NOT_ACCEPT, v1::ROLE_UNIT_SUPERVISOR);
      break;
    default:
      break;
  }
  return number;
}

bool is_of_state_or_role(std::uint32_t error) {
  return error == v1::ERROR_CODE_STATE_REFUSES || error == v1::ERROR_CODE_ROLE_REFUSES ||
         error == v1::ERROR_CODE_NOT_YET || error == v1::ERROR_CODE_CASE_ENDED ||
         error == v1::ERROR_CODE_DESK_CANNOT_RETURN || error == v1::ERROR_CODE_NO_ESCALATION;
}

TEST(Walk, EveryStepInEveryStateByEveryRoleIsDoneOrRefusedInWords) {
  FakeBroker broker;
  int done = 0, refused = 0;
  for (const auto state : states) {
    for (int action = 1; action < v1::ActionKind_ARRAYSIZE; ++action) {
      const auto kind = static_cast<v1::ActionKind>(action);
      for (const auto role : roles) {
        SCOPED_TRACE(v1::CaseState_Name(state) + " " + v1::ActionKind_Name(kind) + " " + v1::Role_Name(role));
        const auto number = bring_to(broker, state);
        auto spec = by(role);
        spec.until_ms = broker.now_ms() + 30 * day_ms;
        const auto outcome = broker.act(number, kind, spec);
        ASSERT_TRUE(outcome.has_value());
        const bool has_row = cell::row_of(state, kind, spec.verdict, role) != nullptr;
        if (outcome->error() == 0) {
          EXPECT_TRUE(has_row);
          ++done;
          continue;
        }
        ++refused;
        EXPECT_EQ(outcome->state(), state) << "it says which state the case is in";
        EXPECT_TRUE(has_row || is_of_state_or_role(outcome->error())) << outcome->error();
        const auto possible = cell::allowed_of(state, {{role}});
        for (const auto allowed : outcome->allowed())
          EXPECT_THAT(possible, testing::Contains(static_cast<v1::ActionKind>(allowed)));
      }
    }
  }
  EXPECT_GT(done, 200);
  EXPECT_GT(refused, 1000);
}

TEST(Walk, WhatIsSaidToBeAllowedIs) {
  FakeBroker broker;
  for (const auto state : states) {
    if (cell::is_ended(state)) continue;
    for (const auto role : roles) {
      const auto first = bring_to(broker, state);
      const auto view = broker.ask(broker.stream_of(first), first, {role}).cases(0);
      for (const auto allowed : view.allowed()) {
        const auto kind = static_cast<v1::ActionKind>(allowed);
        SCOPED_TRACE(v1::CaseState_Name(state) + " " + v1::ActionKind_Name(kind) + " " + v1::Role_Name(role));
        const auto number = bring_to(broker, state);
        auto spec = by(role);
        spec.until_ms = broker.now_ms() + 30 * day_ms;
        EXPECT_EQ(broker.act(number, kind, spec)->error(), 0u);
      }
    }
  }
}

}  // namespace
}  // namespace huying::host
