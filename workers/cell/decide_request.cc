// A request becomes a case: filed, then dispatched to this cell, or kept at the desk; or recorded as solved on the spot.
// One that was set aside becomes a case at the desk, under the three clocks that its cell would have set.
#include "workers/cell/decision.h"
#include "workers/ladder/ladder.h"

namespace huying::cell {

void Decision::request(v1::RequestFiled& request) {
  const CaseNumber number(request.case_number());
  const bool to_desk = state_.place().is_desk();
  const auto& rule = settings_->rule_of(request.filed().category(), request.filed().urgency());
  const auto start = instant(cause_.recorded_at_ms);
  const Row& row = *row_of(v1::CASE_STATE_UNSPECIFIED, to_desk ? Cause::request_to_desk : Cause::request);

  const v1::SetAsideDetail set_aside = request.filed().set_aside();
  begin(number, v1::EVENT_KIND_FILED, row.to);
  if (request.filed().has_reporter()) set_actor(request.filed().reporter(), v1::ROLE_UNSPECIFIED);
  parts_.filed().back(request.release_filed());
  filed_is_at_hand_ = true;
  parts_.lend_filed_to_event();
  settings_->holder_at(state_.place(), now_ms_, parts_.holder());
  if (to_desk) set_stage_clocks(nullptr, row.sets, rule, start);
  if (was_dispatched(set_aside)) {
    const Row& dispatching = *row_of(v1::CASE_STATE_UNSPECIFIED, Cause::request);
    set_stage_clocks(nullptr, dispatching.sets, rule, instant(set_aside.recorded_at_ms()));
  }
  if (request.has_words() || request.attachments() != 0) {
    parts_.reason().set_has_words(request.has_words());
    parts_.reason().set_attachments(request.attachments());
  }
  commit_event();
  if (to_desk) return effect(number, v1::CaseEffect::OPENED);

  begin(number, row.event, row.to);
  settings_->holder_at(state_.place(), now_ms_, parts_.holder());
  parts_.move().set_to_cell(state_.place().cell);
  set_stage_clocks(nullptr, row.sets, rule, start);
  commit_event();
  if (request.solved_on_spot()) return solve_on_spot(number, request, rule);
  effect(number, v1::CaseEffect::OPENED);
}

void Decision::solve_on_spot(const CaseNumber& number, const v1::RequestFiled& request, const v1::Rule& rule) {
  const Row& row = *row_of(v1::CASE_STATE_DISPATCHED, Cause::solved_on_spot);
  Case& one = *state_.find(number);
  begin(number, row.event, row.to);
  // What the FILED event lent is back: the reporter stands in it.
  const v1::Actor& reporter = parts_.filed().get()->reporter();
  set_actor(reporter, v1::ROLE_UNSPECIFIED);
  auto& reason = parts_.reason();
  reason.set_on_the_spot(true);
  reason.set_has_words(request.has_words());
  reason.set_attachments(request.attachments());
  finish_resolve(row, one, rule);
  if (!rule.close_on_resolve()) return effect(number, v1::CaseEffect::OPENED);
  close(*row_of(v1::CASE_STATE_RESOLVED, Cause::no_check_needed), one, reporter, reporter.role(), "close_on_resolve");
}

void Decision::finish_resolve(const Row& row, Case& one, const v1::Rule& rule) {
  end_clocks(one, row.meets, row.drops, cause_.recorded_at_ms);
  if (!rule.close_on_resolve()) {
    settings_->answerer_at(v1::RUNG_UNIT, state_.place(), now_ms_, parts_.holder());
    set_stage_clocks(&one, row.sets, rule, instant(cause_.recorded_at_ms));
  }
  commit_event();
}

}  // namespace huying::cell
