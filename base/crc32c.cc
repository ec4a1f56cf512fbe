#include "base/crc32c.h"

#include <isa-l/crc.h>

#include <limits>

namespace huying {

std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed) {
  constexpr std::size_t bytes_a_call = std::numeric_limits<int>::max();
  std::uint32_t remainder = ~seed;  // ISA-L neither inverts before nor after
  while (!bytes.empty()) {
    const auto part = bytes.substr(0, bytes_a_call);
    // It reads only, though it asks for bytes that may be changed.
    auto* at = const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(part.data()));
    remainder = crc32_iscsi(at, static_cast<int>(part.size()), remainder);
    bytes.remove_prefix(part.size());
  }
  return ~remainder;
}

}  // namespace huying
