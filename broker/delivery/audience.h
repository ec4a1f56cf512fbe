// Who is concerned by an event: the connected subscriptions, by what they ask for. Those that ask for every cell stand in
// one list; the others are found by the unit or the cell that they name, and remembered by cell. Nothing here grows with
// the cells times the subscriptions. Owned by Subscribing; one thread.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <string>
#include <vector>

#include "broker/delivery/subscription.h"
#include "broker/state/cells.h"

namespace huying::delivery {

using broker::CellState;

class Audience {
 public:
  struct Match {
    Subscription* subscription;
    EventMask mask;
  };
  // Of one cell; made when an event of it comes and somebody began or ended since.
  struct Here {
    std::uint64_t made_at = 0;
    std::vector<Match> matches;     // of those who do not ask for every cell
    v1::EventKind subject_kind{};   // whose case subject stands in `subject`: most events of a cell are alike
    std::string subject;
  };

  void add(Subscription& s);
  void remove(Subscription& s);
  // Cells, or their units, changed.
  void forget_cells() { ++changes_; }

  bool is_empty() const { return everywhere_.empty() && by_unit_.empty() && by_cell_.empty(); }
  const std::vector<Subscription*>& everywhere() const { return everywhere_; }
  // What such a one asks for in this cell.
  static EventMask mask_in(const Subscription& s, const CellState& cell) {
    return s.interest.narrow().empty() ? s.interest.mask_everywhere() : s.interest.mask(cell.place);
  }
  Here& of(const CellState& cell);
  const std::vector<Subscription*>& of_partition_events() const { return partition_events_; }

 private:
  using Lists = absl::flat_hash_map<std::string, std::vector<Subscription*>>;
  static void remove_from(Lists& lists, const std::string& key, Subscription& s);

  std::vector<Subscription*> everywhere_, partition_events_;
  Lists by_unit_, by_cell_;  // of those who do not ask for every cell; by_unit_ of selectors that name no cell
  std::uint64_t changes_ = 1;
  std::vector<Here> here_;   // by stream
};

}  // namespace huying::delivery
