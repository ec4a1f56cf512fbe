#include "tests/sim/checkers/open_list.h"

#include <fmt/format.h>

#include <algorithm>

namespace huying::sim {
namespace {

std::string words_of(const v1::Holder& holder) {
  return fmt::format("{} {} {} {}", static_cast<int>(holder.role()), static_cast<int>(holder.rung()), holder.place(),
                     holder.person());
}

std::string head_of(const std::string& number, std::uint64_t revision, v1::CaseState state, const v1::Holder& holder,
                    v1::Rung rung, std::uint64_t history) {
  return fmt::format("{} revision {} {} held by {}, asked {}, history {:016x}", number, revision,
                     v1::CaseState_Name(state), words_of(holder),
                     static_cast<int>(std::max(rung, v1::RUNG_CELL)), history);
}

std::string clock_words(v1::ClockKind kind, std::uint32_t generation, std::int64_t first_due_at_ms,
                        std::int64_t due_at_ms) {
  return fmt::format("; {} {} first {} due {}", v1::ClockKind_Name(kind), generation, first_due_at_ms, due_at_ms);
}

std::string lack(v1::CaseState state, const v1::Holder& holder, bool any_runs, bool review_runs) {
  if (holder.role() == v1::ROLE_UNSPECIFIED || holder.rung() == v1::RUNG_UNSPECIFIED || holder.place().empty())
    return "has no holder";
  if (!any_runs) return "is under no running clock";
  if (state == v1::CASE_STATE_SHELVED && !review_runs) return "is shelved without a running review clock";
  return {};
}

bool runs(const v1::ClockState& clock) { return clock.outcome() == v1::CLOCK_OUTCOME_UNSPECIFIED; }

}  // namespace

std::string open_case_of(const LedgerCase& folded) {
  auto text = head_of(folded.number, folded.revision, folded.state, folded.holder, folded.rung, folded.history);
  for (std::size_t kind = 0; kind < folded.clocks.size(); ++kind) {
    const auto& clock = folded.clocks[kind];
    if (clock.running)
      text += clock_words(static_cast<v1::ClockKind>(kind), clock.generation, clock.first_due_at_ms, clock.due_at_ms);
  }
  return text;
}

std::string open_case_of(const v1::CaseWhole& answered) {
  auto text = head_of(answered.case_number(), answered.revision(), answered.state(), answered.holder(), answered.rung(),
                      answered.history_digest());
  for (const auto& clock : answered.clocks())  // by kind
    if (runs(clock)) text += clock_words(clock.kind(), clock.generation(), clock.first_due_at_ms(), clock.due_at_ms());
  return text;
}

std::string lack_of(const LedgerCase& folded) {
  return lack(folded.state, folded.holder, folded.any_clock_runs(), folded.clock(v1::CLOCK_KIND_REVIEW).running);
}

std::string lack_of(const v1::CaseWhole& answered) {
  const auto& clocks = answered.clocks();
  return lack(answered.state(), answered.holder(), std::any_of(clocks.begin(), clocks.end(), runs),
              std::any_of(clocks.begin(), clocks.end(), [](const v1::ClockState& clock) {
                return runs(clock) && clock.kind() == v1::CLOCK_KIND_REVIEW;
              }));
}

}  // namespace huying::sim
