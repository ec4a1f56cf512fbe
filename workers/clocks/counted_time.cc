#include "workers/clocks/counted_time.h"

#include <algorithm>

namespace huying::clocks {
namespace {

constexpr int days_looked_at_max = 3660;

std::vector<CountedTime::Slice> joined(std::vector<CountedTime::Slice> pauses) {
  std::erase_if(pauses, [](const auto& pause) { return pause.to <= pause.from; });
  std::sort(pauses.begin(), pauses.end(), [](const auto& a, const auto& b) { return a.from < b.from; });
  std::vector<CountedTime::Slice> out;
  for (const auto& pause : pauses) {
    if (!out.empty() && pause.from <= out.back().to) {
      out.back().to = std::max(out.back().to, pause.to);
    } else {
      out.push_back(pause);
    }
  }
  return out;
}

}  // namespace

CountedTime::CountedTime(const Calendar& calendar, v1::SpanUnit unit, std::vector<Slice> pauses)
    : calendar_(calendar), unit_(unit), pauses_(joined(std::move(pauses))) {}

std::optional<CountedTime::Slice> CountedTime::next_unpaused(std::int64_t at) const {
  const bool all_days = unit_ != v1::SPAN_UNIT_WORKING_DAY && unit_ != v1::SPAN_UNIT_WORKING_HOUR;
  auto day = local_day(at);
  for (int looked_at = 0; looked_at < days_looked_at_max; ++looked_at, day += date::days{1}) {
    if (!all_days && !calendar_.is_worked(day)) continue;
    const auto begins = local_midnight(day);
    if (unit_ != v1::SPAN_UNIT_WORKING_HOUR) return Slice{std::max(at, begins), begins + day_ms};
    for (const auto& hours : calendar_.office_hours()) {
      if (begins + hours.to > at) return Slice{std::max(at, begins + hours.from), begins + hours.to};
    }
  }
  return std::nullopt;
}

std::optional<CountedTime::Slice> CountedTime::next(std::int64_t at) const {
  for (;;) {
    auto slice = next_unpaused(at);
    if (!slice) return std::nullopt;
    const auto pause = std::upper_bound(pauses_.begin(), pauses_.end(), slice->from,
                                        [](std::int64_t from, const Slice& one) { return from < one.to; });
    if (pause == pauses_.end() || pause->from >= slice->to) return slice;
    if (pause->from > slice->from) return Slice{slice->from, pause->from};
    at = pause->to;
  }
}

std::optional<std::int64_t> CountedTime::advance(std::int64_t at, std::int64_t amount_ms, bool later) const {
  for (;;) {
    const auto slice = next(at);
    if (!slice) return std::nullopt;
    const auto length = slice->to - slice->from;
    if (amount_ms < length || (amount_ms == length && !later)) return slice->from + amount_ms;
    amount_ms -= length;
    at = slice->to;
  }
}

}  // namespace huying::clocks
