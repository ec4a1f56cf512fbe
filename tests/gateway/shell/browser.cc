#include "tests/gateway/shell/browser.h"

#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <asio/write.hpp>

namespace huying::gateway {
namespace {

using asio::ip::tcp;

void connect(tcp::socket& socket, std::uint16_t port) {
  socket.connect({asio::ip::make_address("127.0.0.1"), port});
  const timeval at_most{240, 0};
  ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &at_most, sizeof at_most);
}

std::string read_some(tcp::socket& socket) {
  char buffer[16 * 1024];
  const auto got = ::recv(socket.native_handle(), buffer, sizeof buffer, 0);
  return got > 0 ? std::string(buffer, static_cast<std::size_t>(got)) : std::string();
}

// Answers of our own server: with Content-Length, or until the end.
Page page_of(const std::string& bytes) {
  Page page;
  const auto head_end = bytes.find("\r\n\r\n");
  if (bytes.size() < 12 || head_end == std::string::npos) return page;
  page.status = static_cast<unsigned>(std::stoul(bytes.substr(9, 3)));
  std::size_t at = bytes.find("\r\n") + 2;
  while (at < head_end + 2) {
    const auto end = bytes.find("\r\n", at);
    const auto line = bytes.substr(at, end - at);
    const auto colon = line.find(": ");
    std::string name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    if (colon != std::string::npos) page.headers.emplace(name, line.substr(colon + 2));
    at = end + 2;
  }
  page.body = bytes.substr(head_end + 4);
  return page;
}

std::string request_of(const Browser& browser, const std::string& method, const std::string& path, const std::string& body,
                       Headers headers) {
  std::string text = method + " " + path + " HTTP/1.1\r\n";
  if (!headers.contains("Host")) headers.emplace("Host", "huying.test");
  if (!browser.cookie.empty() && !headers.contains("Cookie")) headers.emplace("Cookie", "huying=" + browser.cookie);
  if (!browser.csrf.empty() && !headers.contains("Huying-Csrf")) headers.emplace("Huying-Csrf", browser.csrf);
  if (!body.empty() || method == "POST") headers.emplace("Content-Length", std::to_string(body.size()));
  for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
  return text + "\r\n" + body;
}

}  // namespace

std::string Page::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

Page Browser::raw(const std::string& bytes) {
  asio::io_context context;
  tcp::socket socket(context);
  connect(socket, port_);
  asio::error_code error;
  asio::write(socket, asio::buffer(bytes), error);  // a refusal may come before all is written
  std::string all;
  for (std::string more = read_some(socket); !more.empty(); more = read_some(socket)) all += more;
  return page_of(all);
}

Page Browser::ask(const std::string& method, const std::string& path, const std::string& body, Headers headers) {
  headers.emplace("Connection", "close");
  auto page = raw(request_of(*this, method, path, body, std::move(headers)));
  const auto [first, last] = page.headers.equal_range("set-cookie");
  for (auto at = first; at != last; ++at)
    if (at->second.starts_with("huying=")) cookie = at->second.substr(7, at->second.find(';') - 7);
  if (const auto json = page.json(); json.is_object() && json.contains("csrf")) csrf = json["csrf"];
  return page;
}

Page Browser::get(const std::string& path, Headers more) { return ask("GET", path, {}, std::move(more)); }

Page Browser::post(const std::string& path, const Json& body, Headers more) {
  more.emplace("Content-Type", "application/json");
  return ask("POST", path, dumped(body), std::move(more));
}

EventReader::EventReader(const Browser& browser, std::uint16_t port, const std::string& path, Headers more) : socket_(context_) {
  connect(socket_, port);
  more.emplace("Accept", "text/event-stream");
  asio::write(socket_, asio::buffer(request_of(browser, "GET", path, {}, std::move(more))));
  while (seen_.find("\r\n\r\n") == std::string::npos && read_more()) {
  }
  if (seen_.size() > 12) status_ = static_cast<unsigned>(std::stoul(seen_.substr(9, 3)));
  if (status_ == 200) seen_.erase(0, seen_.find("\r\n\r\n") + 4);
}

bool EventReader::read_more() {
  const auto more = read_some(socket_);
  over_ = over_ || more.empty();
  seen_ += more;
  return !over_;
}

bool EventReader::read_until(const std::string& text) {
  while (seen_.find(text) == std::string::npos)
    if (!read_more()) return false;
  return true;
}

bool EventReader::ended() {
  while (read_more()) {
  }
  return over_;
}

std::string EventReader::last_id() const {
  const auto at = seen_.rfind("id: ");
  return at == std::string::npos ? std::string() : seen_.substr(at + 4, seen_.find('\n', at) - at - 4);
}

}  // namespace huying::gateway
