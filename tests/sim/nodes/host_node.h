// A host in the simulated world: the production core, driven as its shell does (workers/host/host.cc), with a steady clock
// of its own. It dies before, amid or after the sending of what was decided; it is stopped and goes on with what it
// believed; it is stuck though its session beats, slow, or stuck in one cell; it is started again. One thread.
#pragma once
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "tests/sim/checkers/checker.h"
#include "tests/sim/nodes/session_node.h"
#include "tests/sim/world/process_clock.h"
#include "workers/host/host_core.h"

namespace huying::sim {

class HostNode {
 public:
  HostNode(const Surroundings& around, std::uint32_t number, std::uint32_t capacity);

  void start();
  void die(Span least, Span most);  // for how long
  void be_away_for(Span how_long);  // dead, or not started yet
  void die_while_sending() { doomed_ = session_.running(); }  // at the next frames that it sends
  void stop_for(Span how_long);
  void stick_for(Span how_long);
  void slow_down_for(Span how_long);
  void stick_in_a_cell_for(Span how_long);
  void spare();                     // nothing is wrong from here on; it is started when it is dead

  void be_replaced(); // by the newest build, if it is not of it
  bool holds(StreamId stream) const { return state_of(stream).has_value(); }

  HostFacts facts() const;
  SessionNode& session() { return session_; }
  bool running() const { return core_ != nullptr; }
  std::optional<std::string> state_of(StreamId stream) const;
  std::function<void(v1::ClientFrame&)> on_saying;  // may change it

 private:
  using Frames = std::vector<v1::ClientFrame>;
  SteadyInstant own_steady() const { return clock_.steady(around_.world.now()); }
  void welcomed(const v1::Welcome& welcome);
  void received(const v1::BrokerFrame& frame);
  void work();
  void handle(const v1::BrokerFrame& frame);
  void hold_back(v1::BrokerFrame& frame);
  bool dies_of_folding(const v1::BrokerFrame& frame);
  bool dies_of_sending(const Frames& frames);
  void release_cell();
  void say(Frames& frames);
  void wake_when_due();
  void wake();
  // `then`, unless it is another life by then.
  template <class Then>
  void later(Span wait, Then then) {
    around_.world.after(wait, [this, life = life_, then] {
      if (life == life_) then();
    });
  }
  bool busy() const { return stuck_ || around_.world.now() < busy_until_; }

  const Surroundings around_;
  const std::uint32_t capacity_;
  Chance fate_;
  ProcessClock clock_;
  SessionNode session_;
  std::unique_ptr<host::HostCore> core_;
  std::deque<v1::BrokerFrame> inbox_;  // what came and was not looked at: it is slow or stuck
  v1::BrokerFrame held_back_;          // causes of the cell that it is stuck in
  std::uint32_t stuck_stream_ = 0;     // 0: none
  std::uint32_t build_ = 0;            // of its program
  std::map<std::uint32_t, std::uint64_t> folds_until_;  // by stream, of its leases
  bool doomed_ = false, stuck_ = false, work_is_coming_ = false;
  SteadyInstant busy_until_, slow_until_, well_since_;
  std::int64_t heard_ms_ = 0;
  SteadyInstant away_until_;
  std::uint64_t life_ = 0, wake_order_ = 0;
};

}  // namespace huying::sim
