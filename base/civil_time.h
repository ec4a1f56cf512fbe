// Days and months of a place. Conversion is Howard Hinnant's date library with the system's tzdata; nothing here
// reckons a calendar by hand. A CivilZone is immutable and may be used from any thread.
#pragma once
#include <date/date.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace huying {

class CivilZone {
 public:
  // Fails (DIRECTORY_INVALID's number is the caller's to give) when tzdata has no such zone.
  static Result<CivilZone> named(std::string_view name);

  date::local_days day_of(Instant at) const;      // the local day that holds `at`
  Instant midnight(date::local_days day) const;   // 00:00 of the day; the first instant of it where 00:00 is skipped
  std::int64_t local_ms(Instant at) const;        // local milliseconds since 1970-01-01T00:00 local
  Instant from_local_ms(std::int64_t ms) const;   // earliest instant with that local time
  std::string text(Instant at) const;             // 2026-11-23T09:41:00+08:00
  const std::string& name() const { return name_; }

 private:
  CivilZone(std::string name, const void* zone) : name_(std::move(name)), zone_(zone) {}
  std::string name_;
  const void* zone_;  // date::time_zone, lives as long as the process
};

}  // namespace huying
