#include "workers/cell/cell_state.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <random>

#include "huying/v1/error.pb.h"
#include "workers/host/wake_queue.h"

namespace huying::cell {
namespace {

void fill(Case& one, Names& names, std::mt19937_64& random) {
  v1::FiledDetail filed;
  filed.set_category("general");
  filed.set_rule(v1::DISPATCH_RULE_POINT);
  filed.set_source("a-source");
  filed.set_reason("the point lies in v1-01, 120 m from its border");
  filed.set_directory_version(1);
  one.filed = filed.SerializeAsString();
  for (const auto kind : {v1::CLOCK_KIND_SOLVE, v1::CLOCK_KIND_ARRANGE, v1::CLOCK_KIND_FEED_BACK}) {
    auto& clock = one.clock_or_new(kind);
    clock.generation = 1;
    clock.due_at_ms = clock.first_due_at_ms = static_cast<std::int64_t>(random() % 1'000'000'000);
    clock.policy_version = 1;
  }
  one.revision = random() % 100;
  one.history_digest = random();
  one.state = v1::CASE_STATE_DISPATCHED;
  one.holder_place = names.id_of("v1-01");
  one.holder_person = names.id_of(fmt::format("person-{}", random() % 5));
  one.hops = random() % 3;
  one.hard = random() % 2 == 0;
  one.held_clock = random() % 2 == 0 ? v1::CLOCK_KIND_SOLVE : 0;
  one.parked_from = random() % 2 == 0 ? v1::CASE_STATE_ACCEPTED : 0;
}

void fill_extras(Case& one, Names& names) {
  auto& extras = one.extras_or_new();
  extras.ask = {1'795'395'600'000, {1, 2, 3}, "beyond-the-cell", names.id_of("w2"), 2, v1::ASK_KIND_PLAN, v1::RUNG_STREET};
  extras.answerer = {names.id_of("s"), names.id_of("s1"), v1::ROLE_STREET_SUPERVISOR, v1::RUNG_STREET};
  extras.pauses = {{10, 20, 30, "weather"}, {40, 0, 50, "waiting-for-citizen"}};
  extras.milestones_ms = {7, 8};
  extras.under_plan = true;
}

CellState some_state(Names& names, int cases, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  CellState state({2, "v1-01", "v1"}, names);
  state.consumed_through = 77;
  state.configuration_version = 3;
  state.last_event_at_ms = 1'795'395'600'000;
  for (int i = 0; i < cases; ++i) {
    auto& one = state.open(CaseNumber(fmt::format("WY-261123-{:05}", i)));
    fill(one, names, random);
    if (i % 50 == 0) fill_extras(one, names);
  }
  return state;
}

TEST(CellState, ItsEncodingIsSortedAndIndependentOfNamesAndOfTheOrderOfWork) {
  Names names, others;
  for (int i = 0; i < 50; ++i) others.id_of(fmt::format("noise-{}", i));
  const auto bytes = some_state(names, 100, 5).encode();
  const auto decoded = CellState::decode(bytes, {2, "v1-01", "v1"}, others);
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(decoded->encode(), bytes);
  EXPECT_EQ(decoded->open_cases(), 100u);
  EXPECT_EQ(decoded->consumed_through, 77u);
  EXPECT_GT(decoded->to_park.size(), 0u) << "who begins with a checkpoint parks what is to be parked";
}

TEST(CellState, BytesThatAreNotAStateAreRefusedWhereverTheyAreCut) {
  Names names;
  const auto bytes = some_state(names, 3, 6).encode();
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    EXPECT_FALSE(CellState::decode(std::string_view(bytes).substr(0, cut), {2, "v1-01", "v1"}, names).has_value()) << cut;
  }
  EXPECT_FALSE(CellState::decode(bytes + "x", {2, "v1-01", "v1"}, names).has_value());
  EXPECT_FALSE(CellState::decode(bytes, {3, "v1-02", "v1"}, names).has_value()) << "another cell's";
  auto version = bytes;
  version[0] ^= 1;
  EXPECT_FALSE(CellState::decode(version, {2, "v1-01", "v1"}, names).has_value());
}

TEST(CellState, RemembersWhereCasesWentUntilTheyComeBack) {
  Names names;
  CellState state({2, "v1-01", "v1"}, names);
  const CaseNumber number("WY-261123-0001-1");
  state.remember_move(number, 3);
  EXPECT_EQ(state.moved_to(number), 3u);
  state.forget_move(number);
  EXPECT_EQ(state.moved_to(number), 0u);
}

TEST(CellState, AWholeCaseGoesThereAndBack) {
  Names names;
  std::mt19937_64 random(9);
  Case one;
  one.number = CaseNumber("WY-261123-0001-1");
  fill(one, names, random);
  fill_extras(one, names);
  one.held_clock = 0;  // its case is parked before it can go anywhere
  v1::CaseWhole whole;
  write_whole(one, "v1-01", names, whole);
  Case other;
  read_whole(whole, names, other);
  std::string before, after;
  Encoder first(before), second(after);
  encode(one, names, first);
  encode(other, names, second);
  EXPECT_EQ(before, after);
}

TEST(CellState, AnOpenCaseWithThreeClocksTakesAtMost640BytesInItsHost) {
  static_assert(sizeof(Case) <= 384);
  constexpr int cases = 20'000;
  Names names;
  const auto before = mallinfo2().uordblks;
  auto state = some_state(names, cases, 8);
  host::WakeQueue queue;
  state.each([&](Case& one) { queue.watch(2, one, 0); });
  const auto bytes = (mallinfo2().uordblks - before) / cases;
  RecordProperty("bytes_of_an_open_case", static_cast<int>(bytes));
  fmt::print("an open case with three clocks: sizeof {}, in all {} bytes\n", sizeof(Case), bytes);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_GT(bytes, sizeof(Case));
  EXPECT_LE(bytes, 640u);
#endif
}

}  // namespace
}  // namespace huying::cell
