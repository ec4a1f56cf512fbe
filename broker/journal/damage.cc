#include "broker/journal/damage.h"

#include <fmt/format.h>

namespace huying::journal {

std::string to_string(const Damage& d) {
  if (d.number == 0) return d.what.starts_with(d.path) ? d.what : fmt::format("{}: {}", d.path, d.what);
  return fmt::format("{}: batch {} at offset {}: {}", d.path, d.number, d.offset, d.what);
}

}  // namespace huying::journal
