#include "tests/sim/client.h"

#include <fmt/format.h>

#include "base/check.h"
#include "base/limits.h"

namespace huying::sim {

std::string Client::name() const { return fmt::format("{}#{}", principal_, life_); }

void Client::start() { dial(); }

void Client::dial() {
  if (has_session_) lost();
  has_session_ = false;
  network_.hang_up(socket_);
  socket_ = network_.dial(*this);
  heard_at_ = world_.now();
  v1::ClientFrame frame;
  auto& hello = *frame.mutable_hello();
  hello.set_protocol_version(1);
  hello.set_principal(principal_);
  hello.set_role(role_);
  hello.set_session_nonce(world_.dice().next() | 1);
  hello.set_program("simulator");
  send(frame);
  beat(socket_);
}

void Client::die() {
  if (has_session_) lost();
  has_session_ = false;
  network_.hang_up(socket_);
  socket_ = 0;
  ++life_;
}

void Client::beat(SocketId socket) {
  world_.after(limits::heartbeat_interval, [this, socket] {
    if (socket != socket_) return;
    if (!takes_frames()) return beat(socket);
    if (world_.now() - heard_at_ > limits::session_silence_max) return dial();
    if (has_session_) {
      v1::ClientFrame frame;
      frame.mutable_heartbeat();
      send(frame);
    }
    beat(socket);
  });
}

void Client::send(const v1::ClientFrame& frame) { network_.to_broker(socket_, frame.SerializeAsString()); }

void Client::arrived(SocketId socket, std::string_view bytes) {
  if (socket != socket_) return;
  v1::BrokerFrame frame;
  HUYING_CHECK(frame.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())), "the broker's frame cannot be read");
  take(frame);
}

void Client::take(const v1::BrokerFrame& frame) {
  heard_at_ = world_.now();
  if (frame.has_welcome()) {
    has_session_ = true;
    return began(frame);
  }
  if (frame.has_refusal() && frame.refusal().session_over()) {
    const SocketId socket = socket_;
    if (has_session_) lost();
    has_session_ = false;
    world_.after(world_.dice().between(std::chrono::milliseconds(5), std::chrono::milliseconds(200)), [this, socket] {
      if (socket == socket_ && !has_session_) dial();
    });
    return;
  }
  if (has_session_) received(frame);
}

}  // namespace huying::sim
