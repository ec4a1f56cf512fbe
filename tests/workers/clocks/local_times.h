// Times as the tables of these tests write them.
#pragma once
#include <absl/time/civil_time.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/civil_time.h"
#include "huying/v1/policy.pb.h"

namespace huying::clocks {

inline CivilZone shanghai() { return CivilZone::named("Asia/Shanghai").value(); }

// Local time of Shanghai, to the minute.
inline Instant at(std::string text) {
  std::replace(text.begin(), text.end(), ' ', 'T');
  absl::CivilMinute local;
  EXPECT_TRUE(absl::ParseCivilTime(text, &local)) << text;
  return shanghai().from_local_ms((local - absl::CivilMinute(1970)) * 60'000);
}

inline v1::Span span(std::uint32_t count, v1::SpanUnit unit, v1::FirstDay first_day = v1::FIRST_DAY_COUNTED,
                     v1::DayEnd day_end = v1::DAY_END_MIDNIGHT, std::uint32_t at_least_minutes = 0) {
  v1::Span out;
  out.set_count(count);
  out.set_unit(unit);
  out.set_first_day(first_day);
  out.set_day_end(day_end);
  out.set_at_least_minutes(at_least_minutes);
  return out;
}

}  // namespace huying::clocks
