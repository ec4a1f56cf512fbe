// A clock is due: it fires once a generation, never early (I6); and the ladder climbs (I7).
#include <algorithm>

#include "workers/cell/decision.h"
#include "workers/ladder/ladder.h"

namespace huying::cell {

void Decision::fire(Case& one, const Clock& due) {
  const Clock clock = due;  // folding changes the original
  const auto kind = static_cast<v1::ClockKind>(clock.kind);
  const bool of_the_ladder = kind == v1::CLOCK_KIND_RUNG || kind == v1::CLOCK_KIND_MONTHLY_FEEDBACK;
  if (of_the_ladder) {
    const bool at_top = kind == v1::CLOCK_KIND_MONTHLY_FEEDBACK;
    return escalate(one, at_top ? v1::ESCALATION_REASON_MONTHLY : v1::ESCALATION_REASON_UNANSWERED, kind, {},
                    clock.due_at_ms);
  }
  const Row& row = *row_of(one.case_state(), Cause::stage_clock);
  auto& event = begin(one.number, row.event, row.to);
  const auto lateness_ms = now_ms_ - clock.due_at_ms;
  event.set_caught_up(clock.due_at_ms <= caught_up_until_ms_);
  auto& breach = *event.mutable_breach();
  breach.set_clock(kind);
  breach.set_generation(clock.generation);
  breach.set_due_at_ms(clock.due_at_ms);
  breach.set_lateness_ms(lateness_ms);
  auto& ended = *event.add_clocks_ended();
  ended.set_kind(kind);
  ended.set_generation(clock.generation);
  ended.set_outcome(v1::CLOCK_OUTCOME_FIRED);
  ended.set_lateness_ms(lateness_ms);
  set_again(one, kind);
  commit_event();
  if (!one.escalation_open()) escalate(one, v1::ESCALATION_REASON_BREACH, kind, {}, clock.due_at_ms);
}

// A review that nobody held is due again, and under a plan the feedback of the next month, for as long as it takes.
void Decision::set_again(const Case& one, v1::ClockKind kind) {
  const auto now = instant(now_ms_);
  if (kind == v1::CLOCK_KIND_REVIEW)
    set_clock(&one, kind, reckoned(rule_of(one).review(), now, v1::SPAN_OF_GIVEN, v1::CLOCK_REASON_REPEATED));
  if (kind == v1::CLOCK_KIND_FEED_BACK && one.under_plan()) set_clock(&one, kind, next_month(rule_of(one), now));
}

// Before the clock is due; once a generation.
void Decision::remind(const Case& one, const Clock& clock) {
  const Row& row = *row_of(one.case_state(), Cause::reminder);
  auto& event = begin(one.number, row.event, row.to);
  event.set_caught_up(clock.remind_at_ms <= caught_up_until_ms_);
  auto& reminder = *event.mutable_reminder();
  reminder.set_clock(clock.clock_kind());
  reminder.set_generation(clock.generation);
  reminder.set_due_at_ms(clock.due_at_ms);
  reminder.set_cadre(settings_->on_duty(v1::ROLE_CADRE, state_.place().cell, now_ms_));
  commit_event();
}

// One rung up, or again at the top. `clock` is the one that fired; a ladder clock that still runs gives way.
void Decision::escalate(Case& one, v1::EscalationReason reason, v1::ClockKind clock, std::string_view reason_code,
                        std::int64_t due_at_ms) {
  const Row& row = *row_of(one.case_state(), Cause::ladder_clock);
  const auto own = state_.place().is_desk() ? v1::RUNG_UNIT : ladder::own_rung(clock);
  const auto from = std::max({one.highest_rung(), own, v1::RUNG_CELL});
  const bool is_poison = reason == v1::ESCALATION_REASON_POISON;
  const auto to = is_poison ? std::max(one.highest_rung(), v1::RUNG_STREET) : ladder::climb(one.highest_rung(), own);
  auto& event = begin(one.number, row.event, row.to);
  auto& escalation = *event.mutable_escalation();
  escalation.set_from(from);
  escalation.set_to(to);
  escalation.set_reason(reason);
  escalation.set_clock(clock);
  escalation.set_generation(one.ladder_generation + 1);
  escalation.set_reason_code(reason_code.data(), reason_code.size());
  escalation.set_climbed(static_cast<std::uint32_t>(to - v1::RUNG_CELL));
  if (due_at_ms != 0) {
    escalation.set_due_at_ms(due_at_ms);
    escalation.set_lateness_ms(now_ms_ - due_at_ms);
    event.set_caught_up(due_at_ms <= caught_up_until_ms_);
  }
  settings_->answerer_at(to, state_.place(), now_ms_, parts_.holder());
  for (const auto& running : one.clocks) {
    const auto kind = static_cast<v1::ClockKind>(running.kind);
    if (!running.running() || (kind != v1::CLOCK_KIND_RUNG && kind != v1::CLOCK_KIND_MONTHLY_FEEDBACK)) continue;
    auto& ended = *event.add_clocks_ended();
    ended.set_kind(kind);
    ended.set_generation(running.generation);
    const bool fired = kind == clock;
    ended.set_outcome(fired ? v1::CLOCK_OUTCOME_FIRED : v1::CLOCK_OUTCOME_MOOT);
    ended.set_lateness_ms(fired ? now_ms_ - running.due_at_ms : 0);
  }
  const bool again = from == to;
  set_clock(&one, ladder::clock_at(to),
            ladder_clock(one, ladder::clock_at(to), ladder::span_at, to, v1::SPAN_OF_STAGE,
                         again ? v1::CLOCK_REASON_REPEATED : v1::CLOCK_REASON_STARTED));
  commit_event(to);
}

}  // namespace huying::cell
