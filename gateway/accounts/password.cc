#include "gateway/accounts/password.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>

#include "base/check.h"
#include "base/digest.h"
#include "base/text.h"
#include "proto/errors.h"

namespace huying::accounts {
namespace {

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

}  // namespace

Result<void> check_password(std::string_view person, std::string_view password) {
  const auto unfit = [](std::string why) -> Result<void> { return fail(v1::ERROR_CODE_PASSWORD_UNFIT, std::move(why)); };
  if (password.size() > password_bytes_max) return unfit(fmt::format("longer than {} bytes", password_bytes_max));
  if (!is_clean_text(password)) return unfit("not text of one line");
  if (characters(password) < password_characters_min)
    return unfit(fmt::format("shorter than {} signs", password_characters_min));
  if (password.find_first_not_of(password.front()) == std::string_view::npos) return unfit("one sign over and over");
  if (password.find(person) != std::string_view::npos) return unfit("the account's name is in it");
  return {};
}

std::string hash_password(std::string_view password) {
  initialise_digests();
  std::string hash(crypto_pwhash_STRBYTES, '\0');
  const int done = crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                         crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13);
  HUYING_CHECK(done == 0, "there is memory for argon2id");
  hash.resize(hash.find('\0'));
  return hash;
}

bool password_matches(const std::string& hash, std::string_view password) {
  initialise_digests();
  return password.size() <= password_bytes_max &&
         crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

const std::string& hash_of_nobody() {
  static const std::string hash = hash_password("nobody's password, and its hash is known to nobody who could use it");
  return hash;
}

}  // namespace huying::accounts
