// The administrator in the simulated world: publishes new versions of the directory into the running broker, by the
// production conversation (client/directory_upload.h).
#pragma once
#include <memory>

#include "client/directory_upload.h"
#include "tests/sim/nodes/client_node.h"

namespace huying::sim {

class Administrator final : public ClientNode {
 public:
  explicit Administrator(const Surroundings& around);

  void publish_directories_over(Span span, std::uint32_t how_many);
  std::size_t unanswered() const override { return upload_ ? 1 : 0; }

 private:
  void begin() override;
  void publish(std::uint32_t version);
  void take_next();

  Chance chance_;
  std::vector<std::uint32_t> versions_;  // to be published, in order
  std::unique_ptr<client::DirectoryUpload> upload_;
};

}  // namespace huying::sim
