// What a run exercised. A test asserts that nothing of it stays at zero over the fast set.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "tests/sim/scenario.pb.h"

namespace huying::sim {

using scenario::FaultKind;

struct Counters {
  std::array<std::uint64_t, scenario::FaultKind_ARRAYSIZE> faults{};
  std::vector<std::uint64_t> rows;  // of the case table, in its order

  // Of the workload.
  std::uint64_t requests_acknowledged = 0, requests_known_again = 0, contents_refused = 0, requests_refused = 0;
  std::uint64_t actions_decided = 0, actions_refused = 0;
  std::uint64_t events_seen = 0, events_repeated = 0, gaps_told = 0;
  std::uint64_t breaches = 0, escalations = 0, cases_ended = 0;
  std::uint64_t commits_refused = 0, takeovers = 0, coverage_told = 0;
  std::uint64_t forbidden_tried = 0, parts_read = 0, states_compared = 0, directories = 0;
  std::uint64_t damage_said = 0, damage_harmless = 0;  // a flipped bit that was reported; that lay where nothing is
  std::uint64_t records = 0, terms = 0;
  std::uint64_t clocks_set_aside = 0, causes_set_aside = 0, cells_parked = 0;
  std::uint64_t caught_up = 0, clock_told = 0;  // events of clocks that were overdue; a system's clock that is off, announced
  std::uint64_t months_ended = 0, lists_compared = 0, cases_in_lists = 0;  // of the register
  // Written beside the journal; handed out with a lease; said to be of no use by who was handed it.
  std::uint64_t checkpoints_written = 0, checkpoints_used = 0, checkpoints_refused = 0;
  std::uint64_t snapshots_written = 0, snapshots_used = 0;  // of the broker's own state

  void hit(FaultKind kind, std::uint64_t times = 1) { faults[static_cast<std::size_t>(kind)] += times; }
  std::uint64_t of(FaultKind kind) const { return faults[static_cast<std::size_t>(kind)]; }
  std::uint64_t faults_in_all() const;  // without those that are only counted
  void add(const Counters& other);
};

// "broker-loses-power"
std::string name_of(FaultKind kind);
// Whether a scenario can ask for it; the others come of those.
bool is_scheduled(FaultKind kind);

}  // namespace huying::sim
