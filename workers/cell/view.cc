#include "workers/cell/view.h"

#include <algorithm>

#include "base/limits.h"
#include "proto/worst_first.h"
#include "workers/cell/case_table.h"
#include "workers/cell/decision.h"

namespace huying::cell {
namespace {

constexpr std::uint32_t cases_max = 200;
constexpr std::size_t answer_bytes_max = limits::frame_bytes_max / 2;

std::vector<v1::Role> roles_of(const v1::Ask& ask) {
  std::vector<v1::Role> roles;
  for (const auto role : ask.roles()) roles.push_back(static_cast<v1::Role>(role));
  if (roles.empty()) roles.push_back(ask.asker().role());
  return roles;
}

void add_view(const CellState& state, const Settings* settings, const Case& one, std::span<const v1::Role> roles, v1::Answer& into) {
  auto& view = *into.add_cases();
  write_whole(one, state.place().cell, state.names(), *view.mutable_whole());
  for (const auto kind : allowed_for(one, roles, settings)) view.add_allowed(kind);
}

void answer_case(const CellState& state, const Settings* settings, const v1::Ask& ask, v1::Answer& into) {
  const Case* one = CaseNumber::fits(ask.case_number()) ? state.find(CaseNumber(ask.case_number())) : nullptr;
  if (one != nullptr) {
    add_view(state, settings, *one, roles_of(ask), into);
  } else {
    auto& view = *into.add_cases();
    if (ask.prior().empty() || !view.mutable_whole()->ParseFromString(ask.prior())) {
      into.clear_cases();
      into.set_error(static_cast<std::uint32_t>(v1::ERROR_CODE_CASE_UNKNOWN));
      return;
    }
    for (const auto kind : allowed_of(view.whole().state(), roles_of(ask))) view.add_allowed(kind);
  }
  into.set_total(1);
}

Rank rank_of(const Case& one) {
  Ranking ranking(one.number.text(), one.case_state(), one.highest_rung(), one.escalation_answered);
  for (const auto& clock : one.clocks)
    ranking.take(clock.clock_kind(), static_cast<v1::ClockOutcome>(clock.outcome), clock.due_at_ms);
  return ranking.rank();
}

void answer_worst_first(const CellState& state, const Settings* settings, const v1::Ask& ask, std::size_t limit, v1::Answer& into) {
  std::vector<std::pair<Rank, const Case*>> ranked;
  const Rank after = huying::rank_of(ask.after());
  for (const Case* one : state.by_number()) {
    const Rank rank = rank_of(*one);
    if (!ask.has_after() || hurts_more(after, rank)) ranked.emplace_back(rank, one);
  }
  const auto shown = std::min(limit, ranked.size());
  std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(shown), ranked.end(),
                    [](const auto& a, const auto& b) { return hurts_more(a.first, b.first); });
  const auto roles = roles_of(ask);
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < shown && bytes <= answer_bytes_max; ++i) {
    add_view(state, settings, *ranked[i].second, roles, into);
    bytes += into.cases(into.cases_size() - 1).ByteSizeLong();
  }
  into.set_total(static_cast<std::uint32_t>(state.open_cases()));
  into.set_more(static_cast<std::size_t>(into.cases_size()) < ranked.size());
}

}  // namespace

void answer(const CellState& state, const Settings* settings, const v1::Ask& ask, v1::Answer& into) {
  if (!ask.case_number().empty()) return answer_case(state, settings, ask, into);
  const auto limit = ask.limit() == 0 ? cases_max : std::min(ask.limit(), cases_max);
  if (ask.order() == v1::CASE_ORDER_WORST_FIRST) return answer_worst_first(state, settings, ask, limit, into);
  const auto roles = roles_of(ask);
  const auto cases = state.by_number();
  into.set_total(static_cast<std::uint32_t>(cases.size()));
  std::size_t bytes = 0;
  for (std::size_t i = ask.offset(); i < cases.size() && i < std::size_t{ask.offset()} + limit; ++i) {
    add_view(state, settings, *cases[i], roles, into);
    bytes += into.cases(into.cases_size() - 1).ByteSizeLong();
    if (bytes > answer_bytes_max) break;
  }
}

}  // namespace huying::cell
