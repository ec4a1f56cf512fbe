// A clock that ended whoever fired it: its case is parked until a person looks. The street is asked at once. Nothing of the
// case fires but the ladder's clocks, and those are reckoned simply: not by the policy, the calendar or the filed detail,
// from which the poisoned clock may have come.
#include <algorithm>

#include "workers/cell/decision.h"

namespace huying::cell {
namespace {

constexpr std::chrono::hours a_rungs_time{24}, a_month{30 * 24};

}  // namespace

void Decision::park(Case& one) {
  const Row& row = *row_of(one.case_state(), Cause::poisoned_clock);
  const Clock held = *one.clock(static_cast<v1::ClockKind>(one.held_clock));
  auto& breach = *begin(one.number, row.event, row.to).mutable_breach();
  breach.set_clock(static_cast<v1::ClockKind>(held.kind));
  breach.set_generation(held.generation);
  breach.set_due_at_ms(held.due_at_ms);
  breach.set_lateness_ms(std::max<std::int64_t>(0, now_ms_ - held.due_at_ms));
  commit_event();
  escalate(one, v1::ESCALATION_REASON_POISON, v1::CLOCK_KIND_UNSPECIFIED, "poisoned_clock");
}

// Back where it was. Its clocks are due when they were, and are tried again; who was asked above must answer still.
void Decision::unpark(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role) {
  begin(one.number, row.event, static_cast<v1::CaseState>(one.parked_from));
  set_actor(action.actor(), role);
  write_reason(action);
  commit_event();
}

NewClock Decision::ladder_clock(const Case& one, v1::ClockKind kind, LadderSpan span_at, v1::Rung rung,
                                v1::SpanOf span_of, v1::ClockReason reason) {
  const auto now = instant(now_ms_);
  if (one.case_state() == v1::CASE_STATE_PARKED)
    return {now + (kind == v1::CLOCK_KIND_MONTHLY_FEEDBACK ? a_month : a_rungs_time), reason};
  auto next = reckoned(span_at(rule_of(one).ladder(), rung), now, span_of, reason);
  next.remind_before_minutes = 0;
  return next;
}

}  // namespace huying::cell
