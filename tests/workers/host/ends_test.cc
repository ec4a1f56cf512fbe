// How cases end otherwise than closed, begin again, are reminded of, written to, and stop moving.
#include <gmock/gmock.h>

#include "tests/workers/host/fake_broker.h"

namespace huying::host {
namespace {

using testing::ElementsAre;
using enum v1::ActionKind;
using enum v1::EventKind;

constexpr std::int64_t hour_ms = 3600 * 1000;
constexpr std::int64_t midnight_ms = morning_ms + 15 * hour_ms;

const ActionSpec by_unit{"u1", {v1::ROLE_UNIT_SUPERVISOR}, "because"};
const ActionSpec by_street{"s1", {v1::ROLE_STREET_SUPERVISOR}, "because"};
const ActionSpec by_desk{"k1", {v1::ROLE_DESK}, "because"};
const ActionSpec by_worker{"w2", {v1::ROLE_GRID_WORKER}, "because"};

ActionSpec to(ActionSpec who, const std::string& cell) {
  who.to_cell = cell;
  return who;
}

std::string closed_case(FakeBroker& broker) {
  const auto number = broker.request(2);
  broker.act(number, ACTION_KIND_RESOLVE);
  broker.act(number, ACTION_KIND_CLOSE, by_unit);
  return number;
}

TEST(Ends, VoidAndNotAcceptedSayWhoWhenAndWhy) {
  FakeBroker broker;
  const auto nothing = broker.request(2);
  EXPECT_EQ(broker.act(nothing, ACTION_KIND_VOID, by_worker)->error(), v1::ERROR_CODE_ROLE_REFUSES);
  EXPECT_EQ(broker.act(nothing, ACTION_KIND_VOID, {"u1", {v1::ROLE_UNIT_SUPERVISOR}})->error(),
            v1::ERROR_CODE_REASON_REQUIRED);
  EXPECT_EQ(broker.act(nothing, ACTION_KIND_VOID, by_unit)->state(), v1::CASE_STATE_VOID);
  EXPECT_EQ(broker.last(nothing).whole().ended_by().principal(), "u1");
  EXPECT_EQ(broker.last(nothing).whole().ended_reason_code(), "because");
  const auto not_ours = broker.request(1);
  auto words_alone = by_desk;
  words_alone.reason_code = "";
  words_alone.words = true;
  EXPECT_EQ(broker.act(not_ours, ACTION_KIND_NOT_ACCEPT, words_alone)->error(), v1::ERROR_CODE_REASON_REQUIRED)
      << "the rule is named by its code";
  EXPECT_EQ(broker.act(not_ours, ACTION_KIND_NOT_ACCEPT, by_desk)->state(), v1::CASE_STATE_NOT_ACCEPTED);
  EXPECT_EQ(broker.host().open_cases(), 0u);
  EXPECT_EQ(broker.act(nothing, ACTION_KIND_REOPEN, by_unit)->error(), v1::ERROR_CODE_CASE_ENDED);
  broker.expect_every_fold_is_the_same();
}

TEST(Ends, AnAcceptedCaseCannotBeUnaccepted) {
  FakeBroker broker;
  const auto number = broker.request(2);
  broker.act(number, ACTION_KIND_ACCEPT);
  EXPECT_EQ(broker.act(number, ACTION_KIND_NOT_ACCEPT, by_unit)->error(), v1::ERROR_CODE_STATE_REFUSES);
}

TEST(Reopened, KeepsItsNumberHistoryAndFirstDueTimesAndCountsRework) {
  FakeBroker broker;
  const auto number = closed_case(broker);
  const auto ended = broker.last(number).whole();
  EXPECT_EQ(broker.act(number, ACTION_KIND_REOPEN, by_worker)->error(), v1::ERROR_CODE_ROLE_REFUSES);
  EXPECT_EQ(broker.act(number, ACTION_KIND_REOPEN, {"", {v1::ROLE_CITIZEN}, "still-there"})->state(),
            v1::CASE_STATE_REWORK);
  EXPECT_EQ(broker.last(number).revision(), ended.revision() + 1);
  EXPECT_EQ(broker.last(number).check().times(), 1u);
  EXPECT_EQ(broker.last(number).holder().person(), "w2");
  EXPECT_EQ(broker.last(number).clocks_set(0).first_due_at_ms(), midnight_ms + 6 * day_ms);
  EXPECT_EQ(broker.last(number).clocks_set(0).due_at_ms(), midnight_ms + 6 * day_ms) << "it lies ahead still";
  EXPECT_EQ(broker.host().open_cases(), 1u);
  broker.act(number, ACTION_KIND_RESOLVE);
  EXPECT_EQ(broker.act(number, ACTION_KIND_CLOSE, by_unit)->state(), v1::CASE_STATE_CLOSED);
  EXPECT_EQ(broker.last(number).whole().rework(), 1u);
  broker.advance(30 * day_ms);
  EXPECT_EQ(broker.act(number, ACTION_KIND_REOPEN, by_unit)->state(), v1::CASE_STATE_REWORK);
  EXPECT_EQ(broker.last(number).check().times(), 2u);
  EXPECT_GT(broker.last(number).clocks_set(0).due_at_ms(), broker.now_ms()) << "under a clock again (I5)";
  EXPECT_EQ(broker.last(number).clocks_set(0).first_due_at_ms(), midnight_ms + 6 * day_ms);
  EXPECT_EQ(broker.act(number, ACTION_KIND_REOPEN, by_unit)->error(), v1::ERROR_CODE_STATE_REFUSES) << "it is open";
  broker.expect_every_fold_is_the_same();
}

TEST(Words, RemindSuperviseAndNotesAreInTheHistoryAndChangeNothing) {
  FakeBroker broker;
  const auto number = broker.request(2);
  broker.act(number, ACTION_KIND_ACCEPT);
  EXPECT_EQ(broker.act(number, ACTION_KIND_ADD_NOTE)->error(), v1::ERROR_CODE_FIELD_MISSING)
      << "no words, no picture";
  auto note = by_worker;
  note.words = true;
  EXPECT_EQ(broker.act(number, ACTION_KIND_ADD_NOTE, note)->state(), v1::CASE_STATE_ACCEPTED);
  EXPECT_EQ(broker.act(number, ACTION_KIND_REMIND, by_unit)->state(), v1::CASE_STATE_ACCEPTED);
  EXPECT_EQ(broker.act(number, ACTION_KIND_SUPERVISE, by_unit)->error(), v1::ERROR_CODE_ROLE_REFUSES);
  EXPECT_EQ(broker.act(number, ACTION_KIND_SUPERVISE, by_street)->state(), v1::CASE_STATE_ACCEPTED);
  EXPECT_THAT(
      broker.kinds_of(number),
      ElementsAre(EVENT_KIND_FILED, EVENT_KIND_DISPATCHED, EVENT_KIND_ACCEPTED, EVENT_KIND_ACTION_REFUSED,
                  EVENT_KIND_NOTE_ADDED, EVENT_KIND_REMINDED, EVENT_KIND_ACTION_REFUSED, EVENT_KIND_SUPERVISED));
  broker.expect_every_fold_is_the_same();
}

v1::Configuration with_reminders() {
  auto configuration = made_up_configuration();
  auto& solve = *configuration.mutable_policy()->mutable_rules(0)->mutable_solve();
  solve.set_count(7);
  solve.set_unit(v1::SPAN_UNIT_NATURAL_DAY);
  solve.set_first_day(v1::FIRST_DAY_COUNTED);
  solve.set_remind_before_minutes(24 * 60);
  auto& cadre = *configuration.mutable_directory()->add_people();
  cadre.set_code("c2");
  auto& post = *cadre.add_posts();
  post.set_role(v1::ROLE_CADRE);
  post.set_place("v1-01");
  return configuration;
}

TEST(Reminder, ComesOnceBeforeTheClockIsDueAndNamesTheCadre) {
  FakeBroker broker(with_reminders());
  const auto number = broker.request(2);
  broker.act(number, ACTION_KIND_FEED_BACK);
  const auto due_ms = midnight_ms + 6 * day_ms;
  broker.advance_to(due_ms - day_ms - 1);
  EXPECT_EQ(broker.count(number, EVENT_KIND_REMINDED), 0u);
  broker.advance_to(due_ms - hour_ms);
  EXPECT_EQ(broker.count(number, EVENT_KIND_REMINDED), 1u);
  const auto& reminder = broker.last(number, EVENT_KIND_REMINDED).reminder();
  EXPECT_EQ(reminder.clock(), v1::CLOCK_KIND_SOLVE);
  EXPECT_EQ(reminder.due_at_ms(), due_ms);
  EXPECT_EQ(reminder.cadre(), "c2") << "the cadre is told before the unit is";
  EXPECT_EQ(broker.count(number, EVENT_KIND_ESCALATED), 0u);
  broker.new_host();
  broker.advance_to(due_ms + hour_ms);
  EXPECT_EQ(broker.count(number, EVENT_KIND_REMINDED), 1u) << "once a generation, whoever holds the cell";
  EXPECT_EQ(broker.count(number, EVENT_KIND_BREACHED), 1u);
  broker.expect_every_fold_is_the_same();
}

TEST(Reminder, IsLeftOutWhereTheClockIsDueAlready) {
  FakeBroker broker(with_reminders());
  const auto number = broker.request(2);
  broker.act(number, ACTION_KIND_FEED_BACK);
  broker.crash();
  broker.advance(9 * day_ms);
  broker.new_host();
  broker.advance(hour_ms);
  EXPECT_EQ(broker.count(number, EVENT_KIND_BREACHED), 1u);
  EXPECT_EQ(broker.count(number, EVENT_KIND_REMINDED), 0u);
}

TEST(Returns, ComeWithinTwoWorkingDays) {
  // Monday 23 November 09:00: Tuesday and Wednesday are counted, to the end of Wednesday.
  FakeBroker early, late;
  const auto in_time = early.request(2), too_late = late.request(2);
  early.advance_to(midnight_ms + 2 * day_ms - 1);
  EXPECT_EQ(early.act(in_time, ACTION_KIND_RETURN, by_worker)->error(), 0u);
  late.advance_to(midnight_ms + 2 * day_ms);
  EXPECT_EQ(late.act(too_late, ACTION_KIND_RETURN, by_worker)->error(), v1::ERROR_CODE_RETURN_TOO_LATE);
  EXPECT_EQ(late.act(too_late, ACTION_KIND_TRANSFER, to(by_worker, "v1-02"))->error(), 0u);
}

TEST(Hops, TheThirdGoesToTheDeskWhoseDecisionIsFinal) {
  FakeBroker broker;
  const auto number = broker.request(2);
  const auto due = broker.last(number).clocks_set(2).due_at_ms();
  broker.act(number, ACTION_KIND_TRANSFER, to(by_worker, "v1-02"));
  broker.act(number, ACTION_KIND_TRANSFER, to({"d3", {v1::ROLE_GRID_WORKER}, "not-mine"}, "c1-01"));
  ASSERT_EQ(broker.stream_of(number), 4u);
  EXPECT_EQ(
      broker.act(number, ACTION_KIND_TRANSFER, to({"u2", {v1::ROLE_UNIT_SUPERVISOR}, "not-ours"}, "v1-01"))->error(),
      0u);
  EXPECT_EQ(broker.stream_of(number), 1u) << "the third hop goes to the desk";
  EXPECT_EQ(broker.last(number, EVENT_KIND_RETURNED).move().better_cell(), "v1-01");
  EXPECT_EQ(broker.act(number, ACTION_KIND_ASSIGN, to(by_desk, "v1-01"))->error(), 0u);
  ASSERT_EQ(broker.stream_of(number), 2u);
  EXPECT_EQ(broker.act(number, ACTION_KIND_RETURN, by_worker)->error(), v1::ERROR_CODE_MOVE_IS_FINAL);
  EXPECT_EQ(broker.act(number, ACTION_KIND_TRANSFER, to(by_worker, "v1-02"))->error(), v1::ERROR_CODE_MOVE_IS_FINAL);
  const auto view = broker.ask(2, number, {v1::ROLE_GRID_WORKER}).cases(0);
  for (const auto kind : view.allowed()) EXPECT_TRUE(kind != ACTION_KIND_RETURN && kind != ACTION_KIND_TRANSFER);
  EXPECT_TRUE(view.whole().is_final());
  for (const auto& clock : view.whole().clocks()) {
    if (clock.kind() == v1::CLOCK_KIND_SOLVE) {
      EXPECT_EQ(clock.due_at_ms(), due) << "never restarted by a hop";
    }
  }
  EXPECT_EQ(broker.act(number, ACTION_KIND_TRANSFER, to(by_street, "v1-02"))->error(), 0u) << "the street alone";
  EXPECT_EQ(broker.stream_of(number), 3u);
  broker.expect_every_fold_is_the_same();
}

TEST(Hops, TheDeskTakesBackWhatItSentWrongUntilSomebodySignsForIt) {
  FakeBroker broker;
  const auto number = broker.request(2);
  EXPECT_EQ(broker.act(number, ACTION_KIND_TRANSFER, to({"k1", {v1::ROLE_DESK}}, "v1-02"))->error(),
            v1::ERROR_CODE_REASON_REQUIRED);
  for (const auto* cell : {"v1-02", "v1-01", "v1-02"})
    EXPECT_EQ(broker.act(number, ACTION_KIND_TRANSFER, to({"k1", {v1::ROLE_DESK}, "mistaken"}, cell))->error(), 0u);
  EXPECT_EQ(broker.stream_of(number), 3u) << "its third hop is a decision of the desk already";
  EXPECT_FALSE(broker.ask(3, number, {v1::ROLE_DESK}).cases(0).whole().is_final());
  EXPECT_EQ(broker.act(number, ACTION_KIND_TRANSFER, to({"k1", {v1::ROLE_DESK}, "mistaken"}, "v1-01"))->error(), 0u);
  EXPECT_TRUE(broker.ask(2, number, {v1::ROLE_DESK}).cases(0).whole().is_final()) << "beyond the hops its word is final";
  EXPECT_EQ(broker.act(number, ACTION_KIND_ACCEPT)->error(), 0u);
  EXPECT_EQ(broker.act(number, ACTION_KIND_TRANSFER, to({"k1", {v1::ROLE_DESK}, "mistaken"}, "v1-02"))->error(),
            v1::ERROR_CODE_ROLE_REFUSES);
  broker.expect_every_fold_is_the_same();
}

TEST(Leave, WithDatesDecidesWhoHoldsACase) {
  auto configuration = made_up_configuration();
  for (auto& person : *configuration.mutable_directory()->mutable_people()) {
    if (person.code() != "w3") continue;
    person.set_absent(false);
    auto& leave = *person.add_leave();
    leave.set_from_ms(midnight_ms);
    leave.set_to_ms(midnight_ms + 2 * day_ms);
  }
  FakeBroker broker(configuration);
  EXPECT_EQ(broker.last(broker.request(3)).holder().person(), "w3");
  broker.advance_to(midnight_ms);
  EXPECT_EQ(broker.last(broker.request(3)).holder().person(), "d3");
  broker.advance_to(midnight_ms + 2 * day_ms);
  EXPECT_EQ(broker.last(broker.request(3)).holder().person(), "w3");
}

}  // namespace
}  // namespace huying::host
