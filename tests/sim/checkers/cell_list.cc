#include "tests/sim/checkers/cell_list.h"

#include <algorithm>

#include "base/digest.h"

namespace huying::sim {
namespace {

std::uint64_t digest_of(const std::string& words) { return words.empty() ? 0 : chain_digest(0, words); }

std::size_t differences(const CaseWords& one, const CaseWords& other) {
  std::size_t missing = 0, others = 0;
  for (const auto& [number, words] : one) {
    const auto at = other.find(number);
    if (at == other.end())
      ++missing;
    else
      others += at->second != words;
  }
  const std::size_t in_both = one.size() - missing;
  return missing + others + (other.size() - in_both);
}

}  // namespace

void AnsweredList::add(const std::string& number, std::string words) {
  ++named;
  digest ^= digest_of(words);
  cases[number] = std::move(words);
}

void CellList::put(const std::string& number, std::string words) { change(number, std::move(words)); }
void CellList::strike_off(const std::string& number) { change(number, {}); }

void CellList::change(const std::string& number, std::string words) {
  auto& point = points_.back();
  auto& known = open_[number];
  point.digest ^= digest_of(known) ^ digest_of(words);
  if (remembers_) point.changes.push_back({number, known});
  if (words.empty())
    open_.erase(number);
  else
    known = std::move(words);
  point.cases = open_.size();
}

void CellList::consumed(std::uint64_t through) {
  if (remembers_) {
    points_.push_back(points_.back());
    points_.back().changes.clear();
  }
  auto& now = points_.back().consumed_through;
  now = std::max(now, through);
}

void CellList::forget() {
  points_.erase(points_.begin(), points_.end() - 1);
  points_.back().changes.clear();
  remembers_ = false;
}

bool CellList::was(const AnsweredList& answer) const {
  return std::any_of(points_.begin(), points_.end(), [&](const Point& point) {
    return point.consumed_through == answer.sequence && point.cases == answer.named && point.digest == answer.digest;
  });
}

CellList::Moment CellList::nearest_to(const AnsweredList& answer) const {
  Moment best{points_.back().consumed_through, open_};
  CaseWords open = open_;
  auto least = differences(open, answer.cases);
  for (auto point = points_.rbegin(); std::next(point) != points_.rend(); ++point) {
    for (auto change = point->changes.rbegin(); change != point->changes.rend(); ++change) {
      if (change->before.empty())
        open.erase(change->number);
      else
        open[change->number] = change->before;
    }
    const auto here = differences(open, answer.cases);
    if (here >= least) continue;
    least = here;
    best = {std::next(point)->consumed_through, open};
  }
  return best;
}

}  // namespace huying::sim
