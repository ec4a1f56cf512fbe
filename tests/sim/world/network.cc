#include "tests/sim/world/network.h"

#include <algorithm>

namespace huying::sim {

using std::chrono::microseconds;
using std::chrono::milliseconds;

void Network::connect(Socket& socket) {
  socket.peer = PeerId(++last_peer_);
  socket.last_to_broker = socket.last_to_client = world_.now();
}

Line& Network::line_of(ClientEnd& client) {
  Line& line = client.line_;
  if (!std::exchange(line.begun, true)) {
    line.delays = world_.chance("delays of " + client.principal());
    line.hits = world_.chance("hits of " + client.principal());
  }
  return line;
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

// ---- A frame's way -----------------------------------------------------------------------------------------------

Span Network::delay(Line& line) {
  if (world_.now() < slow_until_) return line.delays.between(milliseconds(50), milliseconds(1000));
  return line.delays.permille(5) ? line.delays.between(milliseconds(20), milliseconds(400))
                                 : line.delays.between(microseconds(50), milliseconds(8));
}

Network::Fate Network::fate_of(Line& line, SteadyInstant parted_until) {
  Fate fate;
  fate.lost = world_.now() < parted_until && !line.holds;
  if (world_.now() >= line.disturbed || !line.hits.permille(line.permille)) return fate;
  world_.counters().hit(line.disturbance);
  switch (line.disturbance) {
    case scenario::FRAMES_LOST:
      fate.lost = true;
      break;
    case scenario::FRAMES_DOUBLED:
      fate.doubled = true;
      break;
    default:
      fate.overtaken = true;
      break;
  }
  return fate;
}

SteadyInstant Network::arrival(Line& line, const Fate& fate, SteadyInstant parted_until, SteadyInstant& last) {
  const SteadyInstant begins = std::max(world_.now(), parted_until);
  if (fate.overtaken) return begins + delay(line) + line.hits.between(milliseconds(1), milliseconds(300));
  return last = std::max(last, begins + delay(line));
}

void Network::to_broker(SocketId id, std::string frame) {
  const auto at = sockets_.find(id);
  if (at == sockets_.end()) return;
  Socket& socket = at->second;
  if (tamper_to_broker) tamper_to_broker(socket.client->name(), frame);
  Line& line = line_of(*socket.client);
  const Fate fate = fate_of(line, line.parted_to_broker);
  if (fate.lost || frame.empty()) return;
  for (int copies = fate.doubled ? 2 : 1; copies > 0; --copies)
    world_.at(arrival(line, fate, line.parted_to_broker, socket.last_to_broker), [this, peer = socket.peer, frame] {
      if (peers_.contains(peer) && receive_) receive_(peer, std::string(frame));
    });
}

bool Network::to_client(PeerId peer, std::string frame) {
  const auto at = peers_.find(peer);
  if (at == peers_.end()) return false;
  Socket& socket = sockets_.at(at->second);
  if (tamper_to_client) tamper_to_client(socket.client->name(), frame);
  Line& line = line_of(*socket.client);
  const Fate fate = fate_of(line, line.parted_to_client);
  if (fate.lost || frame.empty()) return true;
  for (int copies = fate.doubled ? 2 : 1; copies > 0; --copies)
    world_.at(arrival(line, fate, line.parted_to_client, socket.last_to_client), [this, peer, frame] {
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

PeerId Network::peer_of(SocketId socket) const {
  const auto at = sockets_.find(socket);
  return at == sockets_.end() ? PeerId{} : at->second.peer;
}

void Network::broker_listens(ToBroker receive) { receive_ = std::move(receive); }

void Network::broker_died() {
  receive_ = nullptr;
  for (auto& [id, socket] : sockets_) {
    // What it sent last may still come out of the kernel's buffers.
    if (line_of(*socket.client).hits.permille(500)) peers_.erase(socket.peer);
    connect(socket);
    peers_[socket.peer] = id;
  }
}

// ---- Faults ------------------------------------------------------------------------------------------------------

void Network::cut(ClientEnd& client) {
  touched(line_of(client), world_.now());
  for (auto& [id, socket] : sockets_) {
    if (socket.client != &client) continue;
    peers_.erase(socket.peer);
    connect(socket);
    peers_[socket.peer] = id;
  }
}

void Network::part(ClientEnd& client, FaultKind kind, Span how_long, bool holds) {
  Line& line = line_of(client);
  const SteadyInstant until = world_.now() + how_long;
  line.holds = holds;
  if (kind != scenario::PARTITION_FROM_BROKER) line.parted_to_broker = until;
  if (kind != scenario::PARTITION_TO_BROKER) line.parted_to_client = until;
  touched(line, until);
  if (!holds) break_at(client, until);
}

// A connection that lost something does not live, whatever other fault lasts longer.
void Network::break_at(ClientEnd& client, SteadyInstant until) {
  client.line_.loses_until = std::max(client.line_.loses_until, until);
  world_.at(until, [this, &client, until] {
    if (client.line_.loses_until <= until) cut(client);
  });
}

void Network::disturb(ClientEnd& client, FaultKind kind, std::uint32_t permille, Span how_long) {
  Line& line = line_of(client);
  line.disturbed = world_.now() + how_long;
  line.disturbance = kind;
  line.permille = permille;
  touched(line, line.disturbed);
  if (kind == scenario::FRAMES_LOST) break_at(client, line.disturbed);
}

void Network::slow_down(Span how_long) { slow_until_ = std::max(slow_until_, world_.now() + how_long); }

void Network::heal(ClientEnd& client) {
  Line& line = line_of(client);
  const bool was_touched = line.whole_since > world_.now();
  line.parted_to_broker = line.parted_to_client = line.disturbed = line.whole_since = world_.now();
  if (was_touched) cut(client);
}

SteadyInstant Network::whole_since(const ClientEnd& client) const {
  return std::max(client.line_.whole_since, slow_until_);
}

bool Network::is_parted(const ClientEnd& client) const {
  return world_.now() < std::max(client.line_.parted_to_broker, client.line_.parted_to_client);
}

}  // namespace huying::sim
