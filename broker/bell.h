// Wakes the broker's loop from another thread: a descriptor that zmq::poll can wait for. Owned by the loop; ring() any thread.
#pragma once
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

#include "base/check.h"

namespace huying::broker {

class Bell {
 public:
  Bell() : descriptor_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) { HUYING_CHECK(descriptor_ >= 0, "no eventfd"); }
  ~Bell() { ::close(descriptor_); }
  void ring() noexcept {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
  }
  void answer() {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(descriptor_, &count, sizeof count);
  }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace huying::broker
