// Goal: credit is kept exactly, whatever is given; and a slow subscriber delays nobody, holds little of the broker's memory and
// reads on from disk, in turns with the others.
#include "base/limits.h"
#include "proto/errors.h"
#include "proto/event_cost.h"
#include "tests/broker/subscribing_world.h"

namespace huying::broker {
namespace {

class SubscriptionRoom : public SubscribingWorld {
 protected:
  v1::ClientFrame subscribe_with(const std::string& name, std::uint32_t messages, std::uint64_t bytes) {
    auto frame = subscribe_frame(name, {"case.>"});
    frame.mutable_subscribe()->mutable_credit()->set_messages(messages);
    frame.mutable_subscribe()->mutable_credit()->set_bytes(bytes);
    return frame;
  }
  void give(std::uint64_t peer, const std::string& name, std::uint32_t messages, std::uint64_t bytes) {
    v1::ClientFrame credit;
    credit.mutable_credit()->set_name(name);
    credit.mutable_credit()->set_messages(messages);
    credit.mutable_credit()->set_bytes(bytes);
    world.say(peer, credit);
    world.round();
  }
  void commit_many(int commits, std::size_t bytes_each) {
    for (int i = 0; i < commits; ++i) {
      auto commit = world.commit_of(lease, ++number, 0);
      auto& event = *commit.add_events();
      event.set_kind(v1::EVENT_KIND_ACCEPTED);
      event.set_event(std::to_string(++said) + std::string(bytes_each, '.'));
      world.commit(5, {commit});
    }
  }
  void rounds(int how_many) {
    for (int i = 0; i < how_many; ++i) world.round();
  }
};

const std::uint64_t cost = event_cost("case.s.a.a-01.accepted", "e1");

TEST_F(SubscriptionRoom, bytes_are_counted_to_the_last_one) {
  world.say(2, subscribe_with("wall", 1000, 3 * cost));
  world.round();
  for (int i = 0; i < 5; ++i) commit_events({{v1::EVENT_KIND_ACCEPTED, {}}});
  EXPECT_EQ(world.events(2).size(), 3u) << "the fourth would need a byte more";
  give(2, "wall", 0, 1);
  rounds(2);
  EXPECT_EQ(world.events(2).size(), 1u) << "sent while one is left, and below zero then";
  give(2, "wall", 0, cost - 1);
  rounds(2);
  EXPECT_EQ(world.events(2).size(), 0u) << "exactly made up for";
  give(2, "wall", 0, 1);
  rounds(2);
  EXPECT_EQ(world.events(2).size(), 1u);
}

TEST_F(SubscriptionRoom, hostile_credit_is_neither_overflow_nor_silence) {
  const auto most = std::numeric_limits<std::uint64_t>::max();
  world.say(2, subscribe_with("wall", std::numeric_limits<std::uint32_t>::max(), most));
  world.round();
  for (int i = 0; i < 3; ++i) give(2, "wall", std::numeric_limits<std::uint32_t>::max(), most);
  commit_events({{v1::EVENT_KIND_ACCEPTED, {}}});
  EXPECT_EQ(world.events(2).size(), 1u);
  give(2, "nobody", 1, 1);  // of no subscription: as if unsaid
  commit_events({{v1::EVENT_KIND_ACCEPTED, {}}});
  EXPECT_EQ(world.events(2).size(), 1u);
}

TEST_F(SubscriptionRoom, an_acknowledgement_of_what_was_never_sent_is_one_of_what_was) {
  world.say(2, subscribe_with("wall", 1000, 1 << 20));
  world.round();
  commit_events({{v1::EVENT_KIND_ACCEPTED, {}}});
  acknowledge(2, "wall", std::numeric_limits<std::uint64_t>::max());
  commit_events({{v1::EVENT_KIND_ACCEPTED, {}}});
  const auto events = world.events(2);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[1].consumer_sequence(), 2u);
}

TEST_F(SubscriptionRoom, who_gives_credit_and_acknowledges_nothing_is_sent_a_window_and_no_more) {
  constexpr std::size_t bytes_each = 60'000;
  world.say(2, subscribe_with("wall", 1000, 1 << 20));
  world.hello(4, "desk-1", v1::ROLE_DESK);
  world.say(4, subscribe_with("other", 100'000, 64 << 20));
  world.round();
  std::size_t greedy = 0, others = 0;
  for (int i = 0; i < 300; ++i) {
    commit_many(1, bytes_each);
    give(2, "wall", 1'000, 8 << 20);
    greedy += world.events(2).size();
    for (const auto& event : world.events(4)) {
      ++others;
      acknowledge(4, "other", event.consumer_sequence());
    }
    give(4, "other", 1, bytes_each + 100);
  }
  EXPECT_EQ(others, 300u) << "nobody waits for the greedy one";
  EXPECT_LE(greedy * bytes_each, static_cast<std::size_t>(limits::subscription_bytes_max) + bytes_each);
  EXPECT_GE(greedy * (bytes_each + 200), static_cast<std::size_t>(limits::subscription_bytes_max));
  acknowledge(2, "wall", greedy);
  std::size_t more = 0;
  for (int i = 0; i < 3000 && greedy + more < 300; ++i) {
    world.round();
    for (const auto& event : world.events(2)) {
      ++more;
      EXPECT_EQ(event.consumer_sequence(), greedy + more);
      acknowledge(2, "wall", event.consumer_sequence());
    }
    give(2, "wall", 1'000, 8 << 20);
  }
  EXPECT_EQ(greedy + more, 300u) << "it reads on from disk, and misses none";
}

TEST_F(SubscriptionRoom, those_behind_read_in_turns_and_a_round_stays_small) {
  constexpr int subscribers = 12, commits = 150;
  constexpr std::size_t bytes_each = 8'000;
  commit_many(commits, bytes_each);
  for (std::uint64_t peer = 20; peer < 20 + subscribers; ++peer) {
    world.hello(peer, "street-1", v1::ROLE_STREET_SUPERVISOR);
    auto frame = subscribe_with("s-" + std::to_string(peer), 10'000, 8 << 20);
    frame.mutable_subscribe()->set_start(true);
    world.say(peer, frame);
  }
  std::vector<std::size_t> seen(subscribers);
  std::size_t bytes_max = 0;
  int rounds_needed = 0;
  while (*std::min_element(seen.begin(), seen.end()) < commits && ++rounds_needed < 2000) {
    world.round();
    bytes_max = std::max(bytes_max, world.bytes_of_round());
    for (int i = 0; i < subscribers; ++i) seen[i] += world.events(20 + i).size();
    const auto [least, most] = std::minmax_element(seen.begin(), seen.end());
    EXPECT_LE((*most - *least) * bytes_each, 2 * limits::read_bytes_a_turn) << "each as far as the others, but for a turn";
  }
  for (const auto one : seen) EXPECT_EQ(one, std::size_t{commits});
  EXPECT_LE(bytes_max, limits::read_bytes_a_round + limits::read_bytes_a_round / 2);
  EXPECT_FALSE(world.core().work_left()) << "all are at the head: the loop rests";
}

TEST_F(SubscriptionRoom, beside_a_batch_one_turn_is_read_and_no_more) {
  commit_many(100, 8'000);
  for (std::uint64_t peer = 20; peer < 28; ++peer) {
    world.hello(peer, "street-1", v1::ROLE_STREET_SUPERVISOR);
    auto frame = subscribe_with("s-" + std::to_string(peer), 10'000, 8 << 20);
    frame.mutable_subscribe()->set_start(true);
    world.say(peer, frame);
  }
  world.round();
  commit_many(1, 10);
  EXPECT_LE(world.bytes_of_round(), 2 * limits::read_bytes_a_turn);
}

TEST_F(SubscriptionRoom, a_round_that_says_too_much_sends_the_rest_from_disk) {
  constexpr std::uint64_t subscribers = 60;
  constexpr std::size_t bytes_each = 200'000;
  for (std::uint64_t peer = 20; peer < 20 + subscribers; ++peer) {
    world.hello(peer, "street-1", v1::ROLE_STREET_SUPERVISOR);
    world.say(peer, subscribe_with("s-" + std::to_string(peer), 1'000, 8 << 20));
  }
  for (int i = 0; i < 40; ++i) world.round();
  std::vector<v1::Commit> commits;
  for (int i = 0; i < 4; ++i) {
    auto& commit = commits.emplace_back(world.commit_of(lease, ++number, 0));
    commit.add_events()->set_kind(v1::EVENT_KIND_ACCEPTED);
    commit.mutable_events(0)->set_event(std::string(bytes_each, 'x'));
  }
  world.commit(5, commits);  // 60 x 800 KB, if nothing held it
  EXPECT_LE(world.bytes_of_round(), limits::round_said_bytes_max + 2 * limits::MiB);
  std::vector<std::size_t> seen(subscribers);
  for (int i = 0; i < 400; ++i) {
    for (std::uint64_t one = 0; one < subscribers; ++one)
      for (const auto& event : world.events(20 + one)) EXPECT_EQ(event.consumer_sequence(), ++seen[one]);
    world.round();
  }
  for (const auto one : seen) EXPECT_EQ(one, 4u);
}

TEST_F(SubscriptionRoom, progress_is_said_by_each_each_second_and_not_by_all_in_every_round) {
  world.say(2, subscribe_with("wall", 1'000, 1 << 20));
  world.round();
  world.frames(2);
  v1::ClientFrame heartbeat;
  heartbeat.mutable_heartbeat();
  int progress = 0;
  for (int i = 0; i < 45; ++i) {  // of work for others
    world.pass(std::chrono::milliseconds(100));
    world.say(2, heartbeat);
    auto commit = world.commit_of(lease, ++number, 0);
    world.commit(5, {commit});
    for (const auto& frame : world.frames(2)) progress += frame.has_events() && frame.events().has_progress();
  }
  EXPECT_GE(progress, 4);
  EXPECT_LE(progress, 5);
}

// Found by the simulator (network, seed 116): the events for which there was credit overtook Subscribed and were not taken.
// With no credit left nothing more came, and their number was never missed.
TEST_F(SubscriptionRoom, progress_is_said_again_while_what_was_sent_is_not_acknowledged) {
  world.say(2, subscribe_with("wall", 3, 1 << 20));
  world.round();
  for (int i = 0; i < 4; ++i) commit_events({{v1::EVENT_KIND_ACCEPTED, {}}});
  world.frames(2);
  v1::ClientFrame heartbeat;
  heartbeat.mutable_heartbeat();
  const auto progress_in_three_seconds = [&] {
    std::vector<std::uint64_t> through;
    for (int i = 0; i < 30; ++i) {
      world.pass(std::chrono::milliseconds(100));
      world.say(2, heartbeat);
      world.round();
      for (const auto& frame : world.frames(2))
        if (frame.events().has_progress()) through.push_back(frame.events().progress().through_consumer_sequence());
    }
    return through;
  };
  const auto told = progress_in_three_seconds();
  EXPECT_GE(told.size(), 2u);
  EXPECT_LE(told.size(), 4u);
  for (const auto through : told) EXPECT_EQ(through, 3u);
  acknowledge(2, "wall", 3);
  EXPECT_LE(progress_in_three_seconds().size(), 1u) << "nothing is unanswered, and nothing new";
}

}  // namespace
}  // namespace huying::broker
