// What a worker asks for and a rung above grants: more time, a pause (shelving), a plan. Who grants is the policy's
// to say; a refused ask leaves every clock as it was.
#include <algorithm>

#include "workers/cell/decision.h"
#include "workers/ladder/ladder.h"

namespace huying::cell {
namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t asked_days_max = 366, planned_days_max = 3660;
constexpr std::uint32_t backlog_days = 60;  // natural days after approval

v1::AskKind kind_of(const v1::ActionStamped& action) {
  return action.asks() == v1::ASK_KIND_UNSPECIFIED ? v1::ASK_KIND_EXTENSION : action.asks();
}

// Which ask a granting step is about; unspecified: none.
v1::AskKind granted_by(const Row& row, const Case& one) {
  switch (row.event) {
    case v1::EVENT_KIND_SHELVED:
      return v1::ASK_KIND_SHELVING;
    case v1::EVENT_KIND_PLAN_APPROVED:
      return v1::ASK_KIND_PLAN;
    case v1::EVENT_KIND_EXTENSION_GRANTED:
    case v1::EVENT_KIND_EXTENSION_REFUSED:
      return one.ask() == nullptr ? v1::ASK_KIND_UNSPECIFIED : static_cast<v1::AskKind>(one.ask()->kind);
    default:
      return v1::ASK_KIND_UNSPECIFIED;
  }
}

// Which rung must decide: the rule's; for another extension one more each time; never below who was escalated to.
v1::Rung deciding_rung(const v1::Rule& rule, const Case& one, v1::AskKind kind) {
  int rung = kind == v1::ASK_KIND_SHELVING ? rule.shelving_rung() : kind == v1::ASK_KIND_PLAN ? rule.plan_rung() : 0;
  if (rung == 0) rung = rule.extension_rung() + static_cast<int>(std::min(one.extensions, 3u));
  if (one.escalation_open()) rung = std::max<int>(rung, one.highest_rung());
  return static_cast<v1::Rung>(std::min<int>(rung, v1::RUNG_DISTRICT));
}

// What is asked for, when that is what is granted; a decider may name another time.
const CaseExtras::Ask* ask_for(const Case& one, v1::AskKind kind) {
  const auto* ask = one.ask();
  return ask != nullptr && ask->kind == kind ? ask : nullptr;
}

std::int64_t until_of(const v1::ActionStamped& action, const Case& one, v1::AskKind kind) {
  const auto* ask = ask_for(one, kind);
  return action.until_ms() == 0 && ask != nullptr ? ask->until_ms : action.until_ms();
}

std::vector<std::int64_t> milestones_of(const v1::ActionStamped& action, const Case& one, v1::AskKind kind) {
  const auto* ask = ask_for(one, kind);
  if (action.milestones_ms_size() == 0 && ask != nullptr) return ask->milestones_ms;
  return {action.milestones_ms().begin(), action.milestones_ms().end()};
}

bool is_possible(const Case& one, v1::AskKind kind, std::int64_t until_ms, std::vector<std::int64_t> milestones,
                 std::int64_t now_ms) {
  const Clock* solve = one.clock(v1::CLOCK_KIND_SOLVE);
  const bool runs = solve != nullptr && solve->running();
  const auto after_ms = kind != v1::ASK_KIND_SHELVING && runs ? std::max(now_ms, solve->due_at_ms) : now_ms;
  const auto days_max = kind == v1::ASK_KIND_PLAN ? planned_days_max : asked_days_max;
  if (until_ms <= after_ms || until_ms > now_ms + days_max * day_ms) return false;
  if (milestones.size() > limits::milestones_max) return false;
  const bool ascend = std::is_sorted(milestones.begin(), milestones.end(), std::less_equal<>());
  return milestones.empty() || (ascend && milestones.front() > 0 && milestones.back() <= until_ms);
}

}  // namespace

bool may_grant(const Case& one, v1::ActionKind kind, std::span<const v1::Role> roles, const v1::Rule& rule) {
  auto asked = v1::ASK_KIND_UNSPECIFIED;
  if (kind == v1::ACTION_KIND_SHELVE) asked = v1::ASK_KIND_SHELVING;
  if (kind == v1::ACTION_KIND_APPROVE_PLAN) asked = v1::ASK_KIND_PLAN;
  if (kind == v1::ACTION_KIND_DECIDE_EXTENSION && one.ask() != nullptr) asked = static_cast<v1::AskKind>(one.ask()->kind);
  if (asked == v1::ASK_KIND_UNSPECIFIED) return true;
  const auto rung = deciding_rung(rule, one, asked);
  return std::any_of(roles.begin(), roles.end(), [&](v1::Role role) { return ladder::rung_of(role) >= rung; });
}

