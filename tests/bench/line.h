// A client's connection to the broker as thin as can be: a DEALER, Hello, heartbeats, and frames as bytes. No redial: when
// the session is lost, the measurement is lost too. Owned by the load; one thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <zmq.hpp>

#include "base/clock.h"
#include "base/result.h"
#include "proto/frame.h"

namespace huying::bench {

class Line {
 public:
  // Dials and waits for Welcome. The broker's refusal, or NOT_CONNECTED after `patience`.
  static Result<Line> dial(const std::string& endpoint, const std::string& principal, v1::Role role, Milliseconds patience);

  zmq::socket_t& socket() { return socket_; }
  void send(std::string_view frame);
  void send(const v1::ClientFrame& frame) { send(frame.SerializeAsString()); }
  // The next frame that is not a heartbeat, if it is there; its bytes live until the next call.
  Result<std::optional<FrameBody>> take();
  // Waits for it.
  Result<FrameBody> wait(Milliseconds patience);
  void beat(SteadyInstant now);  // a heartbeat when one is due

 private:
  explicit Line(zmq::socket_t socket) : socket_(std::move(socket)) {}
  zmq::socket_t socket_;
  zmq::message_t message_;
  SteadyInstant beat_at_{};
};

}  // namespace huying::bench
