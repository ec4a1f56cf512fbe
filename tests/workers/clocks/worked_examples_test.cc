// Worked examples: deadlines that a supervisor can reckon with a calendar on the wall, each with its reckoning in words,
// which is printed where the program comes to another result. 24:00 of a day is written as 00:00 of the next.
//
// The calendar is the shipped one of the State Council. Around what is asked here it says:
//  * 2026: 1 to 3 January free, Sunday 4 January worked; Saturday 14 February worked, Sunday 15 to Monday 23 February
//    free (Spring Festival), Saturday 28 February worked; Sunday 20 September worked, Friday 25 to Sunday 27 free
//    (Mid-Autumn); 1 to 7 October free (National Day), Saturday 10 October worked.
//  * 2020: the Spring Festival ended on 30 January by the first notice, with Saturday 1 February worked; the notice of 27
//    January let it end on Sunday 2 February. Office hours 08:30 to 12:00 and 14:30 to 18:00, seven hours a day.
// How an open case is told of such a change: tests/workers/host/recount_test.cc.
#include <gtest/gtest.h>

#include <google/protobuf/text_format.h>

#include <algorithm>

#include "broker/directory/policy_file.h"
#include "tests/workers/clocks/local_times.h"
#include "tests/workers/clocks/shipped.h"
#include "workers/clocks/deadlines.h"
#include "workers/clocks/rule_book.h"

