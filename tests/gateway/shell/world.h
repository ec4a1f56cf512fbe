// A street for a test: a real broker with the demonstration's directory, a real host, a real gateway, each on a thread of its own,
// and HTTP over real sockets. Owner: the test, on its main thread.
#pragma once
#include <asio/io_context.hpp>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "broker/broker.h"
#include "client/actor.h"
#include "gateway/shell/gateway.h"
#include "tests/gateway/shell/browser.h"
#include "workers/host/host.h"

namespace huying::gateway {

inline constexpr std::chrono::seconds patience{60};
bool wait_until(const std::function<bool()>& holds);

class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  std::string path(const std::string& name = {}) const { return name.empty() ? path_ : path_ + "/" + name; }

 private:
  std::string path_;
};

struct WorldOptions {
  GatewayOptions gateway = {};  // endpoint, folder and port are the world's
  bool with_host = true;
};

class World {
 public:
  explicit World(WorldOptions options = {});
  ~World();

  void start_broker();
  void stop_broker();
  void start_gateway();
  void stop_gateway();
  Gateway& gateway() { return *gateway_; }
  void on_gateway(const std::function<void()>& what);  // on its thread, and waits
  LedgerState gateway_ledger();
  Instant now();  // as the gateway has it

  std::string data() const { return folder_.path("d"); }
  std::string gateway_data() const { return folder_.path("g"); }
  std::string endpoint() const { return "ipc://" + data() + "/broker.sock"; }
  std::uint16_t port() const { return port_; }

  Browser browser() const { return Browser(port_); }
  // Logged in without a password, as one who was.
  Browser browser_of(const std::string& person);
  void set_password(const std::string& person, const std::string& password);

  // A request in the cell by a system that publishes; its case is decided when this returns.
  std::string publish_in(const std::string& cell);

 private:
  TemporaryFolder folder_;
  WorldOptions options_;
  std::unique_ptr<broker::Broker> broker_;
  std::thread broker_thread_;
  std::unique_ptr<asio::io_context> host_context_;
  std::unique_ptr<host::Host> host_;
  std::thread host_thread_;
  std::unique_ptr<asio::io_context> gateway_context_;
  std::unique_ptr<Gateway> gateway_;
  std::thread gateway_thread_;
  std::uint16_t port_ = 0;
  int requests_ = 0;
};

}  // namespace huying::gateway
