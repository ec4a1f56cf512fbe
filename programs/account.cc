// huying account: who may log in at the gateway of a data folder. Works beside a gateway that runs.
#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>

#include "base/limits.h"
#include "base/text.h"
#include "gateway/accounts/accounts.h"
#include "gateway/accounts/password.h"
#include "gateway/accounts/token.h"
#include "gateway/shell/files.h"
#include "programs/connection.h"
#include "programs/gateway_thread.h"
#include "programs/options.h"
#include "programs/program.h"
#include "proto/errors.h"

namespace huying::programs {
namespace {

struct AccountOptions {
  std::string data, person;
};

// A terminal does not show what is typed.
class Unseen {
 public:
  Unseen() : is_terminal_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!is_terminal_) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  ~Unseen() {
    if (is_terminal_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;

 private:
  termios before_{};
  bool is_terminal_;
};

std::string typed_line(const char* asked) {
  if (::isatty(STDIN_FILENO) != 0) fmt::print(stderr, "{}", asked);
  std::string line;
  std::getline(std::cin, line);
  if (::isatty(STDIN_FILENO) != 0) fmt::print(stderr, "\n");
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

Result<std::string> typed_password() {
  const Unseen unseen;
  auto password = typed_line("新口令 new password: ");
  if (::isatty(STDIN_FILENO) != 0 && typed_line("再输一次 once more: ") != password)
    return fail(v1::ERROR_CODE_PASSWORD_UNFIT, "typed in two ways");
  return password;
}

Result<std::unique_ptr<accounts::Accounts>> open_accounts(const std::string& data) {
  std::error_code error;
  if (!std::filesystem::is_directory(data, error)) return fail(v1::ERROR_CODE_USAGE, data + ": there is no such folder");
  const auto folder = gateway_folder(data);
  if (auto made = gateway::make_private_folder(folder); !made) return tl::make_unexpected(made.error());
  return accounts::Accounts::open(folder + "/accounts.sqlite");
}

Result<void> check_person(const std::string& person) {
  if (is_code(person, limits::code_bytes_max)) return {};
  return fail(v1::ERROR_CODE_USAGE, "a person is a code of the directory, e.g. shiqiao-01.worker");
}

using Work = std::function<Result<void>(accounts::Accounts&, const AccountOptions&)>;

ExitCode with_accounts(const AccountOptions& options, const Work& work) {
  const auto done = [&]() -> Result<void> {
    if (!options.person.empty())
      if (auto fits = check_person(options.person); !fits) return fits;
    auto accounts = open_accounts(options.data);
    if (!accounts) return tl::make_unexpected(accounts.error());
    return work(**accounts, options);
  }();
  if (done) return ExitCode::done;
  return refused(done.error());
}

Result<void> set_password(accounts::Accounts& accounts, const AccountOptions& options) {
  const auto password = typed_password();
  if (!password) return tl::make_unexpected(password.error());
  if (auto fits = accounts::check_password(options.person, *password); !fits) return fits;
  if (auto set = accounts.set_password_hash(options.person, accounts::hash_password(*password)); !set) return set;
  fmt::print("{} 可以登录了，已有的登录都已结束 may log in now; sessions of before are over\n", options.person);
  return {};
}

Result<void> make_key(accounts::Accounts& accounts, const AccountOptions& options) {
  const auto key = accounts::random_token();
  if (auto set = accounts.set_password_hash(options.person, accounts::hash_password(key)); !set) return set;
  fmt::print("{}:{}\n", options.person, key);
  return {};
}

Result<void> list(accounts::Accounts& accounts, const AccountOptions&) {
  const auto people = accounts.people();
  if (!people) return tl::make_unexpected(people.error());
  for (const auto& person : *people) fmt::print("{}\n", person);
  if (people->empty()) fmt::print(stderr, "还没有账号 no account yet: huying account password PERSON\n");
  return {};
}

Result<void> remove(accounts::Accounts& accounts, const AccountOptions& options) {
  const auto removed = accounts.remove(options.person);
  if (!removed) return tl::make_unexpected(removed.error());
  if (!*removed) return fail(v1::ERROR_CODE_USAGE, options.person + " has no account");
  fmt::print("{} 不能再登录 may log in no more\n", options.person);
  return {};
}

}  // namespace

void add_account(CLI::App& root, Chosen& chosen) {
  auto* group = root.add_subcommand("account", "Who may log in at the gateway. What a person may do the directory says.");
  group->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, const char* person, Work work, const std::string& example) {
    auto options = std::make_shared<AccountOptions>();
    auto* app = group->add_subcommand(name, what);
    app->add_option("--data", options->data, "Data folder of `huying serve` or `huying gateway`")->required();
    if (person != nullptr) app->add_option("PERSON", options->person, person)->required();
    app->footer(footer_with_exit_codes("Example:\n  huying account " + example + " --data /tmp/wenyuan\n"));
    app->callback([options, work, &chosen] { chosen = [options, work] { return with_accounts(*options, work); }; });
  };
  constexpr const char* person = "Code of a person of the directory";
  add("password", "Give a person a password, a new one or the first: one line of standard input, or typed unseen. At least 10 signs.",
      person, set_password, "password shiqiao-01.worker");
  add("key", "Make a new key for a wall, and print it once: a system of the directory in the role observer. It only reads.",
      "Code of a system that observes", make_key, "key wall-1");
  add("list", "Who has an account.", nullptr, list, "list");
  add("remove", "Take a person's account away, and end their sessions.", person, remove, "remove shiqiao-01.worker");
}

}  // namespace huying::programs
