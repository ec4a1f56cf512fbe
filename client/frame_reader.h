// Parses the broker's frames into one message that is used again. Clearing a oneof deletes what it holds, with all the
// memory of a batch; the bodies that come in batches are taken out first and lent again. Owned by a session; one thread.
#pragma once
#include <memory>
#include <string_view>

#include "base/result.h"
#include "huying/v1/session.pb.h"

namespace huying::client {

class FrameReader {
 public:
  // FRAME_TOO_LARGE, FRAME_UNREADABLE. The frame read before is gone.
  Result<void> read(std::string_view bytes);
  const v1::BrokerFrame& frame() const { return frame_; }

 private:
  void take_back();
  bool lend(int field, std::string_view body);

  v1::BrokerFrame frame_;
  std::unique_ptr<v1::Deliveries> deliveries_ = std::make_unique<v1::Deliveries>();
  std::unique_ptr<v1::CommitAcks> commit_acks_ = std::make_unique<v1::CommitAcks>();
  std::unique_ptr<v1::PublishAcks> publish_acks_ = std::make_unique<v1::PublishAcks>();
  std::unique_ptr<v1::Events> events_ = std::make_unique<v1::Events>();
};

}  // namespace huying::client
