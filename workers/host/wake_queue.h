// Which case's clock is due, or is to be reminded of, first, over all cells of a host. Derived from the cells' states and
// never stored. One entry a case: its next instant; what no longer holds is noticed when it comes up (lazy deletion), and the queue is made
// anew when most of it no longer holds. Part of HostCore; one thread.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "workers/cell/case.h"

namespace huying::host {

class WakeQueue {
 public:
  struct Entry {
    std::int64_t due_at_ms = 0;
    std::uint32_t stream = 0;
    cell::CaseNumber number;
  };

  // Puts in when the case wakes next unless an entry as early is there already.
  void watch(std::uint32_t stream, cell::Case& one);
  // The earliest entry, if it is due; it is taken out.
  std::optional<Entry> take_due(std::int64_t now_ms);
  std::optional<std::int64_t> next_due_at_ms() const;
  std::size_t size() const { return heap_.size(); }
  void clear() { heap_.clear(); heap_.shrink_to_fit(); }

 private:
  std::vector<Entry> heap_;
};

}  // namespace huying::host
