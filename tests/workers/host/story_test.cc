// Goal: the story of a whole life, as the case table really writes it: it climbs, is answered, returned, assigned, asks and
// is granted and refused, is shelved, reworked, closed and reopened. Method: the life is lived against the scripted broker;
// its events, and nothing else, are told and compared with the text in tests/words/one_whole_life.txt, which a person has
// read. Each step of the ladder and each clock in it fired by itself.
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "tests/workers/host/fake_broker.h"
#include "workers/cell/case_table.h"
#include "words/case_fold.h"
#include "words/story.h"

namespace huying::host {
namespace {

using enum v1::ActionKind;

constexpr std::int64_t hour_ms = 3600 * 1000;

const ActionSpec worker{}, worker_of_02{"d3"};
const ActionSpec unit{"u1", {v1::ROLE_UNIT_SUPERVISOR}}, street{"s1", {v1::ROLE_STREET_SUPERVISOR}};
const ActionSpec desk{"k1", {v1::ROLE_DESK}}, citizen{"gateway", {v1::ROLE_CITIZEN}};

ActionSpec because(ActionSpec who, const std::string& code) {
  who.reason_code = code;
  return who;
}
ActionSpec to(ActionSpec who, const std::string& cell) {
  who.to_cell = cell;
  return who;
}
ActionSpec says(ActionSpec who, v1::Verdict verdict) {
  who.verdict = verdict;
  return who;
}
ActionSpec asks(ActionSpec who, std::int64_t until_ms, v1::AskKind kind) {
  who.until_ms = until_ms;
  who.asks = kind;
  return who;
}
ActionSpec with_words(ActionSpec who) {
  who.words = true;
  return who;
}

class Life : public testing::Test {
 protected:
  void step(v1::ActionKind kind, const ActionSpec& spec, std::int64_t after_ms = hour_ms) {
    broker.advance(after_ms);
    const auto outcome = broker.act(number, kind, spec);
    ASSERT_TRUE(outcome.has_value());
    ASSERT_EQ(outcome->error(), 0u) << v1::ActionKind_Name(kind);
  }

