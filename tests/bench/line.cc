#include "tests/bench/line.h"

#include <fmt/format.h>

#include "base/check.h"
#include "base/limits.h"
#include "base/random.h"
#include "client/socket.h"
#include "proto/errors.h"

namespace huying::bench {

using v1::BrokerFrame;

Result<Line> Line::dial(const std::string& endpoint, const std::string& principal, v1::Role role, Milliseconds patience) {
  Line line(client::make_dealer());
  line.socket_.connect(endpoint);
  v1::ClientFrame frame;
  auto& hello = *frame.mutable_hello();
  hello.set_protocol_version(1);
  hello.set_principal(principal);
  hello.set_role(role);
  hello.set_session_nonce(random_nonce());
  hello.set_program("huying bench");
  line.send(frame);
  const auto answer = line.wait(patience);
  if (!answer) return tl::make_unexpected(answer.error());
  if (answer->field != BrokerFrame::kWelcomeFieldNumber)
    return fail(v1::ERROR_CODE_NOT_CONNECTED, fmt::format("{} was answered by a frame of kind {}", principal, answer->field));
  return line;
}

void Line::send(std::string_view frame) {
  // Never blocks: what is unanswered is bounded by the window, which is smaller than the queue.
  const auto sent = socket_.send(zmq::buffer(frame), zmq::send_flags::dontwait);
  HUYING_CHECK(sent.has_value(), "a queue of {} frames is full", client::queue_frames_max);
}

Result<std::optional<FrameBody>> Line::take() {
  while (socket_.recv(message_, zmq::recv_flags::dontwait)) {
    const auto opened = open_broker_frame(message_.to_string_view());
    if (!opened) return tl::make_unexpected(opened.error());
    const auto& body = opened->body;
    if (body.field == BrokerFrame::kHeartbeatFieldNumber) continue;
    if (body.field != BrokerFrame::kRefusalFieldNumber) return body;
    v1::Refusal refusal;
    if (!refusal.ParseFromArray(body.bytes.data(), static_cast<int>(body.bytes.size())))
      return fail(v1::ERROR_CODE_FRAME_UNREADABLE, "a refusal");
    return fail(refusal.error(), refusal.detail());
  }
  return std::nullopt;
}

Result<FrameBody> Line::wait(Milliseconds patience) {
  const auto until = SteadyInstant::clock::now() + patience;
  for (auto now = SteadyInstant::clock::now(); now < until; now = SteadyInstant::clock::now()) {
    const auto taken = take();
    if (!taken) return tl::make_unexpected(taken.error());
    if (*taken) return **taken;
    beat(now);
    zmq::pollitem_t item{socket_.handle(), 0, ZMQ_POLLIN, 0};
    zmq::poll(&item, 1, Milliseconds{100});
  }
  return fail(v1::ERROR_CODE_NOT_CONNECTED, "no answer");
}

void Line::beat(SteadyInstant now) {
  if (now - beat_at_ < limits::heartbeat_interval) return;
  const bool first = beat_at_ == SteadyInstant{};
  beat_at_ = now;
  if (first) return;  // the Hello has just been sent
  v1::ClientFrame frame;
  frame.mutable_heartbeat();
  send(frame);
}

}  // namespace huying::bench
