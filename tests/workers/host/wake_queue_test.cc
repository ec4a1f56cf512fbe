// The order of what is overdue, and the pace at which it is taken.
#include "workers/host/wake_queue.h"

#include <gmock/gmock.h>

#include "workers/host/catch_up_pace.h"

namespace huying::host {
namespace {

using testing::ElementsAre;

constexpr std::int64_t held_since_ms = 1'000'000;

cell::Case a_case(const char* number, std::int64_t due_at_ms, v1::Rung rung = v1::RUNG_UNSPECIFIED,
                  v1::Urgency urgency = v1::URGENCY_NORMAL) {
  cell::Case one;
  one.number = cell::CaseNumber(number);
  one.state = v1::CASE_STATE_DISPATCHED;
  one.rung = static_cast<std::uint8_t>(rung);
  one.clock_or_new(v1::CLOCK_KIND_SOLVE).due_at_ms = due_at_ms;
  v1::FiledDetail filed;
  filed.set_urgency(urgency);
  one.filed = filed.SerializeAsString();
  return one;
}

cell::Case a_reminder(const char* number, std::int64_t remind_at_ms) {
  auto one = a_case(number, held_since_ms + 5'000);
  one.clock_or_new(v1::CLOCK_KIND_SOLVE).remind_at_ms = remind_at_ms;
  return one;
}

std::vector<std::string> all_overdue(WakeQueue& queue) {
  std::vector<std::string> order;
  while (const auto entry = queue.take_overdue()) order.emplace_back(entry->number.text());
  return order;
}

TEST(Severity, UrgentThenTheHigherRungThenTheLongestLateThenTheNumberAndRemindersLast) {
  WakeQueue queue;
  cell::Case cases[] = {a_reminder("reminder", 1),
                        a_case("late", 900'000),
                        a_case("later-b", 800'000),
                        a_case("later-a", 800'000),
                        a_case("unit", 990'000, v1::RUNG_UNIT),
                        a_case("district", 999'000, v1::RUNG_DISTRICT),
                        a_case("urgent", 999'999, v1::RUNG_UNSPECIFIED, v1::URGENCY_URGENT)};
  std::uint32_t stream = 0;
  for (auto& one : cases) queue.watch(++stream, one, held_since_ms);
  EXPECT_THAT(all_overdue(queue), ElementsAre("urgent", "district", "unit", "later-a", "later-b", "late", "reminder"));
}

TEST(WakeQueue, WhatFallsDueWhileItsCellIsHeldIsInALaneOfItsOwn) {
  WakeQueue queue;
  auto overdue = a_case("overdue", held_since_ms), on_time = a_case("on-time", held_since_ms + 1);
  queue.watch(2, overdue, held_since_ms);
  queue.watch(2, on_time, held_since_ms);
  EXPECT_EQ(queue.next_due_at_ms(), held_since_ms + 1);
  EXPECT_EQ(queue.take_due(held_since_ms + 1)->number, on_time.number);
  EXPECT_FALSE(queue.take_due(held_since_ms + 1).has_value());
  EXPECT_THAT(all_overdue(queue), ElementsAre("overdue"));
}

TEST(WakeQueue, AnotherClockOfAnOverdueCaseThatFallsDueMeanwhileDoesNotWaitBehindTheBacklog) {
  WakeQueue queue;
  auto one = a_case("both", held_since_ms - 1);
  one.clock_or_new(v1::CLOCK_KIND_VERIFY).due_at_ms = held_since_ms + 70;
  queue.watch(2, one, held_since_ms);
  EXPECT_EQ(queue.next_due_at_ms(), held_since_ms + 70);
  auto reminded = a_reminder("reminded", 1);
  queue.watch(2, reminded, held_since_ms);
  EXPECT_EQ(queue.take_due(held_since_ms + 70)->number, one.number);
  EXPECT_EQ(queue.take_due(held_since_ms + 5'000)->number, reminded.number) << "nor does its due time behind its reminder";
}

TEST(WakeQueue, ACellThatIsHeldBackLetsTheOthersPassAndComesBackInItsPlace) {
  WakeQueue queue;
  auto first = a_case("1", 1), second = a_case("2", 2), third = a_case("3", 3), fourth = a_case("4", 4);
  queue.watch(2, first, held_since_ms);
  queue.watch(3, second, held_since_ms);
  queue.hold_back(2);
  queue.watch(2, third, held_since_ms);
  queue.watch(3, fourth, held_since_ms);
  EXPECT_EQ(queue.take_overdue()->number, second.number);
  queue.release(2);
  EXPECT_THAT(all_overdue(queue), ElementsAre("1", "3", "4"));
  EXPECT_FALSE(queue.has_overdue());
}

TEST(WakeQueue, WhatIsOverdueOfACellThatIsGoneIsForgotten) {
  WakeQueue queue;
  auto first = a_case("1", 1), second = a_case("2", 2);
  queue.watch(2, first, held_since_ms);
  queue.watch(3, second, held_since_ms);
  queue.hold_back(2);
  queue.forget(2);
  EXPECT_EQ(queue.size(), 1u);
  EXPECT_THAT(all_overdue(queue), ElementsAre("2"));
}

std::uint32_t fire_all(CatchUpPace& pace, SteadyInstant now) {
  std::uint32_t fired = 0;
  for (; pace.may_fire(now) > 0; ++fired) pace.fired();
  return fired;
}

TEST(CatchUpPace, SettlesAndThenGivesAShareTwentyTimesASecond) {
  using std::chrono::milliseconds;
  CatchUpPace pace(200, milliseconds(250));
  const SteadyInstant begin{std::chrono::hours(1)};
  EXPECT_EQ(fire_all(pace, begin), 0u) << "nothing waits";
  pace.waits(begin);
  EXPECT_EQ(fire_all(pace, begin + milliseconds(249)), 0u);
  EXPECT_EQ(pace.next(), begin + milliseconds(250));
  std::uint32_t fired = 0;
  for (int ms = 250; ms < 1'250; ++ms) fired += fire_all(pace, begin + milliseconds(ms));
  EXPECT_EQ(fired, 200u);
  EXPECT_EQ(fire_all(pace, begin + std::chrono::hours(1)), 10u) << "what was not used is not owed";
}

TEST(CatchUpPace, WhatIsLeftOfAShareMayBeUsedALittleLater) {
  using std::chrono::milliseconds;
  CatchUpPace pace(200, milliseconds(0));
  const SteadyInstant begin{std::chrono::hours(1)};
  pace.waits(begin);
  EXPECT_EQ(pace.may_fire(begin), 10u);
  pace.fired();
  EXPECT_LE(pace.next(), begin);
  EXPECT_EQ(fire_all(pace, begin + milliseconds(1)), 9u);
  EXPECT_EQ(pace.next(), begin + milliseconds(50));
}

TEST(CatchUpPace, AFewASecondAreOneAtATime) {
  using std::chrono::milliseconds;
  CatchUpPace pace(4, milliseconds(0));
  const SteadyInstant begin{std::chrono::hours(1)};
  pace.waits(begin);
  EXPECT_EQ(fire_all(pace, begin), 1u);
  EXPECT_EQ(fire_all(pace, begin + milliseconds(249)), 0u);
  EXPECT_EQ(fire_all(pace, begin + milliseconds(250)), 1u);
}

}  // namespace
}  // namespace huying::host
