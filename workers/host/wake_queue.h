// Which case's clock is due, or is to be reminded of, next, over all cells of a host. Derived from the cells' states and
// never stored. Two lanes: what falls due while its cell is held fires by the instant, at once; what was due before its
// cell could fire it waits by severity (severity.h) and is taken at the pace of the catch-up, so that neither delays the
// other. One entry a case and lane; what no longer holds is noticed when it comes up (lazy deletion), and the queue is made
// anew when most of it no longer holds. Part of HostCore; one thread.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "workers/cell/case.h"
#include "workers/host/severity.h"

namespace huying::host {

class WakeQueue {
 public:
  struct Entry {
    std::int64_t due_at_ms = 0;
    std::uint32_t stream = 0;
    cell::CaseNumber number;
  };

  // Puts in when the case wakes next unless an entry as early is there already. Up to `overdue_until_ms` its cell could fire
  // nothing: what is to fire then is overdue.
  void watch(std::uint32_t stream, cell::Case& one, std::int64_t overdue_until_ms);
  // The earliest entry, if it is due; it is taken out.
  std::optional<Entry> take_due(std::int64_t now_ms);
  std::optional<std::int64_t> next_due_at_ms() const;

  // The most severe of what is overdue in cells that are not held back; it is taken out.
  std::optional<Entry> take_overdue();
  bool may_take_overdue() const { return !turns_.empty(); }
  bool has_overdue() const { return overdue_ != 0; }
  // Nothing overdue of the cell is taken until it is released.
  void hold_back(std::uint32_t stream);
  void release(std::uint32_t stream);
  // What is overdue of the cell is forgotten; it is not held back.
  void forget(std::uint32_t stream);

  std::size_t size() const { return due_.size() + overdue_; }
  void clear();

 private:
  struct Backlog {  // of a cell
    std::vector<Severity> heap;
    bool is_held_back = false;
  };
  struct Turn {
    Severity severity;  // the top of its cell's backlog
    std::uint32_t stream = 0;
    friend bool operator<(const Turn& a, const Turn& b) {
      // A case that moved may stand in two cells' backlogs for a while.
      if (is_more_severe(a.severity, b.severity)) return true;
      return !is_more_severe(b.severity, a.severity) && a.stream < b.stream;
    }
  };
  void push_due(const Entry& entry);
  void push_overdue(std::uint32_t stream, const Severity& severity);
  void has_a_turn(std::uint32_t stream, const Backlog& backlog);
  void has_no_turn(std::uint32_t stream, const Backlog& backlog);

  std::vector<Entry> due_;  // a heap
  absl::flat_hash_map<std::uint32_t, Backlog> backlogs_;  // by stream
  std::set<Turn> turns_;
  std::size_t overdue_ = 0;
};

}  // namespace huying::host
