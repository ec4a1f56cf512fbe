// A publisher in the simulated world, by the production conversation (client/publisher.h).
#pragma once
#include <map>
#include <memory>
#include <vector>

#include "client/publisher.h"
#include "tests/sim/nodes/client_node.h"

namespace huying::sim {

class PublisherNode final : public ClientNode {
 public:
  PublisherNode(const Surroundings& around, std::string principal, const scenario::Workload& workload);

  // `how_many` requests, at chosen times of the span; some are published again later, some with other content.
  void publish_over(Span span, std::uint32_t how_many);
  std::size_t unanswered() const override { return waiting_.size(); }

 private:
  struct Waiting {
    v1::Request request;
    bool altered = false;  // other content under an id that was used
  };
  void begin() override;
  v1::Request make_request(std::uint32_t number);
  void locate(v1::Request& request, const SimulatedCell& cell);
  void report(v1::Request& request, const SimulatedCell& cell);
  void publish(v1::Request request, bool altered);
  void publish_again();
  void answered(std::uint64_t tag, const v1::PublishAck& ack);

  const scenario::Workload& workload_;
  Chance chance_;
  std::unique_ptr<client::Publisher> publisher_;
  std::map<std::uint64_t, Waiting> waiting_;  // by tag
  std::vector<v1::Request> taken_;
  std::uint64_t last_tag_ = 0;
};

}  // namespace huying::sim
