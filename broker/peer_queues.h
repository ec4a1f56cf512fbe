// What ZeroMQ does not take at once. Its own queue of a peer is counted in frames of any size (client/socket.h), so it is
// kept short, and what is behind it waits here, counted in bytes: a peer that reads slowly is waited for, and one that does
// not read at all costs no more than both. Beyond limits::peer_backlog_bytes_max it is given up: its session is over, it
// dials anew and goes on from what it acknowledged. Frames to one peer keep their order.
//
// Owned by the broker's shell, its thread; sends by what it is given, and does nothing else.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "broker/state/effects.h"

namespace huying::broker {

class PeerQueues {
 public:
  enum class Sent : std::uint8_t { yes, full, gone };
  using TrySend = std::function<Sent(PeerId peer, const std::string& bytes)>;  // never waits

  explicit PeerQueues(TrySend try_send) : try_send_(std::move(try_send)) {}

  enum class Keep : std::uint8_t { no, yes };
  // False: the peer is gone, or given up; nothing of it is kept. `Keep::no`: of somebody without a session; what does not
  // leave at once is dropped.
  bool send(PeerId peer, std::string&& bytes, Keep keep);
  // Sends what waits as far as there is room. Who went meanwhile is returned.
  std::vector<PeerId> flush();
  void forget(PeerId peer);

  bool anything_waits() const { return !waiting_.empty(); }
  std::size_t bytes_waiting() const { return bytes_; }

 private:
  struct Waiting {
    std::deque<std::string> frames;
    std::size_t bytes = 0;
  };

  TrySend try_send_;
  absl::flat_hash_map<PeerId, Waiting> waiting_;
  std::size_t bytes_ = 0;  // of all peers
};

}  // namespace huying::broker
