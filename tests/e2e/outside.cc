#include "tests/e2e/outside.h"

#include <algorithm>

namespace huying::e2e {

Outside::~Outside() {
  for (auto& session : sessions_) session->stop();
  context_.restart();
  context_.poll();
}

client::Session& Outside::open(const std::string& principal, v1::Role role) {
  const client::SessionOptions options{.endpoint = endpoint_, .principal = principal, .role = role, .program = "test"};
  sessions_.push_back(std::make_unique<client::Session>(context_, options));
  return *sessions_.back();
}

void Outside::close(client::Session& session) {
  session.stop();
  context_.restart();
  context_.poll();
  std::erase_if(sessions_, [&](const auto& one) { return one.get() == &session; });
}

bool Outside::run_until(const std::function<bool()>& holds, std::chrono::milliseconds at_most) {
  const auto until = std::chrono::steady_clock::now() + at_most;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    context_.restart();
    context_.run_one_for(std::chrono::milliseconds(20));
  }
  return true;
}

}  // namespace huying::e2e
