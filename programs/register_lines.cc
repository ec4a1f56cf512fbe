#include "programs/register_lines.h"

#include <fmt/format.h>

#include "programs/words.h"
#include "proto/worst_first.h"
#include "words/phrases.h"

namespace huying::programs {
namespace {

using words::Sentence;

bool is_due_today(std::int64_t due_at_ms, const CivilZone& zone, Instant now) {
  return zone.day_of(instant(due_at_ms - 1)) <= zone.day_of(now);  // 24:00 belongs to the day that it ends
}

bool waits_for_answer(const v1::CaseWhole& whole) { return rank_of(whole).waits_for != v1::RUNG_UNSPECIFIED; }

// Who holds it, and who must answer where it climbed.
Sentence people_of(const v1::CaseWhole& whole) {
  const auto holder = words::who(whole.holder());
  Sentence out{"在办 " + holder.zh, "held by " + holder.en};
  if (whole.rung() <= v1::RUNG_CELL) return out;
  const auto rung = word_of(whole.rung());
  const auto answerer = words::who(whole.answerer());
  if (waits_for_answer(whole))
    out += {fmt::format("，升到{}，等{}应答", rung.zh, answerer.zh),
            fmt::format(", climbed to the {}: {} must answer", rung.en, answerer.en)};
  else
    out += {fmt::format("，升到过{}{}", rung.zh, whole.escalation_answered() ? "，已应答" : ""),
            fmt::format(", had climbed to the {}{}", rung.en, whole.escalation_answered() ? ", answered" : "")};
  return out;
}

Sentence clock_of(const v1::CaseWhole& whole, const CivilZone& zone, Instant now) {
  const auto* clock = pressing_clock(whole);
  if (clock == nullptr) return {"无时限", "no clock"};
  const auto due = instant(clock->due_at_ms());
  const auto kind = word_of(clock->kind());
  Sentence out{fmt::format("{} {} {}", kind.zh, due_text(zone, due, now), left_text(due, now)),
               fmt::format("{} due {}, {}", kind.en, due_text_english(zone, due, now), left_text_english(due, now))};
  if (clock->first_due_at_ms() != clock->due_at_ms()) {
    const auto first = instant(clock->first_due_at_ms());
    out += {fmt::format("（原定 {}）", due_text(zone, first, now)), fmt::format(" (first {})", due_text_english(zone, first, now))};
  }
  if (clock->provisional()) out += {"，暂定", ", provisional"};
  return out;
}

Sentence pause_of(const v1::CaseWhole& whole, const CivilZone& zone, Instant now) {
  if (whole.state() != v1::CASE_STATE_SHELVED || whole.pauses().empty()) return {};
  const auto& pause = *whole.pauses().rbegin();
  const auto from = instant(pause.from_ms()), backlog = instant(pause.backlog_at_ms());
  return {fmt::format("  挂账自 {}，{} 起计入积压", due_text(zone, from, now), due_text(zone, backlog, now)),
          fmt::format(" · shelved since {}, backlog from {}", due_text_english(zone, from, now),
                      due_text_english(zone, backlog, now))};
}

Sentence ask_of(const v1::CaseWhole& whole, const CivilZone& zone, Instant now) {
  if (!whole.has_ask()) return {};
  const auto kind = word_of(whole.ask().kind());
  const auto rung = word_of(whole.ask().rung());
  const auto until = instant(whole.ask().until_ms());
  return {fmt::format("  申请{}到 {}，等{}批准", kind.zh, due_text(zone, until, now), rung.zh),
          fmt::format(" · asked for: {} until {}, the {} decides", kind.en, due_text_english(zone, until, now), rung.en)};
}

}  // namespace

std::string_view mark_of(const v1::CaseWhole& whole, const CivilZone& zone, Instant now) {
  if (waits_for_answer(whole)) return "▲";
  if (whole.state() == v1::CASE_STATE_SHELVED) return "‖";
  const auto* clock = pressing_clock(whole);
  if (clock == nullptr) return " ";
  if (instant(clock->due_at_ms()) <= now) return "■";
  return is_due_today(clock->due_at_ms(), zone, now) ? "◐" : " ";
}

std::string register_text(const v1::CaseWhole& whole, const CivilZone& zone, Instant now) {
  const auto state = word_of(whole.state());
  auto people = people_of(whole);
  people.zh = words::tidy(people.zh);
  const auto clock = clock_of(whole, zone, now);
  const auto more = pause_of(whole, zone, now) + ask_of(whole, zone, now);
  return fmt::format("{} {}{}{}{}  {}  {}  转办 {} 延期 {} 返工 {}{}\n", mark_of(whole, zone, now),
                     padded(whole.case_number(), 19), padded(whole.cell(), 14), padded(state.zh, 16),
                     whole.filed().category(), people.zh, clock.zh, whole.hops(), whole.extensions(), whole.rework(),
                     more.zh) +
         fmt::format("    {} · {} · {} · hops {} · extensions {} · rework {}{}\n", state.en, people.en, clock.en,
                     whole.hops(), whole.extensions(), whole.rework(), more.en);
}

std::string register_head(std::uint64_t total, std::uint64_t shown) {
  if (total == 0) return "现在没有未结案件\nNo open cases now\n";
  std::string text = fmt::format("未销号 {0} 件，最急的在前 · {0} open, what hurts most first", total);
  if (shown < total) text += fmt::format("；列出 {0} 件，其余用 --limit · {0} shown, more with --limit", shown);
  return text + "\n";
}

std::string register_notes(const v1::QueryReply& reply) {
  std::string text;
  const auto add = [&](const auto& cells, std::string_view zh, std::string_view en) {
    if (cells.empty()) return;
    const auto names = words::listed(cells, words::CodesOf::cells);
    text += fmt::format("{}：{}\n{}: {}\n", zh, names.zh, en, names.en);
  };
  add(reply.unanswered(), "这些网格暂时没有应答，其案件不在表中", "These cells did not answer, their cases are missing");
  add(reply.parked_cells(), "这些网格已停止裁定，案件是此前的情况", "These cells are parked, their cases stand as they were before");
  return text;
}

}  // namespace huying::programs
