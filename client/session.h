// A session with the broker: a DEALER, Hello and Welcome, heartbeats, and dialling anew after silence or a refusal
// (docs/protocol.md, Session). Every program but the broker talks through one.
//
// Owner: whoever runs the io_context; all calls and callbacks happen on its one thread, except stop(), which any thread
// may call. Errors: start() refuses an endpoint that is not private; everything later is told by on_lost, and the
// session goes on trying until stop(). Whether to give up is the program's decision (is_final helps).
//
// The descriptor behind ZeroMQ's socket is edge-triggered and shared: after every send and receive ZMQ_EVENTS is read
// again, a drain has a budget and then lets others run, and only READ is waited for.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/limits.h"
#include "base/result.h"
#include "client/conversation.h"
#include "huying/v1/session.pb.h"

namespace asio {
class io_context;
}

namespace huying::client {

struct SessionOptions {
  std::string endpoint;   // see endpoint.h
  std::string principal;  // code in the directory
  v1::Role role{};
  std::string program = "huying";  // for the administrator's view
  std::uint32_t capacity = 0;      // a host's; 0: any
  Milliseconds silence_max = limits::session_silence_max;
  Milliseconds heartbeat_interval = limits::heartbeat_interval;  // until Welcome says otherwise
  Milliseconds redial_first{50};  // doubled after each failure, up to
  Milliseconds redial_max{2000};
};

// Why a session is over.
struct Lost {
  Error error;               // SESSION_FENCED, UNKNOWN_PRINCIPAL, …; NOT_CONNECTED after silence or the broker's Goodbye
  bool was_welcomed = false; // else: this attempt to dial came to nothing
};

// Trying again will not help unless the directory or the program changes.
bool is_final(const Error& error);

struct SessionCallbacks {
  std::function<void(const v1::Welcome&)> on_welcome;
  std::function<void(const v1::BrokerFrame&)> on_frame;  // see Conversation::on_frame
  std::function<void(const Lost&)> on_lost;
};

class Session : public FrameSink {
 public:
  Session(asio::io_context& context, SessionOptions options, SessionCallbacks callbacks = {});
  ~Session() override;  // as stop(), on the context's thread
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Adds a conversation; before start(), or from the context's thread. It is not owned.
  void attach(Conversation& conversation);
  void detach(Conversation& conversation);

  Result<void> start();
  // Says Goodbye and closes; no callback after it has run. Any thread.
  void stop();

  // Queues a frame. False when no session stands.
  bool send(const v1::ClientFrame& frame) override;
  bool send_serialized(std::string_view frame) override;

  bool welcomed() const;
  // The broker's (virtual) time as of its last frame; 0 before the first.
  std::int64_t broker_now_ms() const;
  SteadyInstant broker_now_at() const;  // when that frame came
  const v1::Welcome& welcome() const;  // the last one
  std::uint64_t dials() const;         // how often it dialled

 private:
  class Link;
  std::shared_ptr<Link> link_;
};

}  // namespace huying::client
