// A street with a host that commits what a test says, and peers that subscribe: for tests of subscriptions.
#pragma once
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/broker/broker_world.h"

namespace huying::broker {

class SubscribingWorld : public testing::Test {
 protected:
  SubscribingWorld() { begin(); }

  void begin() {
    world.hello(1, "hotline", v1::ROLE_PUBLISHER);
    world.hello(2, "street-1", v1::ROLE_STREET_SUPERVISOR);
    world.hello(3, "worker-1", v1::ROLE_GRID_WORKER);
    world.round();
    lease = world.host(5, "host-1").at("a-01");
    for (const auto peer : {1, 2, 3}) world.frames(peer);
    number = 0;
  }
  // One commit of cell a-01 with these events, consuming nothing.
  void commit_events(const std::vector<std::pair<v1::EventKind, v1::Rung>>& events) {
    auto commit = world.commit_of(lease, ++number, 0);
    for (const auto& [kind, rung] : events) {
      auto& event = *commit.add_events();
      event.set_kind(kind);
      event.set_rung(rung);
      event.set_event("e" + std::to_string(++said));
    }
    world.commit(5, {commit});
  }
  std::vector<std::string> texts(std::uint64_t peer) {
    std::vector<std::string> out;
    for (const auto& event : world.events(peer)) {
      EXPECT_EQ(event.consumer_sequence(), ++consumer) << "contiguous";
      out.push_back(event.event());
    }
    return out;
  }
  void acknowledge(std::uint64_t peer, const std::string& name, std::uint64_t sequence) {
    v1::ClientFrame frame;
    frame.mutable_acknowledge_events()->set_name(name);
    frame.mutable_acknowledge_events()->set_consumer_sequence(sequence);
    world.say(peer, frame);
    world.round();
  }

  BrokerWorld world;
  v1::Lease lease;
  std::uint64_t number = 0, consumer = 0;
  int said = 0;
};

}  // namespace huying::broker
