// What an attack on the life of a case found, each once: none of it comes back.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>

#include "broker/directory/calendar_file.h"
#include "tests/workers/host/fake_broker.h"

namespace huying::host {
namespace {

using enum v1::ActionKind;
using enum v1::EventKind;

constexpr std::int64_t hour_ms = 3600 * 1000;
constexpr std::int64_t midnight_ms = morning_ms + 15 * hour_ms;
constexpr std::int64_t solve_ms = midnight_ms + 6 * day_ms;
const ActionSpec by_unit{"u1", {v1::ROLE_UNIT_SUPERVISOR}, "agreed"};
const ActionSpec by_street{"s1", {v1::ROLE_STREET_SUPERVISOR}, "agreed"};
const ActionSpec by_citizen{"", {v1::ROLE_CITIZEN}, "still-there"};
ActionSpec until(ActionSpec who, std::int64_t at_ms) {
  who.until_ms = at_ms;
  return who;
}
v1::ClockState clock_of(FakeBroker& broker, const std::string& number, v1::ClockKind kind) {
  const auto answer = broker.ask(broker.stream_of(number), number, {v1::ROLE_GRID_WORKER});
  for (const auto& clock : answer.cases(0).whole().clocks())
    if (clock.kind() == kind) return clock;
  return {};
}
std::string running(FakeBroker& broker, const std::string& number) {
  std::string out;
  const auto answer = broker.ask(broker.stream_of(number), number, {v1::ROLE_GRID_WORKER});
  for (const auto& clock : answer.cases(0).whole().clocks())
    if (clock.outcome() == 0)
      out += fmt::format("{} due day {}; ", v1::ClockKind_Name(clock.kind()),
                         (clock.due_at_ms() - morning_ms) / double(day_ms));
  return out;
}
v1::Configuration with_solve(int days) {
  auto c = made_up_configuration();
  auto& s = *c.mutable_policy()->mutable_rules(0)->mutable_solve();
  s.set_count(days);
  s.set_unit(v1::SPAN_UNIT_NATURAL_DAY);
  s.set_first_day(v1::FIRST_DAY_COUNTED);
  return c;
}
TEST(Found, APlanIsFedBackEachMonthAfterReworkToo) {
  FakeBroker b;
  const auto n = b.request(2);
  b.act(n, ACTION_KIND_FEED_BACK);
  ASSERT_EQ(b.act(n, ACTION_KIND_APPROVE_PLAN, until(by_street, morning_ms + 1800 * day_ms))->error(), 0u);
  b.advance(day_ms);
  b.act(n, ACTION_KIND_RESOLVE);
  ASSERT_EQ(b.act(n, ACTION_KIND_REWORK, by_unit)->state(), v1::CASE_STATE_REWORK);
  b.advance(400 * day_ms);
  EXPECT_GE(b.count(n, EVENT_KIND_BREACHED), 1u) << "400 days without any feedback and nobody asked";
}
TEST(Found, APlanIsFedBackEachMonthAfterReopeningToo) {
  FakeBroker b;
  const auto n = b.request(2);
  b.act(n, ACTION_KIND_FEED_BACK);
  b.act(n, ACTION_KIND_APPROVE_PLAN, until(by_street, morning_ms + 1800 * day_ms));
  b.act(n, ACTION_KIND_RESOLVE);
  b.act(n, ACTION_KIND_CLOSE, by_unit);
  ASSERT_EQ(b.act(n, ACTION_KIND_REOPEN, by_citizen)->state(), v1::CASE_STATE_REWORK);
  b.advance(400 * day_ms);
  EXPECT_GE(b.count(n, EVENT_KIND_BREACHED), 1u);
}
TEST(Found, EveryCaseOfARecountIsWatched) {
  FakeBroker b;
  std::vector<std::string> ns;
  for (int i = 0; i < 3; ++i) {
    ns.push_back(b.request(2));
    b.act(ns.back(), ACTION_KIND_FEED_BACK);
  }
  b.advance(2 * day_ms);
  b.change_configuration(2, with_solve(5));
  b.advance_to(midnight_ms + 4 * day_ms + hour_ms);
  for (auto& n : ns) EXPECT_EQ(b.count(n, EVENT_KIND_BREACHED), 1u) << n << " " << running(b, n);
  b.advance_to(midnight_ms + 6 * day_ms + hour_ms);
}
TEST(Found, ARecountThatWasRefusedIsMadeAgain) {
  FakeBroker b;
  const auto n = b.request(2);
  b.act(n, ACTION_KIND_FEED_BACK);
  b.revoke(1);
  b.refuse_next_commit(v1::ERROR_CODE_STALE_EPOCH);
  b.change_configuration(2, with_solve(9));
  EXPECT_EQ(b.count(n, EVENT_KIND_CLOCK_CHANGED), 0u);
  b.grant(2);
  EXPECT_EQ(b.count(n, EVENT_KIND_CLOCK_CHANGED), 1u) << "the change is forgotten: " << running(b, n);
}
TEST(Found, WhatWasDueBeforeTheChangeWasRecordedFires) {
  FakeBroker b;
  const auto n = b.request(2), m = b.request(2);
  b.act(n, ACTION_KIND_FEED_BACK);
  b.act(m, ACTION_KIND_FEED_BACK);
  b.crash();
  b.advance_to(solve_ms + 5 * hour_ms);
  b.change_configuration(2, with_solve(9));
  b.new_host();
  b.advance(hour_ms);
  EXPECT_EQ(b.count(n, EVENT_KIND_BREACHED), 1u)
      << "was due 5 hours before the change was recorded; changed " << b.count(n, EVENT_KIND_CLOCK_CHANGED);
}
TEST(Found, AReopenedCaseThatMovedIsNotReopenedWhereItWas) {
  FakeBroker b;
  const auto n = b.request(2);
  b.act(n, ACTION_KIND_RESOLVE);
  b.act(n, ACTION_KIND_CLOSE, by_unit);
  b.hold_deliveries(true);
  b.act(n, ACTION_KIND_REOPEN, by_citizen);
  auto t = by_unit;
  t.to_cell = "v1-02";
  b.act(n, ACTION_KIND_TRANSFER, t);
  b.act(n, ACTION_KIND_REOPEN, by_citizen);
  b.hold_deliveries(false);
  EXPECT_EQ(b.host().open_cases(), 1u);
}
TEST(Found, TheLastClockMetLeavesAnother) {
  auto c = made_up_configuration();
  auto& f = *c.mutable_policy()->mutable_rules(0)->mutable_feed_back();
  f.set_count(10);
  f.set_unit(v1::SPAN_UNIT_NATURAL_DAY);
  f.set_first_day(v1::FIRST_DAY_COUNTED);
  FakeBroker b(c);
  const auto n = b.request(2);
  b.act(n, ACTION_KIND_ACCEPT);
  b.advance_to(solve_ms + hour_ms);
  ASSERT_EQ(b.act(n, ACTION_KIND_ANSWER_ESCALATION, by_unit)->error(), 0u);
  b.act(n, ACTION_KIND_FEED_BACK);
  const auto before = b.count(n, EVENT_KIND_ESCALATED);
  b.advance(400 * day_ms);
  EXPECT_GT(b.count(n, EVENT_KIND_ESCALATED), before) << running(b, n);
}
TEST(Found, AShelvingTakesNoDateOfAnotherAsk) {
  FakeBroker b;
  const auto n = b.request(2);
  b.act(n, ACTION_KIND_FEED_BACK);
  ActionSpec a{.reason_code = "x"};
  a.until_ms = solve_ms + 3 * day_ms;
  b.act(n, ACTION_KIND_REQUEST_EXTENSION, a);
  EXPECT_EQ(b.act(n, ACTION_KIND_SHELVE, by_street)->error(), v1::ERROR_CODE_UNTIL_INVALID) << "no date was given";
}
TEST(Found, ReopeningAsksForTheRevisionThatIsExpected) {
  FakeBroker b;
  const auto n = b.request(2);
  b.act(n, ACTION_KIND_RESOLVE);
  b.act(n, ACTION_KIND_CLOSE, by_unit);
  auto r = by_unit;
  r.expected_revision = 1;
  EXPECT_EQ(b.act(n, ACTION_KIND_REOPEN, r)->error(), v1::ERROR_CODE_REVISION_DIFFERS);
}
TEST(Found, TheMonthOfAComplexCaseNeverRestarts) {
  FakeBroker b;
  const auto n = b.request(2);
  b.act(n, ACTION_KIND_FEED_BACK);
  b.advance_to(morning_ms + 20 * day_ms);
  b.act(n, ACTION_KIND_RESOLVE);
  b.act(n, ACTION_KIND_REWORK, by_unit);
  ASSERT_EQ(b.act(n, ACTION_KIND_MARK_COMPLEX, by_unit)->error(), 0u);
  EXPECT_EQ(clock_of(b, n, v1::CLOCK_KIND_SOLVE).due_at_ms(), midnight_ms + 30 * day_ms) << running(b, n);
}
TEST(Found, TimesAtTheEndsOfTheirRangeAreRefused) {
  FakeBroker b;
  const auto n = b.request(2);
  b.act(n, ACTION_KIND_FEED_BACK);
  auto plan = until(by_street, morning_ms + 300 * day_ms);
  plan.milestones_ms = {1, morning_ms + 3 * day_ms};
  ASSERT_EQ(b.act(n, ACTION_KIND_APPROVE_PLAN, plan)->error(), 0u);
  ASSERT_EQ(b.act(n, ACTION_KIND_SHELVE, until(by_street, morning_ms + 30 * day_ms))->error(), 0u);
  b.advance(20 * day_ms);
  b.change_configuration(2, with_solve(5));
  ASSERT_EQ(b.act(n, ACTION_KIND_UNSHELVE)->error(), 0u);
  auto t = by_unit;
  t.to_cell = "v1-02";
  ASSERT_EQ(b.act(n, ACTION_KIND_TRANSFER, t)->error(), 0u);
  b.act(n, ACTION_KIND_RESOLVE, {"d3", {v1::ROLE_GRID_WORKER}});
  b.act(n, ACTION_KIND_CLOSE, by_unit);
  b.act(n, ACTION_KIND_REOPEN, by_citizen);
  for (const std::int64_t bad : {INT64_MAX, INT64_MIN, INT64_MAX - 1}) {
    ActionSpec a{"d3", {v1::ROLE_GRID_WORKER}, "x"};
    a.until_ms = bad;
    a.milestones_ms = {INT64_MIN, INT64_MAX};
    EXPECT_EQ(b.act(n, ACTION_KIND_REQUEST_EXTENSION, a)->error(), v1::ERROR_CODE_UNTIL_INVALID);
    a.asks = static_cast<v1::AskKind>(99);
    EXPECT_EQ(b.act(n, ACTION_KIND_REQUEST_EXTENSION, a)->error(), v1::ERROR_CODE_FIELD_INVALID);
  }
  b.expect_every_fold_is_the_same();
}

v1::Configuration in_working_days() {
  auto c = made_up_configuration();
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(std::string(directory::shipped_calendar()),
                                                            c.mutable_calendar()));
  auto& s = *c.mutable_policy()->mutable_rules(0)->mutable_solve();
  s.set_count(7);
  s.set_unit(v1::SPAN_UNIT_WORKING_DAY);
  s.set_first_day(v1::FIRST_DAY_COUNTED);
  return c;
}

// One host is away when the case is taken off the shelf, one is not.
TEST(Found, ADecisionThatComesLateGivesTheSameDueTime) {
  std::int64_t due[2];
  for (const bool away : {false, true}) {
    FakeBroker b(in_working_days());  // Monday 23 November 2026, 09:00
    const auto n = b.request(2);
    b.act(n, ACTION_KIND_FEED_BACK);
    b.advance(4 * day_ms);  // Friday
    ASSERT_EQ(b.act(n, ACTION_KIND_SHELVE, until(by_street, morning_ms + 60 * day_ms))->error(), 0u);
    b.advance(3 * day_ms);  // Monday
    if (away) b.crash();
    b.act(n, ACTION_KIND_UNSHELVE);
    b.advance(9 * day_ms);
    if (away) b.new_host();
    b.advance(hour_ms);
    due[away] = b.last(n, EVENT_KIND_UNSHELVED).clocks_set(0).due_at_ms();
  }
  EXPECT_EQ(due[0], due[1]);
}
}  // namespace
}  // namespace huying::host
