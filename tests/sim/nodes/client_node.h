// What publishers, subscribers and people have in common: a session, a process that dies and is started again, and work
// of their own that is on their own disk: what was not answered is sent again in the next life, under the same name.
#pragma once
#include <string>

#include "tests/sim/nodes/session_node.h"

namespace huying::sim {

class ClientNode {
 public:
  ClientNode(const Surroundings& around, std::string principal, v1::Role role)
      : around_(around), session_(around, std::move(principal), role) {}
  virtual ~ClientNode() = default;

  void start() {
    if (session_.running()) return;
    begin();
    session_.start();
  }
  void die(Span for_how_long) {
    if (!session_.running()) return;
    around_.world.note(session_.name() + ": dead");
    session_.crash();
    around_.world.after(for_how_long, [this] { start(); });
  }
  virtual std::size_t unanswered() const { return 0; }
  SessionNode& session() { return session_; }
  const std::string& principal() const { return session_.principal(); }

 protected:
  virtual void begin() = 0;  // conversations of a new life; what is unanswered is handed to them

  const Surroundings around_;
  SessionNode session_;
};

}  // namespace huying::sim
