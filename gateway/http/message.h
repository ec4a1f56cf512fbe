// What came in over HTTP and what goes out. Values: no socket, no thread.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace huying::http {

struct Header {
  std::string name, value;
};

enum class Method : std::uint8_t { get, head, post, put, remove };

struct Request {
  Method method = Method::get;
  // Decoded and harmless: begins with '/', no segment is empty (but the last), "." or "..", or holds a '/', a '\' or a
  // control character; UTF-8.
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;  // decoded, in order
  std::vector<Header> headers;                             // names in lower case, in order
  std::string body;
  std::string peer;  // the address at the other end of the connection; behind a proxy that is the proxy

  // The first one; empty when there is none.
  std::string_view header(std::string_view name) const;
  std::optional<std::string_view> parameter(std::string_view name) const;
};

struct Response {
  unsigned status = 200;
  std::vector<Header> headers;  // Content-Length, Connection and Date are the connection's own matter
  std::string body;
};

std::string_view reason_of(unsigned status);  // "Not Found"
std::string_view name_of(Method method);      // "GET"

}  // namespace huying::http
