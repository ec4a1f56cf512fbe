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

void History::encode(Encoder& out) const {
  out.number(static_cast<std::uint32_t>(claims_.size()));
  for (const Claim& claim : claims_) {
    out.number(claim.mark.term);
    out.number(claim.mark.claimed_at_ms);
    out.number(claim.from.value);
  }
}

bool History::decode(Decoder& in) {
  constexpr std::size_t claim_bytes = 4 + 8 + 8;
  claims_.clear();
  for (auto claims = in.count(claim_bytes); claims > 0; --claims) {
    Claim claim;
    claim.mark.term = in.number<std::uint32_t>();
    claim.mark.claimed_at_ms = in.number<std::int64_t>();
    claim.from = Position{in.number<std::uint64_t>()};
    claims_.push_back(claim);
  }
  return in.ok();
}

bool History::held_in(Term term, Position place) const {
  const auto claim = std::find_if(claims_.begin(), claims_.end(),
                                  [&](const Claim& one) { return one.mark.term == term.value; });
  if (claim == claims_.end()) return false;
  const auto next = claim + 1;
  return next == claims_.end() || place < next->from;
}

}  // namespace huying::delivery
