// Counted time as a row of slices on the local time line, with pauses cut out. Inside workers/clocks only; one thread.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "huying/v1/policy.pb.h"
#include "workers/clocks/calendar.h"

namespace huying::clocks {

inline constexpr std::int64_t day_ms = 86'400'000;

inline date::local_days local_day(std::int64_t local_ms) {
  return date::floor<date::days>(date::local_time<std::chrono::milliseconds>(std::chrono::milliseconds(local_ms)));
}
inline std::int64_t local_midnight(date::local_days day) { return day.time_since_epoch().count() * day_ms; }

class CountedTime {
 public:
  // Local milliseconds, `to` not included.
  struct Slice {
    std::int64_t from, to;
  };
  CountedTime(const Calendar& calendar, v1::SpanUnit unit, std::vector<Slice> pauses);

  // The first counted slice that ends after `at`, cut to begin no earlier. Nothing: none for ten years.
  std::optional<Slice> next(std::int64_t at) const;

  // Where so much was counted from `at` on. On a slice's end: that end, or, `later`, where the next slice begins.
  std::optional<std::int64_t> advance(std::int64_t at, std::int64_t amount_ms, bool later) const;

  // As next(), but as if nothing were paused.
  std::optional<Slice> next_unpaused(std::int64_t at) const;
  const std::vector<Slice>& pauses() const { return pauses_; }  // in order, apart

 private:
  const Calendar& calendar_;
  v1::SpanUnit unit_;
  std::vector<Slice> pauses_;
};

}  // namespace huying::clocks
