// A gateway on a thread and an io_context of its own, and its options of the command line. Owned by the sub-command.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "gateway/shell/tiles.h"

namespace CLI {
class App;
}

namespace huying::programs {

struct GatewayChoice {
  std::string http = "127.0.0.1:8010";
  std::string pages;                   // empty: those beside the program, where there are some
  std::string principal = "gateway-1";
  gateway::TileOptions tiles;
};

// --http, --web, --tiles, --tiles-attribution, --tiles-max-zoom, --principal (in serve: --gateway-principal).
enum class GatewayIn { gateway, serve };
void add_gateway_options(CLI::App& app, GatewayChoice& choice, GatewayIn in);

// What can be said of them before anything begins: USAGE.
Result<void> check_gateway_choice(const GatewayChoice& choice);

struct HttpPlace {
  std::string address;
  std::uint16_t port = 0;
};
// "127.0.0.1:8010", "[::1]:8010". USAGE.
Result<HttpPlace> http_place(const std::string& text);

// Where the gateway of a data folder keeps its files.
std::string gateway_folder(const std::string& data_folder);

struct GatewayThreadOptions {
  std::string endpoint;     // of the broker
  std::string data_folder;  // the broker's, or another that exists
  GatewayChoice choice;
  // Accounts with passwords made at random are printed, when a directory that is marked demonstration is met first.
  bool demonstration_logins = false;
};

class GatewayThread {
 public:
  // The errors of Gateway::start. Prints where the pages are.
  static Result<std::unique_ptr<GatewayThread>> start(const GatewayThreadOptions& options);
  ~GatewayThread();  // as stop()
  void stop();       // and waits

 private:
  struct Running;
  explicit GatewayThread(std::unique_ptr<Running> running);
  std::unique_ptr<Running> running_;
};

}  // namespace huying::programs
