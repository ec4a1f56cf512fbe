#include "programs/connection.h"

#include <fmt/format.h>

#include <asio/post.hpp>
#include <csignal>

#include "proto/errors.h"

namespace huying::programs {

void print_error(const Error& error) {
  const auto zh = words_of(error.code).zh;
  fmt::print(stderr, "huying: {}{}{}\n", zh, zh.empty() ? "" : "\n        ", sentence(error));
}

ExitCode exit_code_of(const Error& error) {
  switch (error.code) {
    case 0: return ExitCode::done;
    case v1::ERROR_CODE_NOT_CONNECTED: return ExitCode::not_connected;
    case v1::ERROR_CODE_USAGE: return ExitCode::usage;
    case v1::ERROR_CODE_JOURNAL_DAMAGED: return ExitCode::damaged;
    case v1::ERROR_CODE_JOURNAL_WRITE_FAILED: return ExitCode::disk;
    case v1::ERROR_CODE_INTERNAL: return ExitCode::failed;
    default: return ExitCode::refused;
  }
}

ExitCode refused(const Error& error) {
  print_error(error);
  return exit_code_of(error);
}

Connection::Connection(ConnectOptions options, std::vector<v1::Role> roles)
    : options_(std::move(options)), roles_(std::move(roles)), signals_(context_, SIGINT, SIGTERM),
      patience_(context_) {}

Connection::~Connection() = default;

void Connection::dial() {
  client::SessionOptions session;
  session.endpoint = options_.endpoint;
  session.principal = options_.principal;
  session.role = roles_[role_];
  session.program = "huying";
  session_ = std::make_unique<client::Session>(
      context_, session,
      client::SessionCallbacks{.on_welcome = [this](const auto& welcome) { take_welcome(welcome); },
                               .on_frame = {},
                               .on_lost = [this](const auto& lost) { take_lost(lost); }});
  for (auto* conversation : conversations_) session_->attach(*conversation);
  if (const auto started = session_->start(); !started) {
    print_error(started.error());
    const bool is_wrong = started.error().code != v1::ERROR_CODE_NOT_CONNECTED;
    finish(is_wrong ? ExitCode::usage : ExitCode::not_connected);
  }
}

void Connection::take_welcome(const v1::Welcome& welcome) {
  patience_.cancel();
  welcome_ = welcome;
  const bool is_first = !std::exchange(welcomed_once_, true);
  if (is_first && welcome.read_only()) {  // in JSON, too: on the error stream it spoils nothing
    fmt::print(stderr, "服务为只读：不受理、不裁定，时限不触发 (read-only: nothing is taken or decided, no clock fires");
    if (!welcome.missing().empty()) fmt::print(stderr, "; missing: {}", welcome.missing());
    fmt::print(stderr, ")\n");
  }
  if (is_first && welcome.demonstration() && !options_.json) {
    fmt::print(stderr, "演示数据，全部虚构 (demonstration: made-up data");
    if (welcome.rate_permille() != 1000) fmt::print(stderr, ", time runs {:g} times as fast", welcome.rate_permille() / 1000.0);
    fmt::print(stderr, ")\n");
  }
  if (told_welcome_) told_welcome_(welcome);
}

void Connection::take_lost(const client::Lost& lost) {
  if (lost.error.code == v1::ERROR_CODE_ROLE_NOT_HELD && !lost.was_welcomed && role_ + 1 < roles_.size()) {
    ++role_;
    asio::post(context_, [this] {
      if (!code_) dial();
    });
    return;
  }
  if (client::is_final(lost.error)) {
    print_error(lost.error);
    return finish(exit_code_of(lost.error));
  }
  if (lost.was_welcomed) arm_patience();
}

void Connection::arm_patience() {
  if (options_.wait_seconds <= 0) return;
  patience_.expires_after(std::chrono::duration_cast<Milliseconds>(std::chrono::duration<double>(options_.wait_seconds)));
  patience_.async_wait([this](const asio::error_code& cancelled) {
    if (cancelled || (session_ && session_->welcomed())) return;
    print_error(Error{v1::ERROR_CODE_NOT_CONNECTED,
                      fmt::format("{}, waited {:g} s", options_.endpoint, options_.wait_seconds)});
    finish(ExitCode::not_connected);
  });
}

ExitCode Connection::run() {
  signals_.async_wait([this](const asio::error_code& cancelled, int) {
    if (cancelled) return;
    if (told_signal_) return told_signal_();
    finish(ExitCode::failed);
  });
  arm_patience();
  dial();
  context_.run();
  session_.reset();
  return code_.value_or(ExitCode::failed);
}

void Connection::finish(ExitCode code) {
  if (code_) return;
  code_ = code;
  if (session_) session_->stop();
  asio::post(context_, [this] { context_.stop(); });  // after the session's goodbye
}

std::int64_t Connection::now_ms() const { return session_ ? session_->broker_now_ms() : 0; }

}  // namespace huying::programs
