// Which connection gives way to a newcomer when every place is taken. Bookkeeping alone: time is an argument, and Who is
// whatever stands for a connection. One thread.
//
// One that waits for a request to begin goes first, the longest first: its browser opens another and loses nothing. Not within
// its first second, for its request may be under way. Else it is the one whose request is the longest without being whole: it
// counts from its first byte, later by a second for each 16 KiB that came. So a photo on a slow line stands, and whoever drips
// bytes does not. One whose answer is being made never goes.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <utility>

#include "base/clock.h"

namespace huying::http {

template <class Who>
class GivingWay {
 public:
  static constexpr Milliseconds waits_at_least{1'000};
  static constexpr std::size_t bytes_a_second = 16 * 1024;

  void waits(Who who, SteadyInstant now) { set(who, false, now); }
  void reads(Who who, SteadyInstant now) { set(who, true, now); }
  // Bytes of its request.
  void came(Who who, std::size_t bytes, SteadyInstant now) {
    const auto found = places_.find(who);
    if (found == places_.end() || !found->second.is_reading) return;
    const std::chrono::nanoseconds later(bytes * 1'000'000'000 / bytes_a_second);
    set(who, true, std::min(now, found->second.since + later));
  }
  // It is answered, or has gone.
  void stays(Who who) {
    const auto found = places_.find(who);
    if (found == places_.end()) return;
    (found->second.is_reading ? reading_ : waiting_).erase({found->second.since, who});
    places_.erase(found);
  }

  // Nothing: all are being answered.
  std::optional<Who> next(SteadyInstant now) const {
    if (waiting_.empty() && reading_.empty()) return std::nullopt;
    if (waiting_.empty()) return reading_.begin()->second;
    const auto& [since, longest] = *waiting_.begin();
    const bool goes = reading_.empty() || now - since >= waits_at_least || since <= reading_.begin()->first;
    return goes ? longest : reading_.begin()->second;
  }

 private:
  struct Place {
    bool is_reading = false;
    SteadyInstant since;
  };
  void set(Who who, bool is_reading, SteadyInstant since) {
    stays(who);
    places_[who] = {is_reading, since};
    (is_reading ? reading_ : waiting_).insert({since, who});
  }

  absl::flat_hash_map<Who, Place> places_;
  std::set<std::pair<SteadyInstant, Who>> waiting_, reading_;  // the longest first
};

}  // namespace huying::http
