#include "proto/worst_first.h"

#include <algorithm>
#include <tuple>

namespace huying {

bool is_of_ladder(v1::ClockKind kind) {
  return kind == v1::CLOCK_KIND_RUNG || kind == v1::CLOCK_KIND_MONTHLY_FEEDBACK;
}

bool presses(v1::ClockKind kind, v1::ClockOutcome outcome) {
  const bool runs = outcome == v1::CLOCK_OUTCOME_UNSPECIFIED;
  return runs || (outcome == v1::CLOCK_OUTCOME_FIRED && !is_of_ladder(kind));
}

bool hurts_more(const Rank& a, const Rank& b) {
  const auto key = [](const Rank& rank) {
    const bool last = rank.paused && rank.waits_for == v1::RUNG_UNSPECIFIED;
    return std::tuple(-static_cast<int>(rank.waits_for), last, rank.due_at_ms, rank.case_number);
  };
  return key(a) < key(b);
}

Ranking::Ranking(std::string_view case_number, v1::CaseState state, v1::Rung highest_asked, bool escalation_answered)
    : highest_asked_(highest_asked), answered_(escalation_answered) {
  rank_.case_number = case_number;
  rank_.paused = state == v1::CASE_STATE_SHELVED;
}

void Ranking::take(v1::ClockKind kind, v1::ClockOutcome outcome, std::int64_t due_at_ms) {
  if (!presses(kind, outcome)) return;
  ladder_runs_ = ladder_runs_ || is_of_ladder(kind);
  rank_.due_at_ms = std::min(rank_.due_at_ms, due_at_ms);
}

Rank Ranking::rank() const {
  Rank rank = rank_;
  // An escalation is open as long as its clock runs: what was resolved meanwhile waits for nobody's answer.
  if (ladder_runs_ && !answered_ && highest_asked_ > v1::RUNG_CELL) rank.waits_for = highest_asked_;
  return rank;
}

Rank rank_of(const v1::CaseWhole& whole) {
  Ranking ranking(whole.case_number(), whole.state(), whole.rung(), whole.escalation_answered());
  for (const auto& clock : whole.clocks()) ranking.take(clock.kind(), clock.outcome(), clock.due_at_ms());
  return ranking.rank();
}

Rank rank_of(const v1::CaseRank& rank) {
  return {rank.waits_for(), rank.paused(), rank.due_at_ms(), rank.case_number()};
}

v1::CaseRank to_message(const Rank& rank) {
  v1::CaseRank out;
  out.set_waits_for(rank.waits_for);
  out.set_paused(rank.paused);
  out.set_due_at_ms(rank.due_at_ms);
  out.set_case_number(rank.case_number.data(), rank.case_number.size());
  return out;
}

const v1::ClockState* pressing_clock(const v1::CaseWhole& whole) {
  const v1::ClockState* found = nullptr;
  for (const auto& clock : whole.clocks()) {
    if (!presses(clock.kind(), clock.outcome())) continue;
    if (found == nullptr || clock.due_at_ms() < found->due_at_ms()) found = &clock;
  }
  return found;
}

}  // namespace huying
