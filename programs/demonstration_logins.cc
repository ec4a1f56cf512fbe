#include "programs/demonstration_logins.h"

#include <fmt/format.h>

#include <cstdio>

#include "base/random.h"
#include "gateway/accounts/password.h"
#include "gateway/accounts/token.h"
#include "programs/words.h"
#include "proto/errors.h"

namespace huying::programs {
namespace {

constexpr v1::Role roles[] = {v1::ROLE_GRID_WORKER,       v1::ROLE_CADRE,               v1::ROLE_UNIT_SUPERVISOR,
                              v1::ROLE_STREET_SUPERVISOR, v1::ROLE_DISTRICT_SUPERVISOR, v1::ROLE_DESK,
                              v1::ROLE_ADMINISTRATOR};

const v1::Person* first_of(const v1::Directory& directory, v1::Role role) {
  for (const auto& person : directory.people())
    for (const auto& post : person.posts())
      if (post.role() == role && !post.deputy() && !person.absent()) return &person;
  return nullptr;
}

}  // namespace

std::vector<DemonstrationLogin> demonstration_logins(const v1::Directory& directory) {
  std::vector<DemonstrationLogin> logins;
  for (const auto role : roles)
    if (const auto* person = first_of(directory, role)) logins.push_back({role, person->code(), {}, {}});
  for (const auto& system : directory.systems()) {
    if (system.role() != v1::ROLE_OBSERVER) continue;
    logins.push_back({v1::ROLE_OBSERVER, system.code(), {}, {}});
    break;
  }
  return logins;
}

std::string typeable_password() {
  constexpr std::string_view signs = "abcdefghjkmnpqrstuvwxyz23456789k";
  static_assert(signs.size() == 32, "five bits a sign");
  std::uint64_t bits = random_nonce();
  std::string text;
  for (int i = 0; i < 12; ++i, bits >>= 5) {
    if (i == 4 || i == 8) text += '-';
    text += signs[bits % signs.size()];
  }
  return text;
}

std::vector<DemonstrationLogin> with_passwords(std::vector<DemonstrationLogin> logins) {
  for (auto& login : logins) {
    login.password = login.role == v1::ROLE_OBSERVER ? accounts::random_token() : typeable_password();
    login.hash = accounts::hash_password(login.password);
  }
  return logins;
}

void print_demonstration_logins(const std::vector<DemonstrationLogin>& logins, accounts::Accounts& accounts) {
  std::string text =
      fmt::format("{}，口令每次启动都换 accounts of the demonstration, with new passwords each start:\n", first_login_words);
  for (const auto& login : logins) {
    if (auto set = accounts.set_password_hash(login.person, login.hash); !set) {
      fmt::print(stderr, "huying: {}\n", sentence(set.error()));
      return;
    }
    const auto role = word_of(login.role);
    const auto named = fmt::format("{} {}", role.zh, role.en);
    text += login.role == v1::ROLE_OBSERVER
                ? fmt::format("  {}{}:{}\n", padded(fmt::format("看板钥匙 {}", last_login_words), 34), login.person, login.password)
                : fmt::format("  {}{}{}\n", padded(named, 34), padded(login.person, 26), login.password);
  }
  fmt::print("{}", text);
  std::fflush(stdout);
}

}  // namespace huying::programs
