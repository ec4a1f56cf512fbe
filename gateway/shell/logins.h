// Passwords checked on a thread of their own (argon2id takes 100 ms and 64 MiB), one after the other. Owned by the gateway; asked
// on its thread, and answered there.
#pragma once
#include <asio/io_context.hpp>
#include <asio/thread_pool.hpp>
#include <functional>
#include <string>

#include "gateway/accounts/accounts.h"

namespace huying::gateway {

class Logins {
 public:
  using Told = std::function<void(Result<accounts::NewSession>)>;

  Logins(asio::io_context& context, accounts::Accounts& accounts) : context_(context), accounts_(accounts), thread_(1) {}
  ~Logins() { stop(); }

  // LOGIN_FAILED, LOGIN_LOCKED, GATEWAY_BUSY when 32 wait already.
  // `place`: from where, as accounts count wrong passwords.
  void log_in(const std::string& person, const std::string& place, std::string password, Told told);
  void stop();  // and waits; who waits is not answered

 private:
  asio::io_context& context_;
  accounts::Accounts& accounts_;
  asio::thread_pool thread_;
  std::size_t waiting_ = 0;
};

// The system's own now: logins and sessions go by it, whatever a demonstration's time does.
Instant system_now();

}  // namespace huying::gateway
