#include "workers/clocks/deadlines.h"

#include <spdlog/spdlog.h>

namespace huying::clocks {

Reckoned Deadlines::due(const v1::Span& span, Instant start, std::span<const Pause> pauses) {
  if (pauses.empty() && !asks_the_calendar(span)) return {days_.due_at(span, start), false};
  if (const auto reckoned = reckon(span, start, calendar_, days_.zone(), pauses); reckoned) return *reckoned;
  spdlog::error("a calendar without a worked day: {} are taken as natural days", span.ShortDebugString());
  v1::Span natural;
  natural.set_count(span.count());
  natural.set_unit(v1::SPAN_UNIT_NATURAL_DAY);
  return {days_.due_at(natural, start), false};
}

}  // namespace huying::clocks
