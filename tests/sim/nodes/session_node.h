// A program's session with the broker in the simulated world: what client/session.h does with a socket and a clock
// (Hello, heartbeats, dialling anew after silence or a refusal), for the production conversations of client/ and for
// hosts. A process dies, is stopped and goes on, and is started again: its lives are counted in its name.
#pragma once
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "client/conversation.h"
#include "tests/sim/surroundings.h"
#include "tests/sim/world/network.h"

namespace huying::sim {

class SessionNode : public ClientEnd, public client::FrameSink {
 public:
  SessionNode(const Surroundings& around, std::string principal, v1::Role role, std::uint32_t capacity = 0);

  void attach(client::Conversation& conversation) { conversations_.push_back(&conversation); }
  void detach(client::Conversation& conversation) { std::erase(conversations_, &conversation); }
  void start();      // dials
  void crash();      // the process is gone: no word, no socket, no conversation; the next start() is another life
  void stop();       // says Goodbye first
  void freeze();     // SIGSTOP
  void thaw();       // SIGCONT
  bool running() const { return running_; }
  bool frozen() const { return frozen_; }
  bool welcomed() const { return welcomed_; }
  SteadyInstant welcomed_at() const { return welcomed_at_; }

  std::string program = "simulator";  // said in Hello
  std::function<void(const v1::Welcome&)> on_welcome;
  std::function<void(const v1::BrokerFrame&)> on_frame;  // all but the session's own
  std::function<void()> on_lost;
  std::function<void(std::uint32_t error)> on_refused;   // the session was, as a whole

  bool send(const v1::ClientFrame& frame) override;
  bool send_serialized(std::string_view frame) override;
  void arrived(SocketId socket, std::string_view frame) override;
  std::string name() const override;
  const std::string& principal() const override { return principal_; }
  v1::Role role() const { return role_; }
  std::int64_t broker_now_ms() const { return broker_now_ms_; }

 private:
  void dial();
  void hang_up();
  void lose();
  void say(const v1::ClientFrame& frame);
  void say_bytes(std::string_view bytes);
  void take(std::string_view bytes);
  void take_welcome(const v1::Welcome& welcome);
  void arm_tick();
  void tick();

  const Surroundings around_;
  const std::string principal_;
  const v1::Role role_;
  const std::uint32_t capacity_;
  Chance chance_;
  std::vector<client::Conversation*> conversations_;

  SocketId socket_ = 0;
  std::uint64_t life_ = 0, dial_ = 0;  // dial_: handlers of another connection do nothing
  bool running_ = false, frozen_ = false, welcomed_ = false, tick_is_due_ = false;
  SteadyInstant dialled_at_, welcomed_at_, heard_at_;
  Span backoff_;
  std::int64_t broker_now_ms_ = 0;
  std::deque<std::pair<SocketId, std::string>> waiting_;  // while it is stopped
  v1::BrokerFrame in_;
};

}  // namespace huying::sim
