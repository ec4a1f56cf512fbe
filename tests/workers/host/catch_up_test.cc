// Goal: after an outage what is overdue fires by severity over all cells of a host, at a pace, each once, whatever breaks off
// on the way, and delays nothing that is in time. Method: a scripted broker at a day of the street a second of the steady
// clock, so that a pace of 200 a second is a share of 10 each 72 minutes of the street.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "tests/workers/host/fake_broker.h"

namespace huying::host {
namespace {

using enum v1::ActionKind;
using enum v1::EventKind;
using std::chrono::milliseconds;

constexpr std::int64_t midnight_ms = morning_ms + 15 * 3600 * 1000;
constexpr std::int64_t share_every_ms = day_ms / 20;

// The desk, and twelve cells in two villages: streams 2 to 4 and 6 to 14.
v1::Configuration twelve_cells() {
  auto configuration = made_up_configuration();
  for (std::uint32_t stream = 6; stream <= 14; ++stream) {
    auto& cell = *configuration.mutable_directory()->add_cells();
    cell.set_code("v1-" + std::to_string(stream));
    cell.set_unit("v1");
    cell.set_stream(stream);
  }
  return configuration;
}
constexpr std::uint32_t streams[] = {2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14};

// A firing, as a subscriber sees it.
struct Firing {
  std::string number;
  bool urgent = false;
  int rung_before = 0;
  std::int64_t at_ms = 0, due_at_ms = 0;
};

class CatchUp : public testing::Test {
 protected:
  CatchUp() : broker(twelve_cells()) {}

