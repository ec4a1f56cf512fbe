// The day that a page speaks of, as instants of the street's time. Pure; any thread.
#pragma once
#include "base/civil_time.h"

namespace huying::ledger {

struct Today {
  Instant now;
  Instant yesterday, begins, ends;  // [yesterday, begins) and [begins, ends): local days; what is due by `ends` is due today
};

inline Today today_of(const CivilZone& zone, Instant now) {
  const auto day = zone.day_of(now);
  return {now, zone.midnight(day - date::days(1)), zone.midnight(day), zone.midnight(day + date::days(1))};
}

}  // namespace huying::ledger
