// Grid workers, supervisors and the desk, all behind one gateway, by the production conversation (client/actor.h). They
// act on what the wall shows, late or not at all; or, when the street is to come to zero, on what they ask for.
#pragma once
#include <map>
#include <memory>
#include <set>

#include "client/actor.h"
#include "tests/sim/nodes/client_node.h"

namespace huying::sim {

class People final : public ClientNode {
 public:
  People(const Surroundings& around, const scenario::Workload& workload);

  void see(const v1::EventDelivery& delivery);  // on the wall
  void go_home() { at_work_ = false; }          // nothing new; what was begun is still sent again
  void work_to_zero();                          // asks for all that is open, again and again, and does it
  std::size_t unanswered() const override { return waiting_.size(); }

 private:
  struct Place {
    std::string unit, cell;
  };
  void begin() override;
  void see_case(const v1::CaseEvent& event, const Place& place);
  void act_later(v1::Action action, const Place& place, std::int64_t seen_at_ms);
  void decide_ask(const v1::CaseEvent& event, const Place& place);
  void name_a_time(v1::Action& action, std::int64_t seen_at_ms);
  void act(v1::Action action);
  void give_to_actor(const v1::Action& action);
  void answered(const v1::Action& action, const v1::ActionReply& reply);
  void ask(const SimulatedCell& cell);
  void finish(const v1::CaseView& view, const SimulatedCell& cell);
  void read_contact(const std::string& case_number, const Place& place);
  const std::string& any_cell();

  const scenario::Workload& workload_;
  Chance chance_;
  std::unique_ptr<client::Actor> actor_;
  std::map<std::string, v1::Action> waiting_;  // by action_id
  std::set<std::string> being_finished_;       // cases with a step on the way
  std::uint64_t last_id_ = 0;
  bool at_work_ = true;
};

}  // namespace huying::sim
