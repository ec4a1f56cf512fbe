#include "broker/delivery/history.h"

#include <algorithm>

namespace huying::delivery {

bool History::has(const HistoryMark& mark, Position place, Position head) const {
  if (mark.term == 0) return place <= head;
  const auto claim = std::find_if(claims_.begin(), claims_.end(), [&](const Claim& one) { return one.mark == mark; });
  if (claim == claims_.end()) return false;
  const auto next = claim + 1;
  return place <= (next == claims_.end() ? head : next->from);
}

bool History::held_in(Term term, Position place) const {
  const auto claim = std::find_if(claims_.begin(), claims_.end(),
                                  [&](const Claim& one) { return one.mark.term == term.value; });
  if (claim == claims_.end()) return false;
  const auto next = claim + 1;
  return next == claims_.end() || place < next->from;
}

}  // namespace huying::delivery
