// What a cell is: its open cases and how far its stream was worked off. Made by folding the stream's records, so any
// host makes the same, byte for byte (I9). Owned by the host; one thread.
//
// It remembers where cases went that left it, so that actions can be sent on that come behind a move: queued before
// it, sent on by a cell where the case was before, or set aside and decided again, any time later. So that memory is
// part of the state and of its encoding, with its order, by which the oldest are forgotten.
#pragma once
#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "workers/cell/case.h"

namespace huying::cell {

inline constexpr std::uint32_t state_version = 4;  // 4: with who was asked to answer an escalation
inline constexpr std::string_view desk_code = "desk";

// Where and what: from the lease, constant while it lasts.
struct CellPlace {
  std::uint32_t stream = 0;
  std::string cell;
  std::string unit;
  bool is_desk() const { return cell == desk_code; }
};

class CellState {
 public:
  CellState(CellPlace place, Names& names) : place_(std::move(place)), names_(&names) {}

  const CellPlace& place() const { return place_; }
  Names& names() { return *names_; }
  const Names& names() const { return *names_; }

  Case* find(const CaseNumber& number) { return look_up(number); }
  const Case* find(const CaseNumber& number) const { return look_up(number); }
  Case& open(const CaseNumber& number);  // stops the process when it is there already
  void erase(const CaseNumber& number);
  std::size_t open_cases() const { return cases_.size(); }
  std::vector<const Case*> by_number() const;
  template <class Visit>
  void each(Visit visit) {
    for (const auto& one : cases_) visit(*one);
  }

  // Where a case went that left this cell; 0: not known.
  std::uint32_t moved_to(const CaseNumber& number) const;
  void remember_move(const CaseNumber& number, std::uint32_t to_stream);
  void forget_move(const CaseNumber& number) { moved_.erase(number); }

  std::uint64_t consumed_through = 0;       // causes up to here are decided
  std::uint64_t configuration_version = 0;  // in force at this place of the cell's order; 0: none yet
  std::int64_t last_event_at_ms = 0;        // event times never go back
  std::deque<CaseNumber> to_park;           // cases with a clock that was set aside; derived, what is parked is skipped

  std::string encode() const;
  // COMMIT_INVALID's family has no number for it: JOURNAL_UNREADABLE when the bytes are not a state of this version.
  static Result<CellState> decode(std::string_view bytes, CellPlace place, Names& names);

 private:
  Case* look_up(const CaseNumber& number) const;

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(const CaseNumber& number) const { return absl::Hash<CaseNumber>{}(number); }
    std::size_t operator()(const std::unique_ptr<Case>& one) const { return (*this)(one->number); }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const std::unique_ptr<Case>& a, const std::unique_ptr<Case>& b) const { return a->number == b->number; }
    bool operator()(const std::unique_ptr<Case>& a, const CaseNumber& b) const { return a->number == b; }
  };

  CellPlace place_;
  Names* names_;  // outlives the state
  absl::flat_hash_set<std::unique_ptr<Case>, Hash, Equal> cases_;
  mutable Case* recent_ = nullptr;  // found or opened last: a decision asks for its case again and again
  absl::flat_hash_map<CaseNumber, std::uint32_t> moved_;
  std::deque<CaseNumber> moves_;       // oldest first; bounded
  std::vector<std::unique_ptr<Case>> spare_;  // cases that ended, to be used again
};

}  // namespace huying::cell