  void live() {
    number = broker.request(2);
    broker.advance(40 * hour_ms);  // arrange is overdue: the unit, then the street
    step(ACTION_KIND_ANSWER_ESCALATION, because(street, "on-the-spot-today"));
    step(ACTION_KIND_ACCEPT, worker);
    step(ACTION_KIND_RETURN, because(to(worker, "v1-02"), "wrong-cell"), 10 * 60'000);
    step(ACTION_KIND_ASSIGN, to(desk, "v1-02"));
    step(ACTION_KIND_ACCEPT, worker_of_02);
    step(ACTION_KIND_FEED_BACK, with_words(worker_of_02));
    const auto day = [&](int n) { return morning_ms + n * day_ms; };
    step(ACTION_KIND_REQUEST_EXTENSION, because(asks(worker_of_02, day(12), v1::ASK_KIND_EXTENSION), "parts-ordered"));
    step(ACTION_KIND_DECIDE_EXTENSION, says(unit, v1::VERDICT_PASSED));
    step(ACTION_KIND_REQUEST_EXTENSION, because(asks(worker_of_02, day(20), v1::ASK_KIND_EXTENSION), "parts-late"));
    step(ACTION_KIND_DECIDE_EXTENSION, because(says(street, v1::VERDICT_FAILED), "long-enough"));
    step(ACTION_KIND_REQUEST_EXTENSION, because(asks(worker_of_02, day(9), v1::ASK_KIND_SHELVING), "weather"));
    step(ACTION_KIND_DECIDE_EXTENSION, because(says(street, v1::VERDICT_PASSED), "frost"));
    step(ACTION_KIND_UNSHELVE, because(worker_of_02, "thaw"), 3 * day_ms);
    step(ACTION_KIND_RESOLVE, with_words(worker_of_02), 2 * day_ms);
    step(ACTION_KIND_REWORK, because(unit, "leaks-again"));
    step(ACTION_KIND_REMIND, street);
    step(ACTION_KIND_RESOLVE, worker_of_02);
    step(ACTION_KIND_VERIFY, says(unit, v1::VERDICT_PASSED));
    step(ACTION_KIND_CALL_BACK, says(citizen, v1::VERDICT_PASSED));
    step(ACTION_KIND_CLOSE, unit);
    step(ACTION_KIND_REOPEN, because(citizen, "broken-again"), day_ms);
  }

  std::vector<words::StoryEvent> events() const {
    std::vector<words::StoryEvent> out;
    for (const auto& seen : broker.events())
      if (seen.event.case_number() == number && !seen.committed.actor_only()) out.push_back({seen.event, {}});
    return out;
  }

  FakeBroker broker;
  std::string number;
  CivilZone zone = CivilZone::named("Asia/Shanghai").value();
};

TEST_F(Life, OneWholeLifeReadsAsItShould) {
  ASSERT_NO_FATAL_FAILURE(live());
  const auto now = instant(broker.now_ms() + hour_ms);
  const auto text = words::text_of(words::story(events(), zone, now), words::Language::both, zone, now);
  std::ifstream file(HUYING_ONE_WHOLE_LIFE);
  std::stringstream expected;
  expected << file.rdbuf();
  EXPECT_EQ(text, expected.str()) << "when this is better: write it to tests/words/one_whole_life.txt\n" << text;
}

TEST_F(Life, WhatIsFoldedFromTheEventsIsWhatItsCellHas) {
  ASSERT_NO_FATAL_FAILURE(live());
  words::FoldedCase folded;
  for (const auto& one : events()) words::fold(folded, one.event);
  const auto whole = broker.ask(broker.stream_of(number), number, {v1::ROLE_STREET_SUPERVISOR}).cases(0).whole();
  EXPECT_EQ(folded.revision, whole.revision());
  EXPECT_EQ(folded.state, whole.state());
  EXPECT_EQ(folded.cell, whole.cell());
  EXPECT_EQ(folded.rung, whole.rung());
  EXPECT_EQ(folded.answered, whole.escalation_answered());
  EXPECT_EQ(folded.holder.SerializeAsString(), whole.holder().SerializeAsString());
  EXPECT_EQ(folded.answerer.SerializeAsString(), whole.answerer().SerializeAsString());
  EXPECT_EQ(folded.ask.has_value(), whole.has_ask());
  for (const auto& clock : whole.clocks()) {
    const auto& mine = folded.clock(clock.kind());
    EXPECT_EQ(mine.generation, clock.generation()) << clock.ShortDebugString();
    EXPECT_EQ(mine.first_due_at_ms, clock.first_due_at_ms()) << clock.ShortDebugString();
    EXPECT_EQ(mine.due_at_ms, clock.due_at_ms()) << clock.ShortDebugString();
    EXPECT_EQ(mine.outcome, clock.outcome()) << clock.ShortDebugString();
  }
}

TEST_F(Life, WhoMustAnswerIsInTheStateAndSurvivesAFold) {
  number = broker.request(2);
  broker.advance(40 * hour_ms);
  const auto whole = broker.ask(2, number, {v1::ROLE_STREET_SUPERVISOR}).cases(0).whole();
  EXPECT_EQ(whole.answerer().person(), "s1");
  EXPECT_EQ(whole.answerer().rung(), v1::RUNG_STREET);
  EXPECT_EQ(whole.holder().person(), "w2") << "an escalation moves nothing";
  broker.expect_every_fold_is_the_same();
}

TEST(CaseTable, EveryEventThatARowWritesHasASentence) {
  const auto zone = CivilZone::named("Asia/Shanghai").value();
  for (const auto& row : cell::case_table()) {
    v1::CaseEvent event;
    event.set_revision(1);
    event.set_kind(row.event);
    event.set_state(row.to);
    const auto lines = words::story(std::vector<words::StoryEvent>{{event, {}}}, zone, instant(morning_ms));
    ASSERT_EQ(lines.size(), 2u) << v1::EventKind_Name(row.event);
    EXPECT_FALSE(lines[0].sentence.zh.empty());
    EXPECT_FALSE(lines[0].sentence.en.empty());
  }
}

}  // namespace
}  // namespace huying::host
