// Counted over rows that are written by hand: what a figure is must be seen at a glance.
#include "gateway/ledger/figures.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "gateway/ledger/case_columns.h"
#include "gateway/ledger/schema.h"

namespace huying::ledger {
namespace {

class FiguresTest : public testing::Test {
 protected:
  FiguresTest() { database_.exec(schema); }

  struct CaseOf {
    std::string number, unit = "a", cell = "a-01", category = "roads", ended_as, verdict;
    int satisfaction = 0, returns = 0, hops = 0, rework = 0;
    std::int64_t filed = 100, dispatched = 110, resolved = 0, called = 0, ended = 0, due = std::numeric_limits<std::int64_t>::max();
  };
  void add(const CaseOf& one) {
    CaseRow row;
    row.number = one.number;
    row.filed_ms = one.filed;
    row.category = one.category;
    row.place = {one.unit, one.cell};
    row.is_open = one.ended_as.empty();
    row.dispatched_ms = one.dispatched;
    row.resolved_ms = one.resolved;
    row.hops = static_cast<std::uint32_t>(one.hops);
    row.returns = static_cast<std::uint32_t>(one.returns);
    row.rework = static_cast<std::uint32_t>(one.rework);
    row.called_ms = one.called;
    row.verdict = one.verdict;
    row.satisfaction = static_cast<std::uint32_t>(one.satisfaction);
    row.ended_ms = one.ended;
    row.ended_as = one.ended_as;
    row.order_ms = row.is_open ? one.due : -one.ended;
    SQLite::Statement put(database_, put_case);
    bind_case(put, row);
    put.exec();
  }
  void add_clock(const std::string& number, const std::string& kind, std::int64_t due, const std::string& outcome, int fired = 0,
                 const std::string& cell = "a-01", int generation = 1) {
    database_.exec(fmt::format("INSERT INTO clocks VALUES ('{}', '{}', {}, {}, {}, 0, 'started', 0, '{}', {}, 0, 0, 'a', '{}')", number,
                               kind, generation, due, due, outcome, fired, cell));
  }
  Figures of_street(std::int64_t from = 0, std::int64_t to = 1'000, std::int64_t now = 500) {
    const auto all = figures(database_, {instant(from), instant(to)}, GroupBy::street, instant(now));
    EXPECT_TRUE(all);
    return all->empty() ? Figures{} : all->front();
  }

