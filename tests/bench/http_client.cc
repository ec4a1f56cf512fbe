#include "tests/bench/http_client.h"

#include <algorithm>
#include <asio/write.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/none.hpp>
#include <utility>
#include <vector>

#include "proto/errors.h"

namespace huying::bench {
namespace {

namespace beast = boost::beast::http;
using asio::ip::tcp;

constexpr std::size_t read_bytes_max = 64 * 1024;

}  // namespace

struct AnswerReader::Impl {
  beast::response_parser<beast::buffer_body> parser;
  std::string unused;               // until the header is whole
  std::vector<char> room = std::vector<char>(read_bytes_max);
};

AnswerReader::AnswerReader() : impl_(std::make_unique<Impl>()) {
  impl_->parser.body_limit(boost::none);
  impl_->parser.eager(true);
}
AnswerReader::~AnswerReader() = default;

bool AnswerReader::feed(std::string_view bytes, const std::function<void(std::string_view)>& on_body) {
  auto& parser = impl_->parser;
  std::string kept;
  if (!impl_->unused.empty()) {
    kept = std::exchange(impl_->unused, {}).append(bytes);
    bytes = kept;
  }
  while (!bytes.empty() && !parser.is_done()) {
    auto& body = parser.get().body();
    body.data = impl_->room.data();
    body.size = impl_->room.size();
    body.more = true;
    boost::beast::error_code error;
    const std::size_t took = parser.put(boost::asio::buffer(bytes.data(), std::min(bytes.size(), read_bytes_max)), error);
    if (error == beast::error::need_buffer) error = {};
    if (error && error != beast::error::need_more) return false;
    if (const auto got = impl_->room.size() - body.size; got > 0) on_body({impl_->room.data(), got});
    bytes.remove_prefix(took);
    if (took == 0) break;
  }
  impl_->unused = bytes;
  return impl_->unused.size() <= read_bytes_max;
}

bool AnswerReader::end() {
  boost::beast::error_code error;
  impl_->parser.put_eof(error);
  return !error && impl_->parser.is_done();
}

bool AnswerReader::is_whole() const { return impl_->parser.is_done(); }

unsigned AnswerReader::status() const { return impl_->parser.is_header_done() ? impl_->parser.get().result_int() : 0; }

HttpAnswer AnswerReader::head() const {
  HttpAnswer answer;
  if (!impl_->parser.is_header_done()) return answer;
  const auto& message = impl_->parser.get();
  answer.status = message.result_int();
  const auto cookie = message[beast::field::set_cookie];
  answer.set_cookie = std::string(cookie.data(), cookie.size());
  answer.set_cookie.resize(std::min(answer.set_cookie.size(), answer.set_cookie.find(';')));
  return answer;
}

std::string bytes_of(const HttpQuestion& question) {
  const auto verb = question.json.empty() ? beast::verb::get : beast::verb::post;
  beast::request<beast::string_body> request(verb, question.target, 11, question.json);
  request.set(beast::field::host, "127.0.0.1");
  if (!question.cookie.empty()) request.set(beast::field::cookie, question.cookie);
  if (!question.json.empty()) request.set(beast::field::content_type, "application/json");
  request.prepare_payload();
  beast::request_serializer<beast::string_body> serializer(request);
  std::string out;
  while (!serializer.is_done()) {
    boost::beast::error_code error;
    serializer.next(error, [&](boost::beast::error_code&, const auto& buffers) {
      std::size_t took = 0;
      for (const boost::asio::const_buffer part : boost::beast::buffers_range_ref(buffers)) {
        out.append(static_cast<const char*>(part.data()), part.size());
        took += part.size();
      }
      serializer.consume(took);
    });
    if (error) break;  // of a string's body there is none
  }
  return out;
}

Result<tcp::socket> connect(asio::io_context& context, std::uint16_t port) {
  tcp::socket socket(context);
  asio::error_code error;
  socket.connect({asio::ip::address_v4::loopback(), port}, error);
  if (!error) socket.set_option(tcp::no_delay(true), error);
  if (error) return fail(v1::ERROR_CODE_NOT_CONNECTED, "HTTP: " + error.message());
  return socket;
}

Result<HttpAnswer> ask(std::uint16_t port, const HttpQuestion& question) {
  asio::io_context context;
  auto socket = connect(context, port);
  if (!socket) return tl::make_unexpected(socket.error());
  asio::error_code error;
  asio::write(*socket, asio::buffer(bytes_of(question)), error);
  AnswerReader reader;
  std::string body;
  std::vector<char> buffer(read_bytes_max);
  while (!error && !reader.is_whole()) {
    const auto got = socket->read_some(asio::buffer(buffer), error);
    if (!reader.feed({buffer.data(), got}, [&body](std::string_view part) { body += part; })) break;
  }
  if (!reader.is_whole() && !reader.end()) return fail(v1::ERROR_CODE_NOT_CONNECTED, "no answer over HTTP to " + question.target);
  auto answer = reader.head();
  answer.body = std::move(body);
  return answer;
}

}  // namespace huying::bench
