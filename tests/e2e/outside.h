// Clients inside the test program: what outsiders see of a broker, with the client library and without processes of
// their own, so that a test can act at an exact answer (kill -9 at the n-th acknowledgement). One thread: the test's.
#pragma once
#include <asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "client/session.h"
#include "tests/e2e/process.h"

namespace huying::e2e {

class Outside {
 public:
  explicit Outside(std::string endpoint) : endpoint_(std::move(endpoint)) {}
  ~Outside();

  // A session of its own. Attach conversations, then start it.
  client::Session& open(const std::string& principal, v1::Role role);
  void close(client::Session& session);
  // Lets the sessions work until it holds; false when patience has run out.
  bool run_until(const std::function<bool()>& holds, std::chrono::milliseconds at_most = patience);

 private:
  const std::string endpoint_;
  asio::io_context context_;
  std::vector<std::unique_ptr<client::Session>> sessions_;
};

}  // namespace huying::e2e