v1::ErrorCode Decision::check_ask(const Row& row, const Case& one, const v1::ActionStamped& action, v1::Role role) {
  if (row.event == v1::EVENT_KIND_EXTENSION_REQUESTED) {
    if (!v1::AskKind_IsValid(action.asks())) return v1::ERROR_CODE_FIELD_INVALID;
    if (one.ask() != nullptr) return v1::ERROR_CODE_ASK_UNDECIDED;
    const bool possible = is_possible(one, kind_of(action), action.until_ms(),
                                      {action.milestones_ms().begin(), action.milestones_ms().end()}, now_ms_);
    return possible ? v1::ERROR_CODE_NONE : v1::ERROR_CODE_UNTIL_INVALID;
  }
  const bool decides = row.action == v1::ACTION_KIND_DECIDE_EXTENSION;
  if (decides && one.ask() == nullptr) return v1::ERROR_CODE_NOTHING_ASKED;
  const auto kind = granted_by(row, one);
  if (kind == v1::ASK_KIND_UNSPECIFIED) return v1::ERROR_CODE_NONE;
  if (ladder::rung_of(role) < deciding_rung(rule_of(one), one, kind)) return v1::ERROR_CODE_RUNG_TOO_LOW;
  if (row.event == v1::EVENT_KIND_EXTENSION_REFUSED) return v1::ERROR_CODE_NONE;
  const bool is_once_too_often =
      kind == v1::ASK_KIND_SHELVING && one.extras && one.extras->pauses.size() >= limits::pauses_max &&
      row.from != v1::CASE_STATE_SHELVED;
  if (is_once_too_often) return v1::ERROR_CODE_TOO_MANY_ITEMS;
  const bool possible = is_possible(one, kind, until_of(action, one, kind), milestones_of(action, one, kind), now_ms_);
  return possible ? v1::ERROR_CODE_NONE : v1::ERROR_CODE_UNTIL_INVALID;
}

void Decision::ask_or_grant(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role) {
  switch (row.event) {
    case v1::EVENT_KIND_EXTENSION_REQUESTED:
      return ask(row, one, action, role);
    case v1::EVENT_KIND_EXTENSION_REFUSED:
      return refuse_ask(row, one, action, role);
    case v1::EVENT_KIND_SHELVED:
      return shelve(row, one, action, role);
    case v1::EVENT_KIND_UNSHELVED:
      return unshelve(row, one, action, role);
    case v1::EVENT_KIND_PLAN_APPROVED:
      return approve_plan(row, one, action, role);
    case v1::EVENT_KIND_MARKED_COMPLEX:
      return mark_complex(row, one, action, role);
    default:
      break;
  }
  // Granted what was asked for: by the row of what it is.
  const auto kind = granted_by(row, one);
  if (kind == v1::ASK_KIND_SHELVING)
    return shelve(*row_of(one.case_state(), v1::ACTION_KIND_SHELVE, v1::VERDICT_UNSPECIFIED, role), one, action,
                  role);
  if (kind == v1::ASK_KIND_PLAN)
    return approve_plan(*row_of(one.case_state(), v1::ACTION_KIND_APPROVE_PLAN, v1::VERDICT_UNSPECIFIED, role), one,
                        action, role);
  extend(row, one, action, role);
}

v1::AskDetail& Decision::write_ask_detail(const Case& one, const v1::ActionStamped& action, v1::AskKind kind,
                                          v1::Rung rung) {
  auto& detail = *parts_.event().mutable_ask();
  detail.set_kind(kind);
  detail.set_until_ms(until_of(action, one, kind));
  const auto milestones = milestones_of(action, one, kind);
  *detail.mutable_milestones_ms() = {milestones.begin(), milestones.end()};
  detail.set_rung(rung);
  detail.set_reason_code(action.reason_code());
  if (kind == v1::ASK_KIND_EXTENSION) detail.set_times(one.extensions + 1);
  if (const auto* asked = ask_for(one, kind); asked != nullptr) detail.set_asked_by(state_.names().code_of(asked->asked_by));
  return detail;
}

void Decision::ask(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role) {
  begin(one.number, row.event, row.to);
  set_actor(action.actor(), role);
  write_reason(action);
  const auto kind = kind_of(action);
  write_ask_detail(one, action, kind, deciding_rung(rule_of(one), one, kind))
      .set_asked_by(action.actor().principal());
  commit_event();
}

void Decision::refuse_ask(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role) {
  begin(one.number, row.event, row.to);
  set_actor(action.actor(), role);
  write_reason(action);
  write_ask_detail(one, action, static_cast<v1::AskKind>(one.ask()->kind), ladder::rung_of(role));
  commit_event();
}

void Decision::extend(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role) {
  begin(one.number, row.event, row.to);
  set_actor(action.actor(), role);
  write_reason(action);
  const auto& ask = write_ask_detail(one, action, v1::ASK_KIND_EXTENSION, ladder::rung_of(role));
  NewClock later{instant(ask.until_ms()), v1::CLOCK_REASON_EXTENDED};
  later.remind_before_minutes = rule_of(one).solve().remind_before_minutes();
  set_clock(&one, v1::CLOCK_KIND_SOLVE, later);
  commit_event();
}

