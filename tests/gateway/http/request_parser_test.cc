#include "gateway/http/request_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

namespace huying::http {
namespace {

using State = RequestParser::State;

// 0: it was taken. Given byte by byte, too: the answer must not depend on how the bytes come.
unsigned status_of(const std::string& bytes, ParserLimits limits = {}) {
  const auto judge = [&](std::size_t step) {
    RequestParser parser(limits);
    std::string left;
    for (std::size_t at = 0; at < bytes.size() && parser.state() != State::complete && parser.state() != State::refused;
         at += step) {
      left += bytes.substr(at, step);
      left.erase(0, parser.feed(left));
    }
    EXPECT_TRUE(parser.state() == State::complete || parser.state() == State::refused) << bytes;
    return parser.state() == State::refused ? parser.status() : 0u;
  };
  const unsigned whole = judge(bytes.size()), bit_by_bit = judge(1);
  EXPECT_EQ(whole, bit_by_bit) << bytes;
  return whole;
}

std::optional<Request> taken(const std::string& bytes) {
  RequestParser parser({});
  (void)parser.feed(bytes);
  if (parser.state() != State::complete) return std::nullopt;
  return parser.take();
}

std::string get(const std::string& target, const std::string& more = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + more + "\r\n";
}
std::string post(const std::string& lines, const std::string& body = "") {
  return "POST /x HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n" + body;
}

TEST(RequestParser, TakesARequestApart) {
  const auto request = taken(
      "POST /api/v1/%E6%A1%88%E4%BB%B6/?q=%E8%B7%AF%E7%81%AF&q=b+c&empty HTTP/1.1\r\nHost: a\r\nX-One: 1 \r\n"
      "Content-Length: 4\r\n\r\nwordand the next");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->method, Method::post);
  EXPECT_EQ(request->path, "/api/v1/案件/");
  EXPECT_EQ(request->parameter("q"), "路灯") << "the first one";
  EXPECT_EQ(request->query.at(1).second, "b c");
  EXPECT_EQ(request->parameter("empty"), "");
  EXPECT_FALSE(request->parameter("none"));
  EXPECT_EQ(request->header("x-one"), "1");
  EXPECT_EQ(request->body, "word");
}

TEST(RequestParser, DropsTrailersOfAChunkedBody) {
  const auto request = taken("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n"
                             "X-Forwarded-For: 10.0.0.1\r\nHost: b\r\nCookie: huying=x\r\n\r\n");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->body, "abc");
  ASSERT_EQ(request->headers.size(), 2u) << "what a proxy did not look at is no header";
  EXPECT_EQ(request->header("host"), "a");
  EXPECT_EQ(request->header("x-forwarded-for"), "");
}

TEST(RequestParser, LeavesWhatFollowsForTheNextRequest) {
  RequestParser parser({});
  const std::string first = get("/1"), both = first + get("/2");
  EXPECT_EQ(parser.feed(both), first.size());
  EXPECT_EQ(parser.take().path, "/1");
  EXPECT_EQ(parser.state(), State::begins);
  EXPECT_EQ(parser.feed(both.substr(first.size())), both.size() - first.size());
  EXPECT_EQ(parser.take().path, "/2");
}

