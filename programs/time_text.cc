#include "programs/time_text.h"

#include <absl/strings/ascii.h>
#include <absl/time/time.h>

namespace huying::programs {

namespace {

std::optional<std::int64_t> parsed(const std::string& text, std::initializer_list<const char*> formats) {
  // ParseTime trims blanks and knows words for infinity; ours begin and end with a digit or Z.
  if (text.empty() || !absl::ascii_isdigit(static_cast<unsigned char>(text.front())) ||
      absl::ascii_isspace(static_cast<unsigned char>(text.back())))
    return std::nullopt;
  for (const auto* format : formats) {
    absl::Time at;
    if (absl::ParseTime(format, text, &at, nullptr)) return absl::ToUnixMillis(at);  // without an offset: as if of UTC
  }
  return std::nullopt;
}

}  // namespace

std::optional<Instant> instant_in(const std::string& text) {
  const auto ms = parsed(text, {"%E4Y-%m-%dT%H:%M:%E*S%Ez", "%E4Y-%m-%dT%H:%M%Ez"});
  return ms ? std::optional(instant(*ms)) : std::nullopt;
}

std::optional<std::int64_t> local_ms_in(const std::string& text) {
  return parsed(text, {"%E4Y-%m-%dT%H:%M:%E*S", "%E4Y-%m-%d %H:%M:%E*S", "%E4Y-%m-%dT%H:%M", "%E4Y-%m-%d %H:%M"});
}

}  // namespace huying::programs