// The running clocks of the stages stand still; the review's runs. Shelved already: another review date.
void Decision::shelve(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role) {
  auto& event = begin(one.number, row.event, row.to);
  set_actor(action.actor(), role);
  write_reason(action);
  const auto& ask = write_ask_detail(one, action, v1::ASK_KIND_SHELVING, ladder::rung_of(role));
  end_clocks(one, row.meets, row.drops, cause_.recorded_at_ms);
  if (row.from != v1::CASE_STATE_SHELVED) {
    auto& pause = *event.mutable_pause();
    pause.set_from_ms(cause_.recorded_at_ms);
    pause.set_reason_code(ask.reason_code());
    v1::Span backlog;
    backlog.set_count(backlog_days);
    backlog.set_unit(v1::SPAN_UNIT_NATURAL_DAY);
    pause.set_backlog_at_ms(to_ms(settings_->due(backlog, instant(cause_.recorded_at_ms)).due));
    for (const auto& clock : one.clocks) {
      const bool is_stage = clock.kind == v1::CLOCK_KIND_ARRANGE || clock.kind == v1::CLOCK_KIND_FEED_BACK ||
                            clock.kind == v1::CLOCK_KIND_SOLVE;
      if (!is_stage || !clock.running()) continue;
      auto& paused = *event.add_clocks_ended();
      paused.set_kind(clock.clock_kind());
      paused.set_generation(clock.generation);
      paused.set_outcome(v1::CLOCK_OUTCOME_PAUSED);
    }
  }
  NewClock review{instant(ask.until_ms())};
  review.remind_before_minutes = rule_of(one).review().remind_before_minutes();
  set_clock(&one, v1::CLOCK_KIND_REVIEW, review);
  commit_event();
}

// Each clock goes on: reckoned from where it started, less every pause; one that a person named, by the pause later.
void Decision::unshelve(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role) {
  const auto& rule = rule_of(one);
  auto& event = begin(one.number, row.event, row.to);
  set_actor(action.actor(), role);
  write_reason(action);
  auto last = one.extras->pauses.back();
  last.to_ms = std::max(cause_.recorded_at_ms, last.from_ms);
  write_pause(last, *event.mutable_pause());
  end_clocks(one, row.meets, row.drops, cause_.recorded_at_ms);
  auto pauses = pauses_of(one);
  pauses.push_back({instant(last.from_ms), instant(last.to_ms)});
  bool any = false;
  for (const auto& clock : one.clocks) {
    if (!clock.paused()) continue;
    any = true;
    NewClock next{instant(clock.due_at_ms + last.to_ms - last.from_ms)};
    if (const auto* span = span_of(rule, one, clock); span != nullptr) {
      const auto start = instant(clock.started_at_ms);
      auto counted = reckoned(*span, start, static_cast<v1::SpanOf>(clock.span_of), v1::CLOCK_REASON_RESUMED, pauses);
      if (to_ms(counted.due) > last.to_ms)
        next = counted;  // else a policy of meanwhile made it short: the old one stands
    }
    next.reason = v1::CLOCK_REASON_RESUMED;
    set_clock(&one, clock.clock_kind(), next);
  }
  if (!any) set_rework_clock(one, rule);
  settings_->holder_at(state_.place(), now_ms_, parts_.holder());
  commit_event();
}

NewClock Decision::next_month(const v1::Rule& rule, Instant start) {
  return reckoned(rule.ladder().monthly(), start, v1::SPAN_OF_MONTHLY, v1::CLOCK_REASON_REPEATED);
}

// The plan's end is when the case must be solved; until then it is fed back each month.
void Decision::approve_plan(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role) {
  begin(one.number, row.event, row.to);
  set_actor(action.actor(), role);
  write_reason(action);
  const auto& ask = write_ask_detail(one, action, v1::ASK_KIND_PLAN, ladder::rung_of(role));
  const auto& rule = rule_of(one);
  end_clocks(one, row.meets, row.drops, cause_.recorded_at_ms);
  set_clock(&one, v1::CLOCK_KIND_FEED_BACK, next_month(rule, instant(cause_.recorded_at_ms)));
  NewClock end{instant(ask.until_ms()), v1::CLOCK_REASON_EXTENDED};
  end.remind_before_minutes = rule.solve().remind_before_minutes();
  set_clock(&one, v1::CLOCK_KIND_SOLVE, end);
  commit_event();
}

// One month instead of seven days, from where the solve clock started, less the pauses; never sooner than it was.
void Decision::mark_complex(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role) {
  begin(one.number, row.event, row.to);
  set_actor(action.actor(), role);
  write_reason(action);
  const Clock* solve = one.clock(v1::CLOCK_KIND_SOLVE);
  // Rework's own time has a start of its own; the month never restarts.
  const bool has_start = solve != nullptr && solve->span_of != v1::SPAN_OF_GIVEN && solve->started_at_ms != 0;
  const auto start = instant(has_start ? solve->started_at_ms : one.first_dispatched_at_ms);
  const auto pauses = pauses_of(one);
  const auto month =
      reckoned(rule_of(one).solve_complex(), start, v1::SPAN_OF_SOLVE_COMPLEX, v1::CLOCK_REASON_COMPLEX, pauses);
  const auto due_ms = to_ms(month.due);
  if (due_ms > now_ms_ && (solve == nullptr || due_ms > solve->due_at_ms))
    set_clock(&one, v1::CLOCK_KIND_SOLVE, month);
  commit_event();
}

}  // namespace huying::cell
