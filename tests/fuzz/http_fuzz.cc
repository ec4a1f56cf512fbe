// Any bytes as what a browser sends on one connection, whole and in pieces of any length. However they come, the same requests are
// read; each means one harmless path; written again it is read with the same meaning. What its parameters and its body ask is taken,
// with the same meaning when it is written again, or refused by a number and words that can be shown.
#include <boost/url/url.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "gateway/http/request_parser.h"
#include "gateway/ledger/query_parameters.h"
#include "gateway/shell/json.h"
#include "huying/v1/session.pb.h"
#include "proto/errors.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/parsing.h"

namespace huying::fuzz {
namespace {

using http::Request;
using State = http::RequestParser::State;

constexpr http::ParserLimits small{1024, 2048};  // inputs are at most 8 KiB

struct Understood {
  std::vector<Request> requests;
  State state = State::begins;
};

// As gateway/http/connection.cc does, until one request ends the connection.
Understood read(std::string_view bytes, std::size_t step) {
  http::RequestParser parser(small);
  Understood understood;
  std::string left;
  while (true) {
    left.append(bytes.substr(0, step));
    bytes.remove_prefix(std::min(step, bytes.size()));
    left.erase(0, parser.feed(left));
    while (parser.state() == State::complete) {
      const bool goes_on = parser.keeps_alive();
      understood.requests.push_back(parser.take());
      understood.state = State::begins;
      if (!goes_on) return understood;
      left.erase(0, parser.feed(left));
    }
    understood.state = parser.state();
    if (understood.state == State::refused) {
      HUYING_CHECK(parser.status() >= 400 && parser.status() <= 505 && http::reason_of(parser.status()).size() > 2);
      return understood;
    }
    if (bytes.empty()) return understood;
  }
}

// What cannot become a request any more may be refused at once, or when the rest of it came.
bool agree(State a, State b) {
  const auto is_unfinished = [](State state) { return state == State::header || state == State::body; };
  return a == b || (a == State::refused && is_unfinished(b)) || (b == State::refused && is_unfinished(a));
}

void check_equal(const Request& a, const Request& b) {
  HUYING_CHECK(a.method == b.method && a.path == b.path && a.query == b.query && a.body == b.body);
  HUYING_CHECK(a.headers.size() == b.headers.size());
  for (std::size_t i = 0; i < a.headers.size(); ++i)
    HUYING_CHECK(a.headers[i].name == b.headers[i].name && a.headers[i].value == b.headers[i].value);
}

void check_harmless(const Request& request) {
  const std::string_view path = request.path;
  HUYING_CHECK(path.starts_with('/') && is_clean_text(path), "{}", path);
  HUYING_CHECK(path.find('\\') == path.npos && path.find("//") == path.npos && path.find('\0') == path.npos, "{}", path);
  for (std::string_view left = path; !left.empty();) {
    const auto end = std::min(left.size(), left.find('/', 1));
    HUYING_CHECK(left.substr(0, end) != "/." && left.substr(0, end) != "/..", "{}", path);
    left.remove_prefix(end);
  }
  for (const auto& [name, value] : request.query) HUYING_CHECK(is_clean_text(name) && is_clean_text(value));
  const auto is_host = [](const http::Header& one) { return one.name == "host"; };
  const auto hosts = std::count_if(request.headers.begin(), request.headers.end(), is_host);
  HUYING_CHECK(hosts == 1);
  for (const auto& header : request.headers) {
    HUYING_CHECK(std::none_of(header.name.begin(), header.name.end(), [](char c) { return c >= 'A' && c <= 'Z'; }));
    HUYING_CHECK(header.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
  }
  HUYING_CHECK(request.body.size() <= small.body_bytes_max);
}

// Path and parameters, percent-encoded by Boost.URL.
void check_means_one_thing(const Request& request) {
  boost::urls::url url;
  url.set_path(request.path);
  for (const auto& [name, value] : request.query) url.params().append({name, value});
  const auto text = fmt::format("GET {} HTTP/1.1\r\nHost: a\r\n\r\n", std::string_view(url.buffer().data(), url.buffer().size()));
  http::RequestParser parser({16 * 1024, 0});
  HUYING_CHECK(parser.feed(text) == text.size() && parser.state() == State::complete, "{}", request.path);
  const auto again = parser.take();
  HUYING_CHECK(again.path == request.path, "{} {}", again.path, request.path);
  HUYING_CHECK(again.query.size() == request.query.size());
  for (std::size_t i = 0; i < again.query.size(); ++i) HUYING_CHECK(again.query[i] == request.query[i]);
}

void check_refusal(const Error& error) {
  HUYING_CHECK(words_of(error.code).name.size() > 1 && is_clean_text(error.detail) && error.detail.size() < 300, "{}", error.detail);
}

void check_parameters(const Request& request) {
  const auto asked = ledger::register_asked(request.query);
  if (!asked) check_refusal(asked.error());
  if (asked) HUYING_CHECK(asked->page.limit >= 1 && asked->page.limit <= ledger::register_rows_max);
  const auto figures = ledger::figures_asked(request.query);
  if (!figures) check_refusal(figures.error());
  for (const auto& [name, value] : request.query) {
    HUYING_CHECK(gateway::from_base64url(gateway::to_base64url(value)) == value);
    if (const auto bytes = gateway::from_base64url(value)) HUYING_CHECK(gateway::to_base64url(*bytes) == value, "{}", value);
  }
}

template <class Message>
void check_message(const gateway::Json& json) {
  Message message, again;
  if (const auto taken = gateway::message_of(json, message); !taken) return check_refusal(taken.error());
  HUYING_CHECK(gateway::message_of(gateway::json_of(message), again).has_value());
  HUYING_CHECK(plain_bytes(message) == plain_bytes(again));
}

void check_body(Request request) {
  request.headers.insert(request.headers.begin(), {"content-type", "application/json"});
  const auto json = gateway::object_of(request);
  if (!json) return check_refusal(json.error());
  for (const char* name : {"person", "words"}) {
    const auto text = gateway::text_in(*json, name, 100);
    if (!text) check_refusal(text.error());
    if (text) HUYING_CHECK(!text->empty() && text->size() <= 100 && is_clean_text(*text));
  }
  if (const auto number = gateway::number_in(*json, "revision", 7)) HUYING_CHECK(*number <= 7);
  if (const auto known = gateway::check_fields(*json, {"person", "words"}); !known) check_refusal(known.error());
  check_message<v1::Request>(*json);
  check_message<v1::Action>(*json);
}

}  // namespace
}  // namespace huying::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace huying;
  fuzz::Input input(data, size);
  const std::size_t step = 1 + input.byte();
  const auto bytes = input.rest();
  auto whole = fuzz::read(bytes, std::max<std::size_t>(bytes.size(), 1));
  const auto pieces = fuzz::read(bytes, step);
  HUYING_CHECK(whole.requests.size() == pieces.requests.size(), "{} {}", whole.requests.size(), pieces.requests.size());
  HUYING_CHECK(fuzz::agree(whole.state, pieces.state), "{} {}", static_cast<int>(whole.state), static_cast<int>(pieces.state));
  for (std::size_t i = 0; i < whole.requests.size(); ++i) {
    fuzz::check_equal(whole.requests[i], pieces.requests[i]);
    fuzz::check_harmless(whole.requests[i]);
    fuzz::check_means_one_thing(whole.requests[i]);
    fuzz::check_parameters(whole.requests[i]);
    fuzz::check_body(std::move(whole.requests[i]));
  }
  return 0;
}
