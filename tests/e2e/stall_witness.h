// Notices that the machine, or this process, stood still. An exact count of sessions, grants or announcements holds only where
// nobody was stopped for as long as the limits that are counted; what must hold always is asserted always.
#pragma once
#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

namespace huying::e2e {

class StallWitness {
 public:
  StallWitness() : thread_([this] { watch(); }) {}
  ~StallWitness() {
    ended_ = true;
    thread_.join();
  }
  StallWitness(const StallWitness&) = delete;
  StallWitness& operator=(const StallWitness&) = delete;

  // Any thread. Half of the 3 s after which a session is taken for silent; over it nothing is said about exact counts.
  bool saw_none() const { return longest_ms_ < 1'500; }

 private:
  void watch() {
    using Clock = std::chrono::steady_clock;
    constexpr std::chrono::milliseconds nap{50};
    for (auto last = Clock::now(); !ended_;) {
      std::this_thread::sleep_for(nap);
      const auto now = Clock::now();
      const auto stall = std::chrono::duration_cast<std::chrono::milliseconds>(now - last - nap).count();
      longest_ms_ = std::max<std::int64_t>(longest_ms_, stall);
      last = now;
    }
  }

  std::atomic<std::int64_t> longest_ms_{0};
  std::atomic<bool> ended_{false};
  std::thread thread_;  // last: it uses the others
};

}  // namespace huying::e2e
