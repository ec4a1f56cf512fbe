#include "base/civil_time.h"

#include <date/tz.h>

namespace huying {
namespace {
const date::time_zone& of(const void* zone) { return *static_cast<const date::time_zone*>(zone); }
}  // namespace

Result<CivilZone> CivilZone::named(std::string_view name) {
  try {
    return CivilZone(std::string(name), date::locate_zone(std::string(name)));
  } catch (const std::exception& e) {
    return fail(0, e.what());
  }
}

date::local_days CivilZone::day_of(Instant at) const { return date::floor<date::days>(of(zone_).to_local(at)); }

Instant CivilZone::midnight(date::local_days day) const {
  return of(zone_).to_sys(date::local_time<Milliseconds>(day), date::choose::earliest);
}

std::int64_t CivilZone::local_ms(Instant at) const { return of(zone_).to_local(at).time_since_epoch().count(); }

Instant CivilZone::from_local_ms(std::int64_t ms) const {
  return of(zone_).to_sys(date::local_time<Milliseconds>(Milliseconds(ms)), date::choose::earliest);
}

std::string CivilZone::text(Instant at) const {
  return date::format("%FT%T%Ez", date::make_zoned(&of(zone_), date::floor<std::chrono::seconds>(at)));
}

}  // namespace huying
