#include "workers/ladder/ladder.h"

#include <algorithm>

namespace huying::ladder {

v1::Rung next_rung(v1::Rung rung) {
  switch (rung) {
    case v1::RUNG_UNIT:
      return v1::RUNG_STREET;
    case v1::RUNG_STREET:
    case v1::RUNG_DISTRICT:
      return v1::RUNG_DISTRICT;
    default:
      return v1::RUNG_UNIT;
  }
}

v1::Rung own_rung(v1::ClockKind clock) {
  const bool above = clock == v1::CLOCK_KIND_VERIFY || clock == v1::CLOCK_KIND_DESK || clock == v1::CLOCK_KIND_REVIEW;
  return above ? v1::RUNG_UNIT : v1::RUNG_CELL;
}

v1::Rung climb(v1::Rung highest_asked, v1::Rung own) { return next_rung(std::max(highest_asked, own)); }

v1::ClockKind clock_at(v1::Rung rung) {
  return rung == v1::RUNG_DISTRICT ? v1::CLOCK_KIND_MONTHLY_FEEDBACK : v1::CLOCK_KIND_RUNG;
}

const v1::Span& span_at(const v1::Ladder& ladder, v1::Rung rung) {
  return rung == v1::RUNG_DISTRICT ? ladder.monthly() : promise_span(ladder, rung);
}

const v1::Span& promise_span(const v1::Ladder& ladder, v1::Rung rung) {
  switch (rung) {
    case v1::RUNG_DISTRICT:
      return ladder.district();
    case v1::RUNG_STREET:
      return ladder.street();
    default:
      return ladder.unit();
  }
}

v1::Role supervisor_of(v1::Rung rung) {
  switch (rung) {
    case v1::RUNG_DISTRICT:
      return v1::ROLE_DISTRICT_SUPERVISOR;
    case v1::RUNG_STREET:
      return v1::ROLE_STREET_SUPERVISOR;
    case v1::RUNG_UNIT:
      return v1::ROLE_UNIT_SUPERVISOR;
    default:
      return v1::ROLE_GRID_WORKER;
  }
}

v1::Rung rung_of(v1::Role role) {
  switch (role) {
    case v1::ROLE_UNIT_SUPERVISOR:
      return v1::RUNG_UNIT;
    case v1::ROLE_STREET_SUPERVISOR:
      return v1::RUNG_STREET;
    case v1::ROLE_DISTRICT_SUPERVISOR:
      return v1::RUNG_DISTRICT;
    default:
      return v1::RUNG_UNSPECIFIED;
  }
}

}  // namespace huying::ladder
