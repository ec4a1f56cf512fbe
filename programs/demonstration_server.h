// A `huying serve` as a child process of the demonstration: started with posix_spawn, its end seen by SIGCHLD through
// asio. Owned by the sub-command; one thread, that of the context. The child has a process group of its own, so that
// Ctrl-C reaches the parent alone, which ends the child in order.
#pragma once
#include <sys/types.h>

#include <array>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/signal_set.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace huying::programs {

class DemonstrationServer {
 public:
  // `status` is that of waitpid.
  using OnEnded = std::function<void(int status)>;
  using OnListening = std::function<void()>;

  explicit DemonstrationServer(asio::io_context& context);
  // Kills what still runs, and waits for it: nothing is left behind, whatever went wrong before.
  ~DemonstrationServer();
  DemonstrationServer(const DemonstrationServer&) = delete;
  DemonstrationServer& operator=(const DemonstrationServer&) = delete;

  // Starts this very program with the arguments. `on_listening` when it has printed where it listens, and `awaited` if
  // there is such a word. INTERNAL when the system refuses. One child at a time.
  Result<void> start(const std::vector<std::string>& arguments, OnListening on_listening, OnEnded on_ended,
                     std::string awaited = {});
  // SIGTERM; `on_ended` of start() will be called.
  void terminate();
  // What the next children print is shown, but for the first line.
  void show_output() { is_shown_ = true; }
  bool listens() const;  // it has printed where
  // What the child has printed so far, 64 KiB of it at most.
  const std::string& said() const { return said_; }
  bool runs() const { return child_ > 0; }

 private:
  void wait_for_children();
  void collect();
  void read_output();
  void show(std::string_view output);

  asio::signal_set children_;
  asio::posix::stream_descriptor output_;
  std::array<char, 4096> buffer_{};
  std::string said_, awaited_;
  bool is_shown_ = false, has_shown_ = false;
  pid_t child_ = -1;
  OnListening on_listening_;
  OnEnded on_ended_;
};

}  // namespace huying::programs
