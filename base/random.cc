#include "base/random.h"

#include <sodium.h>

namespace huying {

std::uint64_t random_nonce() {
  std::uint64_t value = 0;
  while (value == 0) randombytes_buf(&value, sizeof value);
  return value;
}

DigestKey random_digest_key() {
  DigestKey key;
  randombytes_buf(key.data(), key.size());
  return key;
}

}  // namespace huying
