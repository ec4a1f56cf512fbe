#include "workers/cell/decision.h"

#include <algorithm>

#include "base/check.h"
#include "workers/ladder/ladder.h"

namespace huying::cell {

Decision::Decision(EventParts& parts, CellState& state, Settings* settings, const CauseFacts& cause, Instant now,
                   v1::Commit& commit)
    : parts_(parts), state_(state), settings_(settings), cause_(cause),
      now_ms_(std::max({to_ms(now), cause.recorded_at_ms, state.last_event_at_ms})), commit_(commit) {
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

const v1::Rule& Decision::rule_of(const Case& one) {
  v1::FiledDetail filed;
  HUYING_CHECK(filed.ParseFromString(one.filed), "the detail filed of {} is not readable", one.number.text());
  return settings_->rule_of(filed.category(), filed.urgency());
}

void Decision::set_clock(const Case* one, v1::ClockKind kind, Instant due, v1::ClockReason reason) {
  const Clock* before = one == nullptr ? nullptr : one->clock(kind);
  const bool of_the_ladder = kind == v1::CLOCK_KIND_RUNG || kind == v1::CLOCK_KIND_MONTHLY_FEEDBACK;
  auto& set = *parts_.event().add_clocks_set();
  set.set_kind(kind);
  set.set_generation(before == nullptr ? 1 : before->generation + 1);
  // The first due time of a stage is never erased (I10); each rung's time is a promise of its own.
  set.set_first_due_at_ms(before == nullptr || of_the_ladder ? to_ms(due) : before->first_due_at_ms);
  set.set_due_at_ms(to_ms(due));
  set.set_policy_version(settings_->version());
  set.set_reason(reason);
}

void Decision::set_stage_clocks(const Case* one, Clocks kinds, const v1::Rule& rule, Instant start) {
  const std::pair<v1::ClockKind, const v1::Span*> stages[] = {{v1::CLOCK_KIND_ARRANGE, &rule.arrange()},
                                                              {v1::CLOCK_KIND_FEED_BACK, &rule.feed_back()},
                                                              {v1::CLOCK_KIND_SOLVE, &rule.solve()},
                                                              {v1::CLOCK_KIND_VERIFY, &rule.verify()},
                                                              {v1::CLOCK_KIND_DESK, &rule.desk()}};
  for (const auto& [kind, span] : stages) {
    if (kinds.has(kind)) set_clock(one, kind, settings_->due_at(*span, start));
  }
}

// Rework never restarts the three clocks: the old due time stands while it lies ahead. When it is past already, a new
// generation gives the time of a feedback, so that the case is under a clock again; what was late stays late in its event.
void Decision::set_rework_clock(const Case& one, const v1::Rule& rule) {
  const auto now = instant(now_ms_);
  const Clock* solve = one.clock(v1::CLOCK_KIND_SOLVE);
  const bool ahead = solve != nullptr && solve->due_at_ms > now_ms_;
  const auto due = ahead ? instant(solve->due_at_ms) : settings_->due_at(rule.feed_back(), now);
  set_clock(&one, v1::CLOCK_KIND_SOLVE, due, v1::CLOCK_REASON_REPEATED);
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
  const auto due = ladder_due(one, v1::CLOCK_KIND_RUNG, ladder::promise_span, rung);
  set_clock(&one, v1::CLOCK_KIND_RUNG, due, v1::CLOCK_REASON_REPEATED);
}

}  // namespace huying::cell
