#include "programs/demonstration_lines.h"

#include <fmt/format.h>

#include <array>

#include "base/check.h"
#include "programs/time_text.h"
#include "proto/errors.h"

namespace huying::programs {
namespace {

constexpr std::array<Word, 7> weekdays{{{"星期日", "Sunday"},
                                        {"星期一", "Monday"},
                                        {"星期二", "Tuesday"},
                                        {"星期三", "Wednesday"},
                                        {"星期四", "Thursday"},
                                        {"星期五", "Friday"},
                                        {"星期六", "Saturday"}}};

// By which rule it was sent there.
Word how(const StoryPlace& place, v1::DispatchRule rule) {
  if (rule == v1::DISPATCH_RULE_DESK) return {"地点不明", "no certain place"};
  if (rule == v1::DISPATCH_RULE_ADDRESS) return {"按地址", "by address"};
  if (rule != v1::DISPATCH_RULE_POINT) return {"写明网格", "cell was named"};
  if (place.datum == v1::DATUM_GCJ02) return {"按 GCJ-02 坐标", "by a GCJ-02 point"};
  if (place.datum == v1::DATUM_BD09) return {"按 BD-09 坐标", "by a BD-09 point"};
  return {"按 WGS-84 坐标", "by a WGS-84 point"};
}

Word manner(Report report) {
  switch (report) {
    case Report::found:
      return {"上报", " reports"};
    case Report::for_citizen:
      return {"替群众反映", " reports on a citizen's behalf"};
    case Report::solved_on_spot:
      return {"当场办好，上报", " solved on the spot and reports"};
    default:
      return {"", ""};
  }
}

// As a sentence's verb; the buttons' words are in words.h.
std::string_view verb_english(v1::ActionKind kind) {
  switch (kind) {
    case v1::ACTION_KIND_ACCEPT:
      return "accepts";
    case v1::ACTION_KIND_FEED_BACK:
      return "feeds back";
    case v1::ACTION_KIND_RESOLVE:
      return "marks it resolved";
    case v1::ACTION_KIND_ESCALATE:
      return "flags it as hard";
    case v1::ACTION_KIND_ASSIGN:
      return "assigns it";
    case v1::ACTION_KIND_TRANSFER:
      return "hands it over";
    case v1::ACTION_KIND_VERIFY:
      return "checked it: done";
    case v1::ACTION_KIND_CALL_BACK:
      return "calls back";
    case v1::ACTION_KIND_CLOSE:
      return "verifies and closes it";
    case v1::ACTION_KIND_ANSWER_ESCALATION:
      return "answers";
    case v1::ACTION_KIND_REWORK:
      return "found it not done: rework";
    default:
      return word_of(kind).en;
  }
}

std::string quoted_zh(std::string_view words) {
  return words.empty() ? std::string() : fmt::format("：“{}”", words);
}
std::string quoted_en(std::string_view words) {
  return words.empty() ? std::string() : fmt::format(": \"{}\"", words);
}

}  // namespace

std::string DemonstrationLines::heading(double minutes, int days) const {
  return fmt::format(
      "演示数据，全部虚构 / Demo data, all made up\n"
      "文苑街道的 {} 天，约 {:g} 分钟放完 / {} days of Wenyuan street in about {:g} minutes: 67 cells, requests, "
      "clocks\n"
      "街道督导 1 订阅 escalation.>，标 ▲ 的就是其收到的 / street supervisor 1 subscribes to escalation.>: the lines "
      "with ▲\n",
      days, minutes, days, minutes);
}

std::string DemonstrationLines::day(int day) const {
  const auto begin = instant_in(story_begins_at);
  HUYING_CHECK(begin.has_value());
  const auto local = zone_.day_of(*begin) + date::days(day - 1);
  const date::year_month_day date(local);
  const auto& weekday = weekdays[date::weekday(local).c_encoding()];
  return fmt::format("\n── 第 {} 天 {:02}月{:02}日 {} / Day {}, {}\n", day, static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), weekday.zh, day, weekday.en);
}

std::string DemonstrationLines::stamp(Instant at, const std::string& case_number) const {
  return fmt::format("{}  {}", due_text(zone_, at, at), padded(case_number, 18));
}

std::string DemonstrationLines::request(Instant at, const Step& step, const v1::PublishAck& ack) const {
  const auto who = name_of_principal(step.who);
  const auto cell = name_of_cell(ack.cell());
  const auto how_so = how(step.place, ack.rule());
  const auto report = manner(step.report);
  if (ack.known())
    return fmt::format("{}{}又发一次：同一编号，不重复立案 / {} sends it again: the same number, nothing new\n",
                       stamp(at, ack.case_number()), who.zh, who.en);
  return fmt::format("{}{}{}：“{}”→ {}（{}） / {}{}: \"{}\" → {} ({})\n", stamp(at, ack.case_number()), who.zh,
                     report.zh, step.words.zh, cell.zh, how_so.zh, who.en, report.en, step.words.en, cell.en,
                     how_so.en);
}

