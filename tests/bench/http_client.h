// Requests to the gateway and its answers, for measuring. Beast writes and reads HTTP, Asio carries it; loopback. One thread.
#pragma once
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace huying::bench {

struct HttpQuestion {
  std::string target;       // path and query, percent-encoded
  std::string json;         // a POST with this body; empty: a GET
  std::string cookie = {};  // of a login; empty: none
};

struct HttpAnswer {
  unsigned status = 0;
  std::string set_cookie;  // "huying=…" alone
  std::string body;
};

// The bytes of an answer as they come: its status, then its body without HTTP around it, however long it goes on.
class AnswerReader {
 public:
  AnswerReader();
  ~AnswerReader();
  // False: what came is no HTTP.
  bool feed(std::string_view bytes, const std::function<void(std::string_view)>& on_body);
  bool end();  // no more comes; false: it is not whole
  bool is_whole() const;
  unsigned status() const;  // 0 before the header is there
  HttpAnswer head() const;  // without a body

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

std::string bytes_of(const HttpQuestion& question);
// NOT_CONNECTED.
Result<asio::ip::tcp::socket> connect(asio::io_context& context, std::uint16_t port);
// Blocks until it is answered. NOT_CONNECTED: nobody listens, or what comes is not HTTP.
Result<HttpAnswer> ask(std::uint16_t port, const HttpQuestion& question);

}  // namespace huying::bench
