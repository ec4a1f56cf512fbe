#include "gateway/accounts/token.h"

#include <sodium.h>

#include "base/digest.h"

namespace huying::accounts {

std::string random_token() {
  initialise_digests();
  unsigned char bytes[32];
  randombytes_buf(bytes, sizeof bytes);
  constexpr int form = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_ENCODED_LEN(sizeof bytes, form), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes, sizeof bytes, form);
  text.pop_back();  // its zero
  return text;
}

std::string digest_of(std::string_view token) { return blake2b_256(token); }

bool same_token(std::string_view one, std::string_view other) {
  return one.size() == other.size() && sodium_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace huying::accounts
