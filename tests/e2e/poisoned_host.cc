// A host that one case ends: `huying_poisoned_host ENDPOINT PRINCIPAL CASE-NUMBER decides|fires|folds`. It holds cells with
// the production core, and its process is gone, without a word, the moment it has decided something of that case in a cell
// (the desk, stream 1, can decide it), or fired a clock of it, before anything of that is sent; or is about to fold it. What
// an access beyond an array does to a real one, at a place that a test chooses.
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "base/check.h"
#include "client/session.h"
#include "huying/v1/record.pb.h"
#include "workers/host/host_core.h"

namespace huying::e2e {
namespace {

constexpr int died_of_poison = 70;
constexpr std::uint32_t desk = 1;

class PoisonedHost {
 public:
  PoisonedHost(asio::io_context& context, const client::SessionOptions& options, std::string poison, std::string_view when)
      : poison_(std::move(poison)), when_(when), core_({"poisoned", 0}), timer_(context),
        session_(context, options,
                 {[this](const v1::Welcome& welcome) { welcomed(welcome); },
                  [this](const v1::BrokerFrame& frame) { received(frame); },
                  [this](const client::Lost&) { core_.disconnected(); }}) {}

  void start() {
    HUYING_CHECK(session_.start().has_value(), "an endpoint that is private");
    wake();
  }

 private:
  static SteadyInstant now() { return std::chrono::steady_clock::now(); }

  void welcomed(const v1::Welcome& welcome) {
    core_.connected(now());
    v1::BrokerFrame frame;
    frame.set_now_ms(session_.broker_now_ms());
    *frame.mutable_welcome() = welcome;
    received(frame);
  }
  void received(const v1::BrokerFrame& frame) {
    die_of_folding(frame);
    core_.receive(frame, now(), frames_);
    send();
  }
  void wake() {
    core_.wake(now(), frames_);
    send();
    timer_.expires_after(std::chrono::milliseconds(100));
    timer_.async_wait([this](const asio::error_code& error) {
      if (!error) wake();
    });
  }
  void send() {
    for (const auto& frame : frames_)
      for (const auto& bytes : frame.commits().commits()) die_of(bytes);
    for (const auto& frame : frames_) session_.send(frame);
    core_.sent(frames_);
  }
  void die_of(std::string_view commit) const {
    v1::Commit read;
    HUYING_CHECK(read.ParseFromArray(commit.data(), static_cast<int>(commit.size())));
    const bool is_bad = when_ == "decides" ? read.consumes() != 0 : when_ == "fires" && fires(read);
    if (read.stream() != desk && is_bad && commit.find(poison_) != std::string_view::npos) std::_Exit(died_of_poison);
  }
  static bool fires(const v1::Commit& commit) {
    return commit.events_size() != 0 && commit.events(0).kind() == v1::EVENT_KIND_BREACHED;
  }
  void die_of_folding(const v1::BrokerFrame& frame) {
    if (when_ != "folds") return;
    for (const auto& lease : frame.leases().granted()) folds_until_[lease.stream()] = lease.end_sequence();
    for (const auto& one : frame.deliveries().deliveries())
      if (one.sequence() <= folds_until_[one.stream()] && one.payload().find(poison_) != std::string::npos)
        std::_Exit(died_of_poison);
  }

  const std::string poison_;
  const std::string_view when_;
  std::map<std::uint32_t, std::uint64_t> folds_until_;  // by stream
  host::HostCore core_;
  asio::steady_timer timer_;
  std::vector<v1::ClientFrame> frames_;
  client::Session session_;  // last: its callbacks use the rest
};

}  // namespace
}  // namespace huying::e2e

int main(int argument_count, char** arguments) {
  HUYING_CHECK(argument_count == 5, "ENDPOINT PRINCIPAL CASE-NUMBER decides|fires|folds");
  huying::client::SessionOptions options;
  options.endpoint = arguments[1];
  options.principal = arguments[2];
  options.role = huying::v1::ROLE_HOST;
  options.program = "poisoned";
  asio::io_context context;
  huying::e2e::PoisonedHost host(context, options, arguments[3], arguments[4]);
  host.start();
  context.run();
}
