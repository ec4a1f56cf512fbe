// An HTTP/1.1 server on standalone Asio: connections, their limits and their deadlines. What a request means is the
// handler's. TLS is a proxy's matter (docs/gateway.md): the server listens on loopback unless it is told otherwise.
//
// Owned by whoever runs the io_context; every call and callback happens on its one thread. What is given to a handler may be
// kept: a Reply or an EventStream whose connection has gone takes what it is given and does nothing.
//
// Bounded: bytes of a request, time of each of its parts, connections in all and from one address, and what is kept for a
// peer that does not read. When all places are taken, a connection that waits for a request gives way to a newcomer, or the
// one that takes longest to send one (giving_way.h); where all are being answered, a new one is answered 503.
// Who is refused has no place, and at most 256 are told so at once. A request that
// cannot be read is answered (400, 413, 417, 431, 501, 505; 408 when it is too slow) and its connection ended.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/http/message.h"
#include "gateway/http/request_parser.h"

namespace asio {
class io_context;
}

namespace huying::http {

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any that is free
  ParserLimits parser;
  std::size_t connections_max = 8'192;
  // Loopback is not counted: a proxy stands there.
  std::size_t connections_an_address_max = 64;
  Milliseconds header_time{10'000};   // from its first byte, or from the connection's beginning
  Milliseconds body_time{60'000};
  Milliseconds idle_time{75'000};     // between two requests
  Milliseconds write_time{30'000};    // in which a peer must take something
  std::size_t stream_backlog_max = 1024 * 1024;  // bytes of an event stream that its peer has not taken yet
  std::size_t all_backlogs_max = 512 * 1024 * 1024;  // of all streams together; then whoever is behind ends
};

// The answer to one request. Given once: what is given after that is ignored. Let go without an answer: 500.
class Reply {
 public:
  virtual ~Reply() = default;
  virtual void send(Response response) = 0;

  // An answer without an end (server-sent events). The connection serves nothing else afterwards.
  class Stream {
   public:
    virtual ~Stream() = default;  // as close()
    // False when its peer is gone, or too far behind: then the stream is over.
    virtual bool write(std::string bytes) = 0;
    virtual void close() = 0;
    virtual bool is_open() const = 0;
    // Called once, when the peer goes or falls too far behind; not by close().
    virtual void on_gone(std::function<void()> callback) = 0;
  };
  virtual std::shared_ptr<Stream> stream(Response head) = 0;
};

using Handler = std::function<void(Request request, std::shared_ptr<Reply> reply)>;

struct ServerFigures {
  std::size_t connections = 0, streams = 0;
  std::size_t backlog_bytes = 0;  // of all streams, not taken by their peers yet
  std::uint64_t accepted = 0, requests = 0, refused = 0;  // refused: unreadable, too slow, or without a place
};

class Server {
 public:
  Server(asio::io_context& context, ServerOptions options, Handler handler);
  ~Server();  // ends every connection
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // USAGE: the address is none, or cannot be listened at.
  Result<void> listen();
  std::uint16_t port() const;
  // No new connection; those that stand end when their request is answered, streams at once.
  void stop();
  const ServerFigures& figures() const;

 private:
  class State;
  std::shared_ptr<State> state_;
};

}  // namespace huying::http
