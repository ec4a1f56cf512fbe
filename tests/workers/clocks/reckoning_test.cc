#include "workers/clocks/reckoning.h"

#include <gtest/gtest.h>

#include <random>

#include "huying/v1/error.pb.h"
#include "tests/workers/clocks/local_times.h"
#include "tests/workers/clocks/shipped.h"
#include "workers/clocks/due.h"

namespace huying::clocks {
namespace {

using enum v1::SpanUnit;

constexpr auto not_counted = v1::FIRST_DAY_NOT_COUNTED;
constexpr auto counted = v1::FIRST_DAY_COUNTED;
constexpr auto same_time = v1::DAY_END_SAME_TIME;
constexpr auto midnight = v1::DAY_END_MIDNIGHT;
constexpr auto close_of_business = v1::DAY_END_CLOSE_OF_BUSINESS;

std::string due(const v1::Span& span, const char* start, const std::vector<Pause>& pauses = {},
                const Calendar& calendar = shipped()) {
  const auto reckoned = reckon(span, at(start), calendar, shanghai(), pauses);
  if (!reckoned) return reckoned.error().detail;
  std::string text = shanghai().text(reckoned->due).substr(0, 16);
  text[10] = ' ';
  return text + (reckoned->is_provisional ? " provisional" : "");
}

struct Row {
  const char* why;
  v1::Span span;
  const char* start;
  const char* due;
};

// 24:00 of a day is 00:00 of the next.
TEST(Reckon, WorkingDaysFollowTheStateCouncilsCalendar) {
  const auto wd = SPAN_UNIT_WORKING_DAY;
  const Row rows[] = {
      {"Friday to Monday, over a weekend", span(1, wd, not_counted, same_time), "2026-11-20 15:00", "2026-11-23 15:00"},
      {"Saturday noon counts from Monday 00:00", span(1, wd, not_counted, same_time), "2026-11-21 12:00",
       "2026-11-24 00:00"},
      {"the working Saturday before Spring Festival is a day like any", span(1, wd, not_counted, same_time),
       "2026-02-13 15:00", "2026-02-14 15:00"},
      {"from the working Saturday over nine days of rest", span(1, wd, not_counted, same_time), "2026-02-14 10:00",
       "2026-02-24 10:00"},
      {"from within the holiday: from the first worked day's 00:00", span(1, wd, not_counted, same_time),
       "2026-02-18 10:00", "2026-02-25 00:00"},
      {"the working Saturday after it counts: 24, 25, 26, 27, 28", span(5, wd, not_counted, same_time),
       "2026-02-14 10:00", "2026-02-28 10:00"},
      {"the working Sunday before National Day", span(2, wd, not_counted, same_time), "2026-09-18 09:00",
       "2026-09-21 09:00"},
      {"the first day is not counted: 24:00 of Monday", span(1, wd, not_counted, midnight), "2026-11-20 15:00",
       "2026-11-24 00:00"},
      {"the first day is counted: 24:00 of Friday", span(1, wd, counted, midnight), "2026-11-20 15:00",
       "2026-11-21 00:00"},
      {"a start on Saturday is one on Monday, which is not counted: 24:00 of Tuesday",
       span(1, wd, not_counted, midnight), "2026-11-21 12:00", "2026-11-25 00:00"},
      {"or is counted: 24:00 of Monday", span(1, wd, counted, midnight), "2026-11-21 12:00", "2026-11-24 00:00"},
      {"a dispatch at 23:50 of a worked day: ten minutes of day 1", span(1, wd, counted, midnight), "2026-11-20 23:50",
       "2026-11-21 00:00"},
      {"the close of business of the next worked day", span(1, wd, not_counted, close_of_business), "2026-11-20 15:00",
       "2026-11-23 18:00"},
      {"counted, but its business is closed: the next worked day's", span(1, wd, counted, close_of_business),
       "2026-11-20 20:00", "2026-11-23 18:00"},
      {"over the year's end: 2027-01-01 is a Friday that no notice has ruled yet", span(2, wd, not_counted, midnight),
       "2026-12-30 10:00", "2027-01-02 00:00 provisional"},
      {"the week before it is certain", span(2, wd, not_counted, midnight), "2026-12-21 10:00", "2026-12-24 00:00"},
      {"2024-02-29 is a Thursday", span(1, wd, not_counted, midnight), "2024-02-28 10:00", "2024-03-01 00:00"},
  };
  for (const auto& row : rows) EXPECT_EQ(due(row.span, row.start), row.due) << row.why;
}

TEST(Reckon, WorkingHoursAreCountedWithinOfficeHours) {
  const auto wh = SPAN_UNIT_WORKING_HOUR;
  const Row rows[] = {
      {"within the morning", span(2, wh, not_counted, same_time), "2026-11-23 09:00", "2026-11-23 11:00"},
      {"up to the noon's end, not behind the pause", span(3, wh, not_counted, same_time), "2026-11-23 09:00",
       "2026-11-23 12:00"},
      {"over noon: 2 before, 1 after 14:30", span(3, wh, not_counted, same_time), "2026-11-23 10:00",
       "2026-11-23 15:30"},
      {"at night it waits for 08:30", span(1, wh, not_counted, same_time), "2026-11-23 22:00", "2026-11-24 09:30"},
      {"Friday 17:00 over the weekend", span(2, wh, not_counted, same_time), "2026-11-20 17:00", "2026-11-23 09:30"},
      {"Friday 17:00 into the working Saturday", span(2, wh, not_counted, same_time), "2026-02-13 17:00",
       "2026-02-14 09:30"},
      {"7 hours are one whole day", span(7, wh, not_counted, same_time), "2026-11-23 08:30", "2026-11-23 18:00"},
      {"the close of the day on which they end", span(2, wh, not_counted, close_of_business), "2026-11-23 09:00",
       "2026-11-23 18:00"},
      {"its midnight", span(7, wh, not_counted, midnight), "2026-11-23 08:30", "2026-11-24 00:00"},
  };
  for (const auto& row : rows) EXPECT_EQ(due(row.span, row.start), row.due) << row.why;
}

// On 2020-01-22 nobody knew yet that the holiday would last until 02-02; on 01-27 it was said.
TEST(Reckon, TheSpringFestivalOf2020BeforeAndAfterItWasExtended) {
  auto message = shipped_message();
  auto& year = *message.mutable_years(13);
  ASSERT_EQ(year.year(), 2020);
  year.clear_work();
  for (const char* work :
       {"2020-01-19", "2020-02-01", "2020-04-26", "2020-05-09", "2020-06-28", "2020-09-27", "2020-10-10"})
    year.add_work(work);
  year.mutable_rest(1)->set_to("2020-01-30");
  const auto as_published = Calendar::make(message).value();
  const auto three = span(3, SPAN_UNIT_WORKING_DAY, not_counted, midnight);
  // 23 January, 31 January, the working Saturday 1 February.
  EXPECT_EQ(due(three, "2020-01-22 10:00", {}, as_published), "2020-02-02 00:00");
  // 23 January, 3 February, 4 February.
  EXPECT_EQ(due(three, "2020-01-22 10:00"), "2020-02-05 00:00");
}

TEST(Reckon, NaturalTimeKnowsNoHolidayButBusinessCloses) {
  EXPECT_EQ(due(span(3, SPAN_UNIT_NATURAL_DAY), "2026-02-13 10:00"), "2026-02-16 00:00");
  EXPECT_EQ(due(span(1, SPAN_UNIT_NATURAL_DAY, not_counted, close_of_business), "2026-11-20 10:00"),
            "2026-11-23 18:00");
  EXPECT_EQ(due(span(1, SPAN_UNIT_NATURAL_MONTH, not_counted, same_time), "2026-01-31 10:00"), "2026-02-28 10:00");
  EXPECT_EQ(due(span(1, SPAN_UNIT_NATURAL_MONTH), "2026-12-31 10:00"), "2027-02-01 00:00");
  EXPECT_EQ(due(span(90, SPAN_UNIT_MINUTE), "2026-11-21 23:00"), "2026-11-22 00:30");
}

TEST(Reckon, APauseTakesAwayOnlyWhatWouldHaveBeenCounted) {
  const auto hours = span(4, SPAN_UNIT_WORKING_HOUR, not_counted, same_time);
  EXPECT_EQ(due(hours, "2026-11-23 09:00"), "2026-11-23 15:30");
  // A known bug of others: the night is taken away twice, as a pause and as no office hour. Here it costs 1 + 1.5
  // hours.
  EXPECT_EQ(due(hours, "2026-11-23 14:30", {{at("2026-11-23 17:00"), at("2026-11-24 10:00")}}), "2026-11-24 11:30");
  EXPECT_EQ(due(hours, "2026-11-23 09:00", {{at("2026-11-23 12:00"), at("2026-11-23 14:30")}}), "2026-11-23 15:30");
  EXPECT_EQ(due(span(2, SPAN_UNIT_WORKING_DAY, not_counted, same_time), "2026-11-20 10:00",
                {{at("2026-11-21 00:00"), at("2026-11-23 00:00")}}),
            "2026-11-24 10:00");  // a pause of a weekend costs nothing
  EXPECT_EQ(due(span(2, SPAN_UNIT_WORKING_DAY, not_counted, same_time), "2026-11-20 10:00",
                {{at("2026-11-23 08:00"), at("2026-11-23 09:00")}, {at("2026-11-23 08:30"), at("2026-11-23 10:00")}}),
            "2026-11-24 12:00");  // two that overlap are one of two hours
  EXPECT_EQ(due(span(1, SPAN_UNIT_NATURAL_DAY, not_counted, same_time), "2026-11-23 10:00",
                {{at("2026-11-23 09:00"), at("2026-11-23 12:00")}}),
            "2026-11-24 12:00");  // it began inside one
  EXPECT_EQ(due(span(60, SPAN_UNIT_MINUTE), "2026-11-23 10:00", {{at("2026-11-23 10:30"), at("2026-11-23 11:00")}}),
            "2026-11-23 11:30");
  // To midnight: a pause moves the day only when it moves the end beyond it.
  const auto day = span(1, SPAN_UNIT_NATURAL_DAY, not_counted, midnight);
  EXPECT_EQ(due(day, "2026-11-23 10:00", {{at("2026-11-23 11:00"), at("2026-11-23 13:00")}}), "2026-11-25 00:00");
  EXPECT_EQ(due(day, "2026-11-23 10:00", {{at("2026-11-23 11:00"), at("2026-11-24 11:00")}}), "2026-11-26 00:00");
  // Behind the end it is nothing.
  EXPECT_EQ(due(day, "2026-11-23 10:00", {{at("2026-11-25 00:00"), at("2026-11-29 00:00")}}), "2026-11-25 00:00");
}

TEST(Reckon, TheFloorCountsUnpausedMinutes) {
  const auto day = span(1, SPAN_UNIT_NATURAL_DAY, counted, midnight, 120);
  EXPECT_EQ(due(day, "2026-11-23 23:50"), "2026-11-24 01:50");
  EXPECT_EQ(due(day, "2026-11-23 23:50", {{at("2026-11-24 00:00"), at("2026-11-24 00:30")}}), "2026-11-24 02:20");
}

TEST(Reckon, WhatCannotBeReckonedIsRefused) {
  const auto code = [](const v1::Span& span, const Calendar& calendar = shipped()) {
    return reckon(span, at("2026-11-23 10:00"), calendar, shanghai()).error().code;
  };
  EXPECT_EQ(code(span(0, SPAN_UNIT_NATURAL_DAY)), v1::ERROR_CODE_POLICY_INVALID);
  EXPECT_EQ(code(span(1001, SPAN_UNIT_NATURAL_DAY)), v1::ERROR_CODE_POLICY_INVALID);
  EXPECT_EQ(code(span(1, SPAN_UNIT_UNSPECIFIED)), v1::ERROR_CODE_POLICY_INVALID);
  v1::Calendar idle;
  idle.set_name("idle");
  *idle.add_office_hours() = shipped_message().office_hours(0);
  for (int year = 2026; year < 2040; ++year) {
    auto& one = *idle.add_years();
    one.set_year(year);
    for (int month = 1; month <= 12; ++month) {
      auto& rest = *one.add_rest();
      rest.set_from(fmt::format("{}-{:02}-01", year, month));
      rest.set_to(fmt::format("{}-{:02}-{}", year, month, month == 2 ? 28 : 30));
    }
    for (const char* last : {"01-31", "02-29", "03-31", "05-31", "07-31", "08-31", "10-31", "12-31"}) {
      if (std::string(last) == "02-29" && year % 4 != 0) continue;
      auto& rest = *one.add_rest();
      rest.set_from(fmt::format("{}-{}", year, last));
      rest.set_to(rest.from());
    }
  }
  EXPECT_EQ(code(span(1, SPAN_UNIT_WORKING_DAY), Calendar::make(idle).value()), v1::ERROR_CODE_CALENDAR_INVALID);
}

// ---- Properties
// ------------------------------------------------------------------------------------------------------

class Dice {
 public:
  int one_of(int n) { return static_cast<int>(engine_() % static_cast<unsigned>(n)); }
  Instant minute_of_2026() { return at("2025-12-15 00:00") + std::chrono::minutes{one_of(380 * 24 * 60)}; }
  v1::Span span(std::initializer_list<v1::SpanUnit> units, std::initializer_list<v1::DayEnd> ends, int count_max) {
    const auto unit = *(units.begin() + one_of(static_cast<int>(units.size())));
    const auto end = *(ends.begin() + one_of(static_cast<int>(ends.size())));
    return clocks::span(static_cast<std::uint32_t>(1 + one_of(count_max)), unit, one_of(2) ? counted : not_counted, end,
                        one_of(4) == 0 ? static_cast<std::uint32_t>(one_of(3000)) : 0);
  }
  std::vector<Pause> pauses(Instant around) {
    std::vector<Pause> out;
    for (int n = one_of(4); n > 0; --n) {
      const auto from = around + std::chrono::minutes{one_of(8 * 24 * 60) - 24 * 60};
      out.push_back({from, from + std::chrono::minutes{one_of(5 * 24 * 60)}});
    }
    return out;
  }

