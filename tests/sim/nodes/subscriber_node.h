// A subscriber in the simulated world, by the production conversation (client/subscriber.h): durable, its name and that it
// has begun on its own disk. What it is handed it shows to whom it may concern.
#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "client/subscriber.h"
#include "tests/sim/nodes/client_node.h"

namespace huying::sim {

class SubscriberNode final : public ClientNode {
 public:
  struct Plan {
    std::string principal;
    v1::Role role{};
    std::string name;
    std::vector<std::string> subjects;
    bool from_start = true;
    std::uint32_t credit_messages = 1000;
  };
  SubscriberNode(const Surroundings& around, Plan plan);

  std::function<void(const v1::EventDelivery&)> on_event;
  std::function<std::vector<v1::EventDelivery>(const v1::EventDelivery&)> on_handing;  // what it is handed instead
  std::function<void(SessionNode&)> on_begin;  // of each life: what else its program says in the session

 private:
  void begin() override;
  void hand(const v1::EventDelivery& delivery);

  const Plan plan_;
  bool has_begun_ = false;
  std::uint64_t repeats_counted_ = 0;
  std::unique_ptr<client::Subscriber> subscriber_;
};

}  // namespace huying::sim
