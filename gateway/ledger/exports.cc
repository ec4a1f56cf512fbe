#include "gateway/ledger/exports.h"

#include <fmt/format.h>

#include <cmath>

#include "gateway/ledger/card.h"
#include "gateway/ledger/words.h"
#include "words/words.h"

namespace huying::ledger {
namespace {

enum class Midnight : bool { begins_a_day, ends_a_day };

std::string time_text(const CivilZone& zone, std::int64_t at_ms, Midnight midnight) {
  auto day = zone.day_of(instant(at_ms));
  auto minute = zone.local_ms(instant(at_ms)) / 60'000 % 1440;
  if (minute == 0 && midnight == Midnight::ends_a_day) {
    day -= date::days(1);
    minute = 1440;
  }
  return fmt::format("{} {:02}:{:02}", date::format("%F", day), minute / 60, minute % 60);
}

std::vector<std::string> notes_of(const ExportHead& head, std::string what, const CivilZone& zone, Instant now) {
  std::vector<std::string> notes;
  if (head.demonstration) notes.emplace_back("演示数据，全部虚构");
  notes.push_back(fmt::format("{}{}", head.street, what));
  notes.push_back(fmt::format("截至 {}", sheet_time(zone, to_ms(now))));
  return notes;
}

std::int64_t number(std::uint64_t value) { return static_cast<std::int64_t>(value); }
std::string yes(bool is) { return is ? "是" : ""; }
double hours(std::int64_t ms) { return std::round(static_cast<double>(ms) / 360'000) / 10; }

std::string state_text(const CaseRow& row) {
  if (row.asked == word_of(v1::ASK_KIND_EXTENSION)) return "延期审批中";
  if (row.asked == word_of(v1::ASK_KIND_SHELVING)) return "挂账审批中";
  if (row.asked == word_of(v1::ASK_KIND_PLAN)) return "方案审批中";
  return std::string(words::word_of(state_of(row.state)).zh);
}

std::vector<Value> register_line(const RegisterRow& row, const Names& names, const CivilZone& zone, const Today& today) {
  const auto card = card_of(facts_of(row), names, today.now, today.ends);
  const auto& what = row.what;
  const bool has_clock = !card.clock_kind.empty();
  const std::string clock{has_clock ? words::word_of(clock_kind_of(card.clock_kind)).zh : ""};
  return {what.number,
          state_text(what),
          std::string(words_of(card.mark).zh),
          card.title,
          names.of(NameKind::unit, what.place.unit).zh,
          card.place,
          card.holder,
          card.answerer,
          clock,
          has_clock ? sheet_due_time(zone, card.due_ms) : "",
          has_clock ? sheet_due_time(zone, card.first_due_ms) : "",
          yes(card.provisional),
          hours(row.late_by_ms),
          number(what.hops),
          number(what.returns),
          number(what.extensions),
          number(what.rework),
          yes(what.urgency == word_of(v1::URGENCY_URGENT)),
          yes(what.is_hard),
          yes(what.is_complex),
          sheet_time(zone, what.filed_ms),
          sheet_time(zone, what.dispatched_ms),
          sheet_time(zone, what.resolved_ms),
          sheet_time(zone, what.ended_ms)};
}

std::string group_text(const std::string& group, FiguresBy by, const Names& names) {
  switch (by) {
    case FiguresBy::unit: return names.of(NameKind::unit, group).zh;
    case FiguresBy::cell: return names.of(NameKind::cell, group).zh;
    case FiguresBy::category: return names.of(NameKind::category, group).zh;
    case FiguresBy::month: return group;
    case FiguresBy::street: break;
  }
  return "全街道";
}

const char* group_heading(FiguresBy by) {
  switch (by) {
    case FiguresBy::unit: return "村/社区";
    case FiguresBy::cell: return "网格";
    case FiguresBy::category: return "事由";
    case FiguresBy::month: return "月份";
    case FiguresBy::street: break;
  }
  return "范围";
}

std::string left_out_text(const Rate& rate) {
  std::string text;
  for (const auto& one : exclusions())
    if (const auto found = rate.left_out.find(std::string(one.reason)); found != rate.left_out.end())
      text += fmt::format("{}{} {}", text.empty() ? "" : "，", one.zh, found->second);
  return text;
}

void add_rate(std::vector<Value>& line, const Rate& rate) {
  line.emplace_back(number(rate.numerator));
  line.emplace_back(number(rate.denominator));
  if (rate.denominator == 0)
    line.emplace_back(std::string());  // of nothing there is no rate
  else
    line.emplace_back(std::round(1000.0 * static_cast<double>(rate.numerator) / static_cast<double>(rate.denominator)) / 10);
  line.emplace_back(left_out_text(rate));
}

}  // namespace

std::string sheet_time(const CivilZone& zone, std::int64_t at_ms) {
  return at_ms == 0 ? std::string() : time_text(zone, at_ms, Midnight::begins_a_day);
}
std::string sheet_due_time(const CivilZone& zone, std::int64_t due_ms) {
  return due_ms == 0 ? std::string() : time_text(zone, due_ms, Midnight::ends_a_day);
}

Table register_table(const RegisterPage& page, const Names& names, const ExportHead& head, const CivilZone& zone, const Today& today) {
  Table table;
  table.name = "销号台账";
  table.notes = notes_of(head, "销号台账，最急的在前", zone, today.now);
  if (page.more) table.notes.push_back(fmt::format("只列出前 {} 件，请缩小范围", page.rows.size()));
  table.headings = {"编号",     "状态", "提示",         "事由", "村/社区", "网格", "谁在办", "等谁应答", "时限",     "到期",     "原定",     "暂定",
                    "超期小时", "转办", "回退",         "延期", "返工",    "紧急", "疑难",   "复杂",     "收到时间", "派遣时间", "办结时间", "销号时间"};
  for (const auto& row : page.rows) table.rows.push_back(register_line(row, names, zone, today));
  return table;
}

Table figures_table(const std::vector<Figures>& figures, FiguresBy by, Period period, const Names& names, const ExportHead& head,
                    const CivilZone& zone, const Today& today) {
  Table table;
  table.name = "统计";
  table.notes = notes_of(head, fmt::format("统计，{} 至 {}", time_text(zone, to_ms(period.from), Midnight::begins_a_day),
                                           time_text(zone, to_ms(period.to), Midnight::ends_a_day)),
                         zone, today.now);
  if (by == FiguresBy::month) table.notes.emplace_back("未销号、其中超期：当月收到、现在仍未销号的");
  table.headings = {group_heading(by)};
  if (by != FiguresBy::street && by != FiguresBy::month) table.headings.emplace_back("代码");
  for (const auto* heading : {"收到", "派遣", "办结", "销号", "未销号", "其中超期", "回退", "转办", "返工件次", "返工件数"})
    table.headings.emplace_back(heading);
  for (const auto* stage : {"安排", "反馈", "解决"})
    for (const auto* shape : {"应{}数", "按时{}数", "超时{}数"}) table.headings.push_back(fmt::format(fmt::runtime(shape), stage));
  for (const auto* rate : {"响应", "解决", "满意"})
    for (const auto* shape : {"{}率分子", "{}率分母", "{}率（%）", "{}率未计入"})
      table.headings.push_back(fmt::format(fmt::runtime(shape), rate));
  for (const auto& one : figures) {
    std::vector<Value> line{group_text(one.group, by, names)};
    if (by != FiguresBy::street && by != FiguresBy::month) line.emplace_back(one.group);
    for (const auto value : {one.filed, one.dispatched, one.resolved, one.ended, one.open, one.open_overdue, one.returns, one.hops,
                             one.rework, one.rework_cases})
      line.emplace_back(number(value));
    for (const auto& stage : {one.arrange, one.feed_back, one.solve})
      for (const auto value : {stage.due, stage.in_time, stage.overdue}) line.emplace_back(number(value));
    for (const auto* rate : {&one.in_time, &one.solved, &one.satisfied}) add_rate(line, *rate);
    table.rows.push_back(std::move(line));
  }
  return table;
}

}  // namespace huying::ledger
