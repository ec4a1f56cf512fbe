// CRC-32C (Castagnoli; RFC 3720 B.4) of a byte string, continued from `seed` (0 to begin). The processor's own
// instruction where it has one, Boost.CRC elsewhere. Any thread.
#pragma once
#include <cstdint>
#include <string_view>

namespace huying {

std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed = 0);
// The slow way, for processors without the instruction and for the test that compares the two.
std::uint32_t crc32c_portable(std::string_view bytes, std::uint32_t seed = 0);

}  // namespace huying
