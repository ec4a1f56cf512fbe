// Which handler serves a method and a path. A pattern's "{}" is one segment, of at most 128 bytes. Filled once at the start, then
// read; one thread.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gateway/accounts/accounts.h"
#include "gateway/http/server.h"

namespace huying::gateway {

// Who may ask. What they may see and do is the broker's decision.
enum class Access : std::uint8_t {
  open,     // anybody
  login,    // who is logged in
  change,   // who is logged in and carries the session's Huying-Csrf; not with a login that only reads
  log_out,  // as change, with every login
};

// A request on its way: held by whoever will answer it.
struct Call {
  http::Request request;
  std::shared_ptr<http::Reply> reply;
  std::vector<std::string> parts;  // what the pattern's "{}" stand for, in order
  std::string address;             // of whoever asks, also behind a proxy on loopback
  // With login and change:
  accounts::Session session;
  std::string token;               // of the session
  const std::string& person() const { return session.person; }
};

using Handler = std::function<void(std::shared_ptr<Call>)>;

class Router {
 public:
  void add(http::Method method, std::string_view pattern, Access access, Handler handler);

  struct Route {
    http::Method method;
    std::vector<std::string> segments;
    Access access;
    Handler handler;
  };
  struct Found {
    const Route* route;
    std::vector<std::string> parts;
  };
  // PAGE_UNKNOWN; METHOD_UNKNOWN where another method has a route. HEAD is served as GET.
  Result<Found> find(http::Method method, std::string_view path) const;
  // Those that have a route there, each once.
  std::vector<http::Method> methods(std::string_view path) const;

 private:
  std::vector<Route> routes_;
};

}  // namespace huying::gateway
