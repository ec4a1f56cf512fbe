// Real sockets: the server on a thread of its own, clients that block.
#include "gateway/http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/udp.hpp>
#include <asio/post.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <thread>

namespace huying::http {
namespace {

using asio::ip::tcp;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class Client {
 public:
  explicit Client(std::uint16_t port, const std::string& address = "127.0.0.1") : socket_(context_) {
    socket_.connect({asio::ip::make_address(address), port});
  }
  void say(const std::string& bytes) { asio::write(socket_, asio::buffer(bytes)); }
  // Until the server ends the connection.
  std::string rest() {
    std::string all = std::move(got_);
    char buffer[4096];
    asio::error_code error;
    while (!error) all.append(buffer, socket_.read_some(asio::buffer(buffer), error));
    return all;
  }
  // Until the text has come; what came with it.
  std::string until(const std::string& text) {
    char buffer[4096];
    asio::error_code error;
    while (got_.find(text) == std::string::npos && !error) got_.append(buffer, socket_.read_some(asio::buffer(buffer), error));
    return got_;
  }
  void forget() { got_.clear(); }
  void close() { socket_.close(); }

 private:
  asio::io_context context_;
  tcp::socket socket_;
  std::string got_;
};

// An address of this machine that is not loopback, as the way to elsewhere would have it (nothing is sent); empty: none.
std::string own_address() {
  asio::io_context context;
  asio::ip::udp::socket socket(context);
  asio::error_code error;
  socket.connect({asio::ip::make_address("192.0.2.1"), 9}, error);
  const auto address = error ? asio::ip::address() : socket.local_endpoint(error).address();
  return error || address.is_loopback() || address.is_unspecified() ? std::string() : address.to_string();
}

class HttpServer : public testing::Test {
 protected:
  void serve(ServerOptions options = {}) {
    server_.emplace(context_, options, [this](Request request, std::shared_ptr<Reply> reply) {
      if (request.path == "/stream") {
        const std::lock_guard lock(mutex_);
        stream_ = reply->stream({200, {{"Content-Type", "text/event-stream"}}, ""});
        stream_->on_gone([this] {
          gone_ = true;
          changed_.notify_all();
        });
        changed_.notify_all();
        return;
      }
      if (request.path == "/late") {
        const std::lock_guard lock(mutex_);
        late_ = std::move(reply);
        changed_.notify_all();
        return;
      }
      if (request.path == "/dropped") return;
      reply->send({200, {{"Content-Type", "text/plain"}}, request.path + " " + request.body});
    });
    ASSERT_TRUE(server_->listen());
    thread_ = std::thread([this] { context_.run(); });
  }
  void TearDown() override {
    if (!thread_.joinable()) return;
    on_its_thread([this] {
      stream_.reset();
      late_.reset();
      server_.reset();
    });
    context_.stop();
    thread_.join();
  }
  void on_its_thread(const std::function<void()>& what) {
    std::atomic<bool> done{false};
    asio::post(context_, [&] {
      what();
      done = true;
      done.notify_all();
    });
    done.wait(false);
  }
  std::uint16_t port() const { return server_->port(); }
  ServerFigures figures() {
    ServerFigures copy;
    on_its_thread([&] { copy = server_->figures(); });
    return copy;
  }
  template <class Condition>
  void wait_for(Condition condition) {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, std::chrono::seconds(30), condition));
  }

  asio::io_context context_;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_{context_.get_executor()};
  std::optional<Server> server_;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<Reply::Stream> stream_;
  std::shared_ptr<Reply> late_;
  std::atomic<bool> gone_{false};
};

const std::string get_a = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
const std::string get_a_and_close = "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

