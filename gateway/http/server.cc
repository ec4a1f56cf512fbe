#include "gateway/http/server.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <utility>

#include "gateway/http/connection.h"
#include "gateway/http/giving_way.h"
#include "proto/errors.h"

namespace huying::http {
namespace {

constexpr std::size_t refused_at_once_max = 256;  // that are told so; more are dropped unheard
constexpr Milliseconds accept_again{100};  // after an error of the system's: no descriptors are left, perhaps

using asio::ip::tcp;

SteadyInstant steady_now() { return SteadyInstant::clock::now(); }

}  // namespace

class Server::State final : public Places, public std::enable_shared_from_this<Server::State> {
 public:
  State(asio::io_context& context, ServerOptions options, Handler handler)
      : options_(std::move(options)), handler_(std::move(handler)), acceptor_(context), pause_(context) {}

  Result<void> listen() {
    asio::error_code error;
    const auto address = asio::ip::make_address(options_.address, error);
    if (error) return fail(v1::ERROR_CODE_USAGE, fmt::format("{} is not a numeric address", options_.address));
    const tcp::endpoint endpoint(address, options_.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(tcp::acceptor::max_listen_connections, error);
    if (error)
      return fail(v1::ERROR_CODE_USAGE,
                  fmt::format("nothing can listen at {} port {}: {}", options_.address, options_.port, error.message()));
    accept();
    return {};
  }

  std::uint16_t port() const {
    asio::error_code error;  // 0 when it does not listen
    const auto endpoint = acceptor_.local_endpoint(error);
    return error ? 0 : endpoint.port();
  }

  void stop() {
    is_stopping_ = true;
    asio::error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    end_if([](const Connection& one) { return one.waits() || one.is_stream(); });
  }

  void end_all() {
    stop();
    end_if([](const Connection&) { return true; });
  }

  // Places.
  const ServerOptions& options() const override { return options_; }
  ServerFigures& figures() override { return figures_; }
  bool is_stopping() const override { return is_stopping_; }
  void handle(Request request, std::shared_ptr<Reply> reply) override { handler_(std::move(request), std::move(reply)); }
  void begins_to_wait(Connection& connection) override { giving_way_.waits(&connection, steady_now()); }
  void begins_to_read(Connection& connection) override { giving_way_.reads(&connection, steady_now()); }
  void came(Connection& connection, std::size_t bytes) override { giving_way_.came(&connection, bytes, steady_now()); }
  void has_read(Connection& connection) override { giving_way_.stays(&connection); }
  void is_over(Connection& connection) override {
    giving_way_.stays(&connection);
    connections_.erase(connection.place);
    --figures_.connections;
    if (!connection.has_place) --refused_now_;
    const auto known = by_address_.find(connection.peer());
    if (known != by_address_.end() && --known->second == 0) by_address_.erase(known);
  }

 private:
  void accept() {
    acceptor_.async_accept([self = shared_from_this()](const asio::error_code& error, tcp::socket socket) {
      if (self->is_stopping_) return;
      if (!error) {
        self->take(std::move(socket));
        return self->accept();
      }
      self->pause_.expires_after(accept_again);
      self->pause_.async_wait([self](const asio::error_code& cancelled) {
        if (!cancelled) self->accept();
      });
    });
  }

  void take(tcp::socket socket) {
    asio::error_code error;
    const auto remote = socket.remote_endpoint(error);
    if (error) return;  // it has gone again
    socket.set_option(tcp::no_delay(true), error);
    ++figures_.accepted;
    auto address = remote.address();  // one that listens at :: gets IPv4 so: a proxy of this machine must be known for one
    if (address.is_v6() && address.to_v6().is_v4_mapped()) address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    const std::string peer = address.to_string();
    const auto known = by_address_.find(peer);
    const bool has_too_many = known != by_address_.end() && known->second >= options_.connections_an_address_max;
    if (!has_too_many && is_full())  // nobody gives way to who is refused anyway
      if (const auto one = giving_way_.next(steady_now())) (*one)->give_way();
    const bool has_no_place = has_too_many || is_full();
    if (has_no_place) ++figures_.refused;
    if (has_no_place && refused_now_ >= refused_at_once_max) return;
    if (!address.is_loopback()) ++by_address_[peer];
    const auto connection = std::make_shared<Connection>(std::move(socket), shared_from_this(), peer);
    connection->place = connections_.insert(connections_.end(), connection.get());
    connection->has_place = !has_no_place;
    ++figures_.connections;
    if (!has_no_place) return connection->start();
    ++refused_now_;
    connection->start_refused(has_too_many ? 429 : 503);
  }

  // Those who are being told that there is no place take none.
  bool is_full() const { return figures_.connections - refused_now_ >= options_.connections_max; }

  template <class Condition>
  void end_if(Condition condition) {
    std::vector<std::shared_ptr<Connection>> ending;
    for (Connection* one : connections_)
      if (condition(*one)) ending.push_back(one->shared_from_this());
    for (const auto& one : ending) one->close();
  }

  const ServerOptions options_;
  const Handler handler_;
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::list<Connection*> connections_;
  GivingWay<Connection*> giving_way_;
  absl::flat_hash_map<std::string, std::size_t> by_address_;  // but loopback
  ServerFigures figures_;
  std::size_t refused_now_ = 0;  // of the connections: without a place, and being told so
  bool is_stopping_ = false;
};

Server::Server(asio::io_context& context, ServerOptions options, Handler handler)
    : state_(std::make_shared<State>(context, std::move(options), std::move(handler))) {}
Server::~Server() { state_->end_all(); }

Result<void> Server::listen() { return state_->listen(); }
std::uint16_t Server::port() const { return state_->port(); }
void Server::stop() { state_->stop(); }
const ServerFigures& Server::figures() const { return state_->figures(); }

}  // namespace huying::http
