#include "client/coalesce.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace huying::client {
namespace {

using Matter = Notice::Matter;

bool is_joined(const v1::CaseEvent& event) {
  const bool is_of_clock = event.kind() == v1::EVENT_KIND_BREACHED || event.kind() == v1::EVENT_KIND_ESCALATED ||
                           event.kind() == v1::EVENT_KIND_REMINDED;
  return event.caught_up() && is_of_clock;
}

Recipient recipient_of(const v1::EventDelivery& delivery, const v1::CaseEvent& event) {
  if (event.kind() == v1::EVENT_KIND_ESCALATED) return {event.escalation().to(), event.holder().place()};
  return {v1::RUNG_CELL, std::string(cell_of_subject(delivery.subject()))};
}

Milliseconds lateness_of(const v1::CaseEvent& event) {
  return Milliseconds(event.has_breach() ? event.breach().lateness_ms() : event.escalation().lateness_ms());
}

}  // namespace

std::string_view token_of(std::string_view subject, std::size_t at) {
  for (; at > 0; --at) {
    const auto dot = subject.find('.');
    if (dot == subject.npos) return {};
    subject.remove_prefix(dot + 1);
  }
  return subject.substr(0, subject.find('.'));
}

std::string_view cell_of_subject(std::string_view subject) {
  const bool is_escalation = subject.starts_with("escalation.");
  const auto cell = token_of(subject, is_escalation ? 4 : 3);
  return cell.empty() ? "?" : cell;
}

Shown Coalescer::take(const v1::EventDelivery& delivery, SteadyInstant now) {
  v1::CaseEvent event;
  const bool is_case = delivery.kind() != v1::EVENT_KIND_UNSPECIFIED && event.ParseFromString(delivery.event());
  if (!is_case || !is_joined(event)) return {{}, {delivery}};
  Shown shown;
  if (count_ != 0 && (instant(event.at_ms()) - last_at_ > another_burst || count_ >= held_max)) shown = flush();
  hold(delivery, event, now);
  return shown;
}

void Coalescer::hold(const v1::EventDelivery& delivery, const v1::CaseEvent& event, SteadyInstant now) {
  if (count_++ == 0) first_held_ = now;
  last_held_ = now;
  last_at_ = std::max(last_at_, instant(event.at_ms()));
  const auto matter = event.kind() == v1::EVENT_KIND_REMINDED ? Matter::reminders : Matter::overdue;
  const auto recipient = recipient_of(delivery, event);
  auto& held = held_[{matter, recipient}];
  auto& notice = held.notice;
  notice.matter = matter;
  notice.recipient = recipient;
  notice.at = std::max(notice.at, instant(event.at_ms()));
  notice.longest_late = std::max(notice.longest_late, lateness_of(event));
  if (held.cases.insert(event.case_number()).second && notice.first_cases.size() < first_cases)
    notice.first_cases.push_back(event.case_number());
  held.cells.emplace(cell_of_subject(delivery.subject()));
  if (held.events.size() < events_of_a_notice) held.events.push_back(delivery);
}

std::optional<SteadyInstant> Coalescer::due() const {
  if (count_ == 0) return std::nullopt;
  return std::min(last_held_ + quiet, first_held_ + longest);
}

Shown Coalescer::flush() {
  Shown shown;
  for (auto& [key, held] : held_) {
    if (held.events.size() < events_of_a_notice) {
      std::move(held.events.begin(), held.events.end(), std::back_inserter(shown.events));
      continue;
    }
    held.notice.cases = held.cases.size();
    held.notice.cells = held.cells.size();
    shown.notices.push_back(std::move(held.notice));
  }
  held_.clear();
  count_ = 0;
  last_at_ = {};
  // The highest rung first; events as they came.
  std::stable_sort(shown.notices.begin(), shown.notices.end(), [](const Notice& a, const Notice& b) {
    return std::pair(a.matter, b.recipient.rung) < std::pair(b.matter, a.recipient.rung);
  });
  std::stable_sort(shown.events.begin(), shown.events.end(),
                   [](const auto& a, const auto& b) { return a.consumer_sequence() < b.consumer_sequence(); });
  return shown;
}

Shown coalesce(std::span<const v1::EventDelivery> events) {
  Coalescer coalescer;
  Shown all;
  const auto add = [&](Shown shown) {
    std::move(shown.notices.begin(), shown.notices.end(), std::back_inserter(all.notices));
    std::move(shown.events.begin(), shown.events.end(), std::back_inserter(all.events));
  };
  for (const auto& one : events) add(coalescer.take(one, {}));
  add(coalescer.flush());
  return all;
}

}  // namespace huying::client
