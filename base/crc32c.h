// CRC-32C (Castagnoli; RFC 3720 B.4) of a byte string, continued from `seed` (0 to begin). ISA-L takes the processor's
// best way. Any thread.
#pragma once
#include <cstdint>
#include <string_view>

namespace huying {

std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed = 0);

}  // namespace huying