 private:
  std::mt19937 engine_{20260214};
};

TEST(ReckonProperties, NaturalSpansAreThoseOfTheFastPath) {
  Dice dice;
  for (int n = 0; n < 20'000; ++n) {
    const auto one =
        dice.span({SPAN_UNIT_MINUTE, SPAN_UNIT_NATURAL_DAY, SPAN_UNIT_NATURAL_MONTH}, {same_time, midnight}, 40);
    const auto start = dice.minute_of_2026();
    ASSERT_EQ(reckon(one, start, shipped(), shanghai())->due, due_at(one, start, shanghai()).value())
        << one.ShortDebugString() << shanghai().text(start);
  }
}

// Minute by minute: slow, and plain enough to be believed.
Instant minute_by_minute(const v1::Span& span, Instant start, const std::vector<Pause>& pauses) {
  const auto zone = shanghai();
  const auto is_counted = [&](Instant minute) {
    for (const auto& pause : pauses) {
      if (minute >= pause.from && minute < pause.to) return false;
    }
    if (span.unit() != SPAN_UNIT_WORKING_DAY && span.unit() != SPAN_UNIT_WORKING_HOUR) return true;
    if (!shipped().is_worked(zone.day_of(minute))) return false;
    if (span.unit() == SPAN_UNIT_WORKING_DAY) return true;
    const auto in_day = zone.local_ms(minute) % 86'400'000;
    return std::any_of(shipped().office_hours().begin(), shipped().office_hours().end(),
                       [&](const auto& hours) { return in_day >= hours.from && in_day < hours.to; });
  };
  const auto minutes = span.count() * (span.unit() == SPAN_UNIT_MINUTE         ? 1
                                       : span.unit() == SPAN_UNIT_WORKING_HOUR ? 60
                                                                               : 1440);
  auto at = start;
  for (std::uint32_t left = minutes; left > 0; at += std::chrono::minutes{1}) left -= is_counted(at);
  return at;
}

TEST(ReckonProperties, TheSameTimeIsReachedWhenSoManyMinutesWereCounted) {
  Dice dice;
  for (int n = 0; n < 1'500; ++n) {
    auto one = dice.span({SPAN_UNIT_MINUTE, SPAN_UNIT_NATURAL_DAY, SPAN_UNIT_WORKING_DAY, SPAN_UNIT_WORKING_HOUR},
                         {same_time}, 6);
    one.clear_at_least_minutes();
    const auto start = dice.minute_of_2026();
    const auto pauses = dice.pauses(start);
    ASSERT_EQ(reckon(one, start, shipped(), shanghai(), pauses)->due, minute_by_minute(one, start, pauses))
        << one.ShortDebugString() << shanghai().text(start);
  }
}

TEST(ReckonProperties, ALaterStartOrAnotherPauseIsNeverDueEarlier) {
  Dice dice;
  for (int n = 0; n < 20'000; ++n) {
    const auto one = dice.span({SPAN_UNIT_NATURAL_DAY, SPAN_UNIT_WORKING_DAY, SPAN_UNIT_WORKING_HOUR},
                               {same_time, midnight, close_of_business}, 12);
    const auto start = dice.minute_of_2026();
    auto pauses = dice.pauses(start);
    const auto due = reckon(one, start, shipped(), shanghai(), pauses)->due;
    EXPECT_GE(due, start);
    const auto later = start + std::chrono::minutes{dice.one_of(4000)};
    ASSERT_GE(reckon(one, later, shipped(), shanghai(), pauses)->due, due)
        << one.ShortDebugString() << shanghai().text(start) << shanghai().text(later);
    const auto from = start + std::chrono::minutes{dice.one_of(10'000)};
    pauses.push_back({from, from + std::chrono::minutes{dice.one_of(4000)}});
    ASSERT_GE(reckon(one, start, shipped(), shanghai(), pauses)->due, due)
        << one.ShortDebugString() << shanghai().text(start);
  }
}

TEST(ReckonProperties, TheStretchesTileTheWayAndTheirCountedTimeIsTheSpan) {
  Dice dice;
  for (int n = 0; n < 3'000; ++n) {
    auto one = dice.span({SPAN_UNIT_NATURAL_DAY, SPAN_UNIT_WORKING_DAY, SPAN_UNIT_WORKING_HOUR}, {same_time}, 9);
    one.clear_at_least_minutes();
    const auto start = dice.minute_of_2026();
    const auto pauses = dice.pauses(start);
    const auto due = reckon(one, start, shipped(), shanghai(), pauses)->due;
    std::int64_t at = shanghai().local_ms(start), sum = 0;
    for (const auto& stretch : stretches(one, start, due, shipped(), shanghai(), pauses)) {
      ASSERT_EQ(stretch.from_local_ms, at);
      at = stretch.to_local_ms;
      if (stretch.kind == Stretch::Kind::counted || stretch.kind == Stretch::Kind::made_up)
        sum += at - stretch.from_local_ms;
    }
    ASSERT_EQ(at, shanghai().local_ms(due));
    ASSERT_EQ(sum, one.count() * (one.unit() == SPAN_UNIT_WORKING_HOUR ? 3'600'000LL : 86'400'000LL))
        << one.ShortDebugString();
  }
}

}  // namespace
}  // namespace huying::clocks
