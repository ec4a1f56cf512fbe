// A host on a thread and an io_context of its own. Owned by the sub-command.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "base/limits.h"
#include "base/result.h"

namespace huying::programs {

struct HostThreadOptions {
  std::string endpoint, principal;
  std::uint32_t capacity = 0;
  std::uint32_t catch_up_a_second = limits::catch_up_a_second;  // overdue clocks, after an outage
  // Called on the host's thread for what no retry mends: a principal that the directory does not know, or without the
  // role. Without it the host goes on trying: the next directory may have it.
  std::function<void(const Error&)> on_final = {};
};

class HostThread {
 public:
  // ENDPOINT_NOT_PRIVATE.
  static Result<std::unique_ptr<HostThread>> start(const HostThreadOptions& options);
  ~HostThread();  // as stop()

  void stop();  // says goodbye and waits: its cells are granted to others at once
  // Asks the host's thread for a sign of life; how many asked before are unanswered.
  std::uint32_t unanswered_signs();

 private:
  struct Running;
  explicit HostThread(std::unique_ptr<Running> running);
  std::unique_ptr<Running> running_;
};

}  // namespace huying::programs
