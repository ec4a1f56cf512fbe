// A simulated program that has a session with the broker: Hello, heartbeat, dialling anew after silence or a refusal.
// What it does with the session its heirs say. Owned by the Simulation; one thread.
#pragma once
#include <string>

#include "huying/v1/session.pb.h"
#include "tests/sim/network.h"

namespace huying::sim {

class Client : public ClientEnd {
 public:
  Client(World& world, Network& network, std::string principal, v1::Role role)
      : world_(world), network_(network), principal_(std::move(principal)), role_(role) {}

  void start();
  void arrived(SocketId socket, std::string_view frame) override;
  std::string name() const override;
  const std::string& principal() const { return principal_; }
  bool has_session() const { return has_session_; }

 protected:
  virtual void began(const v1::BrokerFrame& welcome) = 0;
  virtual void received(const v1::BrokerFrame& frame) = 0;
  virtual void lost() {}
  virtual bool takes_frames() const { return true; }  // false: stopped, frames wait outside
  void send(const v1::ClientFrame& frame);
  void take(const v1::BrokerFrame& frame);
  void dial();
  void die();  // no session, no socket, nothing of this life happens any more
  std::uint64_t life() const { return life_; }

  World& world_;
  Network& network_;

 private:
  void beat(std::uint64_t socket);

  std::string principal_;
  v1::Role role_;
  SocketId socket_ = 0;
  std::uint64_t life_ = 1;
  bool has_session_ = false;
  SteadyInstant heard_at_;
};

}  // namespace huying::sim
