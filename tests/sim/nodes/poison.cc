#include "tests/sim/nodes/poison.h"

#include <fmt/format.h>

#include "base/check.h"
#include "huying/v1/record.pb.h"

namespace huying::sim {
namespace {

constexpr std::size_t states_with_clocks = 8;  // at the desk to rework, and parked

template <class Use>
void each_event(const v1::ClientFrame& frame, Use use) {
  for (const auto& bytes : frame.commits().commits()) {
    v1::Commit commit;
    HUYING_CHECK(commit.ParseFromString(bytes));
    for (const auto& committed : commit.events()) {
      v1::CaseEvent event;
      HUYING_CHECK(event.ParseFromString(committed.event()));
      use(event);
    }
  }
}

}  // namespace

bool Poison::is_poison(const v1::CaseEvent& event) {
  for (const auto& ended : event.clocks_ended()) {
    if (ended.outcome() != v1::CLOCK_OUTCOME_FIRED) continue;
    const Clock name{event.case_number(), ended.kind(), ended.generation()};
    if (clocks_.contains(name)) return true;
    if (clocks_to_come_ == 0 || (states_.contains(event.state()) && states_.size() < states_with_clocks)) continue;
    --clocks_to_come_;
    states_.insert(event.state());
    clocks_[name] = chance_.permille(250) ? 2 : 1;
    world_.note(fmt::format("poison: case {}, {} generation {}", event.case_number(), v1::ClockKind_Name(ended.kind()),
                            ended.generation()));
    return true;
  }
  return false;
}

bool Poison::ends_who_sends(const v1::ClientFrame& frame) {
  if (clocks_to_come_ == 0 && clocks_.empty()) return false;
  bool ends = false;
  each_event(frame, [&](const v1::CaseEvent& event) { ends = ends || is_poison(event); });
  if (ends) world_.counters().hit(scenario::CLOCK_POISONED);
  return ends;
}

void Poison::is_sent(const v1::ClientFrame& frame) {
  if (clocks_.empty()) return;
  each_event(frame, [&](const v1::CaseEvent& event) {
    if (event.kind() != v1::EVENT_KIND_PARKED) return;
    const auto at = clocks_.find({event.case_number(), event.breach().clock(), event.breach().generation()});
    if (at != clocks_.end() && --at->second == 0) clocks_.erase(at);
  });
}

bool Poison::ends_who_folds(std::uint32_t stream, std::uint64_t sequence, std::uint32_t build) {
  const auto at = folds_.find({stream, sequence});
  if (at == folds_.end() || build > at->second) return false;
  world_.counters().hit(scenario::FOLD_POISONED);
  return true;
}

}  // namespace huying::sim
