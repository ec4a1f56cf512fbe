// Which held cells have causes that wait, and what follows when they wait too long. A cell is looked at once in
// waiting_look, however many causes pass through it: nothing is looked for among all cells. Pure; one thread.
#pragma once
#include <queue>
#include <vector>

#include "broker/state/cells.h"
#include "broker/state/sessions.h"

namespace huying::delivery {

using broker::CellState;
using broker::Session;

enum class Verdict : std::uint8_t {
  fine,        // nothing waits
  wait,        // look again at `look_at`
  stuck_cell,  // its first cause lies undecided while its host works for others, or it is folded on trial and never done
  stuck_host,  // causes wait, and its host decides nothing at all
};

struct Judgement {
  Verdict verdict = Verdict::fine;
  SteadyInstant look_at;
};

// Of a cell that `owner` holds. The time before `attentive_since` counts for nobody.
Judgement judge(const CellState& cell, const Session& owner, SteadyInstant now, SteadyInstant attentive_since);

// A cause has waited for undecided_max, though the host may be deciding others all the time. Asked at each look: it keeps a mark at
// the end of what waits, and sees whether the host came past it. Without a time for each of half a million causes.
bool falls_behind(CellState& cell, SteadyInstant now, SteadyInstant attentive_since);

class LeaseWatch {
 public:
  // No effect when the cell is watched already.
  void watch(CellState& cell, SteadyInstant look_at);
  // The next one to be looked at now, which is not watched any more; null: none.
  CellState* take_due(SteadyInstant now);
  std::size_t size() const { return queue_.size(); }

 private:
  struct Entry {
    SteadyInstant at;
    CellState* cell;
    bool operator>(const Entry& other) const { return at > other.at; }
  };
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue_;
};

}  // namespace huying::delivery
