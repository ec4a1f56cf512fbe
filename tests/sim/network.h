// The network between clients and the broker, as ZeroMQ behaves: a client has a *socket* that dials by itself; each
// *connection* of it is a new peer to the broker. Frames of a connection keep their order, take their time, and are
// lost with it; nobody is told. What is sent while the broker is down is lost. Owned by the Simulation; one thread.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "broker/state/effects.h"
#include "tests/sim/world.h"

namespace huying::sim {

using broker::PeerId;
using SocketId = std::uint64_t;  // never reused; 0: none

class ClientEnd {
 public:
  virtual ~ClientEnd() = default;
  virtual void arrived(SocketId socket, std::string_view frame) = 0;
  virtual std::string name() const = 0;  // principal and which life of it: "host-1#3"
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

  // Faults.
  void break_connection(const ClientEnd& client);  // it dials anew by itself, and does not say so
  void slow_down(Span for_how_long);               // frames take up to a second meanwhile

  void broker_listens(ToBroker receive);
  void broker_died();  // every connection is gone

  // A run that breaks the system on purpose changes frames here.
  Tamper tamper_to_broker, tamper_to_client;

 private:
  struct Socket {
    ClientEnd* client = nullptr;
    PeerId peer;  // of the connection
    SteadyInstant last_to_broker, last_to_client;
  };
  Span delay();
  void connect(Socket& socket);

  World& world_;
  std::map<SocketId, Socket> sockets_;
  std::map<PeerId, SocketId> peers_;
  ToBroker receive_;
  SteadyInstant slow_until_;
  std::uint64_t last_socket_ = 0, last_peer_ = 0;
};

}  // namespace huying::sim
