// The simulated world's time, chance, and what was seen of it. Nothing happens by itself: step() jumps the steady clock to
// the next thing that was put down and performs it. One thread; owned by the Simulation, outlives all who live in it.
//
// The digest is a chain over everything observed: two runs that did the same have the same digest. Lines of the story
// are made only when somebody listens; a run is told by running its seed again.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "tests/sim/world/chance.h"
#include "tests/sim/world/counters.h"

namespace huying::sim {

using StoryTeller = std::function<void(SteadyInstant when, std::string line)>;

class World {
 public:
  explicit World(std::uint64_t seed, StoryTeller teller = {}) : chances_(seed), teller_(std::move(teller)) {}

  SteadyInstant now() const { return now_; }
  Chance chance(std::string_view stream) const { return chances_.stream(stream); }
  Counters& counters() { return counters_; }

  // Things of one instant happen in the order in which they were put down.
  void at(SteadyInstant when, std::function<void()> what);
  void after(Span delay, std::function<void()> what) { at(now_ + delay, std::move(what)); }
  bool step();  // false: nothing is left to happen
  std::uint64_t things() const { return happened_; }

  void observe(std::string_view bytes);
  std::uint64_t digest() const { return digest_; }

  // Something worth a line, observed too.
  void note(std::string line);
  // A line that only explains what was observed as bytes: `make` is called when somebody listens.
  template <class Make>
  void tell(Make make) {
    if (teller_) teller_(now_, make());
  }

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
  Chances chances_;
  Counters counters_;
  StoryTeller teller_;
  std::vector<Thing> things_;  // a heap
  std::uint64_t put_down_ = 0, happened_ = 0, digest_ = 0;
};

}  // namespace huying::sim
