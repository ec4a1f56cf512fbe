#include "tests/sim/world/counters.h"

namespace huying::sim {

std::string name_of(FaultKind kind) {
  std::string name = scenario::FaultKind_Name(kind);
  for (char& c : name) c = c == '_' ? '-' : static_cast<char>(c | 0x20);
  return name;
}

bool is_scheduled(FaultKind kind) {
  switch (kind) {
    case scenario::FAULT_KIND_UNSPECIFIED:
    case scenario::SECTORS_LOST:
    case scenario::SECTORS_KEPT:
    case scenario::SECTORS_ZEROED:
    case scenario::WRITE_TORN:
    case scenario::NAMES_LOST:
    case scenario::CLOCK_DRIFTS:
      return false;
    default:
      return scenario::FaultKind_IsValid(kind);
  }
}

std::uint64_t Counters::faults_in_all() const {
  std::uint64_t sum = 0;
  for (int kind = 0; kind < scenario::FaultKind_ARRAYSIZE; ++kind)
    if (is_scheduled(static_cast<FaultKind>(kind))) sum += faults[static_cast<std::size_t>(kind)];
  return sum;
}

void Counters::add(const Counters& other) {
  for (std::size_t i = 0; i < faults.size(); ++i) faults[i] += other.faults[i];
  rows.resize(std::max(rows.size(), other.rows.size()));
  for (std::size_t i = 0; i < other.rows.size(); ++i) rows[i] += other.rows[i];
  static constexpr std::uint64_t Counters::*numbers[] = {
      &Counters::requests_acknowledged, &Counters::requests_known_again, &Counters::contents_refused,
      &Counters::requests_refused, &Counters::actions_decided, &Counters::actions_refused, &Counters::events_seen,
      &Counters::events_repeated, &Counters::gaps_told, &Counters::breaches, &Counters::escalations,
      &Counters::cases_ended, &Counters::commits_refused, &Counters::takeovers, &Counters::coverage_told,
      &Counters::forbidden_tried, &Counters::parts_read, &Counters::states_compared, &Counters::directories,
      &Counters::damage_said, &Counters::damage_harmless, &Counters::records, &Counters::terms,
      &Counters::clocks_set_aside, &Counters::causes_set_aside, &Counters::cells_parked, &Counters::caught_up,
      &Counters::clock_told, &Counters::months_ended, &Counters::lists_compared, &Counters::cases_in_lists,
      &Counters::checkpoints_written, &Counters::checkpoints_used,
      &Counters::checkpoints_refused, &Counters::snapshots_written, &Counters::snapshots_used};
  for (const auto number : numbers) this->*number += other.*number;
}

}  // namespace huying::sim
