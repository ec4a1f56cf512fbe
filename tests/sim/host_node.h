// A host in the simulated world: the production core, driven as its shell does, with a steady clock of its own that
// starts elsewhere and drifts. It dies before, amid or after the sending of what was decided, is stopped for seconds
// and goes on with what it believed (the fence must hold), and is started again. Owned by the Simulation; one thread.
#pragma once
#include <deque>
#include <memory>
#include <vector>

#include "tests/sim/client.h"
#include "workers/host/host_core.h"

namespace huying::sim {

class HostNode final : public Client {
 public:
  HostNode(World& world, Network& network, int number);

  void die();
  void die_while_sending() { doomed_ = true; }  // at the next frames that it sends
  void stop_for(Span how_long);
  std::uint32_t deaths() const { return deaths_; }

 protected:
  void began(const v1::BrokerFrame& welcome) override;
  void received(const v1::BrokerFrame& frame) override;
  void lost() override;
  bool takes_frames() const override { return !stopped_; }

 private:
  using Frames = std::vector<v1::ClientFrame>;
  void arrived(SocketId socket, std::string_view frame) override;
  void go_on();
  SteadyInstant own_steady() const;
  void say(const Frames& frames);
  void wake_when_due();

  std::unique_ptr<host::HostCore> core_;
  Span offset_{};
  std::int64_t drift_ppm_ = 0;
  bool doomed_ = false, stopped_ = false;
  std::uint32_t deaths_ = 0;
  std::uint64_t wake_order_ = 0;
  std::deque<std::pair<SocketId, std::string>> waiting_;  // while it is stopped
};

}  // namespace huying::sim
