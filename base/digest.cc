#include "base/digest.h"

#include <sodium.h>

#include "base/check.h"

namespace huying {
namespace {
const unsigned char* data_of(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
}  // namespace

void initialise_digests() { HUYING_CHECK(sodium_init() >= 0, "libsodium cannot start"); }

Digest128 key_digest(const DigestKey& key, std::string_view bytes) {
  Digest128 out;
  unsigned char raw[crypto_shorthash_siphashx24_BYTES];
  static_assert(sizeof raw == 16 && crypto_shorthash_siphashx24_KEYBYTES == 16);
  crypto_shorthash_siphashx24(raw, data_of(bytes), bytes.size(), key.data());
  std::memcpy(&out.low, raw, 8);
  std::memcpy(&out.high, raw + 8, 8);
  return out;
}

Digest128 content_digest(std::string_view bytes) {
  Digest128 out;
  unsigned char raw[16];
  crypto_generichash_blake2b(raw, sizeof raw, data_of(bytes), bytes.size(), nullptr, 0);
  std::memcpy(&out.low, raw, 8);
  std::memcpy(&out.high, raw + 8, 8);
  return out;
}

std::string blake2b_256(std::string_view bytes) {
  Blake2b256 hash;
  hash.add(bytes);
  return hash.finish();
}

std::uint64_t chain_digest(std::uint64_t previous, std::string_view bytes) {
  unsigned char key[crypto_shorthash_KEYBYTES] = {};
  std::memcpy(key, &previous, 8);
  std::uint64_t out;
  static_assert(crypto_shorthash_BYTES == sizeof out);
  crypto_shorthash(reinterpret_cast<unsigned char*>(&out), data_of(bytes), bytes.size(), key);
  return out;
}

Blake2b256::Blake2b256() {
  static_assert(sizeof state_ >= sizeof(crypto_generichash_blake2b_state));
  crypto_generichash_blake2b_init(reinterpret_cast<crypto_generichash_blake2b_state*>(state_), nullptr, 0, 32);
}
void Blake2b256::add(std::string_view bytes) {
  crypto_generichash_blake2b_update(reinterpret_cast<crypto_generichash_blake2b_state*>(state_), data_of(bytes),
                                    bytes.size());
}
std::string Blake2b256::finish() {
  std::string out(32, '\0');
  crypto_generichash_blake2b_final(reinterpret_cast<crypto_generichash_blake2b_state*>(state_),
                                   reinterpret_cast<unsigned char*>(out.data()), out.size());
  return out;
}

}  // namespace huying
