#include "gateway/shell/logins.h"

#include <asio/post.hpp>

#include "gateway/accounts/password.h"
#include "proto/errors.h"

namespace huying::gateway {

Instant system_now() { return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now()); }

Logins::Logins(asio::io_context& context, accounts::Accounts& accounts, std::function<bool(const std::string&)> may_try,
               LoginsOptions options)
    : context_(context), accounts_(accounts), may_try_(std::move(may_try)), options_(options), queue_(options.queue), threads_(options.at_once) {}

void Logins::log_in(const std::string& person, const std::string& place, std::string password, Told told) {
  const auto known = accounts_.knows_place(person, place);
  if (!known) return told(tl::unexpected(known.error()));
  auto refused = queue_.add({person, place, std::move(password), *known, std::move(told)}, SteadyInstant::clock::now());
  if (refused) refused->told(fail(v1::ERROR_CODE_GATEWAY_BUSY));
  check_next();
}

void Logins::check_next() {
  for (auto& late : queue_.overdue(SteadyInstant::clock::now())) late.told(fail(v1::ERROR_CODE_GATEWAY_BUSY));
  while (!is_stopped_ && checked_now_ < options_.at_once) {
    auto login = queue_.next();
    if (!login) return;
    check(std::move(*login));
  }
}

// Counted here, and not when it came: who is told that we are busy has tried nothing.
void Logins::check(WaitingLogin login) {
  if (!may_try_(login.place)) return login.told(fail(v1::ERROR_CODE_TRIES_EXCEEDED));
  auto attempt = accounts_.begin_login(login.person, login.place, system_now());
  if (!attempt) return login.told(tl::unexpected(attempt.error()));
  ++checked_now_;
  asio::post(threads_, [this, attempt = std::move(*attempt), password = std::move(login.password),
                        told = std::move(login.told)]() mutable {
    const bool matches = accounts::password_matches(attempt.hash, password);
    asio::post(context_, [this, attempt = std::move(attempt), matches, told = std::move(told)] {
      --checked_now_;
      told(accounts_.end_login(attempt, matches, system_now()));
      check_next();
    });
  });
}

void Logins::stop() {
  is_stopped_ = true;
  threads_.stop();
  threads_.join();
}

}  // namespace huying::gateway
