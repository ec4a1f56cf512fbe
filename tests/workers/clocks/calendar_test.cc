#include "workers/clocks/calendar.h"

#include <gtest/gtest.h>

#include "huying/v1/error.pb.h"
#include "tests/workers/clocks/shipped.h"

namespace huying::clocks {
namespace {

using namespace date::literals;

date::local_days day(date::year_month_day of) { return date::local_days(of); }

int worked_days(const Calendar& calendar, int year) {
  int worked = 0;
  const auto end = day(date::year(year + 1) / 1 / 1);
  for (auto at = day(date::year(year) / 1 / 1); at < end; at += date::days{1}) worked += calendar.is_worked(at);
  return worked;
}

TEST(Calendar, TheYear2026HasItsHolidaysAndSixMakeUpWorkdays) {
  EXPECT_EQ(worked_days(shipped(), 2026), 248);
  for (auto made_up :
       {2026_y / 1 / 4, 2026_y / 2 / 14, 2026_y / 2 / 28, 2026_y / 5 / 9, 2026_y / 9 / 20, 2026_y / 10 / 10}) {
    EXPECT_TRUE(shipped().is_worked(day(made_up))) << made_up;
    EXPECT_TRUE(shipped().is_made_up(day(made_up))) << made_up;
  }
  for (auto at = day(2026_y / 2 / 15); at <= day(2026_y / 2 / 23); at += date::days{1}) {
    EXPECT_FALSE(shipped().is_worked(at)) << at;
    EXPECT_EQ(shipped().name_of(at), "春节");
  }
  EXPECT_EQ(shipped().name_of(day(2026_y / 2 / 28)), "");
}

TEST(Calendar, ANoticeMayRuleDaysOfTheDecemberBefore) {
  EXPECT_TRUE(shipped().is_worked(day(2006_y / 12 / 30)));   // a Saturday, by the notice of 2007
  EXPECT_FALSE(shipped().is_worked(day(2018_y / 12 / 31)));  // a Monday, by that of 2019
}

TEST(Calendar, DaysThatANoticeStillToComeMayRuleAreProvisional) {
  EXPECT_FALSE(shipped().is_provisional(day(2026_y / 12 / 23)));
  EXPECT_TRUE(shipped().is_provisional(day(2026_y / 12 / 24)));
  EXPECT_TRUE(shipped().is_provisional(day(2027_y / 6 / 1)));
  EXPECT_FALSE(shipped().is_provisional(day(2025_y / 12 / 31)));
  EXPECT_TRUE(shipped().is_provisional(day(2005_y / 6 / 1)));
  EXPECT_FALSE(Calendar::weekdays().is_provisional(day(2027_y / 6 / 1)));
}

TEST(Calendar, AYearThatIsThereButNotOfficialIsProvisional) {
  auto message = shipped_message();
  auto& year = *message.add_years();
  year.set_year(2027);
  auto& rest = *year.add_rest();
  rest.set_from("2027-01-01");
  rest.set_to("2027-01-03");
  const auto calendar = Calendar::make(message).value();
  EXPECT_FALSE(calendar.is_worked(day(2027_y / 1 / 1)));
  EXPECT_TRUE(calendar.is_provisional(day(2027_y / 1 / 1)));
}

TEST(Calendar, WeekdaysKnowNoHoliday) {
  EXPECT_TRUE(Calendar::weekdays().is_worked(day(2026_y / 2 / 17)));
  EXPECT_FALSE(Calendar::weekdays().is_worked(day(2026_y / 2 / 14)));
}

TEST(Calendar, WhatIsImpossibleIsRefusedByNumber) {
  const auto refused = [](auto change) {
    auto message = shipped_message();
    change(message);
    const auto made = Calendar::make(message);
    return made ? 0 : static_cast<int>(made.error().code);
  };
  const int invalid = v1::ERROR_CODE_CALENDAR_INVALID;
  EXPECT_EQ(refused([](v1::Calendar&) {}), 0);
  EXPECT_EQ(refused([](auto& m) { m.clear_name(); }), invalid);
  EXPECT_EQ(refused([](auto& m) { m.clear_office_hours(); }), invalid);
  EXPECT_EQ(refused([](auto& m) { m.mutable_office_hours(1)->set_from("11:59"); }), invalid);
  EXPECT_EQ(refused([](auto& m) { m.mutable_office_hours(1)->set_to("25:00"); }), invalid);
  EXPECT_EQ(refused([](auto& m) { m.mutable_office_hours(1)->set_to("18:00x"); }), invalid);
  EXPECT_EQ(refused([](auto& m) { m.mutable_years(3)->set_year(2009); }), invalid);
  EXPECT_EQ(refused([](auto& m) { m.mutable_years(3)->clear_source(); }), invalid);
  EXPECT_EQ(refused([](auto& m) { m.mutable_years(19)->add_work("2026-02-30"); }), invalid);
  EXPECT_EQ(refused([](auto& m) { m.mutable_years(19)->add_work("2026-02-17"); }), invalid);  // rest, too
  EXPECT_EQ(refused([](auto& m) { m.mutable_years(19)->add_work("2025-11-30"); }), invalid);
  EXPECT_EQ(refused([](auto& m) { m.mutable_years(19)->add_work("2026-2-1"); }), invalid);
  EXPECT_EQ(refused([](auto& m) { m.mutable_years(19)->mutable_rest(0)->set_to("2025-12-31"); }), invalid);
  EXPECT_EQ(refused([](auto& m) { m.mutable_years(19)->mutable_rest(0)->set_name("a\x1b"); }), invalid);
}

}  // namespace
}  // namespace huying::clocks
