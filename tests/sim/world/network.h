// The network between clients and the broker, as ZeroMQ behaves: a client has a *socket* that dials by itself; each
// *connection* of it is a new peer to the broker. Frames of a connection keep their order, take their time, and are
// lost with it; nobody is told. What is sent while the broker is down is lost. Owned by the Simulation; one thread.
//
// Faults make it worse than ZeroMQ is: frames of a connection that stands are doubled or overtaken; some are lost while
// later ones come, until it breaks.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "broker/state/effects.h"
#include "tests/sim/world/world.h"

namespace huying::sim {

using broker::PeerId;
using SocketId = std::uint64_t;  // never reused; 0: none

// The line between one client's machine and the broker's: what is wrong with it.
struct Line {
  SteadyInstant parted_to_broker, parted_to_client;  // until then nothing passes that way
  bool holds = false;                                // what is sent meanwhile comes afterwards, else it is lost
  SteadyInstant disturbed;                           // until then frames are hit
  FaultKind disturbance{};
  std::uint32_t permille = 0;
  SteadyInstant loses_until;                         // then it breaks: what lost something does not live on
  SteadyInstant whole_since;                         // no fault has touched it since; later than now: one does
  Chance delays, hits;
  bool begun = false;
};

class ClientEnd {
 public:
  virtual ~ClientEnd() = default;
  virtual void arrived(SocketId socket, std::string_view frame) = 0;
  virtual std::string name() const = 0;              // principal and which life of it: "host-1#3"
  virtual const std::string& principal() const = 0;

 private:
  friend class Network;
  Line line_;
};

class Network {
 public:
  using ToBroker = std::function<void(PeerId, std::string&&)>;
  using Tamper = std::function<void(const std::string& client, std::string& frame)>;

  explicit Network(World& world) : world_(world) {}

  SocketId dial(ClientEnd& client);
  void hang_up(SocketId socket);
  void to_broker(SocketId socket, std::string frame);
  bool to_client(PeerId peer, std::string frame);  // false: nobody there
  std::string name_of(PeerId peer) const;          // empty: nobody
  PeerId peer_of(SocketId socket) const;

  void broker_listens(ToBroker receive);
  void broker_died();  // every connection is gone

  // Faults.
  void cut(ClientEnd& client);  // it dials anew by itself, and does not say so
  void part(ClientEnd& client, FaultKind kind, Span how_long, bool holds);
  void disturb(ClientEnd& client, FaultKind kind, std::uint32_t permille, Span how_long);
  void slow_down(Span how_long);  // frames of everybody take up to a second meanwhile
  void heal(ClientEnd& client);
  void heal_all() { slow_until_ = world_.now(); }
  // Since when nothing was wrong between this client and the broker; later than now when something is.
  SteadyInstant whole_since(const ClientEnd& client) const;
  bool is_parted(const ClientEnd& client) const;

  // A run that breaks the system on purpose changes frames here; an empty frame is not sent on.
  Tamper tamper_to_broker, tamper_to_client;

 private:
  struct Socket {
    ClientEnd* client = nullptr;
    PeerId peer;  // of the connection
    SteadyInstant last_to_broker, last_to_client;
  };
  struct Fate {
    bool lost = false, doubled = false, overtaken = false;
  };
  Line& line_of(ClientEnd& client);
  Fate fate_of(Line& line, SteadyInstant parted_until);
  Span delay(Line& line);
  // When a frame arrives that is sent now; `last` keeps the order.
  SteadyInstant arrival(Line& line, const Fate& fate, SteadyInstant parted_until, SteadyInstant& last);
  void touched(Line& line, SteadyInstant until) { line.whole_since = std::max(line.whole_since, until); }
  void break_at(ClientEnd& client, SteadyInstant until);
  void connect(Socket& socket);

  World& world_;
  std::map<SocketId, Socket> sockets_;
  std::map<PeerId, SocketId> peers_;
  ToBroker receive_;
  SteadyInstant slow_until_;
  std::uint64_t last_socket_ = 0, last_peer_ = 0;
};

}  // namespace huying::sim
