// What ends its host: clocks whose firing does, steps and requests whose decision does, and records whose fold does, in hosts of
// the builds before the mended one.
// Owned by the Run; asked by every host before it sends what it decided, and before it folds what it was handed. One thread.
#pragma once
#include <map>
#include <optional>
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
  // The next step, or request, to be decided is poison: until it was set aside, and decided again it now and then is once more.
  void poison_a_step() { ++steps_to_come_; }
  void poison_a_request() { ++requests_to_come_; }
  // The record: for whoever folds it, of a build up to now.
  void poison_a_fold(std::uint32_t stream, std::uint64_t sequence) { folds_[{stream, sequence}] = build_; }

  // What of that which a host is about to send ends it first. `is_sent`: what is not poison, and leaves.
  std::optional<FaultKind> ends_who_sends(const v1::ClientFrame& frame);
  void is_sent(const v1::ClientFrame& frame);
  bool ends_who_folds(std::uint32_t stream, std::uint64_t sequence, std::uint32_t build);

  // Builds of the hosts' program: those that are started from here on fold everything.
  std::uint32_t build() const { return build_; }
  void mend_the_build() { ++build_; }
  void is_over() {
    clocks_to_come_ = steps_to_come_ = requests_to_come_ = 0;
    clocks_.clear();
    causes_.clear();
    steps_again_.clear();
    requests_again_.clear();
    mend_the_build();
  }
  bool is_mended(std::uint32_t build) const { return build == build_ || folds_.empty(); }

 private:
  using Clock = std::tuple<std::string, int, std::uint32_t>;
  using Cause = std::pair<std::uint32_t, std::uint64_t>;  // stream and sequence: once set aside, nobody is handed it again
  using Step = std::pair<std::string, std::string>;       // person, action_id
  bool is_quiet() const;
  bool is_poison(const v1::CaseEvent& event);
  std::optional<FaultKind> poison_of(const v1::Commit& commit);
  bool is_step_to_come(const v1::Commit& commit);
  bool is_request_to_come(const v1::CaseEvent& event);

  World& world_;
  Chance chance_;
  std::uint32_t clocks_to_come_ = 0, steps_to_come_ = 0, requests_to_come_ = 0, build_ = 1;
  std::set<int> states_;         // of cases one of whose clocks was poison
  std::map<Clock, int> clocks_;  // poison until its case was parked so often
  std::map<Cause, FaultKind> causes_;
  std::set<Step> steps_again_;            // poison when they are decided again, too
  std::set<std::string> requests_again_;  // cases: poison at the desk's door, too
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::uint32_t> folds_;  // the last build that dies of it
};

}  // namespace huying::sim
