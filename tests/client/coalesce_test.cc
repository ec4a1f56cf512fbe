// What many events of an outage come to for who reads them: one notice a recipient, nothing dropped, the rest untouched.
#include "client/coalesce.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace huying::client {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

constexpr Instant morning = instant(1'795'398'060'000);
constexpr SteadyInstant begin{std::chrono::hours(1)};

v1::EventDelivery delivery_of(const v1::CaseEvent& event, const std::string& subject) {
  static std::uint64_t number = 0;
  v1::EventDelivery delivery;
  delivery.set_consumer_sequence(++number);
  delivery.set_subject(subject);
  delivery.set_kind(event.kind());
  delivery.set_event(event.SerializeAsString());
  return delivery;
}

v1::EventDelivery escalated(int number, const std::string& unit, int cell, bool caught_up = true,
                            Milliseconds late = std::chrono::hours(2), Instant at = morning) {
  v1::CaseEvent event;
  event.set_case_number(fmt::format("WY-261123-{:04}-0", number));
  event.set_kind(v1::EVENT_KIND_ESCALATED);
  event.set_at_ms(to_ms(at));
  event.set_caught_up(caught_up);
  event.mutable_holder()->set_place(unit);
  event.mutable_escalation()->set_to(v1::RUNG_UNIT);
  event.mutable_escalation()->set_lateness_ms(late.count());
  return delivery_of(event, fmt::format("escalation.unit.410871061.{}.{}-{:02}", unit, unit, cell));
}

v1::EventDelivery of_cell(int number, v1::EventKind kind, Milliseconds late = std::chrono::hours(1)) {
  v1::CaseEvent event;
  event.set_case_number(fmt::format("WY-261123-{:04}-0", number));
  event.set_kind(kind);
  event.set_at_ms(to_ms(morning));
  event.set_caught_up(true);
  if (kind == v1::EVENT_KIND_BREACHED) event.mutable_breach()->set_lateness_ms(late.count());
  return delivery_of(event, "case.410871061.v1.v1-01.breached");
}

TEST(Coalesce, FortyOneOverdueInTwelveCellsAreOneNoticeOfTheirRecipient) {
  std::vector<v1::EventDelivery> events;
  for (int i = 1; i <= 41; ++i) events.push_back(escalated(i, "v1", i % 12, true, std::chrono::hours(i)));
  const auto shown = coalesce(events);
  EXPECT_TRUE(shown.events.empty());
  ASSERT_EQ(shown.notices.size(), 1u);
  const auto& notice = shown.notices.front();
  EXPECT_EQ(notice.recipient, (Recipient{v1::RUNG_UNIT, "v1"}));
  EXPECT_EQ(notice.cases, 41u);
  EXPECT_EQ(notice.cells, 12u);
  EXPECT_EQ(notice.longest_late, std::chrono::hours(41));
  EXPECT_THAT(notice.first_cases, ElementsAre("WY-261123-0001-0", "WY-261123-0002-0", "WY-261123-0003-0"));
}

TEST(Coalesce, EachRecipientHasANoticeOfItsOwnTheHighestRungFirst) {
  std::vector<v1::EventDelivery> events;
  for (int i = 1; i <= 3; ++i) {
    events.push_back(of_cell(i, v1::EVENT_KIND_BREACHED));
    events.push_back(escalated(i, "v1", 1));
    events.push_back(escalated(10 + i, "c1", 1));
    events.push_back(of_cell(20 + i, v1::EVENT_KIND_REMINDED));
  }
  const auto shown = coalesce(events);
  std::vector<std::string> places;
  for (const auto& notice : shown.notices) places.push_back(notice.recipient.place);
  EXPECT_THAT(places, ElementsAre("c1", "v1", "v1-01", "v1-01"));
  EXPECT_EQ(shown.notices.back().matter, Notice::Matter::reminders);
}

TEST(Coalesce, OneOrTwoAreShownAsTheyAreAndTheSameCaseCountsOnce) {
  const std::vector<v1::EventDelivery> two{escalated(1, "v1", 1), escalated(2, "c1", 1)};
  EXPECT_EQ(coalesce(two).events.size(), 2u);
  const std::vector<v1::EventDelivery> again{escalated(1, "v1", 1), escalated(1, "v1", 1), escalated(1, "v1", 1)};
  EXPECT_EQ(coalesce(again).notices.at(0).cases, 1u);
}

TEST(Coalesce, WhatIsInTimeIsShownAtOnce) {
  Coalescer coalescer;
  EXPECT_TRUE(coalescer.take(escalated(1, "v1", 1), begin).events.empty());
  EXPECT_EQ(coalescer.take(escalated(2, "v1", 1, false), begin).events.size(), 1u);
  v1::EventDelivery coverage;
  coverage.set_subject("coverage.410871061.desk");
  EXPECT_EQ(coalescer.take(coverage, begin).events.size(), 1u);
  v1::EventDelivery unreadable;
  unreadable.set_kind(v1::EVENT_KIND_ESCALATED);
  unreadable.set_event("\x08");
  EXPECT_EQ(coalescer.take(unreadable, begin).events.size(), 1u);
  EXPECT_EQ(coalescer.flush().events.size(), 1u) << "and what was held is not lost";
  EXPECT_FALSE(coalescer.due().has_value());
}

TEST(Coalesce, ANoticeComesWhenItIsQuietAndNoLaterThanTenSecondsAfterTheFirst) {
  Coalescer coalescer;
  EXPECT_FALSE(coalescer.due().has_value());
  coalescer.take(escalated(1, "v1", 1), begin);
  EXPECT_EQ(coalescer.due(), begin + milliseconds(1'500));
  for (int i = 2; i <= 12; ++i) coalescer.take(escalated(i, "v1", 1), begin + i * std::chrono::seconds(1));
  EXPECT_EQ(coalescer.due(), begin + milliseconds(10'000));
  EXPECT_EQ(coalescer.flush().notices.at(0).cases, 12u);
}

TEST(Coalesce, TwoOutagesReadFromTheJournalAreTwoNotices) {
  std::vector<v1::EventDelivery> events;
  for (int i = 1; i <= 5; ++i) events.push_back(escalated(i, "v1", i));
  for (int i = 1; i <= 4; ++i)
    events.push_back(escalated(i, "v1", i, true, std::chrono::hours(2), morning + std::chrono::hours(30)));
  const auto shown = coalesce(events);
  ASSERT_EQ(shown.notices.size(), 2u);
  EXPECT_EQ(shown.notices[0].cases, 5u);
  EXPECT_EQ(shown.notices[1].cases, 4u);
}

TEST(Coalesce, CellsAreReadFromSubjects) {
  EXPECT_EQ(cell_of_subject("case.410871061.v1.v1-01.breached"), "v1-01");
  EXPECT_EQ(cell_of_subject("escalation.unit.410871061.v1.v1-02"), "v1-02");
  EXPECT_EQ(cell_of_subject("coverage.410871061"), "?");
  EXPECT_EQ(cell_of_subject(""), "?");
}

}  // namespace
}  // namespace huying::client
