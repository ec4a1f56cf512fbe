#include "broker/delivery/host_standing.h"

#include <algorithm>

#include "base/limits.h"

namespace huying::delivery {

void HostStanding::strike(const std::string& principal, SteadyInstant now) {
  auto& record = records_[principal];
  const auto forgotten = record.strikes == 0 ? 0 : (now - record.struck_at) / limits::strike_kept;
  record.strikes -= static_cast<std::uint32_t>(std::min<std::int64_t>(forgotten, record.strikes));
  record.strikes += 1;
  record.struck_at = now;
  constexpr std::uint32_t doublings_max = 16;
  const auto wait = limits::host_wait_min * (1 << std::min(record.strikes - 1, doublings_max));
  record.passed_over_until = now + std::min<std::chrono::milliseconds>(wait, limits::host_wait_max);
}

bool HostStanding::is_passed_over(const std::string& principal, SteadyInstant now) const {
  const auto found = records_.find(principal);
  return found != records_.end() && now < found->second.passed_over_until;
}

// The first time nobody gains by its waiting.
bool HostStanding::is_last_resort(const std::string& principal, SteadyInstant now) const {
  const auto found = records_.find(principal);
  if (found == records_.end() || found->second.strikes <= 1) return true;
  return now - found->second.struck_at >= limits::host_last_resort;
}

std::uint32_t HostStanding::strikes(const std::string& principal) const {
  const auto found = records_.find(principal);
  return found == records_.end() ? 0 : found->second.strikes;
}

}  // namespace huying::delivery
