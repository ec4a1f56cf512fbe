#include "broker/delivery/reading_rights.h"

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

}  // namespace huying::delivery
