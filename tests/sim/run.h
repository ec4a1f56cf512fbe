// The whole of a run: who lives in the world, and the order in which it is lived. Inside tests/sim only.
#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "tests/sim/breakages/breakage.h"
#include "tests/sim/faults.h"
#include "tests/sim/nodes/administrator.h"
#include "tests/sim/nodes/clerk.h"
#include "tests/sim/nodes/people.h"
#include "tests/sim/nodes/poison.h"
#include "tests/sim/nodes/publisher_node.h"
#include "tests/sim/nodes/subscriber_node.h"
#include "tests/sim/nodes/trespasser.h"
#include "tests/sim/simulation.h"
#include "tests/sim/witness.h"

namespace huying::sim {

class Run {
 public:
  Run(const scenario::Scenario& scenario, std::uint64_t seed, const SimulationListeners& listeners);
  SimulationReport live();

 private:
  void settle_in();
  void add_subscribers();
  void add_hosts();
  void begin();
  void look_around();        // four times a second: who lives
  Facts facts() const;
  // False: something is broken, the run is over.
  bool live_through_the_span();
  bool heal();
  bool compare_states();
  bool count_the_open();
  bool bring_to_zero();
  bool wake_up_once_more();
  bool live_for(Span how_long);
  template <class Until>
  bool live_until(Span at_most, Until until);
  bool whole() const { return witness_.violations().empty(); }
  bool everybody_answered() const;
  void say_who_waits();
  bool states_agree(StreamId stream, bool last_try);
  std::int64_t now_ms() const;
  std::int64_t patience_ms() const;
  Span day() const;

  const scenario::Scenario& scenario_;
  const scenario::Workload& workload_;
  const SimulationListeners& listeners_;
  World world_;
  Network network_;
  Street street_;
  Witness witness_;
  Poison poison_;
  Surroundings around_;
  std::unique_ptr<Breakage> breakage_;
  BrokerNode broker_;
  std::vector<std::unique_ptr<HostNode>> hosts_;
  People people_;
  std::vector<std::unique_ptr<PublisherNode>> publishers_;
  std::vector<std::unique_ptr<SubscriberNode>> subscribers_;
  std::vector<std::unique_ptr<Trespasser>> trespassers_;
  Administrator administrator_;
  Clerk clerk_;
  std::vector<ClientNode*> clients_;  // that may be hit
  std::optional<Faults> faults_;
  SteadyInstant began_;
  std::int64_t last_now_ms_ = 0;
};

}  // namespace huying::sim