  SQLite::Database database_{":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
};

TEST_F(FiguresTest, AStageIsDueOnceAndThenInTimeOrOverdue) {
  add({.number = "1"});
  for (const auto* number : {"2", "3", "4", "5", "6", "7", "8", "9"}) add({.number = number});
  add_clock("1", "solve", 400, "met");
  add_clock("2", "solve", 400, "met", 1);      // extended when it was late already
  add_clock("3", "solve", 400, "late", 1);
  add_clock("4", "solve", 400, "fired", 1);
  add_clock("5", "solve", 400, "running");     // its time has passed, its cell did not fire it yet
  add_clock("6", "solve", 600, "running");     // not due yet
  add_clock("7", "solve", 400, "moot");
  add_clock("8", "solve", 400, "paused");
  add_clock("9", "solve", 400, "replaced", 1);
  add_clock("9", "solve", 1'400, "met", 0, "a-01", 2);  // due in another period
  EXPECT_EQ(of_street().solve, (StageFigures{5, 1, 4}));
  EXPECT_EQ(of_street(1'000, 2'000, 3'000).solve, (StageFigures{1, 1, 0}));
  EXPECT_EQ(of_street(400, 401).solve.due, 5u) << "the period begins with its first moment";
  EXPECT_EQ(of_street(0, 400).solve.due, 0u) << "and ends before its last";
}

TEST_F(FiguresTest, TheThreeRatesSayWhatTheyLeaveOutAndWhy) {
  add({.number = "1", .ended_as = "closed", .verdict = "passed", .satisfaction = 3, .called = 350});
  add({.number = "2", .ended_as = "closed", .verdict = "failed", .satisfaction = 1, .called = 300});
  add({.number = "3", .verdict = "passed", .satisfaction = 2, .called = 300});
  add({.number = "4", .ended_as = "closed", .verdict = "passed", .satisfaction = 0, .called = 300});
  add({.number = "5", .ended_as = "void", .verdict = "passed", .satisfaction = 3, .called = 300});
  add({.number = "6", .verdict = "passed", .satisfaction = 3, .called = 1'000});  // called back at another time
  for (const auto* number : {"1", "2", "3", "4", "5"}) add_clock(number, "arrange", 200, number[0] == '2' ? "late" : "met");
  const auto figures = of_street();
  EXPECT_EQ(figures.in_time, (Rate{3, 4, {{"void", 1}}}));
  EXPECT_EQ(figures.solved, (Rate{3, 4, {{"void", 1}}}));
  EXPECT_EQ(figures.satisfied, (Rate{2, 3, {{"void", 1}, {"not_said", 1}}}));
  const auto rates = three_rates(database_, {instant(0), instant(1'000)}, instant(500));
  EXPECT_EQ(rates.in_time, figures.in_time);
  EXPECT_EQ(rates.solved, figures.solved);
  EXPECT_EQ(rates.satisfied, figures.satisfied);
}

TEST_F(FiguresTest, WhatIsLeftOutIsDataAndEachReasonHasWords) {
  std::set<std::string_view> reasons;
  for (const auto& one : exclusions()) {
    EXPECT_FALSE(one.zh.empty() || one.en.empty()) << one.reason;
    EXPECT_TRUE(reasons.insert(one.reason).second) << one.reason;
    if (!one.of_ended) continue;
    const std::string reason(one.reason);
    add({.number = reason, .ended_as = reason, .verdict = "passed", .satisfaction = 3, .called = 300});
    EXPECT_EQ(of_street().solved.left_out[reason], 1u) << reason;
  }
  EXPECT_EQ(of_street().solved.denominator, 0u);
}

TEST_F(FiguresTest, OpenAndOverdueIsWhatIsPastTheDueTimeThatPlacesIt) {
  add({.number = "1", .due = 499});
  add({.number = "2", .due = 500});
  add({.number = "3", .due = 501});
  add({.number = "4"});  // no clock presses
  add({.number = "5", .ended_as = "closed", .ended = 100});
  EXPECT_EQ(of_street().open_overdue, 2u);
  EXPECT_EQ(of_street().open, 4u);
}

TEST_F(FiguresTest, ByMonthEachLocalMonthHasItsRow) {
  const auto zone = *CivilZone::named("Asia/Shanghai");
  const auto day = [&](int year, unsigned month, unsigned of_month, std::int64_t more = 0) {
    return to_ms(zone.midnight(date::local_days(date::year(year) / month / of_month))) + more;
  };
  add({.number = "1", .filed = day(2026, 10, 31, 86'399'999), .dispatched = day(2026, 11, 1)});
  add({.number = "2", .filed = day(2026, 11, 1), .dispatched = 0, .due = day(2026, 11, 2)});
  add({.number = "3", .ended_as = "closed", .hops = 2, .filed = day(2026, 11, 30), .resolved = day(2026, 12, 1), .ended = day(2027, 1, 1)});
  add_clock("3", "solve", day(2026, 12, 1), "late");
  const Period period{instant(day(2026, 10, 15)), instant(day(2027, 1, 1))};
  const auto months = figures_by_month(database_, period, zone, instant(day(2027, 1, 10)));
  ASSERT_TRUE(months);
  std::string text;
  for (const auto& one : *months)
    text += fmt::format("{}: {} {} {} {} {} {} {} {}\n", one.group, one.filed, one.dispatched, one.resolved, one.ended, one.open,
                        one.open_overdue, one.hops, one.solve.overdue);
  EXPECT_EQ(text, "2026-10: 1 0 0 0 1 0 0 0\n2026-11: 2 1 0 0 1 1 2 0\n2026-12: 0 0 1 0 0 0 0 1\n");
  const auto whole = figures(database_, period, GroupBy::street, instant(day(2027, 1, 10)))->front();
  std::uint64_t filed = 0;
  for (const auto& one : *months) filed += one.filed;
  EXPECT_EQ(filed, whole.filed) << "months add up to the period";
  EXPECT_FALSE(figures_by_month(database_, {instant(0), instant(day(2027, 1, 1))}, zone, instant(0))) << "57 years";
  EXPECT_FALSE(figures_by_month(database_, {instant(1), instant(0)}, zone, instant(0)));
}

TEST_F(FiguresTest, CountsFlowReturnsHopsAndRework) {
  add({.number = "1", .ended_as = "closed", .returns = 1, .hops = 3, .rework = 2, .resolved = 250, .ended = 300});
  add({.number = "2", .hops = 1});
  add({.number = "3", .filed = 2'000, .dispatched = 0});
  const auto figures = of_street();
  EXPECT_EQ(figures.filed, 2u);
  EXPECT_EQ(figures.dispatched, 2u);
  EXPECT_EQ(figures.resolved, 1u);
  EXPECT_EQ(figures.ended, 1u);
  EXPECT_EQ(figures.open, 2u) << "now, whenever they came";
  EXPECT_EQ(figures.returns, 1u);
  EXPECT_EQ(figures.hops, 4u);
  EXPECT_EQ(figures.rework, 2u) << "by time";
  EXPECT_EQ(figures.rework_cases, 1u) << "by case";
}

TEST_F(FiguresTest, GroupsByCellUnitAndCategory) {
  add({.number = "1", .cell = "a-01", .category = "roads"});
  add({.number = "2", .cell = "a-02", .category = "water"});
  add({.number = "3", .unit = "b", .cell = "b-01", .category = "water"});
  add_clock("2", "solve", 400, "late", 1, "a-01");  // was set while it was there
  const auto of = [&](GroupBy by) {
    std::string text;
    const auto all = figures(database_, {instant(0), instant(1'000)}, by, instant(500));
    for (const auto& one : *all) text += fmt::format("{} {} {};", one.group, one.filed, one.solve.overdue);
    return text;
  };
  EXPECT_EQ(of(GroupBy::street), " 3 1;");
  EXPECT_EQ(of(GroupBy::unit), "a 2 1;b 1 0;");
  EXPECT_EQ(of(GroupBy::cell), "a-01 1 1;a-02 1 0;b-01 1 0;");
  EXPECT_EQ(of(GroupBy::category), "roads 1 0;water 2 1;");
}

TEST_F(FiguresTest, OfNothingIsNothing) {
  EXPECT_TRUE(figures(database_, {instant(0), instant(1)}, GroupBy::cell, instant(1))->empty());
  SQLite::Database empty(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  EXPECT_FALSE(figures(empty, {instant(0), instant(1)}, GroupBy::cell, instant(1))) << "no ledger";
}

}  // namespace
}  // namespace huying::ledger
