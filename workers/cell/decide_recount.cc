// Another calendar or policy is in force: due times that were reckoned are reckoned anew, each with an event that
// holds old and new. What a person named stands, and so does what would be over already: nobody is late by a new
// rule.
//
// What a clock was reckoned by tells whether it was set another way since. Where that version is not kept any more, the
// stored instant is all there is: every due time that a rule gave and that the rule in force gives otherwise is changed,
// and the reason says policy, for nobody knows any more which of the two it was.
#include <algorithm>

#include "workers/cell/decision.h"

namespace huying::cell {
namespace {

constexpr int cases_a_share = 32;  // in one commit; each has one event

bool is_same(const v1::Span& a, const v1::Span& b) { return a.SerializeAsString() == b.SerializeAsString(); }

}  // namespace

bool Decision::recount(Settings* before, RecountProgress& progress) {
  if (progress.left.empty()) {
    for (const Case* one : state_.by_number()) progress.left.push_back(one->number);
    std::reverse(progress.left.begin(), progress.left.end());
  }
  int changed = 0;
  for (; !progress.left.empty() && changed < cases_a_share; progress.left.pop_back())
    changed += recount_case(*state_.find(progress.left.back()), before) ? 1 : 0;
  return progress.left.empty();
}

bool Decision::recount_case(const Case& one, Settings* before) {
  // A parked case's clocks stand as they are until a person has looked.
  if (one.case_state() == v1::CASE_STATE_PARKED || one.held_clock != 0) return false;
  v1::FiledDetail filed;
  filed.ParseFromString(one.filed);
  const auto* old_rule = before == nullptr ? nullptr : &before->rule_of(filed.category(), filed.urgency());
  const auto& rule = settings_->rule_of(filed.category(), filed.urgency());
  const auto pauses = pauses_of(one);
  bool begun = false;
  for (const auto& clock : one.clocks) {
    const v1::Span* old_span = old_rule == nullptr ? nullptr : span_of(*old_rule, one, clock);
    const v1::Span* span = span_of(rule, one, clock);
    if (clock.due_at_ms <= cause_.recorded_at_ms) continue;  // it was due before the new rule was: it fires
    if (!clock.running() || span == nullptr) continue;
    const auto start = instant(clock.started_at_ms);
    if (old_span != nullptr && to_ms(before->due(*old_span, start, pauses).due) != clock.due_at_ms)
      continue;  // done, or set another way
    const bool by_the_calendar = old_span != nullptr && is_same(*old_span, *span);
    const auto reason = by_the_calendar ? v1::CLOCK_REASON_CALENDAR : v1::CLOCK_REASON_POLICY;
    const auto now = reckoned(*span, start, static_cast<v1::SpanOf>(clock.span_of), reason, pauses);
    const bool is_another = to_ms(now.due) != clock.due_at_ms || now.provisional != clock.provisional;
    if (!is_another || to_ms(now.due) <= now_ms_) continue;
    if (!begun) {
      const Row& row = *row_of(one.case_state(), Cause::recount);
      begin(one.number, row.event, row.to);
      begun = true;
    }
    set_clock(&one, clock.clock_kind(), now);
  }
  if (begun) commit_event();
  return begun;
}

}  // namespace huying::cell
