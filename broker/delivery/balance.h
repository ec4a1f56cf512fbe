// How many cells each host should hold, and which move comes next. A host's share follows its capacity; hosts that take
// any number count like the largest of the others, and take what is over when those are full.
//
// Moves cost a fold each, so they are few: they begin only when a host is far from its share, and then go on until every
// host has it (hysteresis). A host that has not been steady for a while (`settled`) is given nothing by a move. Pure; any
// thread.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace huying::delivery {

struct HostLoad {
  std::uint32_t capacity = 0;  // cells at most; 0: any
  std::uint32_t held = 0;
  bool settled = true;         // may be given cells by a move

  bool has_room() const { return capacity == 0 || held < capacity; }
};

// What a host counts for among the others; never 0.
std::vector<std::uint64_t> weights_of(const std::vector<HostLoad>& hosts);

// How many of `cells` each should hold, host by host. The sum is `cells`, or the capacity of all where that is less.
std::vector<std::uint32_t> fair_shares(const std::vector<HostLoad>& hosts, std::uint32_t cells);

// True when `a` with one more cell would be less loaded than `b` with one more.
inline bool is_less_loaded(const HostLoad& a, std::uint64_t weight_a, const HostLoad& b, std::uint64_t weight_b) {
  return (std::uint64_t{a.held} + 1) * weight_b < (std::uint64_t{b.held} + 1) * weight_a;
}

struct BalanceMove {
  std::size_t from = 0, to = 0;  // indexes of hosts
};

// The next move, from who holds most above its share to who lacks most. `under_way`: moves have begun, and go on until
// every host has its share; else they begin only where somebody is an eighth of its share, and two cells, away from it.
std::optional<BalanceMove> next_move(const std::vector<HostLoad>& hosts, const std::vector<std::uint32_t>& shares,
                                     bool under_way);

}  // namespace huying::delivery
