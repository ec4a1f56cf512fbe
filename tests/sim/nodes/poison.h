// What ends its host: clocks whose firing does, and records whose fold does, in hosts of the builds before the mended one.
// Owned by the Run; asked by every host before it sends what it decided, and before it folds what it was handed. One thread.
#pragma once
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "huying/v1/session.pb.h"
#include "tests/sim/world/world.h"

namespace huying::sim {

class Poison {
 public:
  explicit Poison(World& world) : world_(world), chance_(world.chance("poison")) {}

  // The next clock to fire is poison, as far as possible one of a case in a state of which none was yet.
  void poison_a_clock() { ++clocks_to_come_; }
  // The record: for whoever folds it, of a build up to now.
  void poison_a_fold(std::uint32_t stream, std::uint64_t sequence) { folds_[{stream, sequence}] = build_; }

  // Whether what a host is about to send ends it first. `is_sent`: what is not poison, and leaves.
  bool ends_who_sends(const v1::ClientFrame& frame);
  void is_sent(const v1::ClientFrame& frame);
  bool ends_who_folds(std::uint32_t stream, std::uint64_t sequence, std::uint32_t build);

  // Builds of the hosts' program: those that are started from here on fold everything.
  std::uint32_t build() const { return build_; }
  void mend_the_build() { ++build_; }
  void is_over() {
    clocks_to_come_ = 0;
    clocks_.clear();
    mend_the_build();
  }
  bool is_mended(std::uint32_t build) const { return build == build_ || folds_.empty(); }

 private:
  using Clock = std::tuple<std::string, int, std::uint32_t>;
  bool is_poison(const v1::CaseEvent& event);

  World& world_;
  Chance chance_;
  std::uint32_t clocks_to_come_ = 0, build_ = 1;
  std::set<int> states_;         // of cases one of whose clocks was poison
  std::map<Clock, int> clocks_;  // poison until its case was parked so often
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::uint32_t> folds_;  // the last build that dies of it
};

}  // namespace huying::sim
