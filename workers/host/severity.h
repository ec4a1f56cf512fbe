// In which order clocks fire that were due before they could be, after an outage or a step of the system's clock: the one
// rule, as a comparison. Pure; any thread.
//
// Clocks before reminders, for these are overdue and those are not. Then urgent cases before others; then the higher the
// rung that was asked already, the sooner; then what is late the longest; then the case number, so that the order is one.
#pragma once
#include <compare>
#include <cstdint>

#include "workers/cell/case.h"

namespace huying::host {

struct Severity {
  bool is_reminder = false;
  bool is_urgent = false;
  v1::Rung rung{};  // highest that was asked; RUNG_UNSPECIFIED: none
  std::int64_t due_at_ms = 0;  // of a reminder: when it was to be sent
  cell::CaseNumber number;
};

// True: `a` fires before `b`.
inline bool is_more_severe(const Severity& a, const Severity& b) {
  if (a.is_reminder != b.is_reminder) return b.is_reminder;
  if (a.is_urgent != b.is_urgent) return a.is_urgent;
  if (a.rung != b.rung) return a.rung > b.rung;
  if (a.due_at_ms != b.due_at_ms) return a.due_at_ms < b.due_at_ms;
  return a.number < b.number;
}

// Of the case's clock that is due first, or, where none is due at `overdue_until_ms`, of what is to be reminded of.
inline Severity severity_of(const cell::Case& one, std::int64_t overdue_until_ms) {
  const cell::Clock* next = one.next_running();
  const bool is_due = next != nullptr && next->due_at_ms <= overdue_until_ms;
  v1::FiledDetail filed;  // one that cannot be read is not urgent; deciding looks at it again
  const bool is_urgent = filed.ParseFromString(one.filed) && filed.urgency() == v1::URGENCY_URGENT;
  return {!is_due, is_urgent, one.highest_rung(), is_due ? next->due_at_ms : one.wakes_at_ms(), one.number};
}

}  // namespace huying::host
