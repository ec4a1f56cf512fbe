#include "tests/sim/nodes/poison.h"

#include <fmt/format.h>

#include "base/check.h"
#include "huying/v1/record.pb.h"

namespace huying::sim {
namespace {

constexpr std::size_t states_with_clocks = 9;  // at the desk to rework, shelved and parked
constexpr std::uint32_t kept_for_new_states = 2;

constexpr std::uint32_t again_permille = 250;

template <class Use>
void each_commit(const v1::ClientFrame& frame, Use use) {
  for (const auto& bytes : frame.commits().commits()) {
    v1::Commit commit;
    HUYING_CHECK(commit.ParseFromString(bytes));
    use(commit);
  }
}

template <class Use>
void each_event(const v1::Commit& commit, Use use) {
  for (const auto& committed : commit.events()) {
    v1::CaseEvent event;
    HUYING_CHECK(event.ParseFromString(committed.event()));
    use(event);
  }
}

}  // namespace

bool Poison::is_quiet() const {
  return clocks_to_come_ == 0 && clocks_.empty() && steps_to_come_ == 0 && requests_to_come_ == 0 && causes_.empty() &&
         steps_again_.empty() && requests_again_.empty();
}

bool Poison::is_poison(const v1::CaseEvent& event) {
  for (const auto& ended : event.clocks_ended()) {
    if (ended.outcome() != v1::CLOCK_OUTCOME_FIRED) continue;
    const Clock name{event.case_number(), ended.kind(), ended.generation()};
    if (clocks_.contains(name)) return true;
    const bool is_for_another = states_.contains(event.state()) && states_.size() < states_with_clocks;
    if (clocks_to_come_ == 0 || (is_for_another && clocks_to_come_ <= kept_for_new_states)) continue;
    --clocks_to_come_;
    states_.insert(event.state());
    clocks_[name] = chance_.permille(again_permille) ? 2 : 1;
    world_.note(fmt::format("poison: case {}, {} generation {}", event.case_number(), v1::ClockKind_Name(ended.kind()),
                            ended.generation()));
    return true;
  }
  return false;
}

bool Poison::is_step_to_come(const v1::Commit& commit) {
  if (steps_again_.erase({commit.decided_person(), commit.decided_action_id()}) != 0) return true;
  if (steps_to_come_ == 0) return false;
  --steps_to_come_;
  return true;
}

// One that was set aside comes to the desk's door with that word; set aside there too, it comes bare, and is poison no more:
// the desk could not go on without it.
bool Poison::is_request_to_come(const v1::CaseEvent& event) {
  if (event.kind() != v1::EVENT_KIND_FILED) return false;
  if (event.filed().has_set_aside()) return requests_again_.erase(event.case_number()) != 0;
  if (requests_to_come_ == 0) return false;
  --requests_to_come_;
  if (chance_.permille(again_permille)) requests_again_.insert(event.case_number());
  return true;
}

std::optional<FaultKind> Poison::poison_of(const v1::Commit& commit) {
  bool fires = false;
  each_event(commit, [&](const v1::CaseEvent& event) { fires = fires || is_poison(event); });
  if (fires) return scenario::CLOCK_POISONED;
  if (commit.consumes() == 0) return std::nullopt;
  const Cause cause{commit.stream(), commit.consumes()};
  if (const auto at = causes_.find(cause); at != causes_.end()) return at->second;
  bool is_request = false;
  const bool is_step = commit.has_outcome() && is_step_to_come(commit);
  each_event(commit, [&](const v1::CaseEvent& event) { is_request = is_request || is_request_to_come(event); });
  if (!is_step && !is_request) return std::nullopt;
  const auto kind = is_step ? scenario::STEP_POISONED : scenario::REQUEST_POISONED;
  world_.note(fmt::format("poison: stream {} sequence {}, {}", cause.first, cause.second, name_of(kind)));
  return causes_[cause] = kind;
}

std::optional<FaultKind> Poison::ends_who_sends(const v1::ClientFrame& frame) {
  if (is_quiet()) return std::nullopt;
  std::optional<FaultKind> ends;
  each_commit(frame, [&](const v1::Commit& commit) {
    if (!ends) ends = poison_of(commit);
  });
  if (ends) world_.counters().hit(*ends);
  return ends;
}

void Poison::is_sent(const v1::ClientFrame& frame) {
  if (is_quiet()) return;
  each_commit(frame, [&](const v1::Commit& commit) {
    each_event(commit, [&](const v1::CaseEvent& event) {
      if (event.kind() != v1::EVENT_KIND_PARKED) return;
      const auto at = clocks_.find({event.case_number(), event.breach().clock(), event.breach().generation()});
      if (at != clocks_.end() && --at->second == 0) clocks_.erase(at);
    });
    if (commit.outcome().forwarded()) return;  // sent on by a cell whose case is elsewhere, not let be decided again
    for (const auto& send : commit.sends()) {
      const auto& step = send.message().forwarded_action();
      if (send.message().has_forwarded_action() && chance_.permille(again_permille))
        steps_again_.emplace(step.actor().principal(), step.action_id());
    }
  });
}

bool Poison::ends_who_folds(std::uint32_t stream, std::uint64_t sequence, std::uint32_t build) {
  const auto at = folds_.find({stream, sequence});
  if (at == folds_.end() || build > at->second) return false;
  world_.counters().hit(scenario::FOLD_POISONED);
  return true;
}

}  // namespace huying::sim
