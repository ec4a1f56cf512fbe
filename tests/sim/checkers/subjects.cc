#include "tests/sim/checkers/subjects.h"

#include <fmt/format.h>

#include <algorithm>

namespace huying::sim {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c == '_' ? c : static_cast<char>(c | 0x20); });
  return text;
}

std::string_view take_token(std::string_view& rest) {
  const auto dot = rest.find('.');
  const auto token = rest.substr(0, dot);
  rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
  return token;
}

}  // namespace

std::string case_subject(const Street& street, std::uint32_t stream, v1::EventKind kind) {
  const auto& cell = street.cell_of(stream);
  return fmt::format("case.{}.{}.{}.{}", street.code(), cell.unit, cell.code, lower(v1::EventKind_Name(kind).substr(11)));
}

std::string escalation_subject(const Street& street, std::uint32_t stream, v1::Rung rung) {
  if (rung == v1::RUNG_UNSPECIFIED) return {};
  const auto& cell = street.cell_of(stream);
  return fmt::format("escalation.{}.{}.{}.{}", lower(v1::Rung_Name(rung).substr(5)), street.code(), cell.unit, cell.code);
}

std::string coverage_subject(const Street& street, std::uint32_t stream) {
  return fmt::format("coverage.{}.{}", street.code(), street.cell_of(stream).code);
}

bool subject_matches(std::string_view pattern, std::string_view subject) {
  while (!pattern.empty() && !subject.empty()) {
    const auto wanted = take_token(pattern);
    if (wanted == ">") return true;
    if (take_token(subject) != wanted && wanted != "*") return false;
  }
  return pattern.empty() && subject.empty();
}

}  // namespace huying::sim
