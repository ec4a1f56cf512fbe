#include "workers/host/wake_queue.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace huying::host {
namespace {

// The order of firings: due instant, then case number; the kinds of one case follow each other by themselves.
bool later(const WakeQueue::Entry& a, const WakeQueue::Entry& b) {
  return std::tie(a.due_at_ms, a.number) > std::tie(b.due_at_ms, b.number);
}
bool less_severe(const Severity& a, const Severity& b) { return is_more_severe(b, a); }

}  // namespace

void WakeQueue::watch(std::uint32_t stream, cell::Case& one, std::int64_t overdue_until_ms) {
  const auto at = one.wakes_at_ms();
  if (at >= one.queued_at_ms) return;
  one.queued_at_ms = at;
  if (at > overdue_until_ms) return push_due({at, stream, one.number});
  push_overdue(stream, severity_of(one, overdue_until_ms));
  // What else of it falls due meanwhile does not wait for its turn.
  if (const auto next = one.due_after_ms(overdue_until_ms); next != cell::Case::no_entry)
    push_due({next, stream, one.number});
}

void WakeQueue::push_due(const Entry& entry) {
  due_.push_back(entry);
  std::push_heap(due_.begin(), due_.end(), later);
}

std::optional<WakeQueue::Entry> WakeQueue::take_due(std::int64_t now_ms) {
  if (due_.empty() || due_.front().due_at_ms > now_ms) return std::nullopt;
  std::pop_heap(due_.begin(), due_.end(), later);
  const auto entry = due_.back();
  due_.pop_back();
  return entry;
}

std::optional<std::int64_t> WakeQueue::next_due_at_ms() const {
  if (due_.empty()) return std::nullopt;
  return due_.front().due_at_ms;
}

// ---- What is overdue -------------------------------------------------------------------------------------------

void WakeQueue::has_a_turn(std::uint32_t stream, const Backlog& backlog) {
  if (!backlog.is_held_back && !backlog.heap.empty()) turns_.insert({backlog.heap.front(), stream});
}
void WakeQueue::has_no_turn(std::uint32_t stream, const Backlog& backlog) {
  if (!backlog.heap.empty()) turns_.erase({backlog.heap.front(), stream});
}

void WakeQueue::push_overdue(std::uint32_t stream, const Severity& severity) {
  auto& backlog = backlogs_[stream];
  has_no_turn(stream, backlog);
  backlog.heap.push_back(severity);
  std::push_heap(backlog.heap.begin(), backlog.heap.end(), less_severe);
  has_a_turn(stream, backlog);
  ++overdue_;
}

std::optional<WakeQueue::Entry> WakeQueue::take_overdue() {
  if (turns_.empty()) return std::nullopt;
  const Turn turn = *turns_.begin();
  turns_.erase(turns_.begin());
  auto& backlog = backlogs_[turn.stream];
  std::pop_heap(backlog.heap.begin(), backlog.heap.end(), less_severe);
  backlog.heap.pop_back();
  has_a_turn(turn.stream, backlog);
  --overdue_;
  return Entry{turn.severity.due_at_ms, turn.stream, turn.severity.number};
}

void WakeQueue::hold_back(std::uint32_t stream) {
  auto& backlog = backlogs_[stream];
  has_no_turn(stream, backlog);
  backlog.is_held_back = true;
}

void WakeQueue::release(std::uint32_t stream) {
  const auto found = backlogs_.find(stream);
  if (found == backlogs_.end() || !std::exchange(found->second.is_held_back, false)) return;
  has_a_turn(stream, found->second);
}

void WakeQueue::forget(std::uint32_t stream) {
  const auto found = backlogs_.find(stream);
  if (found == backlogs_.end()) return;
  has_no_turn(stream, found->second);
  overdue_ -= found->second.heap.size();
  backlogs_.erase(found);
}

void WakeQueue::clear() {
  due_ = {};
  backlogs_.clear();
  turns_.clear();
  overdue_ = 0;
}

}  // namespace huying::host
