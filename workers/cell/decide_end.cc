// How a case ends (closed, void, not accepted), and how what was closed begins again.
#include "workers/cell/decision.h"

namespace huying::cell {

void Decision::close(const Row& row, Case& one, const v1::Actor& by, v1::Role role, std::string_view reason_code) {
  const CaseNumber number = one.number;
  begin(number, row.event, row.to);
  set_actor(by, role);
  end_clocks(one, row.meets, row.drops, cause_.recorded_at_ms);
  auto& reason = parts_.reason();
  reason.set_reason_code(reason_code.data(), reason_code.size());
  write_whole_at_end(one, row.to, reason_code);
  commit_event();
  effect(number, v1::CaseEffect::ENDED);
}

// I8: the event that ends a case holds it whole, as it is after the event. The history digest reaches to the event
// before.
void Decision::write_whole_at_end(const Case& one, v1::CaseState state, std::string_view reason_code) {
  const auto& event = parts_.event();
  auto& whole = parts_.whole();
  write_whole_but_filed(one, state_.place().cell, state_.names(), whole);
  if (filed_is_at_hand_) {
    whole.set_allocated_filed(parts_.filed().lend());
  } else {
    whole.mutable_filed()->ParseFromString(one.filed);
  }
  whole.set_state(state);
  whole.set_revision(one.revision + 1);
  whole.set_updated_at_ms(now_ms_);
  for (const auto& ended : event.clocks_ended()) {
    for (auto& clock : *whole.mutable_clocks()) {
      if (clock.kind() != ended.kind()) continue;
      clock.set_outcome(ended.outcome());
      clock.set_lateness_ms(ended.lateness_ms());
    }
  }
  *whole.mutable_ended_by() = event.actor();
  whole.set_ended_reason_code(reason_code.data(), reason_code.size());
}

// What was closed was not done after all: the same number, history and first due times; done again.
v1::ErrorCode Decision::reopen(const v1::ActionStamped& action, const v1::CaseWhole& prior) {
  const Row* row = nullptr;
  auto role = v1::ROLE_UNSPECIFIED;
  for (const auto candidate : roles_of(action)) {
    row = row_of(prior.state(), action.kind(), action.verdict(), candidate);
    role = candidate;
    if (row != nullptr) break;
  }
  if (row == nullptr) return v1::ERROR_CODE_ROLE_REFUSES;
  Case ended;  // to see its clocks; the state has it once the event is folded
  read_whole(prior, state_.names(), ended);
  if (const auto needs = check_needs(*row, ended, action, role); needs != v1::ERROR_CODE_NONE) return needs;

  auto& event = begin(ended.number, row->event, row->to);
  set_actor(action.actor(), role);
  write_reason(action);
  *event.mutable_whole() = prior;
  auto& check = *event.mutable_check();
  check.set_verdict(v1::VERDICT_FAILED);
  check.set_satisfaction(action.satisfaction());
  check.set_times(ended.rework + 1);
  settings_->holder_at(state_.place(), now_ms_, parts_.holder());
  set_rework_clock(ended, rule_of(ended));
  commit_event();
  effect(ended.number, v1::CaseEffect::OPENED);
  write_outcome(ended.number, action);
  return v1::ERROR_CODE_NONE;
}

}  // namespace huying::cell
