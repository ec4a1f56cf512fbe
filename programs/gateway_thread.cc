#include "programs/gateway_thread.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <charconv>
#include <filesystem>
#include <thread>
#include <utility>

#include "gateway/shell/gateway.h"
#include "programs/demonstration_logins.h"
#include "programs/options.h"
#include "proto/errors.h"

namespace huying::programs {
namespace {

namespace fs = std::filesystem;

// Beside the program, as a package installs it, or in the build.
std::string pages_beside_the_program() {
  std::error_code error;
  const auto program = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const auto& folder : {program / "web", program.parent_path() / "share/huying/web"})
    if (fs::is_directory(folder, error)) return folder.string();
  return {};
}

}  // namespace

void add_gateway_options(CLI::App& app, GatewayChoice& choice, GatewayIn in) {
  app.add_option("--http", choice.http, "Where pages and the JSON interface are served: ADDRESS:PORT; port 0: any that is free. "
                                        "TLS is a proxy's matter: beyond loopback put one in front")
      ->capture_default_str();
  app.add_option("--web", choice.pages, "Folder of the pages, read whole at the start; default: web beside the program, where it is");
  auto* tiles = app.add_option("--tiles", choice.tiles.address,
                               "Map tiles below the cells, Web Mercator in WGS 84 or CGCS2000: https://HOST/{z}/{x}/{y}.png, or a path of "
                               "the pages' own origin. That server learns where people look (docs/gateway.md). Default: none, nobody is asked");
  app.add_option("--tiles-attribution", choice.tiles.attribution, "Whose map it is, as its licence wants it said on the map")->needs(tiles);
  app.add_option("--tiles-max-zoom", choice.tiles.zoom_max, "The deepest zoom that the tile server has")
      ->capture_default_str()
      ->needs(tiles)
      ->check(whole_number(1, gateway::Tiles::zoom_max_max));
  app.add_option(in == GatewayIn::serve ? "--gateway-principal" : "--principal", choice.principal,
                 "The gateway's code in the directory: a system of the role gateway")
      ->capture_default_str();
}

Result<HttpPlace> http_place(const std::string& text) {
  const auto colon = text.rfind(':');
  const auto wrong = [] { return fail(v1::ERROR_CODE_USAGE, "--http is ADDRESS:PORT, e.g. 127.0.0.1:8010 or [::1]:8010"); };
  if (colon == std::string::npos || colon == 0) return wrong();
  HttpPlace place{text.substr(0, colon), 0};
  const auto* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data() + colon + 1, end, place.port);
  if (error != std::errc{} || at != end) return wrong();
  if (place.address.starts_with('[') != place.address.ends_with(']')) return wrong();
  if (place.address.starts_with('[')) place.address = place.address.substr(1, place.address.size() - 2);
  return place;
}

Result<void> check_gateway_choice(const GatewayChoice& choice) {
  if (const auto place = http_place(choice.http); !place) return tl::make_unexpected(place.error());
  if (const auto tiles = gateway::Tiles::make(choice.tiles); !tiles) return tl::make_unexpected(tiles.error());
  return {};
}

std::string gateway_folder(const std::string& data_folder) { return data_folder + "/gateway"; }

struct GatewayThread::Running {
  Running(const GatewayThreadOptions& options_, gateway::GatewayOptions what)
      : options(options_), server(context, with_callback(std::move(what))) {}

  gateway::GatewayOptions with_callback(gateway::GatewayOptions what) {
    if (options.demonstration_logins)
      what.on_directory = [this](const gateway::DirectoryView& directory) { directory_met(directory); };
    return what;
  }
  // Passwords are hashed beside the gateway's thread: it would be silent towards the broker for too long.
  void directory_met(const gateway::DirectoryView& directory) {
    if (std::exchange(has_printed, true) || !directory.directory().demonstration()) return;
    hashing = std::thread([this, logins = demonstration_logins(directory.directory())] {
      asio::post(context, [this, made = with_passwords(logins)] { print_demonstration_logins(made, server.accounts()); });
    });
  }
  void print_where() {
    const auto& address = server.options().http.address;
    const bool is_v6 = address.find(':') != std::string::npos;
    fmt::print("页面 pages at http://{}{}{}:{}/{}\n", is_v6 ? "[" : "", address, is_v6 ? "]" : "", server.port(),
               server.options().pages_folder.empty() ? "  (只有接口，没有页面文件 the interface alone, no pages)"
                                                : "  手机 /phone  大屏 /wall  指挥中心 /desk  诉求人 /  (phone, wall, desk, citizen)");
    std::fflush(stdout);
  }

  const GatewayThreadOptions options;
  asio::io_context context;
  gateway::Gateway server;
  std::thread thread, hashing;
  bool has_printed = false;
};

GatewayThread::GatewayThread(std::unique_ptr<Running> running) : running_(std::move(running)) {}

Result<std::unique_ptr<GatewayThread>> GatewayThread::start(const GatewayThreadOptions& options) {
  const auto place = http_place(options.choice.http);
  if (!place) return tl::make_unexpected(place.error());
  gateway::GatewayOptions what;
  what.endpoint = options.endpoint;
  what.principal = options.choice.principal;
  what.data_folder = gateway_folder(options.data_folder);
  what.pages_folder = options.choice.pages.empty() ? pages_beside_the_program() : options.choice.pages;
  what.tiles = options.choice.tiles;
  what.http.address = place->address;
  what.http.port = place->port;
  auto running = std::make_unique<Running>(options, std::move(what));
  if (auto started = running->server.start(); !started) {
    running->server.stop();
    return tl::make_unexpected(started.error());
  }
  running->print_where();
  auto* raw = running.get();
  running->thread = std::thread([raw] { raw->context.run(); });
  return std::unique_ptr<GatewayThread>(new GatewayThread(std::move(running)));
}

GatewayThread::~GatewayThread() { stop(); }

void GatewayThread::stop() {
  auto* raw = running_.get();
  if (!raw->thread.joinable()) return;
  asio::post(raw->context, [raw] {
    raw->server.stop();
    asio::post(raw->context, [raw] { raw->context.stop(); });  // after the goodbyes
  });
  raw->thread.join();
  if (raw->hashing.joinable()) raw->hashing.join();
}

}  // namespace huying::programs
