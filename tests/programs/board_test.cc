#include "programs/board.h"

#include <gtest/gtest.h>

#include "programs/words.h"

namespace huying::programs {
namespace {

CivilZone shanghai() { return CivilZone::named("Asia/Shanghai").value(); }

// 2026-11-23T09:41:00+08:00
constexpr Instant morning = instant(1'795'398'060'000);
constexpr auto hour = std::chrono::hours(1);

v1::EventDelivery escalated(const std::string& number, const std::string& cell, v1::Rung to, Instant due) {
  v1::CaseEvent event;
  event.set_case_number(number);
  event.set_kind(v1::EVENT_KIND_ESCALATED);
  event.set_at_ms(to_ms(morning));
  event.set_state(v1::CASE_STATE_DISPATCHED);
  event.mutable_escalation()->set_to(to);
  event.mutable_escalation()->set_reason(v1::ESCALATION_REASON_BREACH);
  event.mutable_escalation()->set_clock(v1::CLOCK_KIND_ARRANGE);
  auto& clock = *event.add_clocks_set();
  clock.set_kind(v1::CLOCK_KIND_RUNG);
  clock.set_due_at_ms(to_ms(due));
  v1::EventDelivery delivery;
  delivery.set_subject("escalation.street.410871061.shiqiao." + cell);
  delivery.set_kind(event.kind());
  delivery.set_event(event.SerializeAsString());
  return delivery;
}

v1::EventDelivery later(const std::string& number, v1::EventKind kind, v1::CaseState state) {
  v1::CaseEvent event;
  event.set_case_number(number);
  event.set_kind(kind);
  event.set_state(state);
  v1::EventDelivery delivery;
  delivery.set_event(event.SerializeAsString());
  return delivery;
}

TEST(Board, SaysThatAQuietDayIsQuiet) {
  const auto screen = Board(shanghai()).draw(morning, {});
  EXPECT_NE(screen.find("现在没有升级上报"), std::string::npos);
  EXPECT_NE(screen.find("No escalations now"), std::string::npos);
}

TEST(Board, ShowsCaseRungCellClockSinceAndDue) {
  Board board(shanghai());
  board.take(escalated("WY-261122-0042-7", "shiqiao-01", v1::RUNG_STREET, morning + 2 * hour + std::chrono::minutes(5)));
  const auto screen = board.draw(morning, {24, 200});
  for (const auto* part : {"WY-261122-0042-7", "shiqiao-01", "街道 street", "安排超期 arrange overdue", "自 11月23日 09:41",
                           "11月23日 11:46 前应答", "还剩 2 小时 5 分", "2 h 5 min left"})
    EXPECT_NE(screen.find(part), std::string::npos) << part << "\n" << screen;
}

TEST(Board, PutsWhatClimbsNextOnTopAndCountsTheRest) {
  Board board(shanghai());
  for (int i = 0; i < 9; ++i)
    board.take(escalated("WY-261122-000" + std::to_string(i), "shiqiao-01", v1::RUNG_UNIT, morning + (9 - i) * hour));
  const auto screen = board.draw(morning, {8, 200});
  EXPECT_LT(screen.find("WY-261122-0008"), screen.find("WY-261122-0007"));
  EXPECT_EQ(screen.find("WY-261122-0000"), std::string::npos);
  EXPECT_NE(screen.find("还有 5 件"), std::string::npos) << screen;
}

TEST(Board, AnAnswerStopsTheClimbAndAnEndedCaseLeaves) {
  Board board(shanghai());
  board.take(escalated("A", "shiqiao-01", v1::RUNG_UNIT, morning + hour));
  board.take(later("A", v1::EVENT_KIND_ESCALATION_ANSWERED, v1::CASE_STATE_DISPATCHED));
  EXPECT_EQ(board.unanswered(), 0u);
  EXPECT_EQ(board.rows(), 1u);
  board.take(later("A", v1::EVENT_KIND_CLOSED, v1::CASE_STATE_CLOSED));
  EXPECT_EQ(board.rows(), 0u);
}

TEST(Board, NoLineIsWiderThanTheTerminal) {
  Board board(shanghai());
  board.take(escalated("WY-261122-0042-7", "shiqiao-01", v1::RUNG_STREET, morning + hour));
  const auto screen = board.draw(morning, {24, 40});
  const auto row = screen.substr(screen.find("▲"));
  EXPECT_LE(columns_of(row.substr(0, row.find('\n'))), 40u);
}

TEST(Words, TheEndOfADayIsTwentyFourOClockOfThatDay) {
  const auto zone = shanghai();
  const auto midnight = zone.midnight(zone.day_of(morning) + date::days(1));
  EXPECT_EQ(due_text(zone, midnight, morning), "11月23日 24:00");
  EXPECT_EQ(due_text(zone, midnight + 24 * hour * 60, morning), "2027年01月22日 24:00");
}

TEST(Words, WhatIsLeftIsNeverNegativeAndNeverNothing) {
  EXPECT_EQ(left_text(morning + 51 * hour, morning), "还剩 2 天 3 小时");
  EXPECT_EQ(left_text(morning, morning + 33 * hour), "已超 1 天 9 小时");
  EXPECT_EQ(left_text(morning + std::chrono::seconds(1120), morning), "还剩 18 分 40 秒");
  EXPECT_EQ(left_text(morning + 2400 * hour, morning), "还剩 100 天");
}

TEST(Words, EveryStepHasAVerbAndEveryVerbAStep) {
  for (int kind = 1; v1::ActionKind_IsValid(kind); ++kind) {
    const auto verb = verb_of(static_cast<v1::ActionKind>(kind));
    EXPECT_NE(verb, "?") << kind;
    EXPECT_EQ(action_of_verb(verb), kind);
  }
  EXPECT_EQ(action_of_verb("dance"), v1::ACTION_KIND_UNSPECIFIED);
}

TEST(Words, ChineseTakesTwoColumnsAndIsNeverCutInHalf) {
  EXPECT_EQ(columns_of("街道 street"), 11u);
  EXPECT_EQ(cut("街道督导", 5), "街道");
}

TEST(Board, SaysHowManyAnOutageMadeOverdueUntilTheyAreAnswered) {
  Board board(shanghai());
  for (int i = 1; i <= 4; ++i) {
    auto delivery = escalated("WY-261122-000" + std::to_string(i) + "-0", i % 2 == 0 ? "shiqiao-01" : "shiqiao-02",
                              v1::RUNG_UNIT, morning + hour);
    v1::CaseEvent event;
    ASSERT_TRUE(event.ParseFromString(delivery.event()));
    event.set_caught_up(true);
    delivery.set_event(event.SerializeAsString());
    board.take(delivery);
  }
  board.take(escalated("WY-261122-0009-0", "shiqiao-03", v1::RUNG_UNIT, morning + hour));
  EXPECT_NE(board.draw(morning, {}).find("集中超期 4 件，涉及 2 个网格 · 4 overdue in 2 cells"), std::string::npos)
      << board.draw(morning, {});
  for (int i = 1; i <= 2; ++i)
    board.take(later("WY-261122-000" + std::to_string(i) + "-0", v1::EVENT_KIND_ESCALATION_ANSWERED,
                     v1::CASE_STATE_DISPATCHED));
  EXPECT_EQ(board.draw(morning, {}).find("集中超期"), std::string::npos) << "two are no flood";
}

}  // namespace
}  // namespace huying::programs
