#include "workers/clocks/reckoning.h"

#include <algorithm>

#include "huying/v1/error.pb.h"
#include "workers/clocks/counted_time.h"

namespace huying::clocks {
namespace {

using Slice = CountedTime::Slice;

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::size_t pauses_max = 1000;

bool is_working(v1::SpanUnit unit) { return unit == v1::SPAN_UNIT_WORKING_DAY || unit == v1::SPAN_UNIT_WORKING_HOUR; }

tl::unexpected<Error> nothing_is_worked() {
  return fail(v1::ERROR_CODE_CALENDAR_INVALID, "the calendar has no worked day in ten years");
}

Result<void> check(const v1::Span& span, std::span<const Pause> pauses) {
  if (span.count() < 1 || span.count() > 1000) return fail(v1::ERROR_CODE_POLICY_INVALID, "a span counts 1 to 1,000");
  if (span.unit() == v1::SPAN_UNIT_UNSPECIFIED || !v1::SpanUnit_IsValid(span.unit()))
    return fail(v1::ERROR_CODE_POLICY_INVALID, "a span has no unit");
  if (pauses.size() > pauses_max) return fail(v1::ERROR_CODE_POLICY_INVALID, "more than 1,000 pauses");
  return {};
}

std::vector<Slice> local(std::span<const Pause> pauses, const CivilZone& zone) {
  std::vector<Slice> out;
  for (const auto& pause : pauses) out.push_back({zone.local_ms(pause.from), zone.local_ms(pause.to)});
  return out;
}

// The same time of the corresponding day, so many months later, else of that month's last day.
std::int64_t months_later(std::int64_t start, std::uint32_t months) {
  const auto first = local_day(start);
  const date::year_month_day day{first};
  const auto month = date::year_month{day.year(), day.month()} + date::months{months};
  const date::year_month_day same = month / day.day();
  const auto last = same.ok() ? date::local_days{same} : date::local_days{month / date::last};
  return local_midnight(last) + (start - local_midnight(first));
}

// How much is to be counted from `start` on.
std::int64_t amount(const v1::Span& span, std::int64_t start) {
  const std::int64_t count = span.count();
  switch (span.unit()) {
    case v1::SPAN_UNIT_WORKING_HOUR:
      return count * hour_ms;
    case v1::SPAN_UNIT_NATURAL_MONTH:
      return months_later(start, span.count()) - start;
    default: {
      const bool first_is_one = span.first_day() == v1::FIRST_DAY_COUNTED && span.day_end() != v1::DAY_END_SAME_TIME;
      return (first_is_one ? count - 1 : count) * day_ms;
    }
  }
}

// The end of the office hours of the first worked day from `day` on that is over after `start`.
std::optional<std::int64_t> close_of_business(const Calendar& calendar, date::local_days day, std::int64_t start) {
  const CountedTime worked(calendar, v1::SPAN_UNIT_WORKING_DAY, {});
  for (auto at = local_midnight(day);;) {
    const auto slice = worked.next(at);
    if (!slice) return std::nullopt;
    const auto close = local_midnight(local_day(slice->from)) + calendar.office_hours().back().to;
    if (close > start) return close;
    at = slice->to;
  }
}

std::optional<std::int64_t> due_in_days(const v1::Span& span, std::int64_t given_start, const Calendar& calendar,
                                        const CountedTime& counted) {
  const auto first = counted.next(given_start);
  if (!first) return std::nullopt;
  const auto start = first->from;
  const bool same_time = span.day_end() == v1::DAY_END_SAME_TIME;
  // A day's last moment is the next day's first: where a whole day is meant it is the next one.
  const bool later = !same_time && span.unit() != v1::SPAN_UNIT_WORKING_HOUR;
  const auto reached = counted.advance(start, amount(span, start), later);
  if (!reached || same_time) return reached;
  const auto day = local_day(*reached);
  if (span.day_end() == v1::DAY_END_CLOSE_OF_BUSINESS) return close_of_business(calendar, day, start);
  return local_midnight(day + date::days{1});
}

bool is_provisional(const v1::Span& span, const Calendar& calendar, const CivilZone& zone, Instant start, Instant due) {
  if (!is_working(span.unit()) && span.day_end() != v1::DAY_END_CLOSE_OF_BUSINESS) return false;
  const auto last = local_day(zone.local_ms(due) - 1);  // 24:00 is of the day before
  for (auto day = local_day(zone.local_ms(start)); day <= last; day += date::days{1}) {
    if (calendar.is_provisional(day)) return true;
  }
  return false;
}

// Real minutes, those of pauses left out.
Instant minutes_later(Instant start, std::uint32_t minutes, const Calendar& calendar, std::span<const Pause> pauses) {
  std::vector<Slice> plain;
  for (const auto& pause : pauses) plain.push_back({to_ms(pause.from), to_ms(pause.to)});
  const CountedTime real(calendar, v1::SPAN_UNIT_MINUTE, std::move(plain));
  return instant(*real.advance(to_ms(start), std::int64_t{minutes} * 60'000, false));
}

}  // namespace

Result<Reckoned> reckon(const v1::Span& span, Instant start, const Calendar& calendar, const CivilZone& zone,
                        std::span<const Pause> pauses) {
  if (auto checked = check(span, pauses); !checked) return tl::unexpected(checked.error());
  Instant due = start;
  if (span.unit() == v1::SPAN_UNIT_MINUTE) {
    due = minutes_later(start, span.count(), calendar, pauses);
  } else {
    const CountedTime counted(calendar, span.unit(), local(pauses, zone));
    const auto local_due = due_in_days(span, zone.local_ms(start), calendar, counted);
    if (!local_due) return nothing_is_worked();
    due = zone.from_local_ms(*local_due);
  }
  if (span.at_least_minutes() != 0)
    due = std::max(due, minutes_later(start, span.at_least_minutes(), calendar, pauses));
  return Reckoned{due, is_provisional(span, calendar, zone, start, due)};
}

// ---- For people
// ------------------------------------------------------------------------------------------------------

namespace {

Stretch::Kind kind_of(const v1::Span& span, const Calendar& calendar, date::local_days day, bool is_counted) {
  if (!is_working(span.unit())) return Stretch::Kind::counted;
  if (is_counted) return calendar.is_made_up(day) ? Stretch::Kind::made_up : Stretch::Kind::counted;
  if (calendar.is_worked(day)) return Stretch::Kind::off_hours;
  return calendar.name_of(day).empty() ? Stretch::Kind::rest_day : Stretch::Kind::holiday;
}

class Stretches {
 public:
  Stretches(const v1::Span& span, const Calendar& calendar) : span_(span), calendar_(calendar) {}

  // A stretch of no more than a day.
  void add(std::int64_t from, std::int64_t to, bool is_counted, bool is_paused) {
    if (to <= from) return;
    const auto day = local_day(from);
    Stretch one{is_paused ? Stretch::Kind::paused : kind_of(span_, calendar_, day, is_counted), from, to, {}};
    if (one.kind == Stretch::Kind::holiday) one.holiday = calendar_.name_of(day);
    if (!out_.empty() && out_.back().kind == one.kind && out_.back().holiday == one.holiday &&
        out_.back().to_local_ms == from) {
      out_.back().to_local_ms = to;
    } else {
      out_.push_back(std::move(one));
    }
  }
  std::vector<Stretch> take() { return std::move(out_); }

 private:
  const v1::Span& span_;
  const Calendar& calendar_;
  std::vector<Stretch> out_;
};

// Cuts [from, to) at midnights.
template <class Add>
void by_day(std::int64_t from, std::int64_t to, Add add) {
  while (from < to) {
    const auto end = std::min(to, local_midnight(local_day(from) + date::days{1}));
    add(from, end);
    from = end;
  }
}

}  // namespace

std::vector<Stretch> stretches(const v1::Span& span, Instant start, Instant due, const Calendar& calendar,
                               const CivilZone& zone, std::span<const Pause> pauses) {
  Stretches out(span, calendar);
  const CountedTime counted(calendar, span.unit(), local(pauses, zone));
  const auto end = zone.local_ms(due);
  for (auto at = zone.local_ms(start); at < end;) {
    const auto slice = counted.next_unpaused(at);
    const auto counts_from = slice ? std::min(slice->from, end) : end;
    by_day(at, counts_from, [&](auto from, auto to) { out.add(from, to, false, false); });
    if (!slice || slice->from >= end) break;
    const auto counts_to = std::min(slice->to, end);
    auto from = counts_from;
    for (const auto& pause : counted.pauses()) {
      const auto pause_from = std::max(pause.from, from), pause_to = std::min(pause.to, counts_to);
      if (pause_from >= pause_to) continue;
      out.add(from, pause_from, true, false);
      out.add(pause_from, pause_to, true, true);
      from = pause_to;
    }
    out.add(from, counts_to, true, false);
    at = counts_to;
  }
  return out.take();
}

}  // namespace huying::clocks
