#include "workers/clocks/calendar.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <sstream>

#include "base/text.h"
#include "huying/v1/error.pb.h"

namespace huying::clocks {
namespace {

constexpr int years_max = 200, days_a_year_max = 200, hours_max = 12, sources_max = 12;
constexpr std::size_t text_bytes_max = 256;
constexpr std::int64_t ms_a_minute = 60'000, minutes_a_day = 24 * 60;
// The notice of a year has ruled days of the December before, none earlier than the 29th so far.
constexpr date::month_day next_notice_rules_from = date::December / 24;

tl::unexpected<Error> invalid(std::string what) { return fail(v1::ERROR_CODE_CALENDAR_INVALID, std::move(what)); }

std::optional<date::local_days> day_in(const std::string& text) {
  if (text.size() != 10) return std::nullopt;
  std::istringstream in(text);
  date::local_days day;
  in >> date::parse("%F", day);
  if (in.fail() || in.peek() != std::istringstream::traits_type::eof()) return std::nullopt;
  return day;
}

std::optional<std::int64_t> time_in(const std::string& text) {
  if (text == "24:00") return minutes_a_day * ms_a_minute;
  if (text.size() != 5) return std::nullopt;
  std::istringstream in(text);
  std::chrono::minutes time{};
  in >> date::parse("%H:%M", time);
  const bool is_whole = !in.fail() && in.peek() == std::istringstream::traits_type::eof();
  if (!is_whole || time.count() < 0 || time.count() >= minutes_a_day) return std::nullopt;
  return time.count() * ms_a_minute;
}

int number_of(date::local_days day) { return static_cast<int>(day.time_since_epoch().count()); }

int year_of(date::local_days day) { return static_cast<int>(date::year_month_day(day).year()); }

bool is_weekend(date::local_days day) {
  const date::weekday weekday(day);
  return weekday == date::Saturday || weekday == date::Sunday;
}

Result<date::local_days> day_of_year(const std::string& text, int year) {
  const auto day = day_in(text);
  if (!day) return invalid(fmt::format("year {}: '{}' is not a day, YYYY-MM-DD", year, quotable(text, 40)));
  const int of = year_of(*day);
  const bool is_before = of == year - 1 && date::year_month_day(*day).month() == date::December;
  if (of != year && !is_before)
    return invalid(fmt::format("year {}: {} is neither of this year nor of the December before", year, text));
  return *day;
}

}  // namespace

Result<Calendar> Calendar::make(const v1::Calendar& from) {
  Calendar calendar;
  calendar.name_ = from.name();
  calendar.expects_notices_ = from.expects_notices();
  if (from.name().empty() || from.name().size() > text_bytes_max || !is_clean_text(from.name()))
    return invalid("its name is missing, too long or not clean text");
  if (from.years_size() > years_max) return invalid(fmt::format("{} years; at most {}", from.years_size(), years_max));
  int last = 1899;
  for (const auto& year : from.years()) {
    if (year.year() <= last || year.year() > 2200)
      return invalid(fmt::format("year {}: years are 1900 to 2200, ascending, none twice", year.year()));
    last = year.year();
    if (auto added = calendar.add(year); !added) return tl::unexpected(added.error());
  }
  if (from.office_hours_size() < 1 || from.office_hours_size() > hours_max)
    return invalid(fmt::format("{} office hours; 1 to {}", from.office_hours_size(), hours_max));
  for (const auto& hours : from.office_hours()) {
    if (auto added = calendar.add_hours(hours); !added) return tl::unexpected(added.error());
  }
  return calendar;
}

Calendar Calendar::weekdays() {
  Calendar calendar;
  calendar.name_ = "weekdays";
  for (const auto& [from, to] : {std::pair{510, 720}, {870, 1080}})  // 08:30 to 12:00, 14:30 to 18:00
    calendar.hours_.push_back({from * ms_a_minute, to * ms_a_minute});
  return calendar;
}

Result<void> Calendar::add(const v1::CalendarYear& year) {
  if (year.rest_size() > days_a_year_max || year.work_size() > days_a_year_max || year.source_size() > sources_max)
    return invalid(fmt::format("year {}: too many entries", year.year()));
  for (const auto& source : year.source()) {
    if (source.size() > text_bytes_max || !is_clean_text(source))
      return invalid(fmt::format("year {}: a source is too long or not clean text", year.year()));
  }
  if (year.official() && year.source_size() == 0)
    return invalid(fmt::format("year {}: an official year names the source of its days", year.year()));
  if (year.official()) official_.push_back(year.year());
  for (const auto& rest : year.rest()) {
    const auto from = day_of_year(rest.from(), year.year()), to = day_of_year(rest.to(), year.year());
    if (!from) return tl::unexpected(from.error());
    if (!to) return tl::unexpected(to.error());
    if (*to < *from || *to - *from > date::days{60})
      return invalid(fmt::format("year {}: rest from {} to {}", year.year(), rest.from(), rest.to()));
    if (rest.name().size() > text_bytes_max || !is_clean_text(rest.name()))
      return invalid(fmt::format("year {}: a holiday's name is too long or not clean text", year.year()));
    for (auto day = *from; day <= *to; day += date::days{1}) {
      work_.erase(number_of(day));  // what a year says of the December before holds
      rest_[number_of(day)] = rest.name();
    }
  }
  for (const auto& work : year.work()) {
    const auto day = day_of_year(work, year.year());
    if (!day) return tl::unexpected(day.error());
    for (const auto& rest : year.rest()) {
      if (rest.from() <= work && work <= rest.to())
        return invalid(fmt::format("year {}: {} is both a rest day and a workday", year.year(), work));
    }
    rest_.erase(number_of(*day));
    work_[number_of(*day)] = true;
  }
  return {};
}

Result<void> Calendar::add_hours(const v1::OfficeHours& hours) {
  const auto from = time_in(hours.from()), to = time_in(hours.to());
  if (!from || !to)
    return invalid(fmt::format("office hours '{}' to '{}': times are HH:MM", quotable(hours.from(), 16),
                               quotable(hours.to(), 16)));
  if (*to <= *from || (!hours_.empty() && *from < hours_.back().to))
    return invalid(fmt::format("office hours {} to {}: they must ascend and not overlap", hours.from(), hours.to()));
  hours_.push_back({*from, *to});
  return {};
}

bool Calendar::is_worked(date::local_days day) const {
  if (rest_.contains(number_of(day))) return false;
  return !is_weekend(day) || work_.contains(number_of(day));
}

std::string_view Calendar::name_of(date::local_days day) const {
  const auto found = rest_.find(number_of(day));
  return found == rest_.end() ? std::string_view{} : std::string_view(found->second);
}

bool Calendar::is_made_up(date::local_days day) const { return is_weekend(day) && work_.contains(number_of(day)); }

bool Calendar::is_provisional(date::local_days day) const {
  if (!expects_notices_) return false;
  const date::year_month_day date(day);
  const auto is_official = [&](int year) { return std::binary_search(official_.begin(), official_.end(), year); };
  const int year = static_cast<int>(date.year());
  if (!is_official(year)) return true;
  return date::month_day(date.month(), date.day()) >= next_notice_rules_from && !is_official(year + 1);
}

}  // namespace huying::clocks
