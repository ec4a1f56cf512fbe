// Which clocks a host fires, and when: what falls due while it holds the cell at once, in the order of the instants; what was
// due before, by severity and at the pace of the catch-up (wake_queue.h, severity.h, catch_up_pace.h).
#include <spdlog/spdlog.h>

#include "workers/host/host_state.h"

namespace huying::host {
namespace {

constexpr std::uint32_t firings_a_wake = 512;  // then other work has its turn

}  // namespace

void HostCore::State::watch_all(std::uint32_t stream, HeldCell& cell) {
  cell.is_watched = true;
  cell.waits.clear();
  queue.forget(stream);
  cell.state.each([&](cell::Case& one) {
    one.queued_at_ms = cell::Case::no_entry;
    queue.watch(stream, one, cell.overdue_until_ms);
  });
}

// The cell is live (again).
void HostCore::State::watch_again(std::uint32_t stream, HeldCell& cell) {
  if (!cell.is_watched) return watch_all(stream, cell);
  queue.release(stream);
  for (const auto& number : std::exchange(cell.waits, {})) {
    auto* one = cell.state.find(number);
    if (one == nullptr) continue;
    one->queued_at_ms = cell::Case::no_entry;
    queue.watch(stream, *one, cell.overdue_until_ms);
  }
}

HostCore::State::Fired HostCore::State::fire(const WakeQueue::Entry& entry, Frames& out, CommitFrames& commits, Instant now) {
  const auto found = cells.find(entry.stream);
  if (found == cells.end()) return Fired::nothing;
  auto& cell = *found->second;
  if (cell.phase != Phase::live) {
    cell.waits.push_back(entry.number);
    return Fired::nothing;
  }
  auto* one = cell.state.find(entry.number);
  auto* settings = configurations.find(version_of(cell));
  if (one == nullptr || settings == nullptr) return Fired::nothing;  // a cell without settings is live no more
  one->queued_at_ms = cell::Case::no_entry;
  if (cell.tries_clocks) {
    // Where the time went back since, what is not due any more is not tried: it would not fire, and be suspected again.
    const auto until_ms = std::min(cell.tries_until_ms, to_ms(now));
    if (const auto name = cell::Decider::due_of(cell.state, entry.number, until_ms)) {
      cell.waits.push_back(entry.number);
      begin_trial(entry.stream, cell, *name, out, commits);
      return Fired::on_trial;
    }
  }
  if (!decider.fire(cell.state, entry.number, *settings, at(cell, now), commit)) {
    queue.watch(entry.stream, *one, std::min(cell.overdue_until_ms, to_ms(now)));
    return Fired::nothing;
  }
  send_commit(entry.stream, cell, commits);
  return Fired::clock;
}

void HostCore::State::fire_due(Frames& out, CommitFrames& commits, Instant now) {
  for (std::uint32_t fired = 0; fired < firings_a_wake;) {
    const auto entry = queue.take_due(to_ms(now));
    if (!entry) return;
    if (fire(*entry, out, commits, now) != Fired::nothing) fired += 1;
  }
}

void HostCore::State::catch_up(Frames& out, CommitFrames& commits, Instant now, SteadyInstant steady) {
  const bool was_waiting = pace.is_waiting();
  if (queue.may_take_overdue()) pace.waits(steady);
  if (!was_waiting && pace.is_waiting()) caught_up = 0;
  while (pace.may_fire(steady) > 0) {
    const auto entry = queue.take_overdue();
    if (!entry) break;
    if (fire(*entry, out, commits, now) == Fired::nothing) continue;
    pace.fired();
    caught_up += 1;
  }
  if (queue.has_overdue() || !pace.is_waiting()) return;
  pace.is_done();
  if (caught_up != 0) spdlog::info("host: {} clocks that were overdue are caught up", caught_up);
}

// The time went on at once: what fell due in between could not fire before now.
void HostCore::State::time_leapt(Instant now) {
  spdlog::warn("host: the street's time went forward at once; what fell due meanwhile is caught up by severity");
  for (auto& [stream, cell] : cells)
    if (cell->overdue_until_ms != 0) cell->overdue_until_ms = to_ms(now);
  while (const auto entry = queue.take_due(to_ms(now))) {
    const auto found = cells.find(entry->stream);
    if (found == cells.end()) continue;
    auto& cell = *found->second;
    // Of a lease before this one, whose cell is not live yet: then all its cases are watched anew.
    if (cell.overdue_until_ms == 0) continue;
    auto* one = cell.state.find(entry->number);
    if (one == nullptr) continue;
    one->queued_at_ms = cell::Case::no_entry;
    queue.watch(entry->stream, *one, cell.overdue_until_ms);
  }
}

void HostCore::State::compact_queue() {
  std::size_t open = 0;
  for (const auto& [stream, cell] : cells) open += cell->state.open_cases();
  if (queue.size() < 4096 || queue.size() < 4 * open) return;
  queue.clear();
  for (const auto stream : streams()) {
    auto& cell = *cells[stream];
    if (cell.phase == Phase::live)
      watch_all(stream, cell);
    else
      cell.is_watched = false;
  }
}

}  // namespace huying::host
