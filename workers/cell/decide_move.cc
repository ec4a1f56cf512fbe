// A case moves: out of the old cell with a send that holds it whole, into the new one with that message. Its clocks run
// on from their stored instants and its revision goes on counting.
#include <algorithm>

#include "workers/cell/decision.h"

namespace huying::cell {

void Decision::move(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role) {
  const CaseNumber number = one.number;
  const bool to_desk = row.to == v1::CASE_STATE_AT_DESK;
  const auto to_stream = to_desk ? desk_stream.value : action.to_stream();
  const std::string to_cell = to_desk ? std::string(desk_code) : action.to_cell();
  const std::string better_cell = to_desk ? action.to_cell() : std::string();

  begin(number, row.event, row.to);
  set_actor(action.actor(), role);
  settings_->holder_on_the_way(to_cell, now_ms_, parts_.holder());
  auto& move = parts_.move();
  move.set_from_cell(state_.place().cell);
  move.set_to_cell(to_cell);
  move.set_better_cell(better_cell);
  move.set_reason_code(action.reason_code());
  move.set_hops(one.hops + 1);
  const bool is_word_of_desk = row.event == v1::EVENT_KIND_ASSIGNED || role == v1::ROLE_DESK;
  move.set_is_final(one.is_final || (is_word_of_desk && one.hops >= rule_of(one).hops_max()));
  auto& reason = parts_.reason();
  reason.set_reason_code(action.reason_code());
  reason.set_has_words(action.has_words());
  reason.set_attachments(action.attachments());
  commit_event();

  auto& send = *commit_.add_sends();
  send.set_to_stream(to_stream);
  auto& message = *send.mutable_message();
  message.set_from_stream(state_.place().stream);
  message.set_from_cell(state_.place().cell);
  auto& transfer = *message.mutable_transfer();
  write_whole(one, to_cell, state_.names(), *transfer.mutable_whole());
  transfer.set_why(row.event);
  *transfer.mutable_by() = parts_.event().actor();
  transfer.set_reason_code(action.reason_code());
  transfer.set_better_cell(better_cell);
  effect(number, v1::CaseEffect::MOVED_TO, to_stream);
}

void Decision::arrive(const v1::Transfer& transfer, std::string_view from_cell) {
  const CaseNumber number(transfer.whole().case_number());
  const bool to_desk = state_.place().is_desk();
  const Row& row = *row_of(v1::CASE_STATE_UNSPECIFIED, to_desk ? Cause::arrival_at_desk : Cause::arrival);
  const bool first_dispatch = !to_desk && transfer.whole().first_dispatched_at_ms() == 0;
  Case came;  // to see its clocks; the state has it once the event is folded
  read_whole(transfer.whole(), state_.names(), came);
  const auto& rule = rule_of(came);
  const auto start = instant(cause_.recorded_at_ms);

  auto& event = begin(number, row.event, row.to);
  set_actor(transfer.by(), v1::ROLE_UNSPECIFIED);
  *event.mutable_whole() = transfer.whole();
  settings_->holder_at(state_.place(), now_ms_, parts_.holder());
  auto& move = parts_.move();
  move.set_from_cell(from_cell.data(), from_cell.size());
  move.set_to_cell(state_.place().cell);
  move.set_better_cell(transfer.better_cell());
  move.set_reason_code(transfer.reason_code());
  move.set_hops(transfer.whole().hops());
  move.set_is_final(transfer.whole().is_final());
  if (to_desk) set_stage_clocks(&came, row.sets, rule, start);
  // The desk was in time when its clock has not fired: a clock due before the assigning step was recorded fires first.
  if (!first_dispatch) end_arrival_clock(came, row);
  // All its own clocks may have fired before, and somebody above have answered: then only the desk's still ran (I5).
  if (!first_dispatch && !to_desk) keep_a_clock(came, std::max(came.highest_rung(), v1::RUNG_UNIT));
  commit_event();
  if (first_dispatch) {
    begin(number, v1::EVENT_KIND_DISPATCHED, row.to);
    settings_->holder_at(state_.place(), now_ms_, parts_.holder());
    parts_.move().set_to_cell(state_.place().cell);
    parts_.move().set_hops(transfer.whole().hops());
    end_arrival_clock(*state_.find(number), row);
    set_stage_clocks(state_.find(number), row.sets, rule, start);
    commit_event();
  }
  effect(number, v1::CaseEffect::OPENED);
}

void Decision::end_arrival_clock(const Case& one, const Row& row) {
  if (row.meets.empty()) return;
  const Clock* desk = one.clock(v1::CLOCK_KIND_DESK);
  if (desk == nullptr) return;
  end_clocks(one, row.meets, row.drops, desk->running() ? desk->due_at_ms - 1 : cause_.recorded_at_ms);
}

}  // namespace huying::cell
