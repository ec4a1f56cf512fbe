#include "workers/clocks/due.h"

#include <algorithm>

#include "base/check.h"
#include "huying/v1/error.pb.h"

namespace huying::clocks {
namespace {

bool ends_at_midnight(const v1::Span& span) { return span.day_end() != v1::DAY_END_SAME_TIME; }

date::local_days last_counted_day(const v1::Span& span, date::local_days first) {
  const bool counted = span.first_day() == v1::FIRST_DAY_COUNTED;
  return first + date::days{span.count()} - date::days{counted ? 1 : 0};
}

date::local_days corresponding_day(const v1::Span& span, date::local_days first) {
  const date::year_month_day day{first};
  const auto month = date::year_month{day.year(), day.month()} + date::months{span.count()};
  const date::year_month_day same = month / day.day();
  if (same.ok()) return date::local_days{same};
  return date::local_days{month / date::last};
}

// The same local time of another day.
Instant same_time(const CivilZone& zone, Instant start, date::local_days from, date::local_days to) {
  return zone.from_local_ms(zone.local_ms(start) + Milliseconds{to - from}.count());
}

Instant with_floor(const v1::Span& span, Instant start, Instant due) {
  return std::max(due, start + std::chrono::minutes{span.at_least_minutes()});
}

// `Days` finds days and midnights: a CivilZone or a DayTable's memory of it.
template <class DayOf, class MidnightOf>
Instant reckon(const v1::Span& span, Instant start, const CivilZone& zone, DayOf day_of, MidnightOf midnight) {
  if (span.unit() == v1::SPAN_UNIT_MINUTE) {
    return with_floor(span, start, start + std::chrono::minutes{span.count()});
  }
  const date::local_days first = day_of(start);
  const bool months = span.unit() == v1::SPAN_UNIT_NATURAL_MONTH;
  if (!ends_at_midnight(span)) {
    const auto last = months ? corresponding_day(span, first) : first + date::days{span.count()};
    return with_floor(span, start, same_time(zone, start, first, last));
  }
  const auto last = months ? corresponding_day(span, first) : last_counted_day(span, first);
  return with_floor(span, start, midnight(last + date::days{1}));
}

}  // namespace

Result<void> check_span(const v1::Span& span) {
  if (span.count() < 1 || span.count() > 1000) {
    return fail(v1::ERROR_CODE_POLICY_INVALID, "a span counts 1 to 1,000");
  }
  if (span.unit() == v1::SPAN_UNIT_UNSPECIFIED || !v1::SpanUnit_IsValid(span.unit())) {
    return fail(v1::ERROR_CODE_POLICY_INVALID, "a span has no unit");
  }
  if (!v1::DayEnd_IsValid(span.day_end())) return fail(v1::ERROR_CODE_POLICY_INVALID, "a span has no day end");
  return {};
}

bool asks_the_calendar(const v1::Span& span) {
  return span.unit() == v1::SPAN_UNIT_WORKING_HOUR || span.unit() == v1::SPAN_UNIT_WORKING_DAY ||
         span.day_end() == v1::DAY_END_CLOSE_OF_BUSINESS;
}

Result<Instant> due_at(const v1::Span& span, Instant start, const CivilZone& zone) {
  if (auto checked = check_span(span); !checked) return tl::unexpected(checked.error());
  if (asks_the_calendar(span)) return fail(v1::ERROR_CODE_POLICY_INVALID, "the span asks a calendar");
  return reckon(
      span, start, zone, [&](Instant at) { return zone.day_of(at); },
      [&](date::local_days day) { return zone.midnight(day); });
}

Instant DayTable::due_at(const v1::Span& span, Instant start) {
  HUYING_CHECK(check_span(span).has_value() && !asks_the_calendar(span), "a span was not checked: {}",
               span.ShortDebugString());
  return reckon(
      span, start, zone_, [this](Instant at) { return day_of(at); },
      [this](date::local_days day) { return midnight(day); });
}

date::local_days DayTable::day_of(Instant at) {
  if (at >= today_begins_ && at < today_ends_) return today_;
  const auto day = zone_.day_of(at);
  // Where a zone repeats or skips midnight the stretch between two midnights may touch another day: not remembered.
  const Instant begins = midnight(day), ends = midnight(day + date::days{1});
  if (ends - begins == std::chrono::hours{24} && at >= begins && at < ends) {
    today_ = day;
    today_begins_ = begins;
    today_ends_ = ends;
  }
  return day;
}

Instant DayTable::midnight(date::local_days day) {
  auto& slot = midnights_[static_cast<std::size_t>(day.time_since_epoch().count()) % midnights_.size()];
  if (slot.day != day) slot = {day, zone_.midnight(day)};
  return slot.at;
}

}  // namespace huying::clocks
