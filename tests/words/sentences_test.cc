// Every kind of event of the contract has its sentence, in both languages, and so has every reason that the case table gives.
#include "words/sentences.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>

#include <fstream>
#include <regex>
#include <set>

#include "huying/v1/error.pb.h"

namespace huying::words {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t morning_ms = 1'795'395'600'000;  // 2026-11-23 09:00 in Shanghai
constexpr std::int64_t hour_ms = 3'600'000;

class Sentences : public testing::Test {
 protected:
  Telling telling(std::string_view said = {}) { return {zone, instant(morning_ms), said}; }
  Sentence of(const v1::CaseEvent& event, std::string_view said = {}) { return sentence_of(event, telling(said)); }
  CivilZone zone = CivilZone::named("Asia/Shanghai").value();
};

template <class Enum>
std::vector<Enum> all_of(const google::protobuf::EnumDescriptor& values) {
  std::vector<Enum> out;
  for (int i = 0; i < values.value_count(); ++i)
    if (values.value(i)->number() != 0) out.push_back(static_cast<Enum>(values.value(i)->number()));
  return out;
}

v1::CaseEvent event_of(v1::EventKind kind) {
  v1::CaseEvent event;
  event.set_kind(kind);
  event.set_state(v1::CASE_STATE_ACCEPTED);
  event.mutable_actor()->set_principal("shiqiao-01.worker");
  event.mutable_actor()->set_role(v1::ROLE_GRID_WORKER);
  if (kind == v1::EVENT_KIND_PARKED || kind == v1::EVENT_KIND_BREACHED) event.mutable_breach()->set_clock(v1::CLOCK_KIND_SOLVE);
  if (kind == v1::EVENT_KIND_DISPATCHED || kind == v1::EVENT_KIND_TRANSFERRED_IN)
    event.mutable_holder()->set_role(v1::ROLE_GRID_WORKER);
  if (kind == v1::EVENT_KIND_EXTENSION_REQUESTED) event.mutable_ask()->set_rung(v1::RUNG_UNIT);
  if (kind == v1::EVENT_KIND_ACTION_REFUSED) event.mutable_refusal()->set_kind(v1::ACTION_KIND_RETURN);
  if (kind == v1::EVENT_KIND_ESCALATED) {
    event.mutable_escalation()->set_from(v1::RUNG_CELL);
    event.mutable_escalation()->set_to(v1::RUNG_UNIT);
    event.mutable_escalation()->set_reason(v1::ESCALATION_REASON_HARD);
    event.mutable_holder()->set_role(v1::ROLE_UNIT_SUPERVISOR);
  }
  return event;
}

TEST_F(Sentences, EveryKindOfEventHasOneOfItsOwnInBothLanguages) {
  std::set<std::string> zh, en;
  const auto kinds = all_of<v1::EventKind>(*v1::EventKind_descriptor());
  for (const auto kind : kinds) {
    const auto said = of(event_of(kind));
    EXPECT_FALSE(said.zh.empty()) << v1::EventKind_Name(kind);
    EXPECT_FALSE(said.en.empty()) << v1::EventKind_Name(kind);
    EXPECT_TRUE(said.zh.ends_with("。")) << said.zh;
    EXPECT_TRUE(said.en.ends_with(".")) << said.en;
    EXPECT_THAT(said.zh, Not(HasSubstr("未知"))) << v1::EventKind_Name(kind);
    EXPECT_THAT(said.en, Not(HasSubstr("unknown"))) << v1::EventKind_Name(kind);
    zh.insert(said.zh);
    en.insert(said.en);
  }
  EXPECT_EQ(zh.size(), kinds.size()) << "two kinds say the same";
  EXPECT_EQ(en.size(), kinds.size());
  EXPECT_TRUE(of(event_of(static_cast<v1::EventKind>(999))).empty());
}

TEST_F(Sentences, EveryReasonToClimbIsSaid) {
  for (const auto reason : all_of<v1::EscalationReason>(*v1::EscalationReason_descriptor())) {
    auto event = event_of(v1::EVENT_KIND_ESCALATED);
    event.mutable_escalation()->set_reason(reason);
    event.mutable_escalation()->set_clock(v1::CLOCK_KIND_ARRANGE);
    event.mutable_holder()->set_person("shiqiao.supervisor");
    const auto said = of(event);
    EXPECT_THAT(said.zh, Not(HasSubstr("未知"))) << v1::EscalationReason_Name(reason);
    EXPECT_THAT(said.en, Not(HasSubstr("unknown"))) << v1::EscalationReason_Name(reason);
    EXPECT_THAT(said.zh, HasSubstr("案件由网格升级到村/社区，须由村/社区督导 shiqiao.supervisor 在"));
  }
}

TEST_F(Sentences, EveryClockEveryReasonToSetOneAndEveryAskHasItsWord) {
  const auto known = [](Word word) { return word.zh != "未知" && word.en != "unknown" && !word.zh.empty(); };
  for (const auto kind : all_of<v1::ClockKind>(*v1::ClockKind_descriptor())) EXPECT_TRUE(known(word_of(kind))) << kind;
  for (const auto reason : all_of<v1::ClockReason>(*v1::ClockReason_descriptor()))
    EXPECT_TRUE(known(word_of(reason))) << reason;
  for (const auto outcome : all_of<v1::ClockOutcome>(*v1::ClockOutcome_descriptor()))
    EXPECT_TRUE(known(word_of(outcome))) << outcome;
  for (const auto kind : all_of<v1::AskKind>(*v1::AskKind_descriptor())) EXPECT_TRUE(known(word_of(kind))) << kind;
  for (const auto rule : all_of<v1::DispatchRule>(*v1::DispatchRule_descriptor()))
    EXPECT_TRUE(known(word_of(rule))) << rule;
  for (const auto state : all_of<v1::CaseState>(*v1::CaseState_descriptor())) EXPECT_TRUE(known(word_of(state))) << state;
  for (const auto kind : all_of<v1::ActionKind>(*v1::ActionKind_descriptor())) EXPECT_TRUE(known(word_of(kind))) << kind;
  for (const auto* code : {"call_back_failed", "close_on_resolve", "poisoned_clock", "set_aside"}) {  // the case table's own
    const auto said = reason(telling(), code, {});
    EXPECT_THAT(said.zh, AllOf(HasSubstr("理由"), Not(HasSubstr(code))));
    EXPECT_THAT(said.en, AllOf(HasSubstr("because"), Not(HasSubstr(code))));
  }
  EXPECT_THAT(reason(telling(), "wrong-cell", {}).zh, HasSubstr("“wrong-cell”")) << "a code that nobody here knows";
}

TEST_F(Sentences, TheReasonOfAReturnIsQuotedInWordsWhereTheyMayBeSeenElseByItsCode) {
  auto event = event_of(v1::EVENT_KIND_RETURNED);
  auto& move = *event.mutable_move();
  move.set_from_cell("shiqiao-01");
  move.set_to_cell("desk");
  move.set_better_cell("liulin-03");
  move.set_reason_code("wrong-cell");
  move.set_hops(2);
  event.mutable_reason()->set_reason_code("wrong-cell");
  event.mutable_reason()->set_has_words(true);
  EXPECT_EQ(of(event, "东门不归我们").zh,
            "网格员 shiqiao-01.worker 从网格 shiqiao-01 退回指挥中心：“东门不归我们”（wrong-cell），"
            "建议派给网格 liulin-03，第 2 次转办。");
  EXPECT_EQ(of(event).en,
            "Grid worker shiqiao-01.worker sent it back from cell shiqiao-01 to the desk, reason: \"wrong-cell\", "
            "proposes cell liulin-03, hop 2.");
  move.clear_reason_code();
  EXPECT_THAT(of(event).zh, HasSubstr("文字说明不在此显示"));
}

TEST_F(Sentences, WordsFromOutsideCannotBreakTheLine) {
  auto event = event_of(v1::EVENT_KIND_REWORK);
  const auto said = of(event, "one\ntwo\x1b[2J" + std::string(2'000, 'x')).zh;
  EXPECT_EQ(said.find('\n'), std::string::npos);
  EXPECT_EQ(said.find('\x1b'), std::string::npos);
  EXPECT_LT(said.size(), 600u);
}

TEST_F(Sentences, AChangeOfCalendarOrPolicyTellsOldAndNew) {
  auto event = event_of(v1::EVENT_KIND_CLOCK_CHANGED);
  event.clear_actor();
  auto& set = *event.add_clocks_set();
  set.set_kind(v1::CLOCK_KIND_SOLVE);
  set.set_generation(2);
  set.set_previous_due_at_ms(morning_ms + 15 * hour_ms);
  set.set_due_at_ms(morning_ms + 39 * hour_ms);
  set.set_reason(v1::CLOCK_REASON_CALENDAR);
  EXPECT_EQ(of(event).zh, "时限变更；因放假安排调整，“解决”时限由 11月23日 24:00 改为 11月24日 24:00。");
  set.set_reason(v1::CLOCK_REASON_POLICY);
  EXPECT_EQ(of(event).en,
            "Due times changed; the policy changed: \"solve\" was due 23 Nov 24:00, now 24 Nov 24:00.");
  set.clear_previous_due_at_ms();
  set.set_provisional(true);
  EXPECT_THAT(of(event).zh, HasSubstr("时限仍是 11月24日 24:00（暂定）"));
}

TEST_F(Sentences, WhatIsAskedGrantedAndRefusedTellsUntilWhen) {
  for (const auto kind : all_of<v1::AskKind>(*v1::AskKind_descriptor()))
    for (const auto step : {v1::EVENT_KIND_EXTENSION_REQUESTED, v1::EVENT_KIND_EXTENSION_GRANTED,
                            v1::EVENT_KIND_EXTENSION_REFUSED}) {
      auto event = event_of(step);
      event.mutable_ask()->set_kind(kind);
      event.mutable_ask()->set_until_ms(morning_ms + 39 * hour_ms);
      event.mutable_ask()->set_reason_code("parts-ordered");
      EXPECT_THAT(of(event).zh, HasSubstr("11月24日 24:00")) << event.ShortDebugString();
      EXPECT_THAT(of(event).en, HasSubstr("24 Nov 24:00")) << event.ShortDebugString();
      EXPECT_THAT(of(event).zh, HasSubstr("“parts-ordered”")) << event.ShortDebugString();
    }
}

TEST_F(Sentences, ACitizenIsNeverNamedAndAPlaceWithoutAnybodySaysSo) {
  auto event = event_of(v1::EVENT_KIND_CALLED_BACK);
  event.mutable_actor()->set_role(v1::ROLE_CITIZEN);
  event.mutable_actor()->set_principal("mini-program");
  event.mutable_check()->set_verdict(v1::VERDICT_FAILED);
  event.mutable_check()->set_satisfaction(1);
  EXPECT_EQ(of(event).zh, "回访，诉求人说没有解决，不满意。");
  EXPECT_THAT(of(event).en, Not(HasSubstr("mini-program")));
  v1::Holder holder;
  holder.set_role(v1::ROLE_GRID_WORKER);
  holder.set_place("shiqiao-01");
  EXPECT_EQ(who(holder).zh, "shiqiao-01 的网格员（无人在岗）");
}

TEST_F(Sentences, ARefusedStepNamesTheErrorOfTheCatalogue) {
  auto event = event_of(v1::EVENT_KIND_ACTION_REFUSED);
  event.mutable_refusal()->set_kind(v1::ACTION_KIND_RETURN);
  event.mutable_refusal()->set_error(v1::ERROR_CODE_RETURN_TOO_LATE);
  EXPECT_THAT(of(event).zh, HasSubstr(fmt::format("（E{}）", static_cast<int>(v1::ERROR_CODE_RETURN_TOO_LATE))));
  EXPECT_THAT(of(event).zh, HasSubstr("“回退”没有办成"));
}

// What a directory calls its codes, made up.
class MadeUpNames final : public CodeNames {
 public:
  std::string person(std::string_view code) const override {
    if (code == "desk-1") return "虚构坐席 1";
    if (code == "gateway-1") return "12 号网关 A";
    return code == "a-01.worker" ? "虚构村 01 网格员" : code == "hotline" ? "虚构热线" : "";
  }
  std::string cell(std::string_view code) const override { return code == "a-01" ? "虚构村 01 网格" : ""; }
  std::string category(std::string_view code) const override { return code == "road" ? "道路" : ""; }
};

TEST_F(Sentences, SayNamesWhereTheDirectoryIsThereAndCodesWhereItHasNone) {
  const MadeUpNames names;
  const Telling with_names{zone, instant(morning_ms), {}, &names};
  v1::CaseEvent moved;
  moved.set_kind(v1::EVENT_KIND_RETURNED);
  moved.mutable_actor()->set_principal("a-01.worker");
  moved.mutable_actor()->set_role(v1::ROLE_GRID_WORKER);
  moved.mutable_move()->set_from_cell("a-01");
  moved.mutable_move()->set_to_cell("desk");
  moved.mutable_move()->set_better_cell("b-02");
  moved.mutable_move()->set_hops(1);
  EXPECT_EQ(sentence_of(moved, with_names).zh, "虚构村 01 网格员从虚构村 01 网格退回指挥中心，建议派给网格 b-02，第 1 次转办。");
  EXPECT_EQ(sentence_of(moved, with_names).en, sentence_of(moved, telling()).en) << "there are no names in English";
  EXPECT_EQ(sentence_of(moved, telling()).zh, "网格员 a-01.worker 从网格 a-01 退回指挥中心，建议派给网格 b-02，第 1 次转办。");
  v1::CaseEvent filed;
  filed.set_kind(v1::EVENT_KIND_FILED);
  filed.mutable_filed()->set_source("hotline");
  filed.mutable_filed()->set_category("road");
  EXPECT_EQ(sentence_of(filed, with_names).zh, "虚构热线转来诉求，立案（类别 道路）。");
  EXPECT_EQ(sentence_of(filed, telling()).zh, "hotline 转来诉求，立案（类别 road）。");
  v1::CaseEvent waits;
  waits.set_kind(v1::EVENT_KIND_DISPATCHED);
  waits.mutable_move()->set_to_cell("a-01");
  waits.mutable_holder()->set_place("a-01");
  waits.mutable_holder()->set_role(v1::ROLE_GRID_WORKER);
  EXPECT_EQ(sentence_of(waits, with_names).zh, "案件派到虚构村 01 网格，由虚构村 01 网格的网格员（无人在岗）办理。");
}

TEST_F(Sentences, AFigureOrALatinLetterOfANameStandsApartFromTheChineseAroundIt) {
  const MadeUpNames names;
  const Telling with_names{zone, instant(morning_ms), {}, &names};
  v1::CaseEvent event = event_of(v1::EVENT_KIND_ESCALATED);
  event.mutable_holder()->set_person("desk-1");
  EXPECT_THAT(sentence_of(event, with_names).zh, HasSubstr("须由虚构坐席 1 在 "));
  event = event_of(v1::EVENT_KIND_ASSIGNED);
  event.mutable_actor()->set_principal("desk-1");
  event.mutable_actor()->set_via("gateway-1");
  event.mutable_move()->set_to_cell("a-01");
  EXPECT_THAT(sentence_of(event, with_names).zh, HasSubstr("虚构坐席 1 派给虚构村 01 网格，"));
  EXPECT_EQ(detail_of(event, with_names).zh, "经 12 号网关 A 记入");
  EXPECT_EQ(detail_of(event, telling()).zh, "经 gateway-1 记入");
  event.mutable_actor()->set_principal("gateway-1");
  EXPECT_THAT(sentence_of(event, with_names).zh, testing::StartsWith("12 号网关 A 派给")) << "no blank at the beginning";
}

// The pages offer reasons by their words and send codes: a story must say the words again.
TEST_F(Sentences, SayEachReasonThatThePagesOfferAsThePagesDo) {
  int offered = 0;
  for (const char* name : {"staff.ts", "desk.ts"}) {
    std::ifstream file(std::string(HUYING_SOURCE_FOLDER "/gateway/web/src/words/") + name);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const std::regex reason(R"re(code: "([a-z._]+)",\s*pair: \["([^"]+)", "([^"]+)"\])re");
    for (auto at = std::sregex_iterator(text.begin(), text.end(), reason); at != std::sregex_iterator(); ++at, ++offered) {
      auto event = event_of(v1::EVENT_KIND_EXTENSION_REQUESTED);
      event.mutable_reason()->set_reason_code((*at)[1]);
      event.mutable_ask()->set_reason_code((*at)[1]);
      const auto said = of(event, "说明 (made up)");
      EXPECT_THAT(said.zh, AllOf(HasSubstr("理由：" + (*at)[2].str()), HasSubstr("“说明 (made up)”"), Not(HasSubstr((*at)[1].str()))));
      EXPECT_THAT(said.en, HasSubstr((*at)[3].str()));
    }
  }
  EXPECT_GT(offered, 14);
}

}  // namespace
}  // namespace huying::words
