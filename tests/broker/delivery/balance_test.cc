#include "broker/delivery/balance.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

namespace huying::delivery {
namespace {

using Shares = std::vector<std::uint32_t>;

TEST(Balance, SharesFollowCapacity) {
  EXPECT_EQ(fair_shares({{10}, {20}, {40}}, 67), (Shares{10, 19, 38}));
  EXPECT_EQ(fair_shares({{0}, {0}, {0}}, 67), (Shares{23, 22, 22}));
  EXPECT_EQ(fair_shares({{100}, {100}}, 67), (Shares{34, 33}));
}

TEST(Balance, AHostThatTakesAnyNumberCountsLikeTheLargest) {
  EXPECT_EQ(fair_shares({{10}, {20}, {0}}, 50), (Shares{10, 20, 20}));
  EXPECT_EQ(fair_shares({{10}, {20}, {0}}, 90), (Shares{10, 20, 60})) << "and takes what is over";
}

TEST(Balance, NothingIsPromisedBeyondTheCapacityOfAll) {
  EXPECT_EQ(fair_shares({{10}, {20}}, 50), (Shares{10, 20}));
  EXPECT_EQ(fair_shares({}, 50), (Shares{}));
}

TEST(Balance, SharesAddUpAndNeverPassACapacityWhateverTheHosts) {
  std::mt19937 random(11);
  for (int round = 0; round < 2'000; ++round) {
    std::vector<HostLoad> hosts(1 + random() % 8);
    std::uint64_t room = 0;
    bool any = false;
    for (auto& host : hosts) {
      host.capacity = random() % 4 == 0 ? 0 : 1 + random() % 500;
      room += host.capacity;
      any |= host.capacity == 0;
    }
    const std::uint32_t cells = random() % 3'000;
    const auto shares = fair_shares(hosts, cells);
    const auto sum = std::accumulate(shares.begin(), shares.end(), std::uint64_t{0});
    EXPECT_EQ(sum, any ? cells : std::min<std::uint64_t>(cells, room));
    for (std::size_t i = 0; i < hosts.size(); ++i) {
      if (hosts[i].capacity != 0) { EXPECT_LE(shares[i], hosts[i].capacity); }
    }
  }
}

TEST(Balance, ALittleUnevenIsLeftAloneButWhatHasBegunIsFinished) {
  std::vector<HostLoad> hosts{{0, 35}, {0, 33}};
  const auto shares = fair_shares(hosts, 68);
  EXPECT_FALSE(next_move(hosts, shares, false).has_value());
  ASSERT_TRUE(next_move(hosts, shares, true).has_value());
  EXPECT_EQ(next_move(hosts, shares, true)->to, 1u);
}

TEST(Balance, MovesEndAndAreNoMoreThanAreMissing) {
  std::vector<HostLoad> hosts{{0, 68}, {0, 0}, {0, 0}};
  const auto shares = fair_shares(hosts, 68);
  int moves = 0;
  bool under_way = false;
  while (const auto move = next_move(hosts, shares, under_way)) {
    under_way = true;
    --hosts[move->from].held;
    ++hosts[move->to].held;
    ASSERT_LE(++moves, 68);
  }
  EXPECT_EQ(moves, 45);  // 68 - 23
  for (std::size_t i = 0; i < hosts.size(); ++i) EXPECT_EQ(hosts[i].held, shares[i]);
}

TEST(Balance, AHostThatHasNotSettledIsGivenNothing) {
  std::vector<HostLoad> hosts{{0, 68}, {0, 0}};
  hosts[1].settled = false;
  EXPECT_FALSE(next_move(hosts, fair_shares(hosts, 68), false).has_value());
}

}  // namespace
}  // namespace huying::delivery
