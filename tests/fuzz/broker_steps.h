// The steps that an input of the broker's fuzz target is made of: a byte (who, and what is done), then a frame behind
// its length. One thread.
#pragma once
#include "huying/v1/error.pb.h"
#include "tests/broker/broker_world.h"
#include "tests/fuzz/input.h"

namespace huying::fuzz {

// The stranger says no hello for itself.
enum class Who : std::uint8_t { stranger, publisher, gateway, worker, host, other_host, administrator, supervisor };
enum class Do : std::uint8_t { say, say_and_round, wait, say_in_parts, lose_peer, crash, say_again, round };

inline std::uint64_t peer_of(Who who) { return 100 + static_cast<std::uint64_t>(who); }

inline void everybody_says_hello(broker::BrokerWorld& world) {
  world.hello(peer_of(Who::publisher), "hotline", v1::ROLE_PUBLISHER);
  world.hello(peer_of(Who::gateway), "gateway", v1::ROLE_GATEWAY);
  world.hello(peer_of(Who::worker), "worker-1", v1::ROLE_GRID_WORKER);
  world.hello(peer_of(Who::host), "host-1", v1::ROLE_HOST);
  world.hello(peer_of(Who::other_host), "host-2", v1::ROLE_HOST);
  world.hello(peer_of(Who::administrator), "administrator", v1::ROLE_ADMINISTRATOR);
  world.hello(peer_of(Who::supervisor), "street-1", v1::ROLE_STREET_SUPERVISOR);
  world.round();
}

// What the administrator's files come to is another target's matter: every version is refused.
inline void refuse_directories(broker::BrokerWorld& world) {
  while (auto job = world.core().take_job()) {
    broker::DirectoryJobResult result;
    result.id = job->id;
    result.error = v1::ERROR_CODE_DIRECTORY_INVALID;
    result.findings = {"refused"};
    world.core().job_done(std::move(result));
  }
}

inline void step(broker::BrokerWorld& world, Input& input) {
  const std::uint8_t word = input.byte();
  const std::uint64_t peer = peer_of(static_cast<Who>(word & 7u));
  const auto frame = input.piece();
  switch (static_cast<Do>(word >> 3 & 7u)) {
    case Do::say:
      world.say_bytes(peer, frame);
      break;
    case Do::say_and_round:
      world.say_bytes(peer, frame);
      world.round();
      break;
    case Do::wait:
      world.pass(std::chrono::milliseconds(700));
      world.round();
      break;
    case Do::say_in_parts:
      world.say_bytes(peer, frame, frame.size());
      break;
    case Do::lose_peer:
      world.core().peer_gone(broker::PeerId(peer));
      break;
    case Do::crash:
      world.crash_and_restart();
      everybody_says_hello(world);
      break;
    case Do::say_again:
      world.say_bytes(peer, frame);
      world.say_bytes(peer, frame);
      world.round();
      break;
    case Do::round:
      world.round();
      break;
  }
  refuse_directories(world);
}

}  // namespace huying::fuzz
