#include "tests/e2e/raw_client.h"

namespace huying::e2e {

RawClient::RawClient(const std::string& endpoint, int frames_kept) : socket_(client::make_dealer()) {
  socket_.set(zmq::sockopt::rcvhwm, frames_kept);
  socket_.connect(endpoint);
}

void RawClient::send(const std::vector<std::string>& parts) {
  for (std::size_t i = 0; i < parts.size(); ++i)
    socket_.send(zmq::buffer(parts[i]), i + 1 < parts.size() ? zmq::send_flags::sndmore : zmq::send_flags::none);
}

std::optional<v1::BrokerFrame> RawClient::receive(std::chrono::milliseconds at_most) {
  const auto until = std::chrono::steady_clock::now() + at_most;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    if (left.count() <= 0) return std::nullopt;
    socket_.set(zmq::sockopt::rcvtimeo, static_cast<int>(left.count()));
    zmq::message_t message;
    if (!socket_.recv(message)) return std::nullopt;
    v1::BrokerFrame frame;
    if (!frame.ParseFromArray(message.data(), static_cast<int>(message.size()))) return std::nullopt;
    if (!frame.has_heartbeat()) return frame;
  }
}

bool RawClient::hello(const std::string& principal, v1::Role role, std::uint32_t version) {
  v1::ClientFrame frame;
  auto& hello = *frame.mutable_hello();
  hello.set_protocol_version(version);
  hello.set_principal(principal);
  hello.set_role(role);
  hello.set_session_nonce(1);
  send(frame);
  const auto answer = receive();
  return answer && answer->has_welcome();
}

std::uint32_t RawClient::refusal() {
  const auto answer = receive();
  return answer && answer->has_refusal() ? answer->refusal().error() : 0;
}

}  // namespace huying::e2e
