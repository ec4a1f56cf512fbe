// HTTP as a browser speaks it, over a blocking socket: one request a connection, cookies and csrf kept. Owner: the test.
#pragma once
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <map>
#include <memory>
#include <string>

#include "gateway/shell/json.h"

namespace huying::gateway {

struct Page {
  unsigned status = 0;
  std::multimap<std::string, std::string> headers;  // names in small letters
  std::string body;
  std::string header(const std::string& name) const;
  Json json() const { return Json::parse(body, nullptr, false); }
  std::uint32_t number() const { return json().value("number", 0u); }  // of a problem
};

using Headers = std::multimap<std::string, std::string>;

class Browser {
 public:
  explicit Browser(std::uint16_t port) : port_(port) {}

  Page get(const std::string& path, Headers more = {});
  Page post(const std::string& path, const Json& body, Headers more = {});
  Page ask(const std::string& method, const std::string& path, const std::string& body, Headers headers);
  // What is said is written as it is; what comes until the end.
  Page raw(const std::string& bytes);

  std::string cookie, csrf;

 private:
  std::uint16_t port_;
};

// A stream of events: read() waits for more, at most a minute.
class EventReader {
 public:
  EventReader(const Browser& browser, std::uint16_t port, const std::string& path, Headers more = {});
  unsigned status() const { return status_; }
  // Until the text has come; false: the stream ended or a minute passed before.
  bool read_until(const std::string& text);
  const std::string& seen() const { return seen_; }
  std::string last_id() const;  // empty: none
  bool ended();

 private:
  bool read_more();
  asio::io_context context_;
  asio::ip::tcp::socket socket_;
  std::string seen_;
  unsigned status_ = 0;
  bool over_ = false;
};

}  // namespace huying::gateway
