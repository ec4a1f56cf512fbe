// What a subscriber has room for: its credit, in messages and bytes, and what it was sent and has not acknowledged.
//
// Exact: an event costs one message and event_cost() bytes on both sides. It is sent while any of both is left, so that the
// largest event passes every window; the bytes are below zero then, and nothing more is sent until credit has made up for
// it. Credit beyond the limit is forgotten, not refused. Whoever gives credit and acknowledges nothing is sent no more than
// the limit: that bounds what the broker remembers of a subscription, and what lies in its queues. Pure.
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/limits.h"

namespace huying::delivery {

class Window {
 public:
  Window() = default;
  Window(std::uint64_t messages, std::uint64_t bytes) { add(messages, bytes); }

  void add(std::uint64_t messages, std::uint64_t bytes) {
    messages_ = sum(messages_, messages, limits::subscription_messages_max);
    bytes_ = sum(bytes_, bytes, limits::subscription_bytes_max);
  }
  bool is_open() const {
    return messages_ > 0 && bytes_ > 0 && sent_messages_ < limits::subscription_messages_max &&
           sent_bytes_ < limits::subscription_bytes_max;
  }
  void sent(std::uint64_t bytes) {
    --messages_;
    bytes_ -= static_cast<std::int64_t>(bytes);
    ++sent_messages_;
    sent_bytes_ += static_cast<std::int64_t>(bytes);
  }
  void acknowledged(std::uint64_t messages, std::uint64_t bytes) {
    sent_messages_ -= static_cast<std::int64_t>(messages);
    sent_bytes_ -= static_cast<std::int64_t>(bytes);
  }

  std::int64_t messages() const { return messages_; }
  std::int64_t bytes() const { return bytes_; }
  std::int64_t unacknowledged() const { return sent_messages_; }

 private:
  static std::int64_t sum(std::int64_t held, std::uint64_t more, std::int64_t at_most) {
    const auto enough = static_cast<std::uint64_t>(2 * at_most);  // from as far below zero as an event can lead
    return std::min(held + static_cast<std::int64_t>(std::min(more, enough)), at_most);
  }

  std::int64_t messages_ = 0, bytes_ = 0;
  std::int64_t sent_messages_ = 0, sent_bytes_ = 0;
};

}  // namespace huying::delivery
