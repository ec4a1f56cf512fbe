// ZeroMQ's routing ids and our numbers of peers. Any thread.
#pragma once
#include <array>
#include <cstdint>
#include <cstring>
#include <zmq.hpp>

#include "broker/state/effects.h"

namespace huying::broker {

// A routing id that libzmq made is a zero byte and a 32-bit number, never reused while a process lives. Clients that set
// one of their own are not served (docs/protocol.md): 0.
inline PeerId peer_of(const zmq::message_t& id) {
  if (id.size() != 5 || *id.data<char>() != 0) return PeerId{};
  std::uint32_t number = 0;
  std::memcpy(&number, id.data<char>() + 1, sizeof number);
  return PeerId(std::uint64_t{number} + 1);
}

inline std::array<char, 5> routing_id(PeerId peer) {
  std::array<char, 5> id{};
  const auto number = static_cast<std::uint32_t>(peer.value - 1);
  std::memcpy(id.data() + 1, &number, sizeof number);
  return id;
}

}  // namespace huying::broker