  // 41 cases in 12 cells that fall due while no host is there: twenty whose unit was asked already, and 21 new ones.
  void outage() {
    for (std::size_t i = 0; i < 20; ++i) publish(i);
    broker.advance_to(midnight_ms + 3600'000);
    for (std::size_t i = 20; i < 41; ++i) publish(i);
    broker.advance(3600'000);
    before = broker.events().size();
    broker.crash();
    broker.advance_to(midnight_ms + day_ms + 4 * 3600'000);
  }
  void publish(std::size_t i) {
    const bool urgent = i % 5 == 3;
    const auto number = broker.request(streams[i % 12], {.urgency = urgent ? v1::URGENCY_URGENT : v1::URGENCY_NORMAL});
    is_urgent[number] = urgent;
  }
  // What fired since the outage: a commit each.
  std::vector<Firing> firings() {
    std::vector<Firing> all;
    for (auto i = before; i < broker.events().size(); ++i) {
      const auto& event = broker.events()[i].event;
      if (event.kind() != EVENT_KIND_ESCALATED) continue;
      EXPECT_TRUE(event.caught_up()) << event.ShortDebugString();
      EXPECT_GT(event.escalation().lateness_ms(), 0);
      EXPECT_EQ(event.escalation().due_at_ms() + event.escalation().lateness_ms(), event.at_ms());
      all.push_back({event.case_number(), is_urgent.at(event.case_number()), event.escalation().to(), event.at_ms(),
                     event.escalation().due_at_ms()});
    }
    return all;
  }
  static bool is_in_order(const std::vector<Firing>& all) {
    const auto key = [](const Firing& one) { return std::tuple(!one.urgent, -one.rung_before, one.due_at_ms, one.number); };
    return std::is_sorted(all.begin(), all.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  }

  FakeBroker broker;
  std::map<std::string, bool> is_urgent;
  std::size_t before = 0;
};

TEST_F(CatchUp, FortyOneOverdueInTwelveCellsFireBySeverityEachOnce) {
  outage();
  broker.catch_up_at(200, milliseconds(250));
  broker.new_host();
  broker.advance(day_ms / 5);
  EXPECT_TRUE(firings().empty()) << "the host settles first, for a quarter of a second";
  broker.advance(day_ms / 2);
  const auto all = firings();
  EXPECT_EQ(all.size(), 41u);
  EXPECT_TRUE(is_in_order(all));
  EXPECT_TRUE(all.front().urgent);
  EXPECT_EQ(all.front().rung_before, v1::RUNG_STREET);
  EXPECT_EQ(all.back().rung_before, v1::RUNG_UNIT);
  broker.expect_every_fold_is_the_same();
}

TEST_F(CatchUp, ItGoesAtItsPace) {
  outage();
  broker.catch_up_at(200, milliseconds(0));
  broker.new_host();
  broker.advance(day_ms / 2);
  std::map<std::int64_t, int> at_once;
  for (const auto& one : firings()) at_once[one.at_ms] += 1;
  ASSERT_EQ(at_once.size(), 5u) << "41 in shares of ten";
  std::int64_t last_ms = 0;
  for (const auto& [at_ms, count] : at_once) {
    EXPECT_LE(count, 10);
    EXPECT_GE(at_ms - last_ms, share_every_ms * 99 / 100);
    last_ms = at_ms;
  }
}

TEST_F(CatchUp, BrokenOffInTheMiddleTheRestFiresOnceAtTheNextHost) {
  outage();
  broker.catch_up_at(200, milliseconds(0));
  broker.new_host();
  broker.advance(share_every_ms + 60'000);
  const auto fired = firings();
  ASSERT_EQ(fired.size(), 20u);
  broker.crash();
  broker.advance(3600'000);
  broker.new_host();
  broker.advance(day_ms / 2);
  const auto all = firings();
  EXPECT_EQ(all.size(), 41u);
  EXPECT_TRUE(is_in_order(all)) << "the order goes on where it was";
  broker.expect_every_fold_is_the_same();
}

TEST_F(CatchUp, WhatIsInTimeWaitsForNoBacklog) {
  outage();
  broker.catch_up_at(1, milliseconds(0));  // 41 days of the street
  broker.new_host();
  const auto number = broker.request(2);
  EXPECT_EQ(broker.count(number, EVENT_KIND_DISPATCHED), 1u);
  EXPECT_EQ(broker.act(broker.request(3), ACTION_KIND_ACCEPT)->error(), 0u);
  broker.advance_to(midnight_ms + 2 * day_ms + 3600'000);
  ASSERT_EQ(broker.count(number, EVENT_KIND_BREACHED), 1u) << "at the next midnight";
  EXPECT_LT(broker.last(number, EVENT_KIND_BREACHED).breach().lateness_ms(), 600'000) << "less than 7 ms of the steady clock";
  EXPECT_FALSE(broker.last(number, EVENT_KIND_BREACHED).caught_up());
  EXPECT_GT(broker.count(number, EVENT_KIND_ESCALATED), 0u);
  std::size_t caught_up = 0;
  for (auto i = before; i < broker.events().size(); ++i)
    caught_up += broker.events()[i].event.caught_up() && broker.events()[i].event.kind() == EVENT_KIND_ESCALATED;
  EXPECT_LT(caught_up, 30u) << "the backlog is not over, though what else of its cases fell due has fired";
}

TEST_F(CatchUp, AStepOnAnOverdueCaseFiresItsClockFirstAndSaysThatItIsCaughtUp) {
  outage();
  broker.catch_up_at(1, milliseconds(1000));
  broker.new_host();
  const auto number = is_urgent.rbegin()->first;
  EXPECT_EQ(broker.act(number, ACTION_KIND_ACCEPT)->error(), 0u);
  EXPECT_EQ(broker.count(number, EVENT_KIND_BREACHED), 1u);
  EXPECT_TRUE(broker.last(number, EVENT_KIND_BREACHED).caught_up());
  EXPECT_FALSE(broker.last(number, EVENT_KIND_ACCEPTED).caught_up());
}

TEST_F(CatchUp, WhatALeapOfTheTimeMadeDueIsCaughtUpToo) {
  for (std::size_t i = 0; i < 41; ++i) publish(i);
  broker.advance(3600'000);
  before = broker.events().size();
  broker.catch_up_at(200, milliseconds(0));
  broker.crash();
  broker.new_host();
  broker.leap(3 * day_ms);  // two seconds of the steady clock are two days here: less is no leap
  broker.advance(day_ms / 2);
  const auto all = firings();
  EXPECT_EQ(all.size(), 41u);
  EXPECT_TRUE(is_in_order(all));
}

TEST_F(CatchUp, ALeapWhileACellIsFoldedAgainWaitsForTheFold) {
  broker.take_checkpoints(2);
  broker.catch_up_at(200, milliseconds(0));
  broker.crash();
  broker.new_host();
  for (std::size_t i = 0; i < 41; ++i) publish(i);
  broker.advance(3600'000);
  before = broker.events().size();
  broker.revoke(2);
  broker.hold_deliveries(true);
  ASSERT_GT(broker.checkpoints_of(2).size(), 1u);
  broker.offer(2, broker.checkpoints_of(2).end()[-2]);  // with a case of it, which stands in the queue from before
  broker.grant(2);
  broker.leap(3 * day_ms);
  broker.hold_deliveries(false);
  broker.advance(day_ms / 2);
  EXPECT_EQ(firings().size(), 41u);
  broker.expect_every_fold_is_the_same();
}

TEST_F(CatchUp, WhatATimeThatWentBackMadeNotDueAnyMoreIsNotTried) {
  const auto number = broker.request(2);
  broker.crash();
  broker.advance_to(midnight_ms + 3 * day_ms);
  broker.let_clocks_be_tried(2);
  broker.catch_up_at(200, milliseconds(250));
  broker.new_host();
  broker.leap(-3 * day_ms - 8 * 3600'000);
  broker.advance(7 * 3600'000);
  EXPECT_TRUE(broker.asked().empty()) << broker.asked().front().ShortDebugString();
  broker.advance(2 * 3600'000);
  ASSERT_EQ(broker.asked().size(), 1u);
  broker.write_suspect_clock();
  EXPECT_EQ(broker.count(number, EVENT_KIND_BREACHED), 1u);
}

TEST_F(CatchUp, ThePromiseIsKeptWhateverWaits) {
  outage();
  broker.catch_up_at(1, milliseconds(250));
  broker.new_host();
  const auto frames = broker.frames().size();
  broker.advance(20 * day_ms);  // twenty seconds
  std::size_t promises = 0;
  for (auto i = frames; i < broker.frames().size(); ++i)
    promises += broker.frames()[i].has_commits() || broker.frames()[i].has_wake();
  EXPECT_GE(promises, 39u) << "two a second";
}

}  // namespace
}  // namespace huying::host
