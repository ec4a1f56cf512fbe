// Who uses the simulated street: publishers, the wall that sees every event, and the people who act on what it shows.
// All of them send again what was not answered, under the same name, after every new session. Owned by the Simulation.
#pragma once
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/client.h"
#include "tests/sim/street.h"

namespace huying::sim {

class Publisher final : public Client {
 public:
  Publisher(World& world, Network& network, const Street& street, std::string principal);

  // `how_many` requests, at chosen times of the span; some are published again later, some with other content.
  void publish_over(Span span, std::uint32_t how_many);
  std::size_t unanswered() const { return waiting_.size(); }
  std::uint64_t acknowledgements() const { return acknowledgements_; }

  std::function<void(const std::string& source, const v1::Request& request, const v1::PublishAck& ack)> on_acknowledged;
  std::function<void(const std::string& what)> on_unexpected;

 protected:
  void began(const v1::BrokerFrame& welcome) override;
  void received(const v1::BrokerFrame& frame) override;

 private:
  v1::Request make_request(std::uint32_t number);
  void publish(v1::Request request);
  void say(std::uint64_t tag);

  const Street& street_;
  std::map<std::uint64_t, v1::Request> waiting_;  // by tag
  std::vector<v1::Request> answered_;
  std::uint64_t last_tag_ = 0, acknowledgements_ = 0;
};

// A durable subscription to everything, taken up again from its cursor.
class Wall final : public Client {
 public:
  Wall(World& world, Network& network);
  std::function<void(const v1::EventDelivery& delivery, const v1::CaseEvent& event)> on_event;  // each once
  std::uint64_t events() const { return seen_.size(); }

 protected:
  void began(const v1::BrokerFrame& welcome) override;
  void received(const v1::BrokerFrame& frame) override;

 private:
  bool began_before_ = false;
  std::set<std::tuple<std::uint32_t, std::uint64_t, std::uint32_t>> seen_;
};

// Grid workers, supervisors and the desk, all behind one gateway.
class People final : public Client {
 public:
  People(World& world, Network& network, const Street& street, std::uint32_t rate_permille);

  void see(const v1::EventDelivery& delivery, const v1::CaseEvent& event);
  void go_home() { at_work_ = false; }  // nothing new; what was sent is still sent again
  std::size_t unanswered() const { return waiting_.size(); }
  std::uint64_t decided() const { return decided_; }

  std::function<void(const v1::Action& action, const v1::ActionReply& reply)> on_answered;

 protected:
  void began(const v1::BrokerFrame& welcome) override;
  void received(const v1::BrokerFrame& frame) override;

 private:
  // One thing somebody may do in a state of a case, and how likely.
  struct Habit {
    v1::ActionKind kind;
    std::uint32_t permille;
  };
  void act_later(const std::string& number, const std::string& cell, v1::ActionKind kind, std::string person);
  void choose(const std::string& number, const std::string& cell, const std::string& unit, v1::CaseState state);
  void say(std::uint64_t tag);
  const std::string& any_cell();

  const Street& street_;
  std::uint32_t rate_permille_;
  std::map<std::uint64_t, v1::Action> waiting_;
  std::uint64_t last_tag_ = 0, decided_ = 0;
  bool at_work_ = true;
};

}  // namespace huying::sim
