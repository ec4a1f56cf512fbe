#include "gateway/ledger/rows.h"

#include <fmt/format.h>

#include "gateway/ledger/words.h"
#include "proto/errors.h"
#include "proto/worst_first.h"

namespace huying::ledger {
namespace {

// The citizen's last word, asked for or given by themselves.
void fold_call(CaseRow& row, const v1::CaseEvent& event) {
  row.called_ms = event.at_ms();
  row.verdict = word_of(event.check().verdict());
  row.satisfaction = event.check().satisfaction();
}

void fold_filed(CaseRow& row, const v1::CaseEvent& event) {
  const auto& filed = event.filed();
  row.filed_ms = event.at_ms();
  row.category = filed.category();
  row.urgency = word_of(filed.urgency() == v1::URGENCY_UNSPECIFIED ? v1::URGENCY_NORMAL : filed.urgency());
  row.source = filed.source();
  row.reporter = filed.reporter().principal();
  row.rule = word_of(filed.rule());
}

void fold_answerer(CaseRow& row, const v1::Holder& answerer) {
  row.answerer_role = word_of(answerer.role());
  row.answerer_rung = word_of(answerer.rung());
  row.answerer_place = answerer.place();
  row.answerer_person = answerer.person();
}

// What was asked for ends when it is decided, when the case moves and when it is resolved.
void fold_asked(CaseRow& row, const v1::CaseEvent& event) {
  switch (event.kind()) {
    case v1::EVENT_KIND_EXTENSION_REQUESTED: {
      const auto kind = event.ask().kind();
      row.asked = word_of(kind == v1::ASK_KIND_UNSPECIFIED ? v1::ASK_KIND_EXTENSION : kind);
      return;
    }
    case v1::EVENT_KIND_EXTENSION_GRANTED:
    case v1::EVENT_KIND_EXTENSION_REFUSED:
    case v1::EVENT_KIND_SHELVED:
    case v1::EVENT_KIND_UNSHELVED:
    case v1::EVENT_KIND_PLAN_APPROVED:
    case v1::EVENT_KIND_RESOLVED:
    case v1::EVENT_KIND_RETURNED:
    case v1::EVENT_KIND_TRANSFERRED_OUT:
    case v1::EVENT_KIND_ASSIGNED:
      row.asked.clear();
      return;
    default:
      if (!row.is_open) row.asked.clear();
  }
}

void fold_kind(CaseRow& row, const v1::CaseEvent& event) {
  switch (event.kind()) {
    case v1::EVENT_KIND_FILED:
      fold_filed(row, event);
      break;
    case v1::EVENT_KIND_DISPATCHED:
      if (row.dispatched_ms == 0) row.dispatched_ms = event.at_ms();
      break;
    case v1::EVENT_KIND_RESOLVED:
      row.resolved_ms = event.at_ms();
      row.on_the_spot = event.reason().on_the_spot();
      break;
    case v1::EVENT_KIND_CALLED_BACK:
      fold_call(row, event);
      break;
    case v1::EVENT_KIND_RETURNED:
      ++row.returns;
      [[fallthrough]];
    case v1::EVENT_KIND_TRANSFERRED_OUT:
    case v1::EVENT_KIND_ASSIGNED:
      row.hops = event.move().hops();
      row.is_final = event.move().is_final();
      break;
    case v1::EVENT_KIND_TRANSFERRED_IN:
      row.is_final = event.move().is_final();
      break;
    case v1::EVENT_KIND_ESCALATED:
      if (event.escalation().to() > rung_of(row.rung)) row.rung = word_of(event.escalation().to());
      row.answered = false;
      fold_answerer(row, event.holder());
      break;
    case v1::EVENT_KIND_ESCALATION_ANSWERED:
      row.answered = true;
      fold_answerer(row, event.holder());
      break;
    case v1::EVENT_KIND_FLAGGED_HARD:
      row.is_hard = true;
      break;
    case v1::EVENT_KIND_MARKED_COMPLEX:
      row.is_complex = true;
      break;
    case v1::EVENT_KIND_EXTENSION_GRANTED:
      row.extensions = event.ask().times();
      break;
    case v1::EVENT_KIND_PLAN_APPROVED:
      row.under_plan = true;
      break;
    case v1::EVENT_KIND_REOPENED:
      row.on_the_spot = false;
      if (event.actor().role() == v1::ROLE_CITIZEN) fold_call(row, event);  // their word on what was closed
      [[fallthrough]];
    case v1::EVENT_KIND_REWORK:
      row.rework = event.check().times();
      break;
    default:
      break;
  }
}

}  // namespace

bool is_ended(v1::CaseState state) {
  return state == v1::CASE_STATE_CLOSED || state == v1::CASE_STATE_VOID || state == v1::CASE_STATE_NOT_ACCEPTED;
}

Result<void> fold(CaseRow& row, const v1::CaseEvent& event, const Place& at) {
  if (event.revision() != row.revision + 1)
    return fail(v1::ERROR_CODE_COMMIT_INVALID,
                fmt::format("{}: revision {} came behind {}", event.case_number(), event.revision(), row.revision));
  row.number = event.case_number();
  row.revision = event.revision();
  row.updated_ms = event.at_ms();
  row.place = at;
  row.state = word_of(event.state());
  row.is_open = !is_ended(event.state());
  row.ended_ms = row.is_open ? 0 : event.at_ms();
  row.ended_as = row.is_open ? std::string() : row.state;
  // An escalation names who must answer; the case stays with its holder (I7).
  const bool of_the_ladder = event.kind() == v1::EVENT_KIND_ESCALATED || event.kind() == v1::EVENT_KIND_ESCALATION_ANSWERED;
  if (event.has_holder() && !of_the_ladder) {
    row.holder_role = word_of(event.holder().role());
    row.holder_rung = word_of(event.holder().rung());
    row.holder_place = event.holder().place();
    row.holder_person = event.holder().person();
  }
  fold_kind(row, event);
  fold_asked(row, event);
  return {};
}

void place_in_order(CaseRow& row, const std::vector<LiveClock>& clocks) {
  row.waits_for = 0;
  row.stands_last = false;
  row.order_ms = -row.ended_ms;
  row.clock_kind.clear();
  row.clock_generation = 0;
  row.climbs_ms = 0;
  if (!row.is_open) return;
  Ranking ranking(row.number, state_of(row.state), rung_of(row.rung), row.answered);
  const LiveClock* pressing = nullptr;
  for (const auto& clock : clocks) {
    ranking.take(clock.kind, clock.outcome, clock.due_ms);
    if (presses(clock.kind, clock.outcome) && (pressing == nullptr || clock.due_ms < pressing->due_ms)) pressing = &clock;
  }
  const Rank rank = ranking.rank();
  row.waits_for = rank.waits_for;
  row.stands_last = rank.paused && rank.waits_for == v1::RUNG_UNSPECIFIED;
  row.order_ms = rank.due_at_ms;
  if (pressing != nullptr) {
    row.clock_kind = word_of(pressing->kind);
    row.clock_generation = pressing->generation;
  }
  if (row.waits_for == 0) return;
  for (const auto& clock : clocks) {
    const bool climbs = is_of_ladder(clock.kind) && clock.outcome == v1::CLOCK_OUTCOME_UNSPECIFIED;
    if (climbs && (row.climbs_ms == 0 || clock.due_ms < row.climbs_ms)) row.climbs_ms = clock.due_ms;
  }
}

}  // namespace huying::ledger
