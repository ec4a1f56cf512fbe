#include "programs/time_text.h"

#include <absl/strings/ascii.h>
#include <absl/time/time.h>

namespace huying::programs {

std::optional<Instant> instant_in(const std::string& text) {
  // ParseTime trims blanks and knows words for infinity; ours begin and end with a digit or Z.
  if (text.empty() || !absl::ascii_isdigit(static_cast<unsigned char>(text.front())) ||
      absl::ascii_isspace(static_cast<unsigned char>(text.back())))
    return std::nullopt;
  for (const auto* format : {"%E4Y-%m-%dT%H:%M:%E*S%Ez", "%E4Y-%m-%dT%H:%M%Ez"}) {
    absl::Time at;
    if (absl::ParseTime(format, text, &at, nullptr)) return instant(absl::ToUnixMillis(at));
  }
  return std::nullopt;
}

}  // namespace huying::programs
