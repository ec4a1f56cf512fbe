// An instant as people and programs write it. Any thread.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"

namespace huying::programs {

// RFC 3339 with its offset, seconds optional: 2026-11-23T09:00:00+08:00, 2026-11-23T01:00:00.250Z, 2026-11-23T01:00Z.
// Nothing when it is another form, lacks the offset or names a day that does not exist.
std::optional<Instant> instant_in(const std::string& text);
// The same without an offset, a blank for the T if you like: local milliseconds since 1970-01-01T00:00 local.
std::optional<std::int64_t> local_ms_in(const std::string& text);

}  // namespace huying::programs
