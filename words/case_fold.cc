#include "words/case_fold.h"

#include <algorithm>

namespace huying::words {
namespace {

bool is_of_ladder(v1::ClockKind kind) {
  return kind == v1::CLOCK_KIND_RUNG || kind == v1::CLOCK_KIND_MONTHLY_FEEDBACK;
}

FoldedClock* clock_of(FoldedCase& one, v1::ClockKind kind) {
  return v1::ClockKind_IsValid(kind) ? &one.clocks[static_cast<std::size_t>(kind)] : nullptr;
}

void begin_from(const v1::CaseWhole& whole, FoldedCase& into) {
  into = FoldedCase();
  into.cell = whole.cell();
  into.holder = whole.holder();
  into.rung = whole.rung();
  into.answered = whole.escalation_answered();
  into.answerer = whole.answerer();
  if (whole.has_ask()) into.ask = whole.ask();
  for (const auto& clock : whole.clocks())
    if (auto* known = clock_of(into, clock.kind()))
      *known = {clock.generation(), clock.first_due_at_ms(), clock.due_at_ms(), clock.outcome(), clock.provisional()};
}

void fold_clocks(const v1::CaseEvent& event, FoldedCase& into) {
  for (const auto& ended : event.clocks_ended())
    if (auto* clock = clock_of(into, ended.kind())) clock->outcome = ended.outcome();
  for (const auto& set : event.clocks_set())
    if (auto* clock = clock_of(into, set.kind()))
      *clock = {set.generation(), set.first_due_at_ms(), set.due_at_ms(), {}, set.provisional()};
}

void fold_place(const v1::CaseEvent& event, FoldedCase& into) {
  switch (event.kind()) {
    case v1::EVENT_KIND_FILED:
      if (event.state() == v1::CASE_STATE_AT_DESK) into.cell = "desk";
      return;
    case v1::EVENT_KIND_DISPATCHED:
    case v1::EVENT_KIND_TRANSFERRED_IN:
      into.cell = event.move().to_cell();
      into.on_the_way_to.clear();
      return;
    case v1::EVENT_KIND_RETURNED:
    case v1::EVENT_KIND_TRANSFERRED_OUT:
    case v1::EVENT_KIND_ASSIGNED:
      into.cell = event.move().from_cell();
      into.on_the_way_to = event.move().to_cell();
      into.ask.reset();
      return;
    default:
      return;
  }
}

void fold_kind(const v1::CaseEvent& event, FoldedCase& into) {
  switch (event.kind()) {
    case v1::EVENT_KIND_ESCALATED:
      into.rung = std::max(into.rung, event.escalation().to());
      into.answered = false;
      into.answerer = event.holder();
      return;
    case v1::EVENT_KIND_ESCALATION_ANSWERED:
      into.answered = true;
      into.answerer = event.holder();
      return;
    case v1::EVENT_KIND_EXTENSION_REQUESTED:
      into.ask = event.ask();
      return;
    case v1::EVENT_KIND_EXTENSION_GRANTED:
    case v1::EVENT_KIND_EXTENSION_REFUSED:
    case v1::EVENT_KIND_SHELVED:
    case v1::EVENT_KIND_UNSHELVED:
    case v1::EVENT_KIND_PLAN_APPROVED:
    case v1::EVENT_KIND_RESOLVED:
      into.ask.reset();
      return;
    default:
      return;
  }
}

}  // namespace

bool FoldedCase::ended() const {
  return state == v1::CASE_STATE_CLOSED || state == v1::CASE_STATE_VOID || state == v1::CASE_STATE_NOT_ACCEPTED;
}

bool FoldedCase::escalation_open() const {
  const bool runs = clock(v1::CLOCK_KIND_RUNG).running() || clock(v1::CLOCK_KIND_MONTHLY_FEEDBACK).running();
  return runs && !answered && !ended();
}

v1::ClockKind FoldedCase::next_clock() const {
  auto next = v1::CLOCK_KIND_UNSPECIFIED;
  for (int number = 1; number < v1::ClockKind_ARRAYSIZE; ++number) {
    const auto kind = static_cast<v1::ClockKind>(number);
    const bool may_fire = state != v1::CASE_STATE_PARKED || is_of_ladder(kind);
    if (!may_fire || !clock(kind).running()) continue;
    if (next == v1::CLOCK_KIND_UNSPECIFIED || clock(kind).due_at_ms < clock(next).due_at_ms) next = kind;
  }
  return next;
}

void fold(FoldedCase& into, const v1::CaseEvent& event) {
  if (event.kind() == v1::EVENT_KIND_ACTION_REFUSED) return;  // the actor's alone: nothing happened to the case
  const bool begins = event.kind() == v1::EVENT_KIND_TRANSFERRED_IN || event.kind() == v1::EVENT_KIND_REOPENED;
  if (begins && event.has_whole() && into.revision + 1 != event.revision()) begin_from(event.whole(), into);
  into.revision = event.revision();
  into.state = event.state();
  into.ended_at_ms = into.ended() ? event.at_ms() : 0;
  const bool of_the_ladder =
      event.kind() == v1::EVENT_KIND_ESCALATED || event.kind() == v1::EVENT_KIND_ESCALATION_ANSWERED;
  if (event.has_holder() && !of_the_ladder) into.holder = event.holder();
  fold_clocks(event, into);
  fold_place(event, into);
  fold_kind(event, into);
}

}  // namespace huying::words
