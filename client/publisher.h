// Publishes requests: at most a window unanswered, sent again after a lost connection, each answered once. Nothing is
// doubled by that: the broker knows (source, source_id) for good (I2).
//
// A conversation of a session (conversation.h), on its thread. The answer is a PublishAck: error 0 means on disk. BUSY,
// WINDOW_EXCEEDED and SHUTTING_DOWN are no answers: the request is tried again, for as long as the session lives, and
// nothing is sent before the time that the broker gave, over a lost connection either.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "client/conversation.h"

namespace huying::client {

class Publisher : public Conversation {
 public:
  // `tag` is the caller's; the ack's own is not.
  using OnAnswer = std::function<void(std::uint64_t tag, const v1::PublishAck& ack)>;

  Publisher(FrameSink& sink, OnAnswer on_answer, std::size_t window_max = limits::publish_window);

  // False while the window is full; ask again after an answer. May be called before the session stands.
  bool publish(std::uint64_t tag, const v1::Request& request);

  std::size_t unanswered() const { return unanswered_; }
  bool has_room() const { return unanswered_ < window_; }

  void on_welcome(const v1::Welcome& welcome) override;
  void on_frame(const v1::BrokerFrame& frame) override;
  void on_lost() override;
  void on_tick(SteadyInstant now) override;

 private:
  struct Slot {
    std::uint64_t tag = 0;
    std::uint64_t order = 0;  // of publishing; kept in resends
    bool taken = false;
    bool sent = false;             // in this session
    std::string bytes;             // the serialized ClientFrame; its room is reused
  };

  void answer(const v1::PublishAck& ack);
  void send_waiting();
  void wait_as_told(const Slot& slot, const v1::PublishAck& ack);
  bool waits() const { return wait_.has_value() || again_at_.has_value(); }

  FrameSink& sink_;
  OnAnswer on_answer_;
  std::size_t window_max_, window_;
  std::vector<Slot> slots_;
  std::vector<std::size_t> free_;
  std::size_t unanswered_ = 0, unsent_ = 0;
  std::uint64_t published_ = 0;
  std::optional<Milliseconds> wait_;         // told since the last tick: counted from the next one
  std::optional<SteadyInstant> again_at_;    // nothing is sent before
  v1::ClientFrame frame_;
};

}  // namespace huying::client
