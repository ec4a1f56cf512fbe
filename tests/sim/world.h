// The simulated world's time, chance and memory of what happened. Nothing here happens by itself: step() jumps the
// clock to the next thing that was put down and performs it. One thread; owned by the Simulation, outlives all who live
// in it.
//
// The event log is a chain digest over every line noted: two runs that did the same have the same digest.
#pragma once
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace huying::sim {

using Span = std::chrono::nanoseconds;

// splitmix64: our own, so that a seed means the same on every machine.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 0x2545f4914f6cdd1d + 0x9e3779b97f4a7c15) {}
  std::uint64_t next();
  std::uint64_t operator()(std::uint64_t sides) { return next() % sides; }  // 0 … sides - 1
  bool chance(std::uint32_t permille) { return (*this)(1000) < permille; }
  Span between(Span least, Span most);

 private:
  std::uint64_t state_;
};

class World {
 public:
  explicit World(std::uint64_t seed) : dice_(seed) {}

  SteadyInstant now() const { return now_; }
  Dice& dice() { return dice_; }

  // Things of one instant happen in the order in which they were put down.
  void at(SteadyInstant when, std::function<void()> what);
  void after(Span delay, std::function<void()> what) { at(now_ + delay, std::move(what)); }
  bool step();  // false: nothing is left to happen

  void note(std::string_view line);
  void note_bytes(std::string_view bytes);  // into the digest alone
  std::uint64_t digest() const { return digest_; }
  std::uint64_t lines() const { return lines_; }
  const std::deque<std::string>& last_lines() const { return last_lines_; }

 private:
  struct Thing {
    SteadyInstant when;
    std::uint64_t order = 0;
    std::function<void()> what;
  };
  struct Later {
    bool operator()(const Thing& a, const Thing& b) const {
      return a.when != b.when ? a.when > b.when : a.order > b.order;
    }
  };

  SteadyInstant now_{std::chrono::seconds(1)};  // 0 means "never" to the cores
  Dice dice_;
  std::vector<Thing> things_;  // a heap
  std::uint64_t put_down_ = 0, digest_ = 0, lines_ = 0;
  std::deque<std::string> last_lines_;
};

}  // namespace huying::sim
