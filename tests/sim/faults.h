// Lets go wrong what a scenario asks for, at times that the seed chooses: each kind of fault has a stream of its own, so
// that one more kind moves none of the others. Owned by the Simulation; one thread.
#pragma once
#include <memory>
#include <vector>

#include "tests/sim/nodes/broker_node.h"
#include "tests/sim/nodes/client_node.h"
#include "tests/sim/nodes/host_node.h"

namespace huying::sim {

// How often something that comes so many times in each `day` of the span comes in it: 0 when it is not once.
std::int64_t times_in_all(std::int64_t times_a_day, Span span, Span day);

class Faults {
 public:
  Faults(const Surroundings& around, BrokerNode& broker, std::vector<HostNode*> hosts, std::vector<ClientNode*> clients)
      : around_(around), broker_(broker), hosts_(std::move(hosts)), clients_(std::move(clients)) {}

  // `fault.times` times in each `day` of the span, or `fault.in_all` times.
  void plan(const scenario::Fault& fault, Span span, Span day);
  void stop() { stopped_ = true; }  // none begins from here on
  void heal();                      // none goes on either

 private:
  void happen(const scenario::Fault& fault, Chance& chance);
  void happen_to_broker(FaultKind kind, Span how_long, Chance& chance);
  void happen_to_host(FaultKind kind, Span how_long, Chance& chance);
  void happen_to_network(const scenario::Fault& fault, Span how_long, Chance& chance);
  void happen_to_disk(FaultKind kind, Span how_long, Chance& chance);
  void poison_a_fold(Span how_long, Chance& chance);
  void fill_disk(FaultKind kind, Span how_long, Chance& chance);
  void happen_to_clock(FaultKind kind, Span how_long, Chance& chance);
  SessionNode& any_session(Chance& chance);

  const Surroundings around_;
  BrokerNode& broker_;
  std::vector<HostNode*> hosts_;
  std::vector<ClientNode*> clients_;
  bool stopped_ = false;
};

}  // namespace huying::sim
