// Another calendar or policy: open deadlines are reckoned anew, each with an event that holds old and new.
#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>

#include "base/civil_time.h"
#include "broker/directory/calendar_file.h"
#include "tests/workers/host/fake_broker.h"

namespace huying::host {
namespace {

using enum v1::ActionKind;
using enum v1::EventKind;

constexpr std::int64_t hour_ms = 3600 * 1000;
constexpr std::int64_t midnight_ms = morning_ms + 15 * hour_ms;
const ActionSpec by_unit{"u1", {v1::ROLE_UNIT_SUPERVISOR}, "agreed"};
const ActionSpec by_street{"s1", {v1::ROLE_STREET_SUPERVISOR}, "agreed"};

std::int64_t at(int month_day, int hour, int year = 2020) {
  const auto zone = CivilZone::named("Asia/Shanghai").value();
  const auto day = date::local_days{date::year{year} / (month_day / 100) / (month_day % 100)};
  return to_ms(zone.midnight(day)) + hour * hour_ms;
}

v1::Calendar shipped() {
  v1::Calendar calendar;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(std::string(directory::shipped_calendar()), &calendar));
  return calendar;
}

// As it stood before the notice of 27 January 2020: the holiday ends on the 30th, and the 19th of January and the 1st
// of February are worked.
v1::Calendar before_the_notice() {
  auto calendar = shipped();
  for (auto& year : *calendar.mutable_years()) {
    if (year.year() != 2020) continue;
    for (auto& rest : *year.mutable_rest())
      if (rest.from() == "2020-01-24") rest.set_to("2020-01-30");
    if (std::find(year.work().begin(), year.work().end(), "2020-02-01") == year.work().end())
      year.add_work("2020-02-01");
  }
  return calendar;
}

v1::Configuration in_working_days(const v1::Calendar& calendar, std::uint32_t solve_days = 7) {
  auto configuration = made_up_configuration();
  *configuration.mutable_calendar() = calendar;
  auto& rule = *configuration.mutable_policy()->mutable_rules(0);
  for (auto* span : {rule.mutable_arrange(), rule.mutable_feed_back(), rule.mutable_solve()}) {
    span->set_unit(v1::SPAN_UNIT_WORKING_DAY);
    span->set_first_day(v1::FIRST_DAY_COUNTED);
  }
  rule.mutable_arrange()->set_count(1);
  rule.mutable_feed_back()->set_count(3);
  rule.mutable_solve()->set_count(solve_days);
  return configuration;
}

v1::CaseWhole whole_of(FakeBroker& broker, const std::string& number) {
  return broker.ask(broker.stream_of(number), number, {v1::ROLE_GRID_WORKER}).cases(0).whole();
}
v1::ClockState solve_of(FakeBroker& broker, const std::string& number) {
  const auto whole = whole_of(broker, number);
  for (const auto& clock : whole.clocks())
    if (clock.kind() == v1::CLOCK_KIND_SOLVE) return clock;
  return {};
}

TEST(Recount, TheExtendedSpringFestivalOf2020MovesWhatWasGivenAlready) {
  // Wednesday 22 January 2020, 10:00, seven working days, the first counted. Worked are the 22nd, 23rd, 31st January,
  // and (a make-up Saturday) 1st, 3rd, 4th, 5th February: due at 24:00 of the 5th.
  FakeBroker broker(in_working_days(before_the_notice()), at(122, 10));
  const auto number = broker.request(2);
  broker.act(number, ACTION_KIND_FEED_BACK);
  EXPECT_EQ(solve_of(broker, number).due_at_ms(), at(206, 0));
  broker.advance_to(at(127, 12));
  // The notice of the 27th: the holiday lasts to 2 February, the 1st is not worked. Now: 22nd, 23rd, then 3rd to 7th.
  broker.change_configuration(2, in_working_days(shipped()));
  const auto& changed = broker.last(number, EVENT_KIND_CLOCK_CHANGED);
  ASSERT_EQ(changed.clocks_set_size(), 1);
  EXPECT_EQ(changed.clocks_set(0).reason(), v1::CLOCK_REASON_CALENDAR);
  EXPECT_EQ(changed.clocks_set(0).previous_due_at_ms(), at(206, 0));
  EXPECT_EQ(changed.clocks_set(0).due_at_ms(), at(208, 0));
  EXPECT_EQ(changed.clocks_set(0).first_due_at_ms(), at(206, 0)) << "never erased (I10)";
  EXPECT_EQ(changed.clocks_set(0).policy_version(), 2u);
  broker.advance_to(at(207, 0));
  EXPECT_EQ(broker.count(number, EVENT_KIND_BREACHED), 0u);
  broker.advance_to(at(208, 1));
  EXPECT_EQ(broker.count(number, EVENT_KIND_BREACHED), 1u);
  broker.expect_every_fold_is_the_same();
}

TEST(Recount, APolicyChangeForgetsNoPause) {
  FakeBroker broker;
  const auto number = broker.request(2);
  broker.act(number, ACTION_KIND_FEED_BACK);
  auto shelve = by_street;
  shelve.until_ms = morning_ms + 40 * day_ms;
  broker.act(number, ACTION_KIND_SHELVE, shelve);
  broker.advance(10 * day_ms);
  broker.act(number, ACTION_KIND_UNSHELVE);
  EXPECT_EQ(solve_of(broker, number).due_at_ms(), midnight_ms + 16 * day_ms);
  auto longer = made_up_configuration();
  auto& solve = *longer.mutable_policy()->mutable_rules(0)->mutable_solve();
  solve.set_count(9);
  solve.set_unit(v1::SPAN_UNIT_NATURAL_DAY);
  solve.set_first_day(v1::FIRST_DAY_COUNTED);
  broker.change_configuration(2, longer);
  const auto& set = broker.last(number, EVENT_KIND_CLOCK_CHANGED).clocks_set(0);
  EXPECT_EQ(set.reason(), v1::CLOCK_REASON_POLICY);
  EXPECT_EQ(set.due_at_ms(), midnight_ms + 18 * day_ms) << "nine days and the ten of the pause";
  EXPECT_EQ(set.first_due_at_ms(), midnight_ms + 6 * day_ms);
  broker.expect_every_fold_is_the_same();
}

TEST(Recount, NobodyIsLateByANewRuleAndWhatAPersonNamedStands) {
  FakeBroker broker;
  const auto plain = broker.request(2), extended = broker.request(2);
  for (const auto& number : {plain, extended}) broker.act(number, ACTION_KIND_FEED_BACK);
  const auto named_ms = midnight_ms + 9 * day_ms;
  ActionSpec asks{.reason_code = "parts-ordered"};
  asks.until_ms = named_ms;
  broker.act(extended, ACTION_KIND_REQUEST_EXTENSION, asks);
  auto granted = by_unit;
  granted.verdict = v1::VERDICT_PASSED;
  broker.act(extended, ACTION_KIND_DECIDE_EXTENSION, granted);
  broker.advance(4 * day_ms);
  auto shorter = made_up_configuration();
  auto& solve = *shorter.mutable_policy()->mutable_rules(0)->mutable_solve();
  solve.set_count(2);
  solve.set_unit(v1::SPAN_UNIT_NATURAL_DAY);
  solve.set_first_day(v1::FIRST_DAY_COUNTED);
  broker.change_configuration(2, shorter);
  EXPECT_EQ(solve_of(broker, plain).due_at_ms(), midnight_ms + 6 * day_ms) << "it would be over: the old one stands";
  EXPECT_EQ(solve_of(broker, extended).due_at_ms(), named_ms);
  EXPECT_EQ(broker.count(plain, EVENT_KIND_CLOCK_CHANGED), 0u);
}

TEST(Recount, AYearThatIsPublishedIsSaidOfWhatRestedOnItsDays) {
  auto provisional = shipped();
  ASSERT_EQ(provisional.years(provisional.years_size() - 1).year(), 2026);
  provisional.mutable_years()->RemoveLast();
  // Wednesday 31 December 2025: seven working days reach into 2026, of which nothing is published.
  FakeBroker broker(in_working_days(provisional), at(1231, 9, 2025));
  const auto number = broker.request(2);
  broker.act(number, ACTION_KIND_FEED_BACK);
  EXPECT_TRUE(solve_of(broker, number).provisional());
  const auto before_ms = solve_of(broker, number).due_at_ms();
  broker.change_configuration(2, in_working_days(shipped()));
  EXPECT_FALSE(solve_of(broker, number).provisional());
  const auto& set = broker.last(number, EVENT_KIND_CLOCK_CHANGED).clocks_set(0);
  EXPECT_EQ(set.reason(), v1::CLOCK_REASON_CALENDAR);
  EXPECT_NE(set.due_at_ms(), before_ms) << "1 to 3 January are free, Sunday the 4th is worked";
  // Worked: 31 December, 4, 5, 6, 7, 8, 9 January.
  EXPECT_EQ(set.due_at_ms(), at(110, 0, 2026));
}

TEST(Recount, OfManyCasesComesInSharesAndGoesOnAfterACrash) {
  FakeBroker broker;
  std::vector<std::string> numbers;
  for (int i = 0; i < 100; ++i) numbers.push_back(broker.request(2));
  auto longer = made_up_configuration();
  auto& solve = *longer.mutable_policy()->mutable_rules(0)->mutable_solve();
  solve.set_count(9);
  solve.set_unit(v1::SPAN_UNIT_NATURAL_DAY);
  solve.set_first_day(v1::FIRST_DAY_COUNTED);
  broker.change_configuration(2, longer);
  for (const auto& number : numbers) {
    EXPECT_EQ(broker.count(number, EVENT_KIND_CLOCK_CHANGED), 1u);
    EXPECT_EQ(solve_of(broker, number).due_at_ms(), midnight_ms + 8 * day_ms);
  }
  for (const auto& commit : broker.commits()) EXPECT_LE(commit.events_size(), 64);
  broker.expect_every_fold_is_the_same();
}

TEST(Recount, WaitsForTheVersionAndLosesNothing) {
  FakeBroker broker;
  const auto number = broker.request(2);
  broker.hold_configuration(true);
  auto longer = made_up_configuration();
  auto& solve = *longer.mutable_policy()->mutable_rules(0)->mutable_solve();
  solve.set_count(9);
  solve.set_unit(v1::SPAN_UNIT_NATURAL_DAY);
  solve.set_first_day(v1::FIRST_DAY_COUNTED);
  broker.change_configuration(2, longer);
  EXPECT_FALSE(broker.act(number, ACTION_KIND_ACCEPT).has_value()) << "behind the change in the cell's order";
  broker.hold_configuration(false);
  EXPECT_EQ(broker.count(number, EVENT_KIND_CLOCK_CHANGED), 1u);
  EXPECT_EQ(broker.count(number, EVENT_KIND_ACCEPTED), 1u);
  broker.expect_every_fold_is_the_same();
}

// A cell without a host while so many versions came that what it went by is not kept any more.
class Forgotten : public testing::Test {
 protected:
  static v1::Configuration with_days(std::uint32_t days) {
    auto configuration = made_up_configuration();
    auto& solve = *configuration.mutable_policy()->mutable_rules(0)->mutable_solve();
    solve.set_count(days);
    solve.set_unit(v1::SPAN_UNIT_NATURAL_DAY);
    solve.set_first_day(v1::FIRST_DAY_COUNTED);
    return configuration;
  }
  void miss_versions(const std::vector<std::uint32_t>& days, std::uint64_t kept_from) {
    broker.crash();
    std::uint64_t version = 1;
    for (const auto one : days) broker.change_configuration(++version, with_days(one));
    broker.forget_configurations_before(kept_from);
    broker.new_host();
  }
  FakeBroker broker;
};

TEST_F(Forgotten, WhatItWentByIsNotKeptAndItsDeadlinesAreReckonedAnew) {
  const auto number = broker.request(2);
  broker.act(number, ACTION_KIND_FEED_BACK);
  ASSERT_EQ(solve_of(broker, number).due_at_ms(), midnight_ms + 6 * day_ms);
  miss_versions({9, 9, 9}, 3);  // nine days since version 2; 3 is the oldest that is left
  EXPECT_EQ(solve_of(broker, number).due_at_ms(), midnight_ms + 8 * day_ms);
  const auto& set = broker.last(number, EVENT_KIND_CLOCK_CHANGED).clocks_set(0);
  EXPECT_EQ(set.previous_due_at_ms(), midnight_ms + 6 * day_ms) << "what is stored is what it was";
  EXPECT_EQ(set.first_due_at_ms(), midnight_ms + 6 * day_ms);
  EXPECT_EQ(set.reason(), v1::CLOCK_REASON_POLICY);
  EXPECT_EQ(set.policy_version(), 3u) << "the rules that it was reckoned by, not the number it asked for";
  EXPECT_EQ(broker.count(number, EVENT_KIND_CLOCK_CHANGED), 1u) << "once, though three versions came";
  broker.advance_to(midnight_ms + 8 * day_ms + hour_ms);
  EXPECT_EQ(broker.last(number, EVENT_KIND_BREACHED).breach().due_at_ms(), midnight_ms + 8 * day_ms);
  broker.expect_every_fold_is_the_same();
}

TEST_F(Forgotten, NothingIsSaidWhereTheRulesAreWhatTheyWereAndWhatAPersonNamedStands) {
  const auto plain = broker.request(2), extended = broker.request(2);
  for (const auto& number : {plain, extended}) broker.act(number, ACTION_KIND_FEED_BACK);
  ActionSpec asks{.reason_code = "parts-ordered"};
  asks.until_ms = midnight_ms + 12 * day_ms;
  broker.act(extended, ACTION_KIND_REQUEST_EXTENSION, asks);
  auto granted = by_unit;
  granted.verdict = v1::VERDICT_PASSED;
  broker.act(extended, ACTION_KIND_DECIDE_EXTENSION, granted);
  miss_versions({7, 7, 7}, 4);
  EXPECT_EQ(broker.count(plain, EVENT_KIND_CLOCK_CHANGED), 0u);
  EXPECT_EQ(broker.count(extended, EVENT_KIND_CLOCK_CHANGED), 0u);
  broker.change_configuration(5, with_days(9));
  EXPECT_EQ(solve_of(broker, plain).due_at_ms(), midnight_ms + 8 * day_ms);
  EXPECT_EQ(solve_of(broker, extended).due_at_ms(), asks.until_ms);
  broker.expect_every_fold_is_the_same();
}

TEST_F(Forgotten, NobodyIsLateByARuleThatCameMeanwhile) {
  const auto number = broker.request(2);
  broker.act(number, ACTION_KIND_FEED_BACK);
  broker.advance(4 * day_ms);
  miss_versions({2, 2, 2}, 3);
  EXPECT_EQ(solve_of(broker, number).due_at_ms(), midnight_ms + 6 * day_ms);
  EXPECT_EQ(broker.count(number, EVENT_KIND_CLOCK_CHANGED), 0u);
}

}  // namespace
}  // namespace huying::host
