// Where shells get unpredictable bytes; cores take what they need as arguments.
#pragma once
#include <cstdint>

#include "base/digest.h"

namespace huying {

std::uint64_t random_nonce();  // never 0
DigestKey random_digest_key();

}  // namespace huying