TEST_F(HttpServer, AnswersOneRequestAfterAnother) {
  serve();
  Client client(port());
  client.say(get_a);
  EXPECT_THAT(client.until("/a "), StartsWith("HTTP/1.1 200 OK\r\nDate: "));
  EXPECT_THAT(client.until("/a "), HasSubstr("Content-Length: 3\r\n"));
  client.forget();
  client.say("POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nwords");
  EXPECT_THAT(client.until("/b words"), HasSubstr("Connection: keep-alive"));
  client.forget();
  client.say(get_a + get_a + get_a_and_close);
  const auto three = client.rest();
  std::size_t answers = 0;
  for (auto at = three.find("200 OK"); at != std::string::npos; at = three.find("200 OK", at + 1)) ++answers;
  EXPECT_EQ(answers, 3u) << "sent at once, answered in order";
}

TEST_F(HttpServer, TellsOneWhoWaitsToGoOn) {
  serve();
  Client client(port());
  client.say("POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.say("ok");
  EXPECT_THAT(client.rest(), EndsWith("/b ok"));
}

TEST_F(HttpServer, SaysNothingOfABodyWhereNoneBelongs) {
  serve();
  Client client(port());
  client.say("HEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const auto answer = client.rest();
  EXPECT_THAT(answer, HasSubstr("Content-Length: 3\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST_F(HttpServer, AnswersWhatItCannotReadAndEndsTheConnection) {
  serve();
  for (const auto& [bytes, status] : std::vector<std::pair<std::string, std::string>>{
           {"GET /a HTTP/1.1\r\n\r\n", "400"},
           {"rubbish\r\n\r\n", "400"},
           {"GET /../etc HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
           {"GET /a HTTP/1.1\r\nHost: x\r\nX: " + std::string(20'000, 'y') + "\r\n\r\n", "431"},
           {"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", "413"}}) {
    Client client(port());
    client.say(bytes);
    const auto answer = client.rest();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 " + status)) << bytes.substr(0, 60);
    EXPECT_THAT(answer, HasSubstr("Connection: close"));
  }
  Client other(port());
  other.say(get_a_and_close);
  EXPECT_THAT(other.rest(), EndsWith("/a "));
  EXPECT_EQ(figures().refused, 5u);
}

TEST_F(HttpServer, CutsWhoIsTooSlowAndServesTheOthersOn) {
  serve({.header_time = Milliseconds(1'000), .body_time = Milliseconds(1'000)});
  std::promise<void> said;  // the server's time begins when all is there: it is not this thread's that is measured
  asio::post(context_, [&] { said.get_future().wait(); });
  Client silent(port()), drips(port()), half(port()), other(port());
  drips.say("GET /a HTTP/1.1\r\nHo");
  half.say("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab");
  other.say(get_a_and_close);
  said.set_value();
  EXPECT_THAT(other.rest(), EndsWith("/a "));
  EXPECT_THAT(drips.rest(), StartsWith("HTTP/1.1 408"));
  EXPECT_THAT(half.rest(), StartsWith("HTTP/1.1 408"));
  EXPECT_EQ(silent.rest(), "");
}

// Whoever opens connections and says nothing makes room for who does.
TEST_F(HttpServer, AFloodOfConnectionsThatSayNothingKeepsNobodyOut) {
  serve({.connections_max = 16});
  std::vector<std::unique_ptr<Client>> flood;
  for (int i = 0; i < 100; ++i) flood.push_back(std::make_unique<Client>(port()));
  Client other(port());
  other.say(get_a_and_close);
  EXPECT_THAT(other.rest(), EndsWith("/a "));
  EXPECT_LE(figures().connections, 16u);
}

// Whoever sends a body byte by byte makes room for who does not; whoever is being answered stands.
TEST_F(HttpServer, AFloodOfSlowBodiesKeepsNobodyOut) {
  serve({.connections_max = 16});
  Client busy(port());
  busy.say("GET /late HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for([this] { return late_ != nullptr; });
  const std::string slow_body = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
  std::vector<std::unique_ptr<Client>> flood;
  for (int i = 0; i < 100; ++i) {
    flood.push_back(std::make_unique<Client>(port()));
    flood.back()->say(slow_body);
    EXPECT_THAT(flood.back()->until("100 Continue\r\n\r\n"), StartsWith("HTTP/1.1 100")) << i << ": its request has begun";
    flood.back()->forget();
    flood.back()->say("a");
  }
  for (int i = 0; i < 5; ++i) {
    Client other(port());
    other.say(get_a_and_close);
    EXPECT_THAT(other.rest(), EndsWith("/a "));
  }
  EXPECT_THAT(flood.front()->rest(), StartsWith("HTTP/1.1 408")) << "the longest first";
  flood.back()->say("bcde");
  EXPECT_THAT(flood.back()->until("abcde"), StartsWith("HTTP/1.1 200")) << "the shortest stands";
  EXPECT_LE(figures().refused, 90u) << "no more than came";
  on_its_thread([this] { std::exchange(late_, nullptr)->send({200, {}, "at last"}); });
  EXPECT_THAT(busy.until("at last"), HasSubstr("200 OK"));
}

TEST_F(HttpServer, ASlowHeaderGivesWayToo) {
  serve({.connections_max = 1});
  Client slow(port());
  slow.say(get_a + "GET /b HTTP/1.1\r\nHo");
  slow.until("/a ");
  slow.forget();
  EXPECT_EQ(figures().requests, 1u) << "asked behind the answer: the second has begun";
  Client other(port());
  other.say(get_a_and_close);
  EXPECT_THAT(other.rest(), EndsWith("/a "));
  EXPECT_THAT(slow.rest(), StartsWith("HTTP/1.1 408"));
}

// One address that has all it may have: what it opens beyond takes no place from anybody, neither at once nor while it is refused.
TEST_F(HttpServer, WhoIsRefusedPushesNobodyOut) {
  const auto elsewhere = own_address();
  if (elsewhere.empty()) GTEST_SKIP() << "this machine has no address but loopback";
  serve({.address = "0.0.0.0", .connections_max = 3, .connections_an_address_max = 1});
  Client first(port()), greedy(port(), elsewhere), last(port());
  for (auto* one : {&first, &greedy, &last}) {
    one->say(get_a);
    EXPECT_THAT(one->until("/a "), HasSubstr("200 OK"));
    one->forget();
  }
  std::vector<std::unique_ptr<Client>> beyond;
  for (int i = 0; i < 5; ++i) {
    beyond.push_back(std::make_unique<Client>(port(), elsewhere));
    EXPECT_THAT(beyond.back()->until("Requests"), StartsWith("HTTP/1.1 429")) << i;
  }
  for (auto* one : {&first, &greedy}) {
    one->say(get_a);
    EXPECT_THAT(one->until("/a "), HasSubstr("200 OK")) << "it kept its place";
    one->forget();
  }
  Client other(port());
  other.say(get_a);
  EXPECT_THAT(other.until("/a "), HasSubstr("200 OK")) << "they are being refused still, and the one who waits the longest goes for it";
  EXPECT_EQ(last.rest(), "");
}

TEST_F(HttpServer, ANewConnectionIsRefusedWhereAllAreBusy) {
  serve({.connections_max = 1});
  Client busy(port());
  busy.say("GET /late HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for([this] { return late_ != nullptr; });
  Client other(port());
  EXPECT_THAT(other.rest(), StartsWith("HTTP/1.1 503"));
  on_its_thread([this] { std::exchange(late_, nullptr)->send({200, {}, "at last"}); });
  EXPECT_THAT(busy.until("at last"), HasSubstr("200 OK"));
}

TEST_F(HttpServer, ARequestThatNobodyAnswersIsAnswered500) {
  serve();
  Client client(port());
  client.say("GET /dropped HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.rest(), StartsWith("HTTP/1.1 500"));
}

TEST_F(HttpServer, AnAnswerForSomebodyWhoHasGoneHarmsNobody) {
  serve();
  {
    Client client(port());
    client.say("GET /late HTTP/1.1\r\nHost: x\r\n\r\n");
    wait_for([this] { return late_ != nullptr; });
  }
  on_its_thread([this] { std::exchange(late_, nullptr)->send({200, {}, std::string(1 << 20, 'x')}); });
  Client other(port());
  other.say(get_a_and_close);
  EXPECT_THAT(other.rest(), EndsWith("/a "));
}

TEST_F(HttpServer, AHeaderLineCannotBeginAnother) {
  serve();
  Client client(port());
  client.say("GET /late HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  wait_for([this] { return late_ != nullptr; });
  on_its_thread([this] { std::exchange(late_, nullptr)->send({200, {{"X", "a\r\nSet-Cookie: b"}}, ""}); });
  EXPECT_THAT(client.rest(), HasSubstr("X: a  Set-Cookie: b\r\n"));
}

TEST_F(HttpServer, AStreamGoesOnUntilItIsClosed) {
  serve();
  Client client(port());
  client.say("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for([this] { return stream_ != nullptr; });
  EXPECT_THAT(client.until("\r\n\r\n"), HasSubstr("Content-Type: text/event-stream"));
  on_its_thread([this] { EXPECT_TRUE(stream_->write("data: 1\n\n")); });
  client.until("data: 1\n\n");
  on_its_thread([this] {
    EXPECT_TRUE(stream_->write("data: 2\n\n"));
    stream_->close();
    EXPECT_FALSE(stream_->write("data: 3\n\n"));
  });
  EXPECT_THAT(client.rest(), EndsWith("data: 2\n\n"));
  EXPECT_FALSE(gone_) << "it was we who closed it";
}

TEST_F(HttpServer, AStreamWhosePeerGoesIsTold) {
  serve();
  Client client(port());
  client.say("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  client.until("\r\n\r\n");
  client.close();
  wait_for([this] { return gone_.load(); });
  on_its_thread([this] {
    EXPECT_FALSE(stream_->is_open());
    EXPECT_FALSE(stream_->write("data: 1\n\n"));
  });
  EXPECT_EQ(figures().streams, 0u);
}

TEST_F(HttpServer, AStreamThatIsNotReadIsEndedAndCostsABoundedBacklog) {
  serve({.stream_backlog_max = 64 * 1024});
  Client client(port());
  client.say("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  client.until("\r\n\r\n");
  bool was_taken = true;
  for (int i = 0; i < 100'000 && was_taken; ++i) on_its_thread([&] { was_taken = stream_->write(std::string(16 * 1024, 'x')); });
  EXPECT_FALSE(was_taken);
  EXPECT_TRUE(gone_);
}

TEST_F(HttpServer, WhereAllStreamsAreFarBehindWhoeverIsBehindEndsAndOthersGoOn) {
  serve({.stream_backlog_max = std::size_t{4} << 30, .all_backlogs_max = 64 * 1024});
  Client behind(port());
  behind.say("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  behind.until("\r\n\r\n");
  bool was_taken = true;
  std::size_t most = 0;
  for (int i = 0; i < 10'000 && was_taken; ++i) {
    on_its_thread([&] { was_taken = stream_->write(std::string(16 * 1024, 'x')); });
    most = std::max(most, figures().backlog_bytes);
  }
  EXPECT_FALSE(was_taken) << "64 KiB of all, whatever it may be behind itself";
  EXPECT_GT(most, 0u);
  EXPECT_EQ(figures().backlog_bytes, 0u);
  Client reads(port());
  reads.say("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  reads.until("\r\n\r\n");
  on_its_thread([&] { EXPECT_TRUE(stream_->write("data: 1\n\n")); });
  reads.until("data: 1");
}

TEST_F(HttpServer, StopsWithAWordForWhoIsServed) {
  serve();
  Client waits(port()), served(port());
  waits.say(get_a);
  waits.until("/a ");
  served.say("GET /late HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for([this] { return late_ != nullptr; });
  on_its_thread([this] { server_->stop(); });
  on_its_thread([this] { std::exchange(late_, nullptr)->send({200, {}, "the last"}); });
  EXPECT_THAT(served.rest(), EndsWith("the last"));
  waits.forget();
  EXPECT_EQ(waits.rest(), "") << "nothing more, and the end";
}

TEST_F(HttpServer, AnAddressThatIsNoneIsSaid) {
  Server server(context_, {.address = "example.org"}, {});
  EXPECT_FALSE(server.listen());
}

}  // namespace
}  // namespace huying::http
