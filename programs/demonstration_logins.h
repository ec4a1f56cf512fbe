// Accounts for whoever looks at the demonstration: one person of each role, and a wall. Their passwords are made at random with
// each start and printed, nothing else; only a directory that is marked demonstration gets them.
#pragma once
#include <string>
#include <vector>

#include "gateway/accounts/accounts.h"
#include "huying/v1/directory.pb.h"

namespace huying::programs {

inline constexpr char first_login_words[] = "演示账号", last_login_words[] = "key of the wall";  // of what is printed

struct DemonstrationLogin {
  v1::Role role{};
  std::string person;
  std::string password, hash;  // made by with_passwords
};

// The first person of each role who is no deputy and not absent; then the first system that observes.
std::vector<DemonstrationLogin> demonstration_logins(const v1::Directory& directory);

// Takes its time (argon2id, once for each): any thread but the gateway's.
std::vector<DemonstrationLogin> with_passwords(std::vector<DemonstrationLogin> logins);

// On the gateway's thread.
void print_demonstration_logins(const std::vector<DemonstrationLogin>& logins, accounts::Accounts& accounts);

// What is typed: groups of small letters and digits without those that look alike, 60 bits.
std::string typeable_password();

}  // namespace huying::programs
