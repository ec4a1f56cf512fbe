#include "programs/forget_name.h"

#include <fmt/format.h>

#include "programs/connection.h"
#include "proto/errors.h"

namespace huying::programs {
namespace {

class Forgetting : public client::Conversation {
 public:
  Forgetting(Connection& connection, std::string name) : connection_(connection), name_(std::move(name)) {}

  // Asked again after a lost connection: a name that is unknown by then was given up by the first word.
  void on_welcome(const v1::Welcome&) override {
    v1::ClientFrame frame;
    frame.mutable_unsubscribe()->set_name(name_);
    frame.mutable_unsubscribe()->set_forget(true);
    connection_.send(frame);
  }

  void on_frame(const v1::BrokerFrame& frame) override {
    if (frame.has_unsubscribed() && frame.unsubscribed().name() == name_) {
      fmt::print("已放弃订阅名称 {0}，续传位置不再保留\n", name_);
      fmt::print("the name {0} is given up, and its place forgotten\n", name_);
      return connection_.finish(ExitCode::done);
    }
    if (!frame.has_refusal() || frame.refusal().name() != name_) return;
    const bool unknown = frame.refusal().error() == static_cast<std::uint32_t>(v1::ERROR_CODE_SUBSCRIPTION_UNKNOWN);
    print_error(Error{frame.refusal().error(),
                      unknown ? fmt::format("{} is no subscription of yours: there is nothing to give up", name_)
                              : frame.refusal().detail()});
    connection_.finish(ExitCode::refused);
  }

 private:
  Connection& connection_;
  const std::string name_;
};

}  // namespace

ExitCode forget_name(const ConnectOptions& options, const std::vector<v1::Role>& roles, const std::string& name) {
  Connection connection(options, roles);
  Forgetting forgetting(connection, name);
  connection.attach(forgetting);
  return connection.run();
}

}  // namespace huying::programs
