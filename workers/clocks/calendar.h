// Which days are worked and which of their hours, from a v1::Calendar that was checked. Days and times are local to the
// street's zone, which this knows nothing of. Immutable after it was made; any thread.
#pragma once
#include <absl/container/flat_hash_map.h>
#include <date/date.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "huying/v1/calendar.pb.h"

namespace huying::clocks {

class Calendar {
 public:
  // From `from` to `to`, in milliseconds since the day's 00:00.
  struct Hours {
    std::int64_t from = 0, to = 0;
  };

  // CALENDAR_INVALID with what is wrong: a day that does not exist, years out of order, a day that is both, office
  // hours that overlap, a year without a workday.
  static Result<Calendar> make(const v1::Calendar& calendar);
  // Monday to Friday, without holidays; the hours of the shipped calendar.
  static Calendar weekdays();

  bool is_worked(date::local_days day) const;
  // The holiday, or "" for an ordinary rest day or workday.
  std::string_view name_of(date::local_days day) const;
  bool is_made_up(date::local_days day) const;  // a rest day by the week, a workday by notice
  // Whether a notice that is still to come may change the day.
  bool is_provisional(date::local_days day) const;
  const std::vector<Hours>& office_hours() const { return hours_; }
  const std::string& name() const { return name_; }

 private:
  Calendar() = default;
  Result<void> add(const v1::CalendarYear& year);
  Result<void> add_hours(const v1::OfficeHours& hours);

  std::string name_;
  bool expects_notices_ = false;
  std::vector<int> official_;                   // years, ascending
  absl::flat_hash_map<int, std::string> rest_;  // by the day's number since 1970
  absl::flat_hash_map<int, bool> work_;
  std::vector<Hours> hours_;
};

}  // namespace huying::clocks
