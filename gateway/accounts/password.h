// Passwords: argon2id by libsodium, with its "interactive" cost (64 MiB, about 100 ms). Pure but for libsodium's random salt;
// any thread, but not the one that serves: each takes its time.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace huying::accounts {

inline constexpr std::size_t password_characters_min = 10, password_bytes_max = 256;

// PASSWORD_UNFIT: too short or too long, no text, one sign over and over, or the person's own code in it.
Result<void> check_password(std::string_view person, std::string_view password);

// In libsodium's string form, which holds salt and cost.
std::string hash_password(std::string_view password);
bool password_matches(const std::string& hash, std::string_view password);
// Of no password: whoever is unknown takes as long as whoever is known.
const std::string& hash_of_nobody();

}  // namespace huying::accounts