namespace huying::clocks {
namespace {

enum class Days { natural, working };
enum class Tier { ordinary, urgent };
enum class Notice { in_force, first_of_2020 };

struct Case {
  const char* name;
  Days days;
  Tier tier;
  const char* from;
  const char *arrange, *feed_back, *solve, *complex;
  const char* provisional;  // of arrange, feed back, solve, complex: p where a notice that is still to come may change it
  const char* reckoning;
  Notice notice = Notice::in_force;
};

using enum Days;
using enum Tier;

const Case cases[] = {
    // ---- an ordinary week
    {"AnOrdinaryMonday", natural, ordinary, "2026-11-23 09:00", "2026-11-24 00:00", "2026-11-26 00:00", "2026-11-30 00:00",
     "2026-12-24 00:00", "....",
     "Monday the 23rd is day 1. Arranged by its 24:00; fed back by 24:00 of day 3, Wednesday the 25th; solved by "
     "24:00 of day 7, Sunday the 29th. A complex one by 24:00 of the corresponding day of the next month, 23 "
     "December."},
    {"AnOrdinaryMondayInWorkedDays", working, ordinary, "2026-11-23 09:00", "2026-11-24 00:00", "2026-11-26 00:00",
     "2026-12-02 00:00", "2026-12-24 00:00", "....",
     "Worked are Monday 23 (1), 24, 25 (3), 26, Friday 27 (5), Monday 30 (6), Tuesday 1 December (7). The month is "
     "natural."},

    // ---- Spring Festival 2026
    {"TwoDaysBeforeSpringFestival", natural, ordinary, "2026-02-13 15:00", "2026-02-14 00:00", "2026-02-16 00:00",
     "2026-02-20 00:00", "2026-03-14 00:00", "....",
     "Natural days know no festival: the 13th is day 1, the 15th day 3, the 19th day 7, in the middle of it."},
    {"TwoDaysBeforeSpringFestivalInWorkedDays", working, ordinary, "2026-02-13 15:00", "2026-02-14 00:00", "2026-02-25 00:00",
     "2026-03-01 00:00", "2026-03-14 00:00", "....",
     "Worked are Friday 13 (1), the make-up Saturday 14 (2), then after the festival Tuesday 24 (3), 25 (4), 26 "
     "(5), 27 (6) and the make-up Saturday 28 (7)."},
    {"TheWorkedSaturdayBeforeSpringFestival", natural, ordinary, "2026-02-14 09:00", "2026-02-15 00:00", "2026-02-17 00:00",
     "2026-02-21 00:00", "2026-03-15 00:00", "....", "The 14th is day 1, the 16th day 3, the 20th day 7."},
    {"TheWorkedSaturdayBeforeSpringFestivalInWorkedDays", working, ordinary, "2026-02-14 09:00", "2026-02-15 00:00",
     "2026-02-26 00:00", "2026-03-03 00:00", "2026-03-15 00:00", "....",
     "The Saturday is worked, so it is day 1. Then Tuesday 24 (2), 25 (3), 26, 27, the make-up Saturday 28 (6); "
     "Sunday 1 March is free; Monday 2 March (7)."},
    {"OnSpringFestivalsDay", natural, ordinary, "2026-02-17 10:00", "2026-02-18 00:00", "2026-02-20 00:00", "2026-02-24 00:00",
     "2026-03-18 00:00", "....", "The 17th is day 1, the 19th day 3, the 23rd, the festival's last day, day 7."},
    {"OnSpringFestivalsDayInWorkedDays", working, ordinary, "2026-02-17 10:00", "2026-02-25 00:00", "2026-02-27 00:00",
     "2026-03-04 00:00", "2026-03-18 00:00", "....",
     "Nothing is worked until Tuesday 24 February: that is day 1. 26 is day 3; 27 (4), Saturday 28 (5), Monday 2 "
     "March (6), Tuesday 3 March (7). The month counts from the 17th itself, whatever is worked: 17 March."},

    // ---- the worked Sunday, and National Day
    {"TheWorkedSundayOfSeptember", natural, ordinary, "2026-09-20 10:00", "2026-09-21 00:00", "2026-09-23 00:00",
     "2026-09-27 00:00", "2026-10-21 00:00", "....", "The 20th is day 1, the 22nd day 3, the 26th day 7."},
    {"TheWorkedSundayOfSeptemberInWorkedDays", working, ordinary, "2026-09-20 10:00", "2026-09-21 00:00", "2026-09-23 00:00",
     "2026-09-30 00:00", "2026-10-21 00:00", "....",
     "The Sunday is worked: day 1. Monday 21 (2), 22 (3), 23 (4), Thursday 24 (5); Mid-Autumn 25 to 27; Monday 28 "
     "(6), Tuesday 29 (7)."},
    {"TheSaturdayBeforeItInWorkedDays", working, ordinary, "2026-09-19 10:00", "2026-09-21 00:00", "2026-09-23 00:00",
     "2026-09-30 00:00", "2026-10-20 00:00", "....",
     "The Saturday is free, the Sunday after it worked and so day 1: the same days as from Sunday. The month "
     "counts from the 19th."},
    {"TheEveOfNationalDayInWorkedDays", working, ordinary, "2026-09-30 16:00", "2026-10-01 00:00", "2026-10-10 00:00",
     "2026-10-15 00:00", "2026-10-31 00:00", "....",
     "30 September (1); 1 to 7 October free; Thursday 8 (2), Friday 9 (3), the make-up Saturday 10 (4); Sunday "
     "free; Monday 12 (5), 13 (6), Wednesday 14 (7)."},

    // ---- 22 January 2020, before and after the notice of the 27th
    {"OfJanuary2020", natural, ordinary, "2020-01-22 10:00", "2020-01-23 00:00", "2020-01-25 00:00", "2020-01-29 00:00",
     "2020-02-23 00:00", "....", "The 22nd is day 1, the 24th day 3, the 28th day 7; the month ends on 22 February."},
    {"OfJanuary2020AsFirstAnnounced", working, ordinary, "2020-01-22 10:00", "2020-01-23 00:00", "2020-02-01 00:00",
     "2020-02-06 00:00", "2020-02-23 00:00", "....",
     "Worked are Wednesday 22 (1), Thursday 23 (2); free until the 30th; Friday 31 (3), the make-up Saturday 1 "
     "February (4); Sunday free; Monday 3 (5), 4 (6), Wednesday 5 (7).",
     Notice::first_of_2020},
    {"OfJanuary2020AfterTheNoticeOfThe27th", working, ordinary, "2020-01-22 10:00", "2020-01-23 00:00", "2020-02-04 00:00",
     "2020-02-08 00:00", "2020-02-23 00:00", "....",
     "Wednesday 22 (1), Thursday 23 (2); now free until Sunday 2 February, and Saturday the 1st is not worked; "
     "Monday 3 (3), 4, 5, 6, Friday 7 (7)."},

    // ---- ends of months
    {"TheLastOfJanuary", natural, ordinary, "2026-01-31 09:00", "2026-02-01 00:00", "2026-02-03 00:00", "2026-02-07 00:00",
     "2026-03-01 00:00", "....",
     "The 31st is day 1, 2 February day 3, the 6th day 7. February has no 31st: the month ends on its last day, the 28th (Civil Code "
     "202)."},
    {"TheLastOfJanuaryInWorkedDays", working, ordinary, "2026-01-31 09:00", "2026-02-03 00:00", "2026-02-05 00:00",
     "2026-02-11 00:00", "2026-03-01 00:00", "....",
     "31 January is a Saturday: day 1 is Monday 2 February, day 3 the 4th, day 5 Friday the 6th, day 7 Tuesday the "
     "10th. The month counts from 31 January and ends on 28 February."},
    {"TheLastOfJanuaryOfALeapYear", natural, ordinary, "2028-01-31 09:00", "2028-02-01 00:00", "2028-02-03 00:00",
     "2028-02-07 00:00", "2028-03-01 00:00", "....",
     "2028 has a 29 February, so the month ends there. Natural days ask no calendar: nothing is provisional, though 2028 is not published."},
    {"OverALeapDay", natural, ordinary, "2028-02-28 12:00", "2028-02-29 00:00", "2028-03-02 00:00", "2028-03-06 00:00",
     "2028-03-29 00:00", "....", "28 (1), 29 February (2), 1 March (3); 5 March is day 7; the month ends on 28 March."},
    {"TheLastOfFebruary", natural, ordinary, "2027-02-28 09:00", "2027-03-01 00:00", "2027-03-03 00:00", "2027-03-07 00:00",
     "2027-03-29 00:00", "....",
     "From the last of February the month ends on the corresponding day, 28 March, not on the last of March. Day 3 "
     "is 2 March, day 7 the 6th."},
    {"TheLastOfOctober", natural, ordinary, "2026-10-31 20:00", "2026-11-01 00:00", "2026-11-03 00:00", "2026-11-07 00:00",
     "2026-12-01 00:00", "....", "November has thirty days: the month ends on the 30th."},

    // ---- the year's turn
    {"TheLastOfTheYear", natural, ordinary, "2026-12-31 16:00", "2027-01-01 00:00", "2027-01-03 00:00", "2027-01-07 00:00",
     "2027-02-01 00:00", "....", "31 December is day 1, 2 January day 3, 6 January day 7; the month ends on 31 January."},
    {"TheLastOfTheYearWhileTheNextIsNotPublished", working, ordinary, "2026-12-31 16:00", "2027-01-01 00:00", "2027-01-05 00:00",
     "2027-01-09 00:00", "2027-02-01 00:00", "ppp.",
     "No notice has ruled 2027: Monday to Friday are taken as worked. Thursday 31 (1), Friday 1 January (2), Monday 4 (3), 5, 6, 7, Friday "
     "8 (7). Provisional, 31 December too, for notices have ruled the last days of the year before."},
    {"TheDayBeforeNoticesOfTheNextYearReachInto", working, ordinary, "2026-12-23 10:00", "2026-12-24 00:00", "2026-12-26 00:00",
     "2027-01-01 00:00", "2027-01-24 00:00", ".pp.",
     "Wednesday 23 (1) is ruled for good. Thursday 24 (2), Friday 25 (3), then Monday 28 (4) to Thursday 31 (7): "
     "from the 24th on they are provisional while 2027 is not published."},
    {"TheLastOfAYearWhoseNextIsPublished", working, ordinary, "2025-12-31 09:00", "2026-01-01 00:00", "2026-01-06 00:00",
     "2026-01-10 00:00", "2026-02-01 00:00", "....",
     "Wednesday 31 (1); 1 to 3 January free; the make-up Sunday 4 (2), Monday 5 (3), 6, 7, 8 (6), Friday 9 (7)."},

    // ---- ten minutes to midnight
    {"TenToMidnight", natural, ordinary, "2026-11-23 23:50", "2026-11-24 00:00", "2026-11-26 00:00", "2026-11-30 00:00",
     "2026-12-24 00:00", "....",
     "The day of the dispatch is day 1 though ten minutes are left of it: 13710-natural has no floor."},
    {"TenToMidnightOfAFridayInWorkedDays", working, ordinary, "2026-11-27 23:50", "2026-11-28 00:00", "2026-12-02 00:00",
     "2026-12-08 00:00", "2026-12-28 00:00", "....",
     "Friday 27 is worked to its 24:00, so it is day 1. Monday 30 (2), Tuesday 1 December (3), 2, 3, 4 (6), Monday "
     "7 (7)."},
    {"UrgentAtTenToMidnight", natural, urgent, "2026-11-23 23:50", "2026-11-24 00:20", "2026-11-24 01:50", "2026-11-24 23:50",
     "2026-11-30 00:00", "....",
     "Thirty minutes, two hours, and one day to the same time, day or night. A complex one has seven natural days: "
     "Sunday 29, 24:00."},
    {"UrgentAtTenToMidnightInWorkedDays", working, urgent, "2026-11-23 23:50", "2026-11-24 00:20", "2026-11-24 01:50",
     "2026-11-24 23:50", "2026-12-02 00:00", "....",
     "The urgent tier counts minutes and a natural day under both policies; a complex one has seven worked days: 1 "
     "December."},
    {"UrgentOnSpringFestivalsDayInWorkedDays", working, urgent, "2026-02-17 10:00", "2026-02-17 10:30", "2026-02-17 12:00",
     "2026-02-18 10:00", "2026-03-04 00:00", "....",
     "What is urgent is so on any day. Only the complex one waits for worked days: from Tuesday 24 February to "
     "Tuesday 3 March."},
};

Calendar as_first_announced() {
  auto message = shipped_message();
  for (auto& year : *message.mutable_years()) {
    if (year.year() != 2020) continue;
    for (auto& rest : *year.mutable_rest())
      if (rest.from() == "2020-01-24") rest.set_to("2020-01-30");
    year.add_work("2020-02-01");
  }
  return Calendar::make(message).value();
}

const RuleBook& policy(Days days) {
  const auto made = [](std::string_view text) {
    v1::Policy message;
    HUYING_CHECK(google::protobuf::TextFormat::ParseFromString(std::string(text), &message));
    return RuleBook::make(message).value();
  };
  static const RuleBook natural_days = made(directory::shipped_policy());
  static const RuleBook worked_days = made(directory::shipped_working_policy());
  return days == natural ? natural_days : worked_days;
}

std::string text(Instant at) { return shanghai().text(at); }

// By the calendar's way and by the host's: both must come to what the table says.
void expect(const v1::Span& span, const char* from, const char* due, bool provisional, const Calendar& calendar) {
  const auto reckoned = reckon(span, at(from), calendar, shanghai());
  ASSERT_TRUE(reckoned.has_value());
  EXPECT_EQ(text(reckoned->due), text(at(due)));
  EXPECT_EQ(reckoned->is_provisional, provisional);
  Deadlines of_a_host(shanghai(), calendar);
  const auto by_host = of_a_host.due(span, at(from));
  EXPECT_EQ(text(by_host.due), text(at(due))) << "as a host reckons";
  EXPECT_EQ(by_host.is_provisional, provisional) << "as a host reckons";
}

class WorkedExamples : public testing::TestWithParam<Case> {};

TEST_P(WorkedExamples, ComeToWhatTheirReckoningSays) {
  const Case& row = GetParam();
  SCOPED_TRACE(row.reckoning);
  const auto calendar = row.notice == Notice::first_of_2020 ? as_first_announced() : shipped();
  const auto& rule = policy(row.days).rule_of("general", row.tier == urgent ? v1::URGENCY_URGENT : v1::URGENCY_NORMAL);
  const struct {
    const char* name;
    const v1::Span& span;
    const char* due;
  } stages[] = {{"arrange", rule.arrange(), row.arrange},
                {"feed back", rule.feed_back(), row.feed_back},
                {"solve", rule.solve(), row.solve},
                {"solve, complex", rule.solve_complex(), row.complex}};
  for (std::size_t i = 0; i < std::size(stages); ++i) {
    SCOPED_TRACE(stages[i].name);
    expect(stages[i].span, row.from, stages[i].due, row.provisional[i] == 'p', calendar);
  }
}

INSTANTIATE_TEST_SUITE_P(Policies, WorkedExamples, testing::ValuesIn(cases),
                         [](const auto& row) { return std::string(row.param.name); });

// `huying deadline --within … --unit …`, and what a policy of one's own may say.
struct SpanCase {
  const char* name;
  v1::Span span;
  const char *from, *due;
  const char* reckoning;
};

const auto counted = v1::FIRST_DAY_COUNTED;
const auto not_counted = v1::FIRST_DAY_NOT_COUNTED;
const auto midnight = v1::DAY_END_MIDNIGHT;
const auto same_time = v1::DAY_END_SAME_TIME;
const auto close = v1::DAY_END_CLOSE_OF_BUSINESS;

const SpanCase spans[] = {
    {"Minutes", span(90, v1::SPAN_UNIT_MINUTE), "2026-02-16 23:00", "2026-02-17 00:30",
     "Ninety minutes are an hour and a half, on New Year's Eve, too."},
    {"WorkingHoursOverAMakeUpSaturday", span(4, v1::SPAN_UNIT_WORKING_HOUR, not_counted, same_time), "2026-02-13 15:00",
     "2026-02-14 09:30", "Friday 15:00 to 18:00 are three hours; Saturday the 14th is worked: 08:30 to 09:30 is the fourth."},
    {"WorkingHoursOverTheLunchBreak", span(1, v1::SPAN_UNIT_WORKING_HOUR, not_counted, same_time), "2026-11-23 11:30",
     "2026-11-23 15:00", "Half an hour to noon, half an hour from 14:30."},
    {"WorkingHoursOverNationalDay", span(8, v1::SPAN_UNIT_WORKING_HOUR, not_counted, same_time), "2026-09-30 16:00",
     "2026-10-08 17:00", "Two hours on the 30th; on the 8th three and a half in the morning and two and a half from 14:30: eight."},
    {"WorkingHoursFromAHoliday", span(2, v1::SPAN_UNIT_WORKING_HOUR, not_counted, same_time), "2026-02-15 10:00",
     "2026-02-24 10:30", "Counting begins when the office opens after the festival, Tuesday the 24th, 08:30."},
    {"AWorkingDayFromSaturdayNoon", span(1, v1::SPAN_UNIT_WORKING_DAY, not_counted, same_time), "2026-11-21 12:00",
     "2026-11-24 00:00", "Monday's twenty-four hours are the day that is counted."},
    {"WorkingDaysToTheSameTimeOverTheFestival", span(2, v1::SPAN_UNIT_WORKING_DAY, not_counted, same_time), "2026-02-13 15:00",
     "2026-02-24 15:00", "Nine hours of Friday, all of the worked Saturday, and fifteen hours of Tuesday the 24th are two days."},
    {"AWorkingDayToTheCloseOfBusiness", span(1, v1::SPAN_UNIT_WORKING_DAY, not_counted, close), "2026-11-23 09:00",
     "2026-11-24 18:00", "Monday is not counted; Tuesday's office closes at 18:00."},
    {"TheSameDayToTheCloseOfBusiness", span(1, v1::SPAN_UNIT_WORKING_DAY, counted, close), "2026-11-23 09:00", "2026-11-23 18:00",
     "Monday is counted, and is the day."},
    {"AfterTheCloseOfBusiness", span(1, v1::SPAN_UNIT_WORKING_DAY, counted, close), "2026-11-23 19:00", "2026-11-24 18:00",
     "Monday's office hours are over: the next worked day's end."},
    {"WorkingDaysAfterTheCivilCode", span(3, v1::SPAN_UNIT_WORKING_DAY, not_counted, midnight), "2026-02-13 15:00",
     "2026-02-26 00:00", "Friday is not counted (Civil Code 201); the make-up Saturday (1), Tuesday 24 (2), Wednesday 25 (3)."},
    {"ANaturalDayAfterTheCivilCode", span(1, v1::SPAN_UNIT_NATURAL_DAY, not_counted, midnight), "2026-11-23 09:00",
     "2026-11-25 00:00", "The 23rd is not counted; the 24th is the day, and ends at 24:00."},
    {"NaturalDaysToTheSameTime", span(3, v1::SPAN_UNIT_NATURAL_DAY, not_counted, same_time), "2026-02-27 12:00",
     "2026-03-02 12:00", "Three times twenty-four hours; February has 28 days."},
    {"AMonthToTheSameTime", span(1, v1::SPAN_UNIT_NATURAL_MONTH, not_counted, same_time), "2026-01-31 10:30", "2026-02-28 10:30",
     "February has no 31st: its last day, at the same time."},
    {"ThreeMonths", span(3, v1::SPAN_UNIT_NATURAL_MONTH, not_counted, midnight), "2026-11-30 10:00", "2027-03-01 00:00",
     "Three months on from 30 November is February, which has no 30th: 24:00 of the 28th."},
    {"AFloorSavesADispatchAtTenToMidnight", span(1, v1::SPAN_UNIT_NATURAL_DAY, counted, midnight, 120), "2026-11-23 23:50",
     "2026-11-24 01:50", "The day ends in ten minutes, but at least two hours are given."},
    {"AFloorChangesNothingInTheMorning", span(1, v1::SPAN_UNIT_NATURAL_DAY, counted, midnight, 120), "2026-11-23 09:00",
     "2026-11-24 00:00", "Fifteen hours are more than two."},
    {"AFloorCountsEveryMinute", span(1, v1::SPAN_UNIT_WORKING_DAY, counted, midnight, 120), "2026-02-14 23:50", "2026-02-15 01:50",
     "The worked Saturday ends in ten minutes; the two hours run into the holiday, for a floor knows no calendar."},
};

class WorkedSpans : public testing::TestWithParam<SpanCase> {};

TEST_P(WorkedSpans, ComeToWhatTheirReckoningSays) {
  SCOPED_TRACE(GetParam().reckoning);
  expect(GetParam().span, GetParam().from, GetParam().due, false, shipped());
}

INSTANTIATE_TEST_SUITE_P(Units, WorkedSpans, testing::ValuesIn(spans),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace huying::clocks
