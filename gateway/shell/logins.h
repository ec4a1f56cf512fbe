// Passwords checked on threads of their own (argon2id takes 100 ms and 64 MiB, of those that are checked now alone); who comes
// meanwhile waits in a fair queue (login_queue.h). Owned by the gateway; asked on its thread, and answered there.
#pragma once
#include <asio/io_context.hpp>
#include <asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <string>

#include "gateway/accounts/accounts.h"
#include "gateway/shell/login_queue.h"

namespace huying::gateway {

struct LoginsOptions {
  std::size_t at_once = 2;  // and so many threads, so many times 64 MiB
  LoginQueueOptions queue = {};
};

class Logins {
 public:
  using Told = std::function<void(Result<accounts::NewSession>)>;

  // `may_try`: asked when a password's turn comes, for others from the same place may have been wrong meanwhile.
  Logins(asio::io_context& context, accounts::Accounts& accounts, std::function<bool(const std::string& place)> may_try,
         LoginsOptions options = {});
  ~Logins() { stop(); }

  // LOGIN_FAILED; LOGIN_LOCKED; TRIES_EXCEEDED where its place may not try; GATEWAY_BUSY where the queue has no place or it waited too long: then nothing was counted.
  // `place`: from where, as accounts count wrong passwords.
  void log_in(const std::string& person, const std::string& place, std::string password, Told told);
  void stop();  // and waits; who waits is not answered
  std::size_t waiting() const { return queue_.size(); }

 private:
  void check_next();
  void check(WaitingLogin login);

  asio::io_context& context_;
  accounts::Accounts& accounts_;
  const std::function<bool(const std::string&)> may_try_;
  const LoginsOptions options_;
  LoginQueue queue_;
  asio::thread_pool threads_;
  std::size_t checked_now_ = 0;
  bool is_stopped_ = false;
};

// The system's own now: logins and sessions go by it, whatever a demonstration's time does.
Instant system_now();

}  // namespace huying::gateway
