#include "workers/cell/view.h"

#include <algorithm>

#include "base/limits.h"
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

void add_view(const CellState& state, const Case& one, std::span<const v1::Role> roles, v1::Answer& into) {
  auto& view = *into.add_cases();
  write_whole(one, state.place().cell, state.names(), *view.mutable_whole());
  for (const auto kind : allowed_for(one, roles)) view.add_allowed(kind);
}

void answer_case(const CellState& state, const v1::Ask& ask, v1::Answer& into) {
  const Case* one = CaseNumber::fits(ask.case_number()) ? state.find(CaseNumber(ask.case_number())) : nullptr;
  if (one != nullptr) {
    add_view(state, *one, roles_of(ask), into);
  } else if (ask.prior().empty() || !into.add_cases()->mutable_whole()->ParseFromString(ask.prior())) {
    into.clear_cases();
    into.set_error(static_cast<std::uint32_t>(v1::ERROR_CODE_CASE_UNKNOWN));
    return;
  }
  into.set_total(1);
}

}  // namespace

void answer(const CellState& state, const v1::Ask& ask, v1::Answer& into) {
  if (!ask.case_number().empty()) return answer_case(state, ask, into);
  const auto roles = roles_of(ask);
  const auto cases = state.by_number();
  const auto limit = ask.limit() == 0 ? cases_max : std::min(ask.limit(), cases_max);
  into.set_total(static_cast<std::uint32_t>(cases.size()));
  std::size_t bytes = 0;
  for (std::size_t i = ask.offset(); i < cases.size() && i < std::size_t{ask.offset()} + limit; ++i) {
    add_view(state, *cases[i], roles, into);
    bytes += into.cases(into.cases_size() - 1).ByteSizeLong();
    if (bytes > answer_bytes_max) break;
  }
}

}  // namespace huying::cell
