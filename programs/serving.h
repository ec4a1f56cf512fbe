// A broker on a thread of its own, for the programs that serve. Owned by the sub-command; its thread ends with stop().
#pragma once
#include <asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "base/limits.h"
#include "broker/broker.h"
#include "programs/gateway_thread.h"
#include "programs/program.h"

namespace CLI {
class App;
}

namespace huying::programs {

struct ServeOptions {
  std::string data, directory, endpoint, begin;
  double rate = 0;  // 0: as the folder is, real time in a new one
  bool allow_plain_contacts = false;
  bool read_only = false;
  std::uint64_t disk_low_mib = limits::free_bytes_first_watermark / limits::MiB;
  std::uint64_t disk_full_mib = limits::free_bytes_second_watermark / limits::MiB;
  unsigned hosts = 1;            // serve
  std::string host_prefix = "host-";  // principals host-1, host-2, …
  std::uint32_t catch_up_a_second = limits::catch_up_a_second;  // overdue clocks a host fires after an outage
  bool gateway = false, no_gateway = false, keep_logins = false;  // serve
  bool gateway_must_be = false;  // its address was asked for: no serving without it
  GatewayChoice pages;
};

// --data, --directory, --endpoint, --rate, --begin, --disk-low, --disk-full, --allow-plain-contacts, --read-only.
void add_broker_options(CLI::App& app, ServeOptions& options);

class BrokerThread {
 public:
  // USAGE, and the errors of Broker::start. Prints what the directory's check found.
  static Result<std::unique_ptr<BrokerThread>> start(const ServeOptions& options);
  ~BrokerThread();

  // `ended` is posted to the context when run() has returned by itself: with the reason.
  void run(asio::io_context& context, std::function<void(const Error&)> ended);
  void stop();  // and waits: what came before is answered

  const broker::Broker& broker() const { return *broker_; }
  // Where it listens, in words, flushed: scripts wait for this line.
  void print_where() const;

 private:
  BrokerThread(std::unique_ptr<broker::Broker> broker, bool read_only)
      : broker_(std::move(broker)), read_only_(read_only) {}
  std::unique_ptr<broker::Broker> broker_;
  const bool read_only_;
  std::thread thread_;
};

}  // namespace huying::programs
