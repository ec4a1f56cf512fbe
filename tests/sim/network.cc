#include "tests/sim/network.h"

#include <algorithm>

namespace huying::sim {
using std::chrono::microseconds;
using std::chrono::milliseconds;

void Network::connect(Socket& socket) {
  socket.peer = PeerId(++last_peer_);
  socket.last_to_broker = socket.last_to_client = world_.now();
}

SocketId Network::dial(ClientEnd& client) {
  const SocketId id = ++last_socket_;
  Socket& socket = sockets_[id];
  socket.client = &client;
  connect(socket);
  peers_[socket.peer] = id;
  return id;
}

void Network::hang_up(SocketId id) {
  const auto at = sockets_.find(id);
  if (at == sockets_.end()) return;
  std::erase_if(peers_, [id](const auto& entry) { return entry.second == id; });
  sockets_.erase(at);
}

Span Network::delay() {
  auto& dice = world_.dice();
  if (world_.now() < slow_until_) return dice.between(milliseconds(50), milliseconds(1000));
  return dice.chance(5) ? dice.between(milliseconds(20), milliseconds(400))
                        : dice.between(microseconds(50), milliseconds(8));
}

void Network::to_broker(SocketId id, std::string frame) {
  const auto at = sockets_.find(id);
  if (at == sockets_.end()) return;
  Socket& socket = at->second;
  if (tamper_to_broker) tamper_to_broker(socket.client->name(), frame);
  socket.last_to_broker = std::max(socket.last_to_broker, world_.now() + delay());
  world_.at(socket.last_to_broker, [this, peer = socket.peer, frame = std::move(frame)]() mutable {
    if (peers_.contains(peer) && receive_) receive_(peer, std::move(frame));
  });
}

bool Network::to_client(PeerId peer, std::string frame) {
  const auto at = peers_.find(peer);
  if (at == peers_.end()) return false;
  Socket& socket = sockets_.at(at->second);
  if (tamper_to_client) tamper_to_client(socket.client->name(), frame);
  socket.last_to_client = std::max(socket.last_to_client, world_.now() + delay());
  world_.at(socket.last_to_client, [this, peer, frame = std::move(frame)] {
    const auto still = peers_.find(peer);
    if (still == peers_.end()) return;
    const SocketId id = still->second;
    sockets_.at(id).client->arrived(id, frame);
  });
  return true;
}

std::string Network::name_of(PeerId peer) const {
  const auto at = peers_.find(peer);
  return at == peers_.end() ? std::string() : sockets_.at(at->second).client->name();
}

void Network::break_connection(const ClientEnd& client) {
  for (auto& [id, socket] : sockets_) {
    if (socket.client != &client) continue;
    peers_.erase(socket.peer);
    connect(socket);
    peers_[socket.peer] = id;
  }
}

void Network::slow_down(Span for_how_long) { slow_until_ = world_.now() + for_how_long; }

void Network::broker_listens(ToBroker receive) { receive_ = std::move(receive); }

void Network::broker_died() {
  receive_ = nullptr;
  for (auto& [id, socket] : sockets_) {
    // What it sent last may still come out of the kernel's buffers.
    if (world_.dice().chance(500)) peers_.erase(socket.peer);
    connect(socket);
    peers_[socket.peer] = id;
  }
}

}  // namespace huying::sim
