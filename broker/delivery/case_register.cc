#include "broker/delivery/case_register.h"

#include <algorithm>
#include <utility>

namespace huying::delivery {

void CaseRegister::take(const std::string& cell, v1::Answer& answer) {
  anybody_answered_ = true;
  total_ += answer.total();
  if (answer.parked_at() != 0) parked_.push_back(cell);
  const auto middle = static_cast<std::ptrdiff_t>(entries_.size());
  for (auto& view : *answer.mutable_cases()) {
    Entry entry{std::make_unique<v1::CaseView>(std::move(view)), {}};
    entry.rank = rank_of(entry.view->whole());
    entries_.push_back(std::move(entry));
  }
  answer.clear_cases();
  std::sort(entries_.begin() + middle, entries_.end(), before);
  if (answer.more() && std::ssize(entries_) > middle) {
    const auto last = to_message(entries_.back().rank);
    if (!certain_until_ || hurts_more(rank_of(last), rank_of(*certain_until_))) certain_until_ = last;
  }
  std::inplace_merge(entries_.begin(), entries_.begin() + middle, entries_.end(), before);
  if (entries_.size() <= limit_) return;
  more_ = true;
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(limit_), entries_.end());
}

void CaseRegister::fill(v1::QueryReply& reply, std::size_t bytes_max) && {
  std::size_t bytes = 0;
  for (auto& entry : entries_) {
    const bool uncertain = certain_until_ && hurts_more(rank_of(*certain_until_), entry.rank);
    bytes += entry.view->ByteSizeLong();
    if (uncertain || (bytes > bytes_max && reply.cases_size() > 0)) break;
    *reply.add_cases() = std::move(*entry.view);
  }
  reply.set_more(more_ || certain_until_ || static_cast<std::size_t>(reply.cases_size()) < entries_.size());
  reply.set_total(total_);
  for (const auto& cell : unanswered_) reply.add_unanswered(cell);
  for (const auto& cell : parked_) reply.add_parked_cells(cell);
}

}  // namespace huying::delivery
