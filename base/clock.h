// Time is an argument. No decision reads a clock; the shells do, and hand a Moment down.
#pragma once
#include <chrono>
#include <cstdint>

namespace huying {

using Milliseconds = std::chrono::milliseconds;
// An instant of the partition's (perhaps scaled) time, as stored: milliseconds since the epoch, UTC.
using Instant = std::chrono::sys_time<Milliseconds>;
// For waits, leases and heartbeats: never goes back, never scaled.
using SteadyInstant = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;

struct Moment {
  Instant wall;
  SteadyInstant steady;
};

constexpr Instant instant(std::int64_t ms) { return Instant{Milliseconds{ms}}; }
constexpr std::int64_t to_ms(Instant at) { return at.time_since_epoch().count(); }

}  // namespace huying
