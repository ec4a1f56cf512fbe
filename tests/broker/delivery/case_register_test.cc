// The merge of what cells answered: right over the whole, whatever came first.
#include "broker/delivery/case_register.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace huying::delivery {
namespace {

v1::CaseView made_up_case(const std::string& number, std::mt19937_64& random) {
  v1::CaseView view;
  auto& whole = *view.mutable_whole();
  whole.set_case_number(number);
  whole.set_state(random() % 5 == 0 ? v1::CASE_STATE_SHELVED : v1::CASE_STATE_ACCEPTED);
  whole.set_rung(static_cast<v1::Rung>(1 + random() % 4));
  whole.set_escalation_answered(random() % 2 == 0);
  for (const auto kind : {v1::CLOCK_KIND_SOLVE, v1::CLOCK_KIND_RUNG}) {
    auto& clock = *whole.add_clocks();
    clock.set_kind(kind);
    clock.set_due_at_ms(static_cast<std::int64_t>(random() % 50));
    clock.set_outcome(random() % 2 == 0 ? v1::CLOCK_OUTCOME_UNSPECIFIED : v1::CLOCK_OUTCOME_FIRED);
  }
  return view;
}

bool before(const v1::CaseView& a, const v1::CaseView& b) { return hurts_more(rank_of(a.whole()), rank_of(b.whole())); }

std::vector<std::string> numbers_of(const v1::QueryReply& reply) {
  std::vector<std::string> out;
  for (const auto& view : reply.cases()) out.push_back(view.whole().case_number());
  return out;
}

// Cells of random sizes; each answers its worst `of_each`, as a cell does.
struct Street {
  explicit Street(std::uint64_t seed) : random(seed) {
    for (int cell = 0; cell < 12; ++cell) {
      auto& cases = cells.emplace_back();
      const auto count = random() % 30;
      for (std::uint64_t i = 0; i < count; ++i) cases.push_back(made_up_case(fmt::format("{:02}-{:03}", cell, i), random));
      std::sort(cases.begin(), cases.end(), before);
      all.insert(all.end(), cases.begin(), cases.end());
    }
    std::sort(all.begin(), all.end(), before);
  }
  void tell(CaseRegister& into, std::size_t of_each) const {
    for (std::size_t cell = 0; cell < cells.size(); ++cell) {
      v1::Answer answer;
      const auto shown = std::min(of_each, cells[cell].size());
      for (std::size_t i = 0; i < shown; ++i) *answer.add_cases() = cells[cell][i];
      answer.set_total(static_cast<std::uint32_t>(cells[cell].size()));
      answer.set_more(shown < cells[cell].size());
      into.take(fmt::format("{:02}", cell), answer);
    }
  }
  std::mt19937_64 random;
  std::vector<std::vector<v1::CaseView>> cells;
  std::vector<v1::CaseView> all;
};

TEST(CaseRegister, ShowsTheWorstOfAllCellsInOrder) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Street street(seed);
    constexpr std::size_t limit = 25;
    CaseRegister merged(limit);
    street.tell(merged, limit);
    v1::QueryReply reply;
    std::move(merged).fill(reply, 1 << 20);
    std::vector<std::string> expected;
    for (std::size_t i = 0; i < std::min(limit, street.all.size()); ++i) expected.push_back(street.all[i].whole().case_number());
    EXPECT_EQ(numbers_of(reply), expected) << "seed " << seed;
    EXPECT_EQ(reply.total(), street.all.size());
    EXPECT_EQ(reply.more(), street.all.size() > limit);
  }
}

TEST(CaseRegister, OfACellThatCouldNotSayAllNoMoreIsBelievedThanIsCertain) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Street street(seed);
    CaseRegister merged(200);
    street.tell(merged, 3);  // as if no more fitted into a frame
    v1::QueryReply reply;
    std::move(merged).fill(reply, 1 << 20);
    const auto shown = numbers_of(reply);
    ASSERT_FALSE(shown.empty()) << "it always goes on";
    EXPECT_TRUE(reply.more());
    for (std::size_t i = 0; i < shown.size(); ++i)
      EXPECT_EQ(shown[i], street.all[i].whole().case_number()) << "seed " << seed << ": none is left out";
  }
}

TEST(CaseRegister, IsBoundedInBytesButShowsOneCase) {
  const Street street(3);
  CaseRegister merged(200);
  street.tell(merged, 200);
  v1::QueryReply reply;
  std::move(merged).fill(reply, 1);
  EXPECT_EQ(reply.cases_size(), 1);
  EXPECT_TRUE(reply.more());
}

TEST(CaseRegister, NamesWhoDidNotAnswerAndWhoIsParked) {
  CaseRegister merged(10);
  EXPECT_FALSE(merged.anybody_answered());
  merged.unanswered("a-01");
  v1::Answer parked;
  parked.set_parked_at(9);
  merged.take("a-02", parked);
  EXPECT_TRUE(merged.anybody_answered());
  v1::QueryReply reply;
  std::move(merged).fill(reply, 1 << 20);
  ASSERT_EQ(reply.unanswered_size(), 1);
  EXPECT_EQ(reply.unanswered(0), "a-01");
  ASSERT_EQ(reply.parked_cells_size(), 1);
  EXPECT_EQ(reply.parked_cells(0), "a-02");
  EXPECT_FALSE(reply.more());
}

}  // namespace
}  // namespace huying::delivery
