#include "client/socket.h"

#include <atomic>

namespace huying::client {
namespace {

constexpr int linger_ms = 100;  // time for a Goodbye on its way; what matters is acknowledged by frames of ours
constexpr int reconnect_first_ms = 20;
constexpr int reconnect_max_ms = 1'000;
constexpr int handshake_max_ms = 3'000;
constexpr int sockets_max = 4'096;
// The broker hears a little more than a frame may hold, to say FRAME_TOO_LARGE; beyond this libzmq drops the connection.
constexpr std::size_t refused_by_number_bytes_max = 4 * limits::frame_bytes_max;

std::atomic<bool> context_in_use{false};

// Never destroyed behind anybody's back: a context that waits for sockets in a static destructor would hang the exit.
zmq::context_t& process_context() {
  static auto* context = [] {
    auto* made = new zmq::context_t(1);
    made->set(zmq::ctxopt::max_sockets, sockets_max);
    context_in_use = true;
    return made;
  }();
  return *context;
}

zmq::socket_t make_socket(zmq::socket_type type) {
  zmq::socket_t socket(process_context(), type);
  socket.set(zmq::sockopt::linger, linger_ms);
  socket.set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(limits::frame_bytes_max));
  socket.set(zmq::sockopt::sndhwm, queue_frames_max);
  socket.set(zmq::sockopt::rcvhwm, queue_frames_max);
  socket.set(zmq::sockopt::reconnect_ivl, reconnect_first_ms);
  socket.set(zmq::sockopt::reconnect_ivl_max, reconnect_max_ms);
  socket.set(zmq::sockopt::handshake_ivl, handshake_max_ms);
  socket.set(zmq::sockopt::ipv6, true);  // for tcp://[::1]
  return socket;
}

}  // namespace

zmq::socket_t make_router() {
  auto socket = make_socket(zmq::socket_type::router);
  socket.set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(refused_by_number_bytes_max));
  socket.set(zmq::sockopt::sndhwm, router_sent_frames_max);
  socket.set(zmq::sockopt::rcvhwm, router_received_frames_max);
  socket.set(zmq::sockopt::router_mandatory, true);
  return socket;
}

zmq::socket_t make_dealer() { return make_socket(zmq::socket_type::dealer); }

void finish_sockets() {
  if (!context_in_use) return;
  process_context().shutdown();
  process_context().close();
}

}  // namespace huying::client
