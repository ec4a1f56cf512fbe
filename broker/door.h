// The endpoint, and when it is shut. libzmq 4.3.4 ends the whole process when accept() finds no file descriptor left
// (ipc_listener.cpp), so the door is shut while few are left, and opened again later. An endpoint that is unbound loses
// its connections: all dial anew. The process's limit is raised as far as it may be when the door opens first. Owned by
// the broker's shell, its thread.
#pragma once
#include <string>
#include <zmq.hpp>

#include "base/clock.h"
#include "base/result.h"

namespace huying::broker {

class Door {
 public:
  // USAGE, with what is true of it, when it cannot be bound.
  Result<void> open(zmq::socket_t& router, const std::string& endpoint);
  // Each round. True when it was shut or opened just now.
  bool look(zmq::socket_t& router, SteadyInstant now);

  bool is_open() const { return open_; }
  const std::string& endpoint() const { return endpoint_; }  // as it was bound

  // For tests: as if the process might have so many descriptors.
  void pretend_limit(int descriptors) { limit_ = descriptors; }

 private:
  int kept() const;

  std::string endpoint_;
  bool open_ = false;
  int limit_ = 0;
  SteadyInstant looked_at_;
};

}  // namespace huying::broker
