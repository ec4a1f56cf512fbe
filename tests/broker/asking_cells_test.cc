// One list of the open cases of every cell: who is asked, what is merged, and what is said of cells that do not answer.
#include <gtest/gtest.h>

#include "proto/errors.h"
#include "tests/broker/broker_world.h"

namespace huying::broker {
namespace {

class AskingCells : public testing::Test {
 protected:
  AskingCells() {
    world.hello(2, "street-1", v1::ROLE_STREET_SUPERVISOR);
    world.hello(3, "worker-1", v1::ROLE_GRID_WORKER);
    world.hello(4, "hotline", v1::ROLE_PUBLISHER);
    world.hello(6, "unit-1", v1::ROLE_UNIT_SUPERVISOR);
    world.round();
    for (const auto peer : {2, 3, 4, 6}) world.frames(static_cast<std::uint64_t>(peer));
  }

  static v1::ClientFrame every_cell(std::uint32_t limit = 0) {
    v1::ClientFrame frame;
    auto& query = *frame.mutable_query();
    query.set_tag(7);
    query.set_every_cell(true);
    query.set_order(v1::CASE_ORDER_WORST_FIRST);
    query.set_limit(limit);
    return frame;
  }
  std::vector<v1::Ask> asks() {
    std::vector<v1::Ask> out;
    for (const auto& frame : world.frames(5))
      if (frame.has_ask()) out.push_back(frame.ask());
    return out;
  }
  static void add_case(v1::Answer& answer, const std::string& number, std::int64_t due_at_ms) {
    auto& whole = *answer.add_cases()->mutable_whole();
    whole.set_case_number(number);
    auto& clock = *whole.add_clocks();
    clock.set_kind(v1::CLOCK_KIND_SOLVE);
    clock.set_due_at_ms(due_at_ms);
  }
  void answer(const v1::Ask& ask, const std::vector<std::pair<std::string, std::int64_t>>& cases,
              v1::ErrorCode error = v1::ERROR_CODE_NONE) {
    v1::ClientFrame frame;
    auto& answer = *frame.mutable_answer();
    answer.set_query_id(ask.query_id());
    answer.set_stream(ask.stream());
    for (const auto& [cell, lease] : leases)
      if (lease.stream() == ask.stream()) *answer.mutable_epoch() = lease.epoch();
    answer.set_error(error);
    answer.set_total(static_cast<std::uint32_t>(cases.size()));
    for (const auto& [number, due_at_ms] : cases) add_case(answer, number, due_at_ms);
    world.say(5, frame);
    world.round();
  }
  std::vector<v1::QueryReply> replies(std::uint64_t peer) {
    std::vector<v1::QueryReply> out;
    for (const auto& frame : world.frames(peer))
      if (frame.has_query_reply()) out.push_back(frame.query_reply());
    return out;
  }
  std::uint32_t refused(std::uint64_t peer, const v1::ClientFrame& frame) {
    world.say(peer, frame);
    world.round();
    const auto got = replies(peer);
    EXPECT_EQ(got.size(), 1u);
    return got.empty() ? 0 : got[0].error();
  }
  void take_cells() {
    leases = world.host(5, "host-1");
    world.frames(5);
  }

  BrokerWorld world;
  std::map<std::string, v1::Lease> leases;
};

TEST_F(AskingCells, TheReplyWaitsForAllAndIsOneListInOneOrder) {
  take_cells();
  world.say(2, every_cell(3));
  world.round();
  const auto asked = asks();
  ASSERT_EQ(asked.size(), 3u) << "the desk and two cells";
  EXPECT_EQ(asked[0].order(), v1::CASE_ORDER_WORST_FIRST);
  EXPECT_EQ(asked[0].limit(), 3u);
  answer(asked[2], {{"C", 30}, {"A", 10}});
  answer(asked[0], {});
  EXPECT_TRUE(replies(2).empty());
  answer(asked[1], {{"B", 20}, {"D", 40}});
  const auto got = replies(2);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].tag(), 7u);
  EXPECT_EQ(got[0].total(), 4u);
  EXPECT_TRUE(got[0].more());
  ASSERT_EQ(got[0].cases_size(), 3);
  EXPECT_EQ(got[0].cases(0).whole().case_number() + got[0].cases(1).whole().case_number() +
                got[0].cases(2).whole().case_number(), "ABC");
  EXPECT_TRUE(got[0].unanswered().empty());
}

TEST_F(AskingCells, EveryoneIsToldOfTheirOwnCellsAlone) {
  take_cells();
  world.say(3, every_cell());
  world.round();
  auto asked = asks();
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0].stream(), leases.at("a-01").stream());
  EXPECT_EQ(asked[0].roles(0), v1::ROLE_GRID_WORKER);
  world.say(6, every_cell());
  world.round();
  EXPECT_EQ(asks().size(), 2u);
  EXPECT_EQ(refused(4, every_cell()), v1::ERROR_CODE_NOT_YOUR_CELL);
}

TEST_F(AskingCells, ACellThatDoesNotAnswerIsNamedAndNobodyAtAllIsNoOwner) {
  EXPECT_EQ(refused(2, every_cell()), v1::ERROR_CODE_NO_OWNER);
  take_cells();
  world.say(2, every_cell());
  world.round();
  const auto asked = asks();
  ASSERT_EQ(asked.size(), 3u);
  answer(asked[0], {{"A", 10}});
  answer(asked[1], {}, v1::ERROR_CODE_NO_OWNER);
  EXPECT_TRUE(replies(2).empty());
  for (int i = 0; i < 120 && world.core().has_session(PeerId(2)); ++i) {  // the third says nothing
    world.pass(std::chrono::milliseconds(100));
    v1::ClientFrame beat, wake;
    beat.mutable_heartbeat();
    wake.mutable_wake()->set_next_wake_within_ms(4'000);
    world.say(2, beat);
    world.say(5, wake);
    world.round();
  }
  const auto got = replies(2);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].error(), 0u);
  EXPECT_EQ(got[0].cases_size(), 1);
  ASSERT_EQ(got[0].unanswered_size(), 2);
}

TEST_F(AskingCells, WhatDoesNotFitTogetherIsRefused) {
  take_cells();
  const auto with = [&](auto change) {
    auto frame = every_cell();
    change(*frame.mutable_query());
    return frame;
  };
  EXPECT_EQ(refused(2, with([](auto& query) { query.set_cell("a-01"); })), v1::ERROR_CODE_FIELD_INVALID);
  EXPECT_EQ(refused(2, with([](auto& query) { query.set_order(v1::CASE_ORDER_UNSPECIFIED); })),
            v1::ERROR_CODE_FIELD_INVALID);
  EXPECT_EQ(refused(2, with([](auto& query) { query.set_offset(3); })), v1::ERROR_CODE_FIELD_INVALID);
  EXPECT_EQ(refused(2, with([](auto& query) { query.set_order(static_cast<v1::CaseOrder>(9)); })),
            v1::ERROR_CODE_FIELD_INVALID);
  EXPECT_EQ(refused(2, with([](auto& query) { query.mutable_after()->set_case_number(std::string(500, 'x')); })),
            v1::ERROR_CODE_FIELD_INVALID);
  EXPECT_TRUE(asks().empty());
}

TEST_F(AskingCells, ListsUnderWayAreBounded) {
  take_cells();
  for (std::size_t i = 0; i < limits::lists_under_way_max + 1; ++i) world.say(2, every_cell());
  world.round();
  const auto got = replies(2);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].error(), v1::ERROR_CODE_BUSY);
  EXPECT_GT(got[0].retry_after_ms(), 0u);
}

}  // namespace
}  // namespace huying::broker
