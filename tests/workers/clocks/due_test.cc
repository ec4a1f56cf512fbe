#include "workers/clocks/due.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "huying/v1/error.pb.h"
#include "tests/workers/clocks/local_times.h"

namespace huying::clocks {
namespace {

// 24:00 of a day is 00:00 of the next.
struct Row {
  const char* why;
  v1::Span span;
  const char* start;
  const char* due;
};

TEST(DueAt, FollowsTheRuleOf13710AndTheCivilCode) {
  using enum v1::SpanUnit;
  const Row rows[] = {
      {"13710: arranged by 24:00 of the dispatch day", span(1, SPAN_UNIT_NATURAL_DAY), "2026-11-23 09:00", "2026-11-24 00:00"},
      {"13710: day 3", span(3, SPAN_UNIT_NATURAL_DAY), "2026-11-23 09:00", "2026-11-26 00:00"},
      {"13710: day 7, over a month's end", span(7, SPAN_UNIT_NATURAL_DAY), "2026-11-26 09:00", "2026-12-03 00:00"},
      {"no floor: ten minutes for a dispatch at 23:50", span(1, SPAN_UNIT_NATURAL_DAY), "2026-11-23 23:50", "2026-11-24 00:00"},
      {"a floor saves it", span(1, SPAN_UNIT_NATURAL_DAY, v1::FIRST_DAY_COUNTED, v1::DAY_END_MIDNIGHT, 120), "2026-11-23 23:50",
       "2026-11-24 01:50"},
      {"at midnight a new day has begun", span(1, SPAN_UNIT_NATURAL_DAY), "2026-11-24 00:00", "2026-11-25 00:00"},
      {"Civil Code 201: the first day is not counted", span(1, SPAN_UNIT_NATURAL_DAY, v1::FIRST_DAY_NOT_COUNTED), "2026-11-23 09:00",
       "2026-11-25 00:00"},
      {"unspecified: not counted", span(7, SPAN_UNIT_NATURAL_DAY, v1::FIRST_DAY_UNSPECIFIED, v1::DAY_END_UNSPECIFIED),
       "2026-12-28 09:00", "2027-01-05 00:00"},
      {"a leap day is a day", span(3, SPAN_UNIT_NATURAL_DAY), "2028-02-27 12:00", "2028-03-01 00:00"},
      {"same time of the last day", span(2, SPAN_UNIT_NATURAL_DAY, v1::FIRST_DAY_COUNTED, v1::DAY_END_SAME_TIME), "2026-11-23 09:41",
       "2026-11-25 09:41"},
      {"a month: the corresponding day's 24:00", span(1, SPAN_UNIT_NATURAL_MONTH), "2026-11-23 09:00", "2026-12-24 00:00"},
      {"whatever first_day says", span(1, SPAN_UNIT_NATURAL_MONTH, v1::FIRST_DAY_NOT_COUNTED), "2026-11-23 09:00", "2026-12-24 00:00"},
      {"Civil Code 202: else the month's last day", span(1, SPAN_UNIT_NATURAL_MONTH), "2026-01-31 09:00", "2026-03-01 00:00"},
      {"in a leap year the 29th", span(1, SPAN_UNIT_NATURAL_MONTH), "2028-01-30 09:00", "2028-03-01 00:00"},
      {"over a year's end", span(2, SPAN_UNIT_NATURAL_MONTH), "2026-12-31 23:59", "2027-03-01 00:00"},
      {"months at the same time", span(1, SPAN_UNIT_NATURAL_MONTH, v1::FIRST_DAY_COUNTED, v1::DAY_END_SAME_TIME), "2026-08-31 10:30",
       "2026-09-30 10:30"},
      {"minutes are real minutes", span(90, SPAN_UNIT_MINUTE), "2026-11-23 23:00", "2026-11-24 00:30"},
  };
  DayTable table(shanghai());
  for (const auto& row : rows) {
    SCOPED_TRACE(row.why);
    EXPECT_EQ(due_at(row.span, at(row.start), shanghai()).value(), at(row.due));
    EXPECT_EQ(table.due_at(row.span, at(row.start)), at(row.due));
  }
}

TEST(DueAt, RefusesWhatNeedsACalendarOrHasNoCount) {
  const auto start = at("2026-11-23 09:00");
  for (const auto& bad : {span(2, v1::SPAN_UNIT_WORKING_DAY), span(2, v1::SPAN_UNIT_WORKING_HOUR), span(0, v1::SPAN_UNIT_MINUTE),
                          span(1001, v1::SPAN_UNIT_NATURAL_DAY), span(1, v1::SPAN_UNIT_UNSPECIFIED),
                          span(1, v1::SPAN_UNIT_NATURAL_DAY, v1::FIRST_DAY_COUNTED, v1::DAY_END_CLOSE_OF_BUSINESS)}) {
    const auto due = due_at(bad, start, shanghai());
    ASSERT_FALSE(due.has_value()) << bad.ShortDebugString();
    EXPECT_EQ(due.error().code, v1::ERROR_CODE_POLICY_INVALID);
  }
}

TEST(DayTable, AnswersAsThePureFunctionWhereMidnightsAreOddToo) {
  // New York: days of 23 and 25 hours. Sao Paulo, until 2019: days that begin at 01:00.
  for (const auto* zone_name : {"Asia/Shanghai", "America/New_York", "America/Sao_Paulo"}) {
    const auto zone = CivilZone::named(zone_name).value();
    DayTable table(zone);
    std::mt19937_64 random(11);
    for (int i = 0; i < 20'000; ++i) {
      const auto start = instant(1'500'000'000'000 + static_cast<std::int64_t>(random() % 400'000'000'000));
      const auto some = span(1 + random() % 9, static_cast<v1::SpanUnit>(1 + random() % 3), static_cast<v1::FirstDay>(random() % 3),
                             static_cast<v1::DayEnd>(random() % 3));
      ASSERT_EQ(table.due_at(some, start), due_at(some, start, zone).value())
          << zone_name << " " << zone.text(start) << " " << some.ShortDebugString();
    }
  }
}

}  // namespace
}  // namespace huying::clocks
