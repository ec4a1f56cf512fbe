// A stranger: a DEALER that sends whatever bytes it is told, and reads BrokerFrames. Owner: the test, on its thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include <zmq.hpp>

#include "client/socket.h"
#include "huying/v1/session.pb.h"
#include "tests/e2e/process.h"

namespace huying::e2e {

class RawClient {
 public:
  explicit RawClient(const std::string& endpoint, int frames_kept = client::queue_frames_max);

  void send(const std::vector<std::string>& parts);
  void send(const v1::ClientFrame& frame) { send({frame.SerializeAsString()}); }
  // The next frame that is no heartbeat.
  std::optional<v1::BrokerFrame> receive(std::chrono::milliseconds at_most = patience);
  // Says Hello; true when it was welcomed.
  bool hello(const std::string& principal, v1::Role role, std::uint32_t version = 1);
  // The number with which the next answer refuses; 0 when it does not.
  std::uint32_t refusal();

 private:
  zmq::socket_t socket_;
};

}  // namespace huying::e2e
