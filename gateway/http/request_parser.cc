#include "gateway/http/request_parser.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/version.hpp>
#include <boost/url/authority_view.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <optional>

#include "base/check.h"
#include "base/text.h"

namespace huying::http {
namespace {

namespace beast = boost::beast::http;

unsigned status_of(const boost::beast::error_code& error) {
  if (error == beast::error::header_limit || error == beast::error::buffer_overflow) return 431;
  if (error == beast::error::body_limit) return 413;
  if (error == beast::error::bad_version) return 505;
  return 400;
}

std::optional<Method> method_of(beast::verb verb) {
  switch (verb) {
    case beast::verb::get: return Method::get;
    case beast::verb::head: return Method::head;
    case beast::verb::post: return Method::post;
    case beast::verb::put: return Method::put;
    case beast::verb::delete_: return Method::remove;
    default: return std::nullopt;
  }
}

bool is_harmless(std::string_view segment) {
  if (segment == "." || segment == "..") return false;
  return std::none_of(segment.begin(), segment.end(), [](char c) {
    return c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return out;
}

struct Target {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
};

std::optional<Target> read_target(std::string_view text) {
  const boost::core::string_view view(text.data(), text.size());
  // RFC 9112, 3.2.2: a server takes the absolute form too.
  const auto parsed = text.starts_with('/') ? boost::urls::parse_origin_form(view) : boost::urls::parse_absolute_uri(view);
  if (!parsed) return std::nullopt;
  const bool is_ours = parsed->scheme_id() == boost::urls::scheme::http || parsed->scheme_id() == boost::urls::scheme::https;
  if (!text.starts_with('/') && (!is_ours || parsed->encoded_host().empty())) return std::nullopt;
  Target target;
  const auto segments = parsed->segments();
  std::size_t left = segments.size();
  for (const std::string segment : segments) {
    const bool is_last = --left == 0;
    if (!is_harmless(segment) || (segment.empty() && !is_last)) return std::nullopt;
    target.path += '/';
    target.path += segment;
  }
  if (target.path.empty()) target.path = "/";
  if (!is_clean_text(target.path)) return std::nullopt;
  for (const auto& parameter : parsed->params()) {
    if (!is_clean_text(parameter.key) || !is_clean_text(parameter.value)) return std::nullopt;
    target.query.emplace_back(parameter.key, parameter.value);
  }
  return target;
}

}  // namespace

struct RequestParser::Impl {
  beast::request_parser<beast::string_body> parser;
  std::size_t header_bytes = 0;
};

RequestParser::RequestParser(ParserLimits limits) : limits_(limits) {}
RequestParser::~RequestParser() = default;

std::size_t RequestParser::feed(std::string_view bytes) {
  std::size_t used = 0;
  if (state_ == State::begins) {
    while (used < bytes.size() && (bytes[used] == '\r' || bytes[used] == '\n')) ++used;  // RFC 9112, 2.2: lenient once
    if (used == bytes.size()) return used;
    impl_ = std::make_unique<Impl>();
    impl_->parser.header_limit(static_cast<std::uint32_t>(limits_.header_bytes_max));
    impl_->parser.body_limit(limits_.body_bytes_max);
    impl_->parser.eager(false);  // the header alone: what follows in the same piece waits until that was looked at
    state_ = State::header;
  }
  while (state_ == State::header || state_ == State::body) {
    auto& parser = impl_->parser;
    boost::beast::error_code error;
    // Beast wants the header whole: the connection gives again what was not used. So with the line of a chunk and the trailers, for
    // which Beast has no limit: what is whole within as many bytes as a header may have goes on, else it never would.
    const bool in_body = state_ == State::body;
    const auto part = bytes.substr(used, in_body ? limits_.header_bytes_max : std::string_view::npos);
    const std::size_t took = parser.put(boost::asio::buffer(part.data(), part.size()), error);
    used += took;
    if (error && error != beast::error::need_more) {
      refuse(status_of(error));
      break;
    }
    if (state_ == State::header && parser.is_header_done()) {
      state_ = State::body;
      check_header();
      parser.eager(true);
    }
    if (state_ == State::body && parser.is_done()) state_ = State::complete;
    if (state_ == State::body && in_body && took == 0 && part.size() == limits_.header_bytes_max) refuse(431);
    if (took == 0 || used == bytes.size()) break;
  }
  if (state_ == State::header && bytes.size() - used > limits_.header_bytes_max) refuse(431);
  return used;
}

void RequestParser::refuse(unsigned status) {
  state_ = State::refused;
  status_ = status;
}

void RequestParser::check_header() {
  const auto& message = impl_->parser.get();
  const auto count = [&](beast::field field) {
    const auto [begin, end] = message.equal_range(field);
    return std::distance(begin, end);
  };
  if (message.version() != 10 && message.version() != 11) return refuse(505);
  if (!method_of(message.method())) return refuse(501);  // RFC 9110, 9.1: not implemented
  if (count(beast::field::host) != 1) return refuse(400);
  const auto lengths = count(beast::field::content_length), codings = count(beast::field::transfer_encoding);
  if (lengths > 1 || codings > 1 || (lengths != 0 && codings != 0)) return refuse(400);
  const auto coding = message[beast::field::transfer_encoding];
  if (codings != 0 && lower({coding.data(), coding.size()}) != "chunked") return refuse(501);  // RFC 9112, 6.1: not understood
  if (codings != 0 && message.version() == 10) return refuse(400);  // 6.1: its length cannot be trusted
  const auto host = message[beast::field::host];
  const auto authority = boost::urls::parse_authority(host);
  if (!authority || authority->has_userinfo()) return refuse(400);  // RFC 9112, 3.2
  const auto expect = message[beast::field::expect];
  if (!expect.empty() && lower({expect.data(), expect.size()}) != "100-continue") return refuse(417);
  const auto target = message.target();
  auto read = read_target({target.data(), target.size()});
  if (!read) return refuse(400);
  path_ = std::move(read->path);
  query_ = std::move(read->query);
  // Now, for Beast puts the trailers of a chunked body among them: a proxy that checks header lines need not look at those.
  for (const auto& field : message)
    headers_.push_back({lower({field.name_string().data(), field.name_string().size()}),
                        std::string(field.value().data(), field.value().size())});
}

bool RequestParser::wants_continue() const {
  return state_ == State::body && impl_->parser.get().version() == 11 &&
         impl_->parser.get().count(beast::field::expect) != 0;
}

bool RequestParser::keeps_alive() const {
  HUYING_CHECK(state_ == State::complete);
  return impl_->parser.keep_alive();
}

bool RequestParser::is_head() const {
  return impl_ != nullptr && impl_->parser.is_header_done() && impl_->parser.get().method() == beast::verb::head;
}

Request RequestParser::take() {
  HUYING_CHECK(state_ == State::complete);
  auto message = impl_->parser.release();
  Request request;
  request.method = method_of(message.method()).value();
  request.path = std::move(path_);
  request.query = std::move(query_);
  request.headers = std::move(headers_);
  request.body = std::move(message.body());
  impl_.reset();
  path_.clear();
  query_.clear();
  headers_.clear();
  state_ = State::begins;
  return request;
}

}  // namespace huying::http
