// When a span that starts now is over, in natural or in working time, with pauses. due.h does the same for natural
// spans without pauses at the speed that a host needs; the tests hold the two together.
//
// What is counted (docs/deadlines.md):
//  * MINUTE, NATURAL_DAY, NATURAL_MONTH: all time. WORKING_DAY: the 24 hours of every worked day. WORKING_HOUR: the
//    office hours of every worked day.
//  * A start outside counted time, or inside a pause, counts from the next counted moment.
//  * A pause takes away only what would have been counted: its overlap with counted time. Pauses may overlap each
//  other.
//  * SAME_TIME: the first instant at which so much was counted. A natural month ends on the corresponding day, else the
//    month's last (Civil Code 202), at the same local time.
//  * MIDNIGHT: 24:00 of the day on which that would be; CLOSE_OF_BUSINESS: the end of its office hours, or of those of
//    the next worked day when it is none or they are over. Whether the first day is counted matters here only: counted,
//    it is day 1 of days; not counted (Civil Code 201), the day after is.
//  * at_least_minutes is a floor of unpaused minutes under all of them.
// A zone's hour that comes twice or never (summer time) is reckoned by local time.
//
// Pure; any thread.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "base/civil_time.h"
#include "base/clock.h"
#include "base/result.h"
#include "huying/v1/policy.pb.h"
#include "workers/clocks/calendar.h"

namespace huying::clocks {

// No time from `from` to `to` is counted.
struct Pause {
  Instant from, to;
};

struct Reckoned {
  Instant due;
  // A notice that is still to come may change it: a day from start to due is provisional, and the calendar was asked.
  bool is_provisional = false;
};

// A stretch of the way from start to due, for people.
struct Stretch {
  enum class Kind : std::uint8_t { counted, made_up, rest_day, holiday, off_hours, paused };
  Kind kind;
  std::int64_t from_local_ms, to_local_ms;
  std::string holiday;
};

// POLICY_INVALID: a count that is not 1 to 1,000, an unknown unit. CALENDAR_INVALID: nothing is worked for ten years.
Result<Reckoned> reckon(const v1::Span& span, Instant start, const Calendar& calendar, const CivilZone& zone,
                        std::span<const Pause> pauses = {});

// The days from start to due, one after another, by what was counted of them; equal neighbours are one stretch.
std::vector<Stretch> stretches(const v1::Span& span, Instant start, Instant due, const Calendar& calendar,
                               const CivilZone& zone, std::span<const Pause> pauses);

}  // namespace huying::clocks
