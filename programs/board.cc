#include "programs/board.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "client/coalesce.h"
#include "programs/words.h"

namespace huying::programs {
namespace {

using client::cell_of_subject;

// The clock under which the rung must answer now.
const v1::ClockSet* rung_clock(const v1::CaseEvent& event) {
  const v1::ClockSet* found = nullptr;
  for (const auto& clock : event.clocks_set())
    if (clock.kind() == v1::CLOCK_KIND_RUNG || clock.kind() == v1::CLOCK_KIND_MONTHLY_FEEDBACK) found = &clock;
  return found;
}

bool is_ended(v1::CaseState state) {
  return state == v1::CASE_STATE_CLOSED || state == v1::CASE_STATE_VOID || state == v1::CASE_STATE_NOT_ACCEPTED;
}

std::string why(v1::EscalationReason reason, v1::ClockKind clock) {
  const auto word = word_of(reason);
  if (reason != v1::ESCALATION_REASON_BREACH) return fmt::format("{} {}", word.zh, word.en);
  const auto which = word_of(clock);
  return fmt::format("{}{} {} {}", which.zh, word.zh, which.en, word.en);
}

}  // namespace

void Board::take(const v1::EventDelivery& delivery) {
  v1::CaseEvent event;
  if (!event.ParseFromString(delivery.event())) return;
  const auto found = rows_.find(event.case_number());
  if (is_ended(event.state())) {
    if (found != rows_.end()) rows_.erase(found);
    return;
  }
  if (event.kind() == v1::EVENT_KIND_ESCALATION_ANSWERED) {
    if (found == rows_.end()) return;
    found->second.answered = true;
    found->second.due = {};
    return;
  }
  if (event.kind() != v1::EVENT_KIND_ESCALATED) return;
  Row& row = rows_[event.case_number()];
  row.cell = cell_of_subject(delivery.subject());
  row.rung = event.escalation().to();
  row.reason = event.escalation().reason();
  row.clock = event.escalation().clock();
  row.since = instant(event.at_ms());
  row.answered = false;
  row.caught_up = event.caught_up();
  row.due = {};
  if (const auto* clock = rung_clock(event)) row.due = instant(clock->due_at_ms());
}

std::size_t Board::unanswered() const {
  return static_cast<std::size_t>(
      std::count_if(rows_.begin(), rows_.end(), [](const auto& entry) { return !entry.second.answered; }));
}

// "集中超期 41 件，涉及 12 个网格": what an outage made overdue and nobody has answered yet; empty when it is little.
std::string Board::flood() const {
  constexpr std::size_t least = 3;
  std::size_t cases = 0;
  std::set<std::string> cells;
  for (const auto& [number, row] : rows_) {
    if (row.answered || !row.caught_up) continue;
    cases += 1;
    cells.insert(row.cell);
  }
  if (cases < least) return {};
  return fmt::format("集中超期 {0} 件，涉及 {1} 个网格 · {0} overdue in {1} cells", cases, cells.size());
}

std::string Board::row_text(const std::string& number, const Row& row, Instant now, std::size_t columns) const {
  const auto rung = word_of(row.rung);
  std::string text = fmt::format("{} {}{}{}", row.answered ? "○" : "▲", padded(number, 20), padded(row.cell, 18),
                                 padded(fmt::format("{} {}", rung.zh, rung.en), 18));
  text += padded(why(row.reason, row.clock), 30);
  text += padded("自 " + due_text(zone_, row.since, now), 18);
  if (row.answered)
    text += "已应答 answered";
  else if (row.due != Instant{})
    text += fmt::format("{} 前应答  {} · {}", due_text(zone_, row.due, now), left_text(row.due, now),
                        left_text_english(row.due, now));
  return cut(text, columns);
}

std::string Board::draw(Instant now, BoardSize size) const {
  std::vector<std::pair<std::string, Row>> rows(rows_.begin(), rows_.end());
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    const auto key = [](const Row& row) {
      return std::pair(row.answered, row.due == Instant{} ? Instant::max() : row.due);
    };
    return key(a.second) < key(b.second);
  });
  std::string screen = fmt::format("升级上报 Escalations   未应答 unanswered {}   已应答 answered {}   {}\n{}\n", unanswered(),
                                   rows.size() - unanswered(), due_text(zone_, now, now), cut(flood(), size.columns));
  if (rows.empty()) return screen + "现在没有升级上报\nNo escalations now\n";
  const std::size_t room = size.lines > 5 ? size.lines - 4 : 1;
  for (std::size_t i = 0; i < rows.size() && i < room; ++i)
    screen += row_text(rows[i].first, rows[i].second, now, size.columns) + "\n";
  if (rows.size() > room) screen += fmt::format("还有 {} 件 · {} more\n", rows.size() - room, rows.size() - room);
  return screen;
}

std::string Board::line(const v1::EventDelivery& delivery) const {
  v1::CaseEvent event;
  if (!event.ParseFromString(delivery.event())) return {};
  const auto at = instant(event.at_ms());
  const auto kind = word_of(event.kind());
  std::string text = fmt::format("{}  {}  {}  {} {}", due_text(zone_, at, at), event.case_number(),
                                 cell_of_subject(delivery.subject()), kind.zh, kind.en);
  if (event.has_escalation()) {
    const auto rung = word_of(event.escalation().to());
    text += fmt::format("  {} {}  {}", rung.zh, rung.en, why(event.escalation().reason(), event.escalation().clock()));
  }
  if (const auto* clock = rung_clock(event); clock != nullptr && event.kind() == v1::EVENT_KIND_ESCALATED)
    text += fmt::format("  {} 前应答 answer by", due_text(zone_, instant(clock->due_at_ms()), at));
  return text;
}

}  // namespace huying::programs
