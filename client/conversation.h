// What talks over a session: publishing, acting, subscribing, … each is one. It owns no socket, clock or thread; the
// session calls it on its own thread, and it sends through the session. It must outlive the session, or be detached.
#pragma once
#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "huying/v1/session.pb.h"

namespace huying::client {

// A refusal names a tag alone, so the conversations of a session count their tags from places of their own.
inline constexpr std::uint64_t publisher_tags_from = 1;
inline constexpr std::uint64_t actor_tags_from = 1ull << 40;
inline constexpr std::uint64_t upload_tag = 1ull << 41;

class Conversation {
 public:
  virtual ~Conversation() = default;
  // The session stands (again): send anew whatever was unanswered.
  virtual void on_welcome(const v1::Welcome& welcome) = 0;
  // Every frame that is not of the session itself (Welcome, Heartbeat, Goodbye, a Refusal that ends it).
  // The frame is reused by the session: copy what is kept.
  virtual void on_frame(const v1::BrokerFrame& frame) = 0;
  // The session is over; another is being dialled. Only after on_welcome.
  virtual void on_lost() {}
  // Each heartbeat interval while the session stands: for what is to be tried again later.
  virtual void on_tick(SteadyInstant) {}
};

// Where a conversation's frames go: the session, or a test.
class FrameSink {
 public:
  virtual ~FrameSink() = default;
  // False when no session stands: the frame is dropped, on_welcome will come.
  virtual bool send(const v1::ClientFrame& frame) = 0;
  // The same for a ClientFrame that is serialized already.
  virtual bool send_serialized(std::string_view frame) = 0;
};

}  // namespace huying::client