TEST(RequestParser, ReadsChunks) {
  const auto request = taken(post("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->body, "abcde");
}

TEST(RequestParser, TakesTheAbsoluteForm) {
  const auto request = taken(get("http://a/b?c=d"));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->path, "/b");
  EXPECT_EQ(request->parameter("c"), "d");
}

TEST(RequestParser, SaysWhoWaitsToBeToldToGoOn) {
  RequestParser parser({});
  (void)parser.feed(post("Content-Length: 2\r\nExpect: 100-continue\r\n"));
  EXPECT_EQ(parser.state(), State::body);
  EXPECT_TRUE(parser.wants_continue());
  (void)parser.feed("ab");
  EXPECT_EQ(parser.state(), State::complete);
}

TEST(RequestParser, RefusesWithoutExactlyOneHost) {
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n\r\n"), 400u);
  EXPECT_EQ(status_of("GET / HTTP/1.0\r\n\r\n"), 400u) << "of the old version neither: every client of today says it";
  EXPECT_EQ(status_of(get("/", "Host: b\r\n")), 400u);
}

TEST(RequestParser, RefusesMethodsThatItDoesNotKnow) {
  for (const std::string method : {"TRACE", "OPTIONS", "PATCH", "CONNECT", "FOO", "get"})
    EXPECT_EQ(status_of(method + " / HTTP/1.1\r\nHost: a\r\n\r\n"), 501u) << method;
  for (const std::string method : {"GET", "HEAD", "PUT", "DELETE"})
    EXPECT_EQ(status_of(method + " / HTTP/1.1\r\nHost: a\r\n\r\n"), 0u) << method;
}

// Two readings of where a request ends are how one is smuggled past a proxy.
TEST(RequestParser, RefusesAmbiguousLengths) {
  EXPECT_EQ(status_of(post("Content-Length: 1\r\nContent-Length: 2\r\n", "ab")), 400u);
  EXPECT_EQ(status_of(post("Content-Length: 1\r\nContent-Length: 1\r\n", "a")), 400u);
  EXPECT_EQ(status_of(post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")), 400u);
  EXPECT_EQ(status_of(post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\n")), 400u);
  EXPECT_NE(status_of(post("Content-Length: -1\r\n")), 0u);
  EXPECT_NE(status_of(post("Content-Length: 1x\r\n", "a")), 0u);
  EXPECT_NE(status_of(post("Content-Length: 99999999999999999999\r\n")), 0u);
  EXPECT_NE(status_of(post("Transfer-Encoding: gzip\r\n", "a")), 0u);
  EXPECT_EQ(status_of(post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")), 501u) << "it would be read as it is";
  EXPECT_EQ(status_of("POST /x HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400u);
  EXPECT_NE(status_of(post("Transfer-Encoding: gzip, chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n")), 0u);
  EXPECT_NE(status_of(post("Transfer-Encoding: chunked\r\n", "zz\r\n")), 0u);
  EXPECT_NE(status_of("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length : 1\r\n\r\na"), 0u) << "a blank before the colon";
}

// RFC 9112, 5.2: refused or joined.
TEST(RequestParser, JoinsAFoldedLine) {
  const auto request = taken("GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n Content-Length: 2\r\n\r\n");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->header("x"), "1 Content-Length: 2");
  EXPECT_EQ(request->header("content-length"), "");
}

TEST(RequestParser, RefusesPathsThatCouldMeanAnother) {
  for (const auto* target : {"/..", "/a/../b", "/a/./b", "/%2e%2e/b", "/.%2E/", "/a%2fb", "/a%5cb", "/a\\b", "/a%00b", "/a%0ab",
                             "/a%7fb", "/a//b", "//a", "/%", "/%zz", "/%ff", "/%c0%ae%c0%ae/", "a/b", "*", "a:80", "/a?q=%ff",
                             "http:///a", "/a#b"})
    EXPECT_EQ(status_of(get(target)), 400u) << target;
  EXPECT_EQ(status_of("GET  / HTTP/1.1\r\nHost: a\r\n\r\n"), 400u);
  EXPECT_EQ(status_of(get("/.well-known/..a/a..")), 0u);
}

TEST(RequestParser, RefusesWhatIsTooLarge) {
  const ParserLimits small{.header_bytes_max = 256, .body_bytes_max = 8};
  EXPECT_EQ(status_of(get("/" + std::string(300, 'a')), small), 431u);
  EXPECT_EQ(status_of(get("/", "X: " + std::string(300, 'a') + "\r\n"), small), 431u);
  EXPECT_EQ(status_of(post("Content-Length: 9\r\n", "123456789"), small), 413u);
  EXPECT_EQ(status_of(post("Content-Length: 8\r\n", "12345678"), small), 0u);
  EXPECT_EQ(status_of(post("Transfer-Encoding: chunked\r\n", "5\r\nabcde\r\n5\r\nabcde\r\n0\r\n\r\n"), small), 413u);
}

TEST(RequestParser, AChunkLineOrTrailersWithoutAnEndAreNotKept) {
  const ParserLimits small{.header_bytes_max = 128, .body_bytes_max = 1'000};
  const auto chunked = [](const std::string& body) { return post("Transfer-Encoding: chunked\r\n", body); };
  EXPECT_EQ(status_of(chunked("3;" + std::string(200, 'x') + "\r\nabc\r\n0\r\n\r\n"), small), 431u) << "whole, but too long";
  EXPECT_EQ(status_of(chunked("3;" + std::string(4'000, 'x')), small), 431u) << "and without an end";
  EXPECT_EQ(status_of(chunked("3\r\nabc\r\n0\r\nX: " + std::string(4'000, 'x')), small), 431u);
  std::string lines;
  for (int i = 0; i < 100; ++i) lines += "X-A: b\r\n";
  EXPECT_EQ(status_of(chunked("3\r\nabc\r\n0\r\n" + lines), small), 431u);
  EXPECT_EQ(status_of(chunked("3;x=y\r\nabc\r\n0\r\nX-A: b\r\n\r\n"), small), 0u);
  EXPECT_EQ(status_of(chunked("1f4\r\n" + std::string(500, 'x') + "\r\n0\r\n\r\n"), small), 0u) << "a chunk itself may be longer";
}

TEST(RequestParser, AHostIsANameOrAnAddress) {
  for (const std::string host : {"a", "a.example:8010", "127.0.0.1:8010", "[::1]:8010", ""})
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"), 0u) << host;
  for (const std::string host : {"a b", "a/b", "user@a", "a:x", "<a>", "a,b\"", "[::1"})
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"), 400u) << host;
}

TEST(RequestParser, RefusesWhatIsNoHttp) {
  EXPECT_NE(status_of(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + std::string(40, '\0')), 0u) << "TLS";
  EXPECT_NE(status_of("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 0u);
  EXPECT_NE(status_of("GET /\r\n\r\n"), 0u);
  EXPECT_EQ(status_of(post("Expect: something\r\nContent-Length: 0\r\n")), 417u);
}

TEST(RequestParser, SaysWhetherTheConnectionGoesOn) {
  const auto keeps_alive = [](const std::string& bytes) {
    RequestParser parser({});
    (void)parser.feed(bytes);
    return parser.keeps_alive();
  };
  EXPECT_TRUE(keeps_alive(get("/")));
  EXPECT_FALSE(keeps_alive(get("/", "Connection: close\r\n")));
  EXPECT_FALSE(keeps_alive("GET / HTTP/1.0\r\nHost: a\r\n\r\n"));
}

}  // namespace
}  // namespace huying::http
