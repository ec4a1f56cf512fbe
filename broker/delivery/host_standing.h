// Which hosts lost their leases by their own fault, and for how long they are passed over: growing with each strike,
// and forgotten with time. By principal, so that a host which comes back in a new session is the same one. Pure; one
// thread.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <string>

#include "base/clock.h"

namespace huying::delivery {

class HostStanding {
 public:
  void strike(const std::string& principal, SteadyInstant now);
  // Others come first.
  bool is_passed_over(const std::string& principal, SteadyInstant now) const;
  // Where there are no others.
  bool is_last_resort(const std::string& principal, SteadyInstant now) const;
  std::uint32_t strikes(const std::string& principal) const;

 private:
  struct Record {
    std::uint32_t strikes = 0;
    SteadyInstant struck_at, passed_over_until;
  };
  absl::flat_hash_map<std::string, Record> records_;  // as many as the directory has hosts
};

}  // namespace huying::delivery