std::string DemonstrationLines::action(Instant at, const Step& step, const std::string& case_number) const {
  const auto who = name_of_principal(step.who);
  const auto verb = step.act == v1::ACTION_KIND_VERIFY ? Word{"核查通过", ""} : word_of(step.act);
  std::string to_zh, to_en;
  if (!step.to_cell.empty()) {
    const auto cell = name_of_cell(step.to_cell);
    to_zh = " → " + cell.zh;
    to_en = " → " + cell.en;
  }
  return fmt::format("{}{} {}{}{} / {} {}{}{}\n", stamp(at, case_number), who.zh, verb.zh, to_zh,
                     quoted_zh(step.words.zh), who.en, verb_english(step.act), to_en, quoted_en(step.words.en));
}

std::string DemonstrationLines::refused(Instant at, const Step& step, const Error& error) const {
  const auto who = name_of_principal(step.who);
  return fmt::format("{}{} 没有办成：{} / {}, not done: {}\n", stamp(at, std::string(step.label)), who.zh,
                     words_of(error.code).zh, who.en, sentence(error));
}

std::string DemonstrationLines::by_itself(const v1::EventDelivery& delivery, const v1::CaseEvent& event) const {
  if (delivery.kind() != v1::EVENT_KIND_ESCALATED) return {};
  const auto& escalation = event.escalation();
  const auto to = word_of(escalation.to());
  std::string why_zh, why_en;
  switch (escalation.reason()) {
    case v1::ESCALATION_REASON_BREACH: {
      const auto clock = word_of(escalation.clock());
      why_zh = fmt::format("“{}”超期", clock.zh);
      why_en = fmt::format("\"{}\" is overdue", clock.en);
      break;
    }
    case v1::ESCALATION_REASON_UNANSWERED:
      why_zh = fmt::format("{}未应答", word_of(escalation.from()).zh);
      why_en = fmt::format("the {} did not answer", word_of(escalation.from()).en);
      break;
    default:
      why_zh = word_of(escalation.reason()).zh;
      why_en = word_of(escalation.reason()).en;
  }
  std::string until;
  for (const auto& clock : event.clocks_set())
    if (clock.kind() == v1::CLOCK_KIND_RUNG || clock.kind() == v1::CLOCK_KIND_MONTHLY_FEEDBACK)
      until = due_text(zone_, instant(clock.due_at_ms()), instant(event.at_ms()));
  return fmt::format("{}▲ {}，升级到{}，须在 {} 前应答 / {}: climbs to the {}, which must answer\n",
                     stamp(instant(event.at_ms()), event.case_number()), why_zh, to.zh, until, why_en, to.en);
}

std::string figures_table(const DemonstrationFigures& figures) {
  const auto row = [](std::string_view zh, std::string_view en, std::uint64_t value) {
    return fmt::format("  {}{}{:>4}\n", padded(zh, 22), padded(en, 44), value);
  };
  return "\n── 几天下来 / What the days came to\n" + row("受理诉求", "requests taken", figures.taken) +
         row("重复上报，未重复立案", "sent again, nothing new", figures.known) +
         row("已结案", "closed: resolved and checked", figures.closed) + row("未结", "open", figures.open) +
         row("升级过的案件", "cases that climbed", figures.escalated_cases) +
         row("升级次数", "climbs, one rung each", figures.climbs);
}

std::string next_steps(const NextSteps& next) {
  const auto number = [&](std::string_view label) {
    const auto found = next.cases.find(label);
    return found == next.cases.end() ? std::string("N") : found->second;
  };
  return fmt::format(
      "\n── 时间恢复正常，平台继续运行 / Time runs at its own pace again; the broker stays up\n"
      "在另一个终端试试（本窗口会显示发生的事）/ In another terminal (this one goes on showing what happens):\n\n"
      "  export PATH=\"{}:$PATH\" HUYING_ENDPOINT={}\n\n"
      "  # 督导的看板 / a supervisor's board of escalations\n"
      "  huying subscribe 'escalation.>' --as street.supervisor-1\n\n"
      "  # 一个网格的未结案件；一件的来龙去脉 / a cell's open cases; one of them\n"
      "  huying case list --as shiqiao-01.worker\n"
      "  huying case show {} --as wenchang-12.worker\n\n"
      "  # 办一件：网格员办结，村督导核实结案 / work on one: its worker resolves, its unit verifies and closes\n"
      "  huying case act resolve {} --words '已加固' --as shiqiao-01.worker\n"
      "  huying case act close {} --as shiqiao.supervisor\n\n"
      "  # 热线来一件新的 / the hotline publishes a new one\n"
      "  echo "
      "'{{\"source_id\":\"try-1\",\"location\":{{\"address\":\"石桥村东门小广场\"}},\"text\":{{\"plain\":"
      "\"路灯不亮\"}}}}' |\n"
      "    huying publish --as hotline-12345\n\n"
      "数据 data: {}{}\n"
      "按 Ctrl-C 结束 / Ctrl-C ends everything\n\n",
      next.program_folder, next.endpoint, number("noise"), number("bench"), number("bench"), next.data_folder,
      next.data_is_kept ? "" : "（临时，结束时删除 temporary, removed at the end）");
}

}  // namespace huying::programs
