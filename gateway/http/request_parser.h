// Bytes of a connection in, one request at a time out. The parser is Boost.Beast's, without Boost.Asio's sockets, and stands
// in request_parser.cc alone; targets are read by Boost.URL. Strict where others were fooled: a request without exactly one
// Host (RFC 9112, 3.2), with both a length and a coding or with two lengths (RFC 9112, 6.3), or with a path that could mean
// another one, is refused and its connection ended. Trailers of a chunked body are read and dropped (RFC 9110, 6.5.1).
//
// Owned by a connection; one thread. Errors: `status` of what is refused.
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/http/message.h"

namespace huying::http {

struct ParserLimits {
  std::size_t header_bytes_max = 16 * 1024;   // the request line and all header lines
  std::size_t body_bytes_max = 1024 * 1024;
};

class RequestParser {
 public:
  explicit RequestParser(ParserLimits limits);
  ~RequestParser();

  enum class State : unsigned char {
    begins,      // no byte of the next request is here
    header,      // more of the header is needed
    body,        // more of the body is needed
    complete,    // take() it
    refused,     // answer `status()` and end the connection
  };

  // How many of the bytes were used: all, unless the request is complete or refused before.
  std::size_t feed(std::string_view bytes);
  State state() const { return state_; }
  unsigned status() const { return status_; }
  bool wants_continue() const;  // in `body`: the client waits to be told to go on (Expect: 100-continue)
  bool keeps_alive() const;     // of the complete request: its connection may carry another one
  bool is_head() const;

  // The complete request; the parser begins anew.
  Request take();

 private:
  struct Impl;
  void refuse(unsigned status);
  void check_header();

  const ParserLimits limits_;
  std::unique_ptr<Impl> impl_;
  State state_ = State::begins;
  unsigned status_ = 0;
  std::string path_;
  std::vector<std::pair<std::string, std::string>> query_;
  std::vector<Header> headers_;
};

}  // namespace huying::http
