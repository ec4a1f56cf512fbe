// The lines of the zero register: everything that a street asks of an open case, in two lines.
#include "programs/register_lines.h"

#include <gmock/gmock.h>

namespace huying::programs {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t morning_ms = 1'795'395'600'000;  // 2026-11-23 09:00 in Shanghai
constexpr std::int64_t hour_ms = 3'600'000, day_ms = 24 * hour_ms;
constexpr std::int64_t midnight_ms = morning_ms + 15 * hour_ms;

class RegisterLines : public testing::Test {
 protected:
  RegisterLines() {
    whole.set_case_number("WY-261123-0001-9");
    whole.set_cell("shiqiao-01");
    whole.set_state(v1::CASE_STATE_ACCEPTED);
    whole.set_rung(v1::RUNG_CELL);
    whole.mutable_filed()->set_category("road");
    whole.mutable_holder()->set_role(v1::ROLE_GRID_WORKER);
    whole.mutable_holder()->set_person("shiqiao-01.worker");
    whole.set_hops(2);
    whole.set_extensions(1);
    whole.set_rework(3);
  }
  v1::ClockState& clock(v1::ClockKind kind, std::int64_t due_at_ms) {
    auto& out = *whole.add_clocks();
    out.set_kind(kind);
    out.set_due_at_ms(due_at_ms);
    out.set_first_due_at_ms(due_at_ms);
    return out;
  }
  std::string text() const { return register_text(whole, zone, instant(morning_ms)); }
  std::string_view mark() const { return mark_of(whole, zone, instant(morning_ms)); }

  v1::CaseWhole whole;
  CivilZone zone = CivilZone::named("Asia/Shanghai").value();
};

TEST_F(RegisterLines, TellHolderClockWhatIsLeftAndTheCounts) {
  clock(v1::CLOCK_KIND_SOLVE, midnight_ms + day_ms).set_first_due_at_ms(midnight_ms);
  EXPECT_EQ(text(),
            "  WY-261123-0001-9   shiqiao-01    处置中          road  在办 网格员 shiqiao-01.worker   "
            "解决 11月24日 24:00 还剩 1 天 15 小时（原定 11月23日 24:00）  转办 2 延期 1 返工 3\n"
            "    in progress · held by grid worker shiqiao-01.worker · solve due 24 Nov 24:00, 1 d 15 h left "
            "(first 23 Nov 24:00) · hops 2 · extensions 1 · rework 3\n");
}

TEST_F(RegisterLines, WhoMustAnswerStandsBesideWhoHoldsIt) {
  whole.set_rung(v1::RUNG_STREET);
  whole.mutable_answerer()->set_role(v1::ROLE_STREET_SUPERVISOR);
  whole.mutable_answerer()->set_person("street.supervisor-1");
  clock(v1::CLOCK_KIND_RUNG, midnight_ms);
  EXPECT_EQ(mark(), "▲");
  EXPECT_THAT(text(), HasSubstr("在办 网格员 shiqiao-01.worker，升到街道，等街道督导 street.supervisor-1 应答"));
  EXPECT_THAT(text(), HasSubstr("climbed to the street: street supervisor street.supervisor-1 must answer"));
  whole.set_escalation_answered(true);
  EXPECT_NE(mark(), "▲");
  EXPECT_THAT(text(), HasSubstr("升到过街道，已应答"));
}

TEST_F(RegisterLines, TheMarkIsTheWorstOfTheCase) {
  EXPECT_EQ(mark(), " ");
  clock(v1::CLOCK_KIND_SOLVE, midnight_ms + 1);
  EXPECT_EQ(mark(), " ") << "tomorrow";
  clock(v1::CLOCK_KIND_FEED_BACK, midnight_ms);
  EXPECT_EQ(mark(), "◐") << "24:00 is today";
  clock(v1::CLOCK_KIND_ARRANGE, morning_ms - hour_ms).set_outcome(v1::CLOCK_OUTCOME_FIRED);
  EXPECT_EQ(mark(), "■");
  EXPECT_THAT(text(), HasSubstr("安排 11月23日 08:00 已超 1 小时 0 分"));
}

TEST_F(RegisterLines, APauseTellsSinceWhenAndAnAskWhoDecides) {
  whole.set_state(v1::CASE_STATE_SHELVED);
  clock(v1::CLOCK_KIND_REVIEW, midnight_ms);
  auto& pause = *whole.add_pauses();
  pause.set_from_ms(morning_ms - day_ms);
  pause.set_backlog_at_ms(midnight_ms + 60 * day_ms);
  EXPECT_EQ(mark(), "‖");
  EXPECT_THAT(text(), HasSubstr("挂账自 11月22日 09:00，2027年01月22日 24:00 起计入积压"));
  whole.mutable_ask()->set_kind(v1::ASK_KIND_EXTENSION);
  whole.mutable_ask()->set_until_ms(midnight_ms);
  whole.mutable_ask()->set_rung(v1::RUNG_UNIT);
  EXPECT_THAT(text(), HasSubstr("申请延期到 11月23日 24:00，等村/社区批准"));
}

TEST_F(RegisterLines, TheHeadSaysHowManyAndTheNotesWhichCellsAreMissing) {
  EXPECT_EQ(register_head(0, 0), "现在没有未结案件\nNo open cases now\n");
  EXPECT_THAT(register_head(12, 12), Not(HasSubstr("--limit")));
  EXPECT_THAT(register_head(12, 5), HasSubstr("列出 5 件"));
  v1::QueryReply reply;
  EXPECT_EQ(register_notes(reply), "");
  reply.add_unanswered("shiqiao-01");
  reply.add_unanswered("desk");
  EXPECT_THAT(register_notes(reply), HasSubstr("这些网格暂时没有应答，其案件不在表中：shiqiao-01、desk"));
}

}  // namespace
}  // namespace huying::programs
