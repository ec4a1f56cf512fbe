// One list of open cases out of what several cells answered (proto/worst_first.h): right over the whole, and with a limit it
// is the worst that are shown. Of a cell that could not say all it has, only that much is believed which nothing unsaid can
// come before. Pure; one thread.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "huying/v1/session.pb.h"
#include "proto/worst_first.h"

namespace huying::delivery {

class CaseRegister {
 public:
  explicit CaseRegister(std::size_t limit) : limit_(limit) {}

  void take(const std::string& cell, v1::Answer& answer);  // empties its cases
  void unanswered(const std::string& cell) { unanswered_.push_back(cell); }
  bool anybody_answered() const { return anybody_answered_; }

  // Cases, total, more, unanswered, parked_cells; at most so many bytes of cases, but one case at least.
  void fill(v1::QueryReply& reply, std::size_t bytes_max) &&;

 private:
  struct Entry {
    std::unique_ptr<v1::CaseView> view;
    Rank rank;  // borrows from the view
  };
  static bool before(const Entry& a, const Entry& b) { return hurts_more(a.rank, b.rank); }

  std::size_t limit_;
  std::vector<Entry> entries_;  // sorted
  std::optional<v1::CaseRank> certain_until_;  // absent: everything is
  std::uint32_t total_ = 0;
  bool more_ = false, anybody_answered_ = false;
  std::vector<std::string> unanswered_, parked_;
};

}  // namespace huying::delivery
