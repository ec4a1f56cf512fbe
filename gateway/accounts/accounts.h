// Who may log in at the gateway: passwords of the directory's people, their sessions, and the wait after wrong passwords. Who a
// person is and what they may do is the directory's matter, and the broker's: an account of a person whom the directory does
// not know any more opens nothing.
//
// A SQLite file of mode 0600 beside the ledger, on disk before anything is answered. Owned by the gateway; one thread. Times
// are the system's own (a demonstration's days may run faster, a session does not). Errors: LOGIN_FAILED, LOGIN_LOCKED,
// PASSWORD_UNFIT, STORE_FAILED. Nothing here logs a person or a password.
//
// A login has three steps, since checking a password takes 100 ms and belongs on another thread:
//   begin_login → Attempt, counted as wrong already, so that tries at the same time do not get around the wait;
//   password_matches(attempt.hash, password), elsewhere;
//   end_login(attempt, matches) → a session, and the count is 0 again.
// After `wrong_free` wrong ones of a person in a row from one place the next try from there must wait: a minute, doubled with
// each, up to `wait_max`. From everywhere together it is `wrong_free_everywhere`, and from then on every place waits but those
// from which the person logged in before: a stranger cannot keep somebody out of the office or the phone where they work.
// A place is what the caller names (the gateway: an address, of IPv6 its /64); only a digest of it is kept, for 30 days.
// Sessions that stand are not touched by any of this.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace huying::accounts {

struct AccountsOptions {
  std::uint32_t wrong_free = 5, wrong_free_everywhere = 100;
  Milliseconds wait_first = std::chrono::minutes(1), wait_max = std::chrono::minutes(15);
  Milliseconds session_idle = std::chrono::hours(12);      // not used for so long: over
  Milliseconds session_length = std::chrono::hours(24 * 7);  // from the login
  std::uint32_t sessions_a_person = 16;                     // the oldest gives way
};

struct Attempt {
  std::string person;
  std::string hash;  // of nobody's password for an account that is not there
  std::string place;  // digest
  bool known = false;
  bool known_place = false;  // they logged in from there before
};

struct NewSession {
  std::string token;  // told once
  std::string csrf;
};

struct Session {
  std::string person;
  std::string csrf;  // what a page's requests must carry beside the cookie
  Instant logged_in_at;
};

class Accounts {
 public:
  // Makes the file where there is none.
  static Result<std::unique_ptr<Accounts>> open(const std::string& path, AccountsOptions options = {});
  ~Accounts();
  Accounts(const Accounts&) = delete;
  Accounts& operator=(const Accounts&) = delete;

  // Ends the person's sessions and their wait.
  Result<void> set_password_hash(std::string_view person, std::string_view hash);
  Result<bool> remove(std::string_view person);
  Result<bool> has_account(std::string_view person);
  Result<std::size_t> count();
  Result<std::vector<std::string>> people();  // who has one, by code

  // They logged in from there within 30 days.
  Result<bool> knows_place(std::string_view person, std::string_view place);
  Result<Attempt> begin_login(std::string_view person, std::string_view place, Instant now);
  Result<NewSession> end_login(const Attempt& attempt, bool matches, Instant now);

  // Nothing: unknown, or over. Use is noted at most once a minute.
  Result<std::optional<Session>> session(std::string_view token, Instant now);
  Result<void> log_out(std::string_view token);
  Result<void> end_sessions_of(std::string_view person);
  Result<void> forget_old(Instant now);  // now and then: sessions that are over

 private:
  struct Store;
  explicit Accounts(std::unique_ptr<Store> store);
  std::unique_ptr<Store> store_;
};

}  // namespace huying::accounts
