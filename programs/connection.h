// A session for a program that has one thing to do: dials, tries the roles it may have, gives up when nobody answers,
// ends on SIGINT and SIGTERM. Owned by the sub-command, one thread.
#pragma once
#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "client/session.h"
#include "programs/options.h"
#include "programs/program.h"

namespace huying::programs {

class Connection : public client::FrameSink {
 public:
  Connection(ConnectOptions options, std::vector<v1::Role> roles);
  ~Connection() override;

  asio::io_context& context() { return context_; }
  const ConnectOptions& options() const { return options_; }
  void attach(client::Conversation& conversation) { conversations_.push_back(&conversation); }
  // Called on each Welcome, after the conversations.
  void on_welcome(std::function<void(const v1::Welcome&)> told) { told_welcome_ = std::move(told); }
  // Called instead of ending when a signal comes.
  void on_signal(std::function<void()> told) { told_signal_ = std::move(told); }

  // Runs until finish(). Says on stderr why there is no session; a demonstration is said once, too.
  ExitCode run();
  void finish(ExitCode code);
  bool is_finished() const { return code_.has_value(); }

  bool send(const v1::ClientFrame& frame) override { return session_ && session_->send(frame); }
  bool send_serialized(std::string_view frame) override { return session_ && session_->send_serialized(frame); }

  // The broker's virtual now as of its last frame: at most a heartbeat old.
  std::int64_t now_ms() const;
  const v1::Welcome& welcome() const { return welcome_; }

 private:
  void dial();
  void take_welcome(const v1::Welcome& welcome);
  void take_lost(const client::Lost& lost);
  void arm_patience();

  ConnectOptions options_;
  std::vector<v1::Role> roles_;
  std::size_t role_ = 0;
  asio::io_context context_;
  asio::signal_set signals_;
  asio::steady_timer patience_;
  std::vector<client::Conversation*> conversations_;
  std::function<void(const v1::Welcome&)> told_welcome_;
  std::function<void()> told_signal_;
  std::unique_ptr<client::Session> session_;
  v1::Welcome welcome_;
  bool welcomed_once_ = false;
  std::optional<ExitCode> code_;
};

// "E1006 UNKNOWN_PRINCIPAL: …" and its Chinese, on stderr.
void print_error(const Error& error);
ExitCode exit_code_of(const Error& error);

// Prints it, for a command that ends with it.
ExitCode refused(const Error& error);

}  // namespace huying::programs
