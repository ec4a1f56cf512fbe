// The lines of a story: order, what is missing, where it is now. The sentences of a whole life stand in
// tests/workers/host/story_test.cc.
#include "words/story.h"

#include <gmock/gmock.h>

namespace huying::words {
namespace {

using testing::HasSubstr;

constexpr std::int64_t morning_ms = 1'795'395'600'000;  // 2026-11-23 09:00 in Shanghai
constexpr std::int64_t hour_ms = 3'600'000;

StoryEvent step(std::uint64_t revision, v1::EventKind kind, v1::CaseState state = v1::CASE_STATE_ACCEPTED) {
  StoryEvent out;
  out.event.set_case_number("WY-261123-0001-9");
  out.event.set_revision(revision);
  out.event.set_kind(kind);
  out.event.set_state(state);
  out.event.set_at_ms(morning_ms + static_cast<std::int64_t>(revision) * hour_ms);
  out.event.mutable_actor()->set_role(v1::ROLE_GRID_WORKER);
  out.event.mutable_actor()->set_principal("shiqiao-01.worker");
  return out;
}

class Story : public testing::Test {
 protected:
  std::vector<StoryLine> told(const std::vector<StoryEvent>& events, std::int64_t after_ms = 0) {
    return story(events, zone, instant(morning_ms + after_ms));
  }
  CivilZone zone = CivilZone::named("Asia/Shanghai").value();
};

TEST_F(Story, StandsInOrderOfRevisionsHoweverTheEventsComeAndEachIsToldOnce) {
  const auto accepted = step(1, v1::EVENT_KIND_ACCEPTED), fed_back = step(2, v1::EVENT_KIND_FED_BACK);
  const auto lines = told({fed_back, accepted, fed_back});
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0].sentence.zh, "网格员 shiqiao-01.worker 签收。");
  EXPECT_EQ(lines[1].sentence.zh, "网格员 shiqiao-01.worker 写了反馈。");
  EXPECT_TRUE(lines[2].is_now);
  EXPECT_TRUE(told({}).empty());
}

TEST_F(Story, StepsThatTheReaderMayNotSeeAreCountedNotHidden) {
  const auto lines = told({step(4, v1::EVENT_KIND_ACCEPTED), step(7, v1::EVENT_KIND_FED_BACK)});
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[0].sentence.zh, "此前 3 步在别的网格，这里看不到。");
  EXPECT_EQ(lines[2].sentence.en, "2 steps in between were in other cells and are not shown here.");
}

TEST_F(Story, FirstDueTimesAreAStepOfTheirOwn) {
  auto dispatched = step(1, v1::EVENT_KIND_DISPATCHED, v1::CASE_STATE_DISPATCHED);
  dispatched.event.mutable_move()->set_to_cell("shiqiao-01");
  dispatched.event.mutable_holder()->set_role(v1::ROLE_GRID_WORKER);
  dispatched.event.mutable_holder()->set_person("shiqiao-01.worker");
  auto& clock = *dispatched.event.add_clocks_set();
  clock.set_kind(v1::CLOCK_KIND_ARRANGE);
  clock.set_generation(1);
  clock.set_due_at_ms(morning_ms + 15 * hour_ms);
  clock.set_reason(v1::CLOCK_REASON_STARTED);
  const auto lines = told({dispatched});
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[1].sentence.zh, "原定时限：安排 11月23日 24:00，一直保留。");
  EXPECT_EQ(lines[2].sentence.zh,
            "现在在网格 shiqiao-01，待签收，等网格员 shiqiao-01.worker 签收，“安排”11月23日 24:00（还剩 15 小时 0 分）到期。");
}

// Whoever may not see the next cell is not told for ever that the case is on its way, late, and waits.
TEST_F(Story, OfACaseThatWentOnNothingIsSaidThatNeedNotHold) {
  auto accepted = step(1, v1::EVENT_KIND_ACCEPTED);
  auto& clock = *accepted.event.add_clocks_set();
  clock.set_kind(v1::CLOCK_KIND_FEED_BACK);
  clock.set_generation(1);
  clock.set_due_at_ms(morning_ms + 15 * hour_ms);
  auto left = step(2, v1::EVENT_KIND_TRANSFERRED_OUT);
  left.event.mutable_move()->set_from_cell("shiqiao-01");
  left.event.mutable_move()->set_to_cell("shiqiao-02");
  const auto now = told({accepted, left}, 100 * hour_ms).back();
  EXPECT_EQ(now.sentence.zh, "已转往网格 shiqiao-02，之后的步骤这里看不到。");
  EXPECT_EQ(now.sentence.en, "It went on to cell shiqiao-02; what came after is not seen here.");
}

TEST_F(Story, TheTextIsNewestFirstInTheLanguageThatIsAskedFor) {
  const auto lines = told({step(1, v1::EVENT_KIND_ACCEPTED), step(2, v1::EVENT_KIND_CLOSED, v1::CASE_STATE_CLOSED)});
  const auto text = [&](Language language) { return text_of(lines, language, zone, instant(morning_ms)); };
  EXPECT_EQ(text(Language::zh),
            "● 现在已结案（11月23日 11:00），不再等谁。\n    11月23日 09:00\n"
            "○ 网格员 shiqiao-01.worker 核实无误，结案。\n    11月23日 11:00\n"
            "○ 网格员 shiqiao-01.worker 签收。\n    11月23日 10:00\n");
  EXPECT_THAT(text(Language::en), HasSubstr("○ Grid worker shiqiao-01.worker accepted it.\n    23 Nov 10:00\n"));
  EXPECT_THAT(text(Language::both), HasSubstr("○ 网格员 shiqiao-01.worker 签收。\n"
                                              "  Grid worker shiqiao-01.worker accepted it.\n"
                                              "    11月23日 10:00 / 23 Nov 10:00\n"));
}

TEST_F(Story, ARefusalStandsWhereItsTimePutsIt) {
  auto refused = step(0, v1::EVENT_KIND_ACTION_REFUSED);
  refused.event.set_at_ms(morning_ms + hour_ms + 1);
  const auto lines = told({step(2, v1::EVENT_KIND_FED_BACK), refused, step(1, v1::EVENT_KIND_ACCEPTED)});
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_THAT(lines[1].sentence.zh, HasSubstr("没有办成"));
}

}  // namespace
}  // namespace huying::words
