#include "broker/delivery/reading_rights.h"

#include <fmt/format.h>

#include "proto/errors.h"

namespace huying::delivery {
namespace {

tl::unexpected<Error> reaches(const broker::CellPlace& cell) {
  return fail(v1::ERROR_CODE_SUBJECT_NOT_ALLOWED, "the subjects reach cell " + cell.code);
}

}  // namespace

Result<void> may_read(const broker::Principals& principals, const broker::Principal& reader, const Interest& interest) {
  if (principals.reads_whole_street(reader)) return {};
  if (!reader.person) return fail(v1::ERROR_CODE_SUBJECT_NOT_ALLOWED, "a publisher reads no events");
  const auto theirs = [&](const broker::CellPlace& cell) { return !principals.roles_in(reader, cell).empty(); };
  bool every_cell = !interest.mask_everywhere().empty();
  for (const auto& selector : interest.narrow()) {
    if (selector.cell.empty()) {
      every_cell = true;  // those of a unit: looked for among all
      continue;
    }
    const auto* cell = principals.cell(selector.cell);
    const bool in_unit = cell != nullptr && (selector.unit.empty() || selector.unit == cell->unit);
    if (in_unit && !theirs(*cell)) return reaches(*cell);
  }
  if (!every_cell) return {};
  for (const auto& cell : principals.cells()) {
    if (theirs(cell)) continue;
    if (!interest.mask({principals.street(), cell.unit, cell.code}).empty()) return reaches(cell);
  }
  return {};
}

Result<Interest> all_that_may_be_read(const broker::Principals& principals, const broker::Principal& reader) {
  std::vector<SubjectPattern> patterns;
  const auto add = [&](const std::string& unit, const std::string& cell) {
    auto pattern = SubjectPattern::parse(fmt::format("case.{}.{}.{}.*", principals.street(), unit, cell));
    if (pattern) patterns.push_back(std::move(*pattern));
  };
  if (principals.reads_whole_street(reader)) {
    add("*", "*");
  } else if (reader.person) {
    for (const auto& cell : principals.cells())
      if (!principals.roles_in(reader, cell).empty()) add(cell.unit, cell.code);
  }
  if (patterns.empty()) return fail(v1::ERROR_CODE_SUBJECT_NOT_ALLOWED, "no cell is yours");
  return Interest(std::move(patterns), principals.street());
}

}  // namespace huying::delivery
