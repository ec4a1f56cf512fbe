// Unguessable names of sessions: 32 random bytes as 43 signs of base64url. Of one that is stored only a digest is kept: who
// reads the file cannot log in with it. Any thread.
#pragma once
#include <string>
#include <string_view>

namespace huying::accounts {

std::string random_token();
std::string digest_of(std::string_view token);
bool same_token(std::string_view one, std::string_view other);  // in a time that tells nothing

}  // namespace huying::accounts
