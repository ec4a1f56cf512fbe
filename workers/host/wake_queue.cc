#include "workers/host/wake_queue.h"

#include <algorithm>
#include <tuple>

namespace huying::host {
namespace {

// The order of firings: due instant, then case number; the kinds of one case follow each other by themselves.
bool later(const WakeQueue::Entry& a, const WakeQueue::Entry& b) {
  return std::tie(a.due_at_ms, a.number) > std::tie(b.due_at_ms, b.number);
}

}  // namespace

void WakeQueue::watch(std::uint32_t stream, cell::Case& one) {
  const auto at = one.wakes_at_ms();
  if (at >= one.queued_at_ms) return;
  one.queued_at_ms = at;
  heap_.push_back({at, stream, one.number});
  std::push_heap(heap_.begin(), heap_.end(), later);
}

std::optional<WakeQueue::Entry> WakeQueue::take_due(std::int64_t now_ms) {
  if (heap_.empty() || heap_.front().due_at_ms > now_ms) return std::nullopt;
  std::pop_heap(heap_.begin(), heap_.end(), later);
  const auto entry = heap_.back();
  heap_.pop_back();
  return entry;
}

std::optional<std::int64_t> WakeQueue::next_due_at_ms() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.front().due_at_ms;
}

}  // namespace huying::host
