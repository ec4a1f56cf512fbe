// What a cell answers when it is asked for what hurts most.
#include "workers/cell/view.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "proto/worst_first.h"

namespace huying::cell {
namespace {

// Cases of every kind that the order tells apart; made up by chance, the same each time.
CellState some_cases(Names& names, int count) {
  std::mt19937_64 random(42);
  const auto chance = [&](unsigned of) { return random() % of == 0; };
  CellState state({2, "v1-01", "v1"}, names);
  for (int i = 0; i < count; ++i) {
    auto& one = state.open(CaseNumber(fmt::format("WY-261123-{:05}", i)));
    v1::FiledDetail filed;
    filed.set_category("general");
    one.filed = filed.SerializeAsString();
    one.state = chance(4) ? v1::CASE_STATE_SHELVED : v1::CASE_STATE_ACCEPTED;
    for (const auto kind : {v1::CLOCK_KIND_FEED_BACK, v1::CLOCK_KIND_SOLVE}) {
      auto& clock = one.clock_or_new(kind);
      clock.due_at_ms = static_cast<std::int64_t>(random() % 20);
      clock.outcome = static_cast<std::uint8_t>(random() % 6);
    }
    if (!chance(3)) continue;
    one.rung = static_cast<std::uint8_t>(v1::RUNG_UNIT + static_cast<int>(random() % 3));
    one.escalation_answered = chance(3);
    const auto kind = one.rung == v1::RUNG_DISTRICT ? v1::CLOCK_KIND_MONTHLY_FEEDBACK : v1::CLOCK_KIND_RUNG;
    one.clock_or_new(kind).due_at_ms = static_cast<std::int64_t>(random() % 20);
    one.extras_or_new().answerer = {names.id_of("s"), names.id_of("s1"), v1::ROLE_STREET_SUPERVISOR, one.rung};
  }
  return state;
}

v1::Ask worst(std::uint32_t limit) {
  v1::Ask ask;
  ask.set_order(v1::CASE_ORDER_WORST_FIRST);
  ask.set_limit(limit);
  ask.add_roles(v1::ROLE_GRID_WORKER);
  return ask;
}

TEST(WorstFirstOfACell, StandsInTheOrderThatTheContractTellsOfTheWholeCases) {
  Names names;
  const auto state = some_cases(names, 150);
  v1::Answer answer;
  cell::answer(state, nullptr, worst(200), answer);
  ASSERT_EQ(answer.cases_size(), 150);
  EXPECT_EQ(answer.total(), 150u);
  EXPECT_FALSE(answer.more());
  for (int i = 1; i < answer.cases_size(); ++i)
    EXPECT_TRUE(hurts_more(rank_of(answer.cases(i - 1).whole()), rank_of(answer.cases(i).whole())))
        << answer.cases(i - 1).whole().ShortDebugString() << "\n" << answer.cases(i).whole().ShortDebugString();
}

TEST(WorstFirstOfACell, PagesAreTheWholeListAndEachCaseComesOnce) {
  Names names;
  const auto state = some_cases(names, 150);
  v1::Answer all;
  cell::answer(state, nullptr, worst(200), all);
  std::vector<std::string> expected, paged;
  for (const auto& view : all.cases()) expected.push_back(view.whole().case_number());
  auto ask = worst(40);
  for (bool more = true; more;) {
    v1::Answer page;
    cell::answer(state, nullptr, ask, page);
    ASSERT_GT(page.cases_size(), 0);
    ASSERT_LE(page.cases_size(), 40);
    for (const auto& view : page.cases()) paged.push_back(view.whole().case_number());
    *ask.mutable_after() = to_message(rank_of(page.cases().rbegin()->whole()));
    more = page.more();
  }
  EXPECT_EQ(paged, expected);
}

TEST(WorstFirstOfACell, TellsWhoMustAnswerAndAListByNumberStaysAsItWas) {
  Names names;
  const auto state = some_cases(names, 30);
  v1::Answer by_number, worst_first;
  v1::Ask ask;
  ask.set_offset(10);
  ask.set_limit(5);
  cell::answer(state, nullptr, ask, by_number);
  ASSERT_EQ(by_number.cases_size(), 5);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(by_number.cases(i).whole().case_number(), fmt::format("WY-261123-{:05}", 10 + i));
  cell::answer(state, nullptr, worst(1), worst_first);
  const auto& first = worst_first.cases(0).whole();
  EXPECT_TRUE(worst_first.more());
  EXPECT_EQ(first.rung(), v1::RUNG_DISTRICT);
  EXPECT_EQ(first.answerer().person(), "s1");
}

}  // namespace
}  // namespace huying::cell
