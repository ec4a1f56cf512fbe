// The administrator in the simulated world: publishes new versions of the directory into the running broker, and when it is quiet
// lets cells be tried again that were parked, as docs/operating.md says; by the production conversations
// (client/directory_upload.h, client/actor.h).
#pragma once
#include <memory>

#include "client/actor.h"
#include "client/directory_upload.h"
#include "tests/sim/nodes/client_node.h"

namespace huying::sim {

class Administrator final : public ClientNode {
 public:
  explicit Administrator(const Surroundings& around);

  void publish_directories_over(Span span, std::uint32_t how_many);
  // From now on, until none is parked.
  void look_after_parked_cells();
  std::size_t unanswered() const override { return (upload_ ? 1u : 0u) + (looks_after_cells_ ? 1u : 0u); }

 private:
  void begin() override;
  void publish(std::uint32_t version);
  void take_next();
  void ask_for_cells(bool retry_parked);

  Chance chance_;
  std::vector<std::uint32_t> versions_;  // to be published, in order
  std::unique_ptr<client::DirectoryUpload> upload_;
  std::unique_ptr<client::Actor> actor_;
  bool looks_after_cells_ = false;
};

}  // namespace huying::sim
