// Which history of the journal a cursor or a token was made in. A folder that was restored from a backup goes on in another
// one: positions and terms are given out again, for other records. The claims of the journal tell them apart: a claim's
// time is never the same twice. Owned by Subscribing; pure.
#pragma once
#include <cstdint>
#include <vector>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/ids.h"

namespace huying::delivery {

struct HistoryMark {
  std::uint32_t term = 0;  // 0: not known
  std::int64_t claimed_at_ms = 0;
  friend bool operator==(const HistoryMark&, const HistoryMark&) = default;
};

class History {
 public:
  // Each claim of the journal, in order; `from`: no record of the term lies before it.
  void claimed(Term term, Position from, Instant at) { claims_.push_back({{term.value, to_ms(at)}, from}); }
  // What is written from now on carries it.
  HistoryMark mark() const { return claims_.empty() ? HistoryMark{} : claims_.back().mark; }
  // Whether a place that carries the mark is one of this history, which ends at `head` so far.
  bool has(const HistoryMark& mark, Position place, Position head) const;
  void encode(Encoder& out) const;  // of a snapshot (core_snapshot.cc)
  bool decode(Decoder& in);
  // Whether the record at `place` was here when that term of this history ended.
  bool held_in(Term term, Position place) const;

 private:
  struct Claim {
    HistoryMark mark;
    Position from;
  };
  std::vector<Claim> claims_;
};

}  // namespace huying::delivery
