#include "gateway/shell/logins.h"

#include <asio/post.hpp>
#include <memory>

#include "gateway/accounts/password.h"
#include "proto/errors.h"

namespace huying::gateway {
namespace {

constexpr std::size_t waiting_max = 32;

}  // namespace

Instant system_now() { return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now()); }

void Logins::log_in(const std::string& person, const std::string& place, std::string password, Told told) {
  if (waiting_ >= waiting_max) return told(fail(v1::ERROR_CODE_GATEWAY_BUSY));
  auto attempt = accounts_.begin_login(person, place, system_now());
  if (!attempt) return told(tl::unexpected(attempt.error()));
  ++waiting_;
  asio::post(thread_, [this, attempt = *attempt, password = std::move(password), told = std::move(told)]() mutable {
    const bool matches = accounts::password_matches(attempt.hash, password);
    asio::post(context_, [this, attempt = std::move(attempt), matches, told = std::move(told)] {
      --waiting_;
      told(accounts_.end_login(attempt, matches, system_now()));
    });
  });
}

void Logins::stop() {
  thread_.stop();
  thread_.join();
}

}  // namespace huying::gateway
