// When a span that starts now is over. Natural time only: minutes, days and months of a civil zone. Working hours and
// days need a calendar: deadlines.h reckons them.
//
// The rules (docs/case-life.md; design, "Clocks"):
//  * MINUTE: real elapsed minutes.
//  * NATURAL_DAY to midnight: 24:00 of day n, where the first day is day 1 when it is counted (13710: "arranged by
//    24:00 of the dispatch day") and day 0 when it is not (Civil Code 201).
//  * NATURAL_DAY at the same time: n days later at the same local time, whatever first_day says: such a day is
//    measured from its instant and has no first day to count.
//  * NATURAL_MONTH: 24:00 of the corresponding day of the n-th month after, else of that month's last day (Civil Code
//    202 and 203), whatever first_day says; or the same local time of that day.
//  * at_least_minutes is a floor under all of them.
//
// due_at is pure: any thread. DayTable gives the same answers and remembers midnights: one thread, owned by whoever
// reckons.
#pragma once
#include <array>

#include "base/civil_time.h"
#include "base/clock.h"
#include "base/result.h"
#include "huying/v1/policy.pb.h"

namespace huying::clocks {

// POLICY_INVALID when the span has no count, or a unit or day end that is none.
Result<void> check_span(const v1::Span& span);

// Whether the calendar is asked: the span counts working time, or ends with an office day.
bool asks_the_calendar(const v1::Span& span);

// Of a checked span that asks no calendar; any other gives POLICY_INVALID.
Result<Instant> due_at(const v1::Span& span, Instant start, const CivilZone& zone);

class DayTable {
 public:
  explicit DayTable(CivilZone zone) : zone_(std::move(zone)) {}

  // Of a checked span that asks no calendar only; anything else stops the process.
  Instant due_at(const v1::Span& span, Instant start);
  const CivilZone& zone() const { return zone_; }

 private:
  struct Midnight {
    date::local_days day{date::days{-1'000'000'000}};
    Instant at{};
  };

  date::local_days day_of(Instant at);
  Instant midnight(date::local_days day);

  CivilZone zone_;
  std::array<Midnight, 64> midnights_;  // by the day's number modulo 64
  date::local_days today_{};            // the day of [today_begins_, today_ends_)
  Instant today_begins_{}, today_ends_{};
};

}  // namespace huying::clocks
