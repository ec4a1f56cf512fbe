#include "workers/cell/decision.h"

#include <algorithm>

#include "base/check.h"
#include "workers/ladder/ladder.h"

namespace huying::cell {

Decision::Decision(EventParts& parts, CellState& state, Settings* settings, const CauseFacts& cause,
                   const DecidingAt& at, v1::Commit& commit)
    : parts_(parts), state_(state), settings_(settings), cause_(cause),
      caught_up_until_ms_(to_ms(at.caught_up_until)),
      now_ms_(std::max({to_ms(at.now), cause.recorded_at_ms, state.last_event_at_ms})), commit_(commit) {
  commit_.set_consumes(cause.sequence);
  commit_.set_decided_at_ms(now_ms_);
}

v1::CaseEvent& Decision::begin(const CaseNumber& number, v1::EventKind kind, v1::CaseState state) {
  auto& event = parts_.begin();
  const auto text = number.text();
  event.set_case_number(text.data(), text.size());
  event.set_kind(kind);
  event.set_at_ms(now_ms_);
  event.set_cause_sequence(cause_.sequence);
  event.set_state(state);
  return event;
}

void Decision::commit_event(v1::Rung rung) {
  auto& event = parts_.event();
  if (event.kind() != v1::EVENT_KIND_ACTION_REFUSED) {
    const Case* one = state_.find(CaseNumber(event.case_number()));
    const auto before = one != nullptr ? one->revision : event.has_whole() ? event.whole().revision() : 0;
    event.set_revision(before + 1);
  }
  auto& committed = *commit_.add_events();
  committed.set_kind(event.kind());
  committed.set_rung(rung);
  committed.set_actor_only(event.kind() == v1::EVENT_KIND_ACTION_REFUSED);
  event.SerializeToString(committed.mutable_event());
  const auto folded = evolve(state_, event, committed.event(), cause_);
  HUYING_CHECK(folded.has_value(), "an event just decided does not fold: {}", folded.error().detail);
}

void Decision::effect(const CaseNumber& number, v1::CaseEffect::Kind kind, std::uint32_t to_stream) {
  auto& effect = *commit_.add_effects();
  const auto text = number.text();
  effect.set_case_number(text.data(), text.size());
  effect.set_kind(kind);
  effect.set_to_stream(to_stream);
}

void Decision::set_actor(const v1::Actor& actor, v1::Role role) {
  auto& out = parts_.actor();
  out = actor;
  if (role != v1::ROLE_UNSPECIFIED) out.set_role(role);
}

const v1::Rule& rule_of(const Case& one, const Settings& settings) {
  v1::FiledDetail filed;
  HUYING_CHECK(filed.ParseFromString(one.filed), "the detail filed of {} is not readable", one.number.text());
  return settings.rule_of(filed.category(), filed.urgency());
}

void Decision::set_clock(const Case* one, v1::ClockKind kind, const NewClock& clock) {
  const Clock* before = one == nullptr ? nullptr : one->clock(kind);
  const bool of_the_ladder = kind == v1::CLOCK_KIND_RUNG || kind == v1::CLOCK_KIND_MONTHLY_FEEDBACK;
  const auto due_ms = to_ms(clock.due);
  auto& set = *parts_.event().add_clocks_set();
  set.set_kind(kind);
  set.set_generation(before == nullptr ? 1 : before->generation + 1);
  // The first due time of a stage is never erased (I10); each rung's time is a promise of its own.
  set.set_first_due_at_ms(before == nullptr || of_the_ladder ? due_ms : before->first_due_at_ms);
  set.set_due_at_ms(due_ms);
  if (before != nullptr && before->due_at_ms != due_ms) set.set_previous_due_at_ms(before->due_at_ms);
  set.set_policy_version(settings_->version());
  if (clock.asks_the_calendar) set.set_calendar_version(settings_->version());
  set.set_reason(clock.reason);
  set.set_started_at_ms(clock.started_at_ms);
  set.set_span_of(clock.span_of);
  set.set_provisional(clock.provisional);
  const auto remind_at_ms = due_ms - std::int64_t{clock.remind_before_minutes} * 60'000;
  if (clock.remind_before_minutes != 0 && remind_at_ms > now_ms_) set.set_remind_at_ms(remind_at_ms);
}

NewClock Decision::reckoned(const v1::Span& span, Instant start, v1::SpanOf span_of, v1::ClockReason reason,
                            std::span<const clocks::Pause> pauses) {
  const auto when = settings_->due(span, start, pauses);
  return {when.due,           reason,
          span_of,            to_ms(start),
          span.remind_before_minutes(), when.is_provisional,
          clocks::asks_the_calendar(span)};
}

void Decision::set_stage_clocks(const Case* one, Clocks kinds, const v1::Rule& rule, Instant start) {
  const std::pair<v1::ClockKind, const v1::Span*> stages[] = {{v1::CLOCK_KIND_ARRANGE, &rule.arrange()},
                                                              {v1::CLOCK_KIND_FEED_BACK, &rule.feed_back()},
                                                              {v1::CLOCK_KIND_SOLVE, &rule.solve()},
                                                              {v1::CLOCK_KIND_VERIFY, &rule.verify()},
                                                              {v1::CLOCK_KIND_DESK, &rule.desk()}};
  for (const auto& [kind, span] : stages) {
    if (kinds.has(kind)) set_clock(one, kind, reckoned(*span, start, v1::SPAN_OF_STAGE));
  }
}

// Rework never restarts the three clocks: the old due time stands while it lies ahead. When it is past already, a new
// generation gives the time of a feedback, so that the case is under a clock again; what was late stays late in its event.
void Decision::set_rework_clock(const Case& one, const v1::Rule& rule) {
  const Clock* solve = one.clock(v1::CLOCK_KIND_SOLVE);
  NewClock next;
  if (solve != nullptr && solve->due_at_ms > now_ms_) {
    next.due = instant(solve->due_at_ms);
    next.span_of = static_cast<v1::SpanOf>(solve->span_of);
    next.started_at_ms = solve->started_at_ms;
    next.provisional = solve->provisional;
    next.remind_before_minutes = rule.solve().remind_before_minutes();
  } else {
    next = reckoned(rule.feed_back(), instant(now_ms_), v1::SPAN_OF_GIVEN);
  }
  next.reason = v1::CLOCK_REASON_REPEATED;
  set_clock(&one, v1::CLOCK_KIND_SOLVE, next);
}

std::vector<clocks::Pause> pauses_of(const Case& one) {
  std::vector<clocks::Pause> out;
  if (!one.extras) return out;
  for (const auto& pause : one.extras->pauses) {
    if (pause.to_ms != 0) out.push_back({instant(pause.from_ms), instant(pause.to_ms)});
  }
  return out;
}

const v1::Span* span_of(const v1::Rule& rule, const Case& one, const Clock& clock) {
  if (clock.span_of == v1::SPAN_OF_SOLVE_COMPLEX) return &rule.solve_complex();
  if (clock.span_of == v1::SPAN_OF_MONTHLY) return &rule.ladder().monthly();
  if (clock.span_of != v1::SPAN_OF_STAGE) return nullptr;
  switch (clock.clock_kind()) {
    case v1::CLOCK_KIND_ARRANGE:
      return &rule.arrange();
    case v1::CLOCK_KIND_FEED_BACK:
      return &rule.feed_back();
    case v1::CLOCK_KIND_SOLVE:
      return &rule.solve();
    case v1::CLOCK_KIND_VERIFY:
      return &rule.verify();
    case v1::CLOCK_KIND_DESK:
      return &rule.desk();
    case v1::CLOCK_KIND_RUNG:
    case v1::CLOCK_KIND_MONTHLY_FEEDBACK:
      return &ladder::span_at(rule.ladder(), one.highest_rung());
    default:
      return nullptr;
  }
}

void Decision::end_clocks(const Case& one, Clocks meets, Clocks drops, std::int64_t done_at_ms) {
  for (const auto& clock : one.clocks) {
    const auto kind = static_cast<v1::ClockKind>(clock.kind);
    const bool met = meets.has(kind) && (clock.running() || clock.fired());
    const bool moot = !met && drops.has(kind) && clock.running();
    if (!met && !moot) continue;
    auto& ended = *parts_.event().add_clocks_ended();
    ended.set_kind(kind);
    ended.set_generation(clock.generation);
    const bool late = met && (clock.fired() || done_at_ms >= clock.due_at_ms);
    ended.set_outcome(moot ? v1::CLOCK_OUTCOME_MOOT : late ? v1::CLOCK_OUTCOME_LATE : v1::CLOCK_OUTCOME_MET);
    ended.set_lateness_ms(late ? std::max<std::int64_t>(0, done_at_ms - clock.due_at_ms) : 0);
  }
}

void Decision::keep_a_clock(const Case& one, v1::Rung rung) {
  const auto ends = [&](v1::ClockKind kind) {
    const auto& ended = parts_.event().clocks_ended();
    return std::any_of(ended.begin(), ended.end(), [&](const auto& clock) { return clock.kind() == kind; });
  };
  const bool runs = std::any_of(one.clocks.begin(), one.clocks.end(), [&](const Clock& clock) {
    return one.can_fire(clock) && !ends(static_cast<v1::ClockKind>(clock.kind));
  });
  if (runs) return;
  set_clock(&one, v1::CLOCK_KIND_RUNG,
            ladder_clock(one, v1::CLOCK_KIND_RUNG, ladder::promise_span, rung, v1::SPAN_OF_GIVEN,
                         v1::CLOCK_REASON_REPEATED));
}

}  // namespace huying::cell
