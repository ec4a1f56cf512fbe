// A host on a thread and an io_context of its own. Owned by the sub-command.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "base/result.h"

namespace huying::programs {

struct HostThreadOptions {
  std::string endpoint, principal;
  std::uint32_t capacity = 0;
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
