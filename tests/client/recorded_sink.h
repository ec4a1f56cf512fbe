// A session that is not there: keeps what a conversation sends.
#pragma once
#include <vector>

#include "base/check.h"
#include "client/conversation.h"
#include "proto/frame.h"

namespace huying::client {

class RecordedSink : public FrameSink {
 public:
  bool send(const v1::ClientFrame& frame) override {
    if (!standing) return false;
    sent.push_back(frame);
    return true;
  }
  bool send_serialized(std::string_view bytes) override {
    v1::ClientFrame frame;
    HUYING_CHECK(parse_frame(bytes, frame).has_value());
    return send(frame);
  }
  // What was sent since it was asked last.
  std::vector<v1::ClientFrame> take() { return std::exchange(sent, {}); }

  bool standing = true;
  std::vector<v1::ClientFrame> sent;
};

inline v1::Welcome welcome_with_window(std::uint32_t window) {
  v1::Welcome welcome;
  welcome.set_publish_window(window);
  return welcome;
}

}  // namespace huying::client
