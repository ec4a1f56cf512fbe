#include "broker/delivery/balance.h"

#include <algorithm>
#include <numeric>

namespace huying::delivery {
namespace {

constexpr std::int64_t slack_min = 2;  // cells
constexpr std::int64_t slack_of_share = 8;

// Everybody's capacity is not enough: who has a bound is full, the others share what is over alike.
std::vector<std::uint32_t> shares_beyond_capacity(const std::vector<HostLoad>& hosts, std::uint64_t cells,
                                                  std::uint64_t bounded_sum) {
  const auto unbounded = static_cast<std::uint64_t>(
      std::count_if(hosts.begin(), hosts.end(), [](const HostLoad& host) { return host.capacity == 0; }));
  std::uint64_t over = cells - bounded_sum, left = unbounded;
  std::vector<std::uint32_t> shares;
  for (const auto& host : hosts) {
    if (host.capacity != 0) {
      shares.push_back(host.capacity);
      continue;
    }
    const std::uint64_t part = (over + left - 1) / left;
    shares.push_back(static_cast<std::uint32_t>(part));
    over -= part;
    --left;
  }
  return shares;
}

}  // namespace

std::vector<std::uint64_t> weights_of(const std::vector<HostLoad>& hosts) {
  std::uint64_t largest = 1;
  for (const auto& host : hosts) largest = std::max<std::uint64_t>(largest, host.capacity);
  std::vector<std::uint64_t> weights;
  weights.reserve(hosts.size());
  for (const auto& host : hosts) weights.push_back(host.capacity == 0 ? largest : host.capacity);
  return weights;
}

std::vector<std::uint32_t> fair_shares(const std::vector<HostLoad>& hosts, std::uint32_t cells) {
  const auto weights = weights_of(hosts);
  const auto sum = std::accumulate(weights.begin(), weights.end(), std::uint64_t{0});
  std::uint64_t bounded_sum = 0;
  for (const auto& host : hosts) bounded_sum += host.capacity;
  if (cells > sum) return shares_beyond_capacity(hosts, cells, bounded_sum);
  // By largest remainder. No share is above its weight, for cells <= sum: nor above a capacity.
  std::vector<std::uint32_t> shares(hosts.size());
  std::vector<std::size_t> order(hosts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::uint64_t given = 0;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    shares[i] = static_cast<std::uint32_t>(cells * weights[i] / sum);
    given += shares[i];
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return cells * weights[a] % sum > cells * weights[b] % sum; });
  for (std::size_t i = 0; i < order.size() && given < cells; ++i, ++given) ++shares[order[i]];
  return shares;
}

std::optional<BalanceMove> next_move(const std::vector<HostLoad>& hosts, const std::vector<std::uint32_t>& shares,
                                     bool under_way) {
  BalanceMove move;
  std::int64_t most_over = 0, most_under = 0;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    const auto over = std::int64_t{hosts[i].held} - std::int64_t{shares[i]};
    if (over > most_over) most_over = over, move.from = i;
    if (hosts[i].settled && -over > most_under) most_under = -over, move.to = i;
  }
  if (most_over == 0 || most_under == 0) return std::nullopt;
  const auto is_far = [&](std::size_t host, std::int64_t by) {
    return by >= std::max(slack_min, std::int64_t{shares[host]} / slack_of_share);
  };
  if (!under_way && !is_far(move.from, most_over) && !is_far(move.to, most_under)) return std::nullopt;
  return move;
}

}  // namespace huying::delivery
