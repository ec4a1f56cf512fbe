#include "broker/delivery/audience.h"

#include <algorithm>

namespace huying::delivery {
namespace {

void remove_one(std::vector<Subscription*>& from, const Subscription& s) {
  const auto at = std::find(from.begin(), from.end(), &s);
  if (at == from.end()) return;
  *at = from.back();
  from.pop_back();
}

void add_once(std::vector<Subscription*>& to, Subscription& s) {
  if (std::find(to.begin(), to.end(), &s) == to.end()) to.push_back(&s);
}

}  // namespace

void Audience::add(Subscription& s) {
  if (s.interest.wants_partition_events()) partition_events_.push_back(&s);
  if (!s.interest.mask_everywhere().empty()) {
    everywhere_.push_back(&s);
    return;
  }
  ++changes_;
  for (const auto& selector : s.interest.narrow())
    add_once(selector.cell.empty() ? by_unit_[selector.unit] : by_cell_[selector.cell], s);
}

void Audience::remove(Subscription& s) {
  remove_one(partition_events_, s);
  if (!s.interest.mask_everywhere().empty()) return remove_one(everywhere_, s);
  ++changes_;
  for (const auto& selector : s.interest.narrow())
    selector.cell.empty() ? remove_from(by_unit_, selector.unit, s) : remove_from(by_cell_, selector.cell, s);
}

void Audience::remove_from(Lists& lists, const std::string& key, Subscription& s) {
  const auto at = lists.find(key);
  if (at == lists.end()) return;
  remove_one(at->second, s);
  if (at->second.empty()) lists.erase(at);
}

Audience::Here& Audience::of(const CellState& cell) {
  if (cell.stream.value >= here_.size()) here_.resize(cell.stream.value + 1);
  Here& here = here_[cell.stream.value];
  if (here.made_at == changes_) return here;
  here.made_at = changes_;
  here.matches.clear();
  here.subject_kind = {};
  const auto take = [&](const Lists& lists, const std::string& key) {
    const auto at = lists.find(key);
    if (at == lists.end()) return;
    for (Subscription* s : at->second) {
      const auto known = std::any_of(here.matches.begin(), here.matches.end(),
                                     [&](const Match& match) { return match.subscription == s; });
      const EventMask mask = s->interest.mask(cell.place);
      if (!known && !mask.empty()) here.matches.push_back({s, mask});
    }
  };
  take(by_unit_, cell.place.unit);
  take(by_cell_, cell.place.cell);
  return here;
}

}  // namespace huying::delivery
