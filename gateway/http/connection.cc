#include "gateway/http/connection.h"

#include <date/date.h>
#include <fmt/format.h>

#include <asio/write.hpp>
#include <chrono>

namespace huying::http {
namespace {

constexpr std::size_t lingering_bytes_max = 256 * 1024;
constexpr Milliseconds lingering_time{2'000};

constexpr std::size_t stream_buffer_kept_max = 64 * 1024;

std::string http_date() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return date::format("%a, %d %b %Y %T GMT", now);
}

// Header lines come from our own code; a line end in one would begin another.
void add_line(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  for (const char c : value) out += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
  out += "\r\n";
}

std::string head_of(const Response& response, bool keeps_alive) {
  std::string out = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_of(response.status));
  add_line(out, "Date", http_date());
  for (const auto& [name, value] : response.headers) add_line(out, name, value);
  add_line(out, "Connection", keeps_alive ? "keep-alive" : "close");
  return out;
}

Response refusal_of(unsigned status) {
  return {status,
          {{"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}},
          fmt::format(R"({{"status":{},"title":"{}"}})", status, reason_of(status))};
}

std::string too_slow_text() {
  const Response response = refusal_of(408);
  std::string out = head_of(response, false);
  add_line(out, "Content-Length", std::to_string(response.body.size()));
  return out + "\r\n" + response.body;
}

}  // namespace

class Connection::Events final : public Reply::Stream {
 public:
  explicit Events(std::weak_ptr<Connection> connection) : connection_(std::move(connection)) {}
  ~Events() override { close(); }
  bool write(std::string bytes) override {
    const auto connection = connection_.lock();
    return connection && connection->write_event(std::move(bytes));
  }
  void close() override {
    if (const auto connection = connection_.lock()) {
      connection->on_gone_ = nullptr;
      connection->ends_ = true;
      if (!connection->writes_) connection->end_politely();
    }
    connection_.reset();
  }
  bool is_open() const override {
    const auto connection = connection_.lock();
    return connection && !connection->over_;
  }
  void on_gone(std::function<void()> callback) override {
    if (const auto connection = connection_.lock()) connection->on_gone_ = std::move(callback);
  }

 private:
  std::weak_ptr<Connection> connection_;
};

class Connection::Answer final : public Reply {
 public:
  explicit Answer(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}
  ~Answer() override {
    if (connection_) send(refusal_of(500));
  }
  void send(Response response) override {
    if (const auto connection = std::move(connection_)) connection->respond(std::move(response), connection->is_head_);
  }
  std::shared_ptr<Stream> stream(Response head) override {
    if (const auto connection = std::move(connection_)) return connection->begin_stream(std::move(head));
    return std::make_shared<Events>(std::weak_ptr<Connection>());
  }

 private:
  std::shared_ptr<Connection> connection_;
};

Connection::Connection(asio::ip::tcp::socket socket, std::shared_ptr<Places> places, std::string peer)
    : socket_(std::move(socket)), places_(std::move(places)), peer_(std::move(peer)), deadline_(socket_.get_executor()),
      parser_(places_->options().parser) {}

// ---- Reading ---------------------------------------------------------------------------------------------------

void Connection::start() {
  wait_for_request();
  arm(places_->options().header_time);  // the first one comes at once
}

void Connection::start_refused(unsigned status) {
  is_head_ = keeps_alive_ = false;
  respond(refusal_of(status), false);
}

void Connection::wait_for_request() {
  said_continue_ = false;
  if (places_->is_stopping()) return end_politely();
  waits_ = true;
  places_->begins_to_wait(*this);
  arm(places_->options().idle_time);
  if (!input_.empty()) return take({});
  read();
}

void Connection::read() {
  socket_.async_read_some(asio::buffer(buffer_), [self = shared_from_this()](asio::error_code error, std::size_t count) {
    if (self->over_ || self->was_too_slow_) return;
    if (error) return self->close();
    self->take({self->buffer_, count});
  });
}

void Connection::take(std::string_view bytes) {
  input_.append(bytes);
  const auto before = parser_.state();
  const std::size_t used = parser_.feed(input_);
  input_.erase(0, used);
  if (waits_ && parser_.state() != RequestParser::State::begins) {
    waits_ = false;
    places_->begins_to_read(*this);
    arm(places_->options().header_time);
  }
  if (!waits_) places_->came(*this, bytes.size());
  if (parser_.state() == RequestParser::State::body && before != RequestParser::State::body)
    arm(places_->options().body_time);
  proceed();
}

void Connection::proceed() {
  switch (parser_.state()) {
    case RequestParser::State::refused:
      places_->has_read(*this);
      return refuse(parser_.status());
    case RequestParser::State::complete: {
      places_->has_read(*this);
      deadline_.cancel();
      ++places_->figures().requests;
      is_head_ = parser_.is_head();
      keeps_alive_ = parser_.keeps_alive();
      Request request = parser_.take();
      request.peer = peer_;
      return places_->handle(std::move(request), std::make_shared<Answer>(shared_from_this()));
    }
    case RequestParser::State::body:
      if (parser_.wants_continue() && !said_continue_) {
        said_continue_ = true;
        output_ = "HTTP/1.1 100 Continue\r\n\r\n";
        asio::async_write(socket_, asio::buffer(output_), [self = shared_from_this()](asio::error_code error, std::size_t) {
          if (self->over_) return;
          if (error) return self->close();
          self->read();
        });
        return;
      }
      [[fallthrough]];
    default:
      read();
  }
}

void Connection::refuse(unsigned status) {
  ++places_->figures().refused;
  is_head_ = keeps_alive_ = false;
  respond(refusal_of(status), false);
}

// ---- Answering -------------------------------------------------------------------------------------------------

void Connection::respond(Response response, bool is_head) {
  if (over_) return;
  const bool keeps_alive = keeps_alive_ && !places_->is_stopping();
  const bool has_body = response.status != 204 && response.status != 304;
  std::string out = head_of(response, keeps_alive);
  if (has_body) add_line(out, "Content-Length", std::to_string(response.body.size()));
  out += "\r\n";
  if (has_body && !is_head) out += response.body;
  write(std::move(out), keeps_alive ? After::next_request : After::end);
}

// The deadline is moved on by each part that the peer takes.
void Connection::write(std::string bytes, After after) {
  output_ = std::move(bytes);
  arm(places_->options().write_time);
  asio::async_write(
      socket_, asio::buffer(output_),
      [self = shared_from_this(), taken = std::size_t{0}](const asio::error_code& error, std::size_t count) mutable {
        if (count > std::exchange(taken, count)) self->arm(self->places_->options().write_time);
        return asio::transfer_all()(error, count);
      },
      [self = shared_from_this(), after](asio::error_code error, std::size_t) {
        if (self->over_) return;
        if (error) return self->close();
        self->output_.clear();
        after == After::next_request ? self->wait_for_request() : self->end_politely();
      });
}

// A close with unread bytes would reset the connection, and the peer might never see the answer (RFC 9112, 9.6).
void Connection::end_politely() {
  if (over_) return;
  asio::error_code ignored;  // it is over either way
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  arm(lingering_time);
  const auto drain = [](const auto& again, const std::shared_ptr<Connection>& self, std::size_t left) -> void {
    self->socket_.async_read_some(asio::buffer(self->buffer_), [again, self, left](asio::error_code error, std::size_t count) {
      if (self->over_) return;
      if (error || count >= left) return self->close();
      again(again, self, left - count);
    });
  };
  if (is_stream_) return;  // its end is watched for already
  drain(drain, shared_from_this(), lingering_bytes_max);
}

void Connection::close() {
  if (std::exchange(over_, true)) return;
  deadline_.cancel();
  asio::error_code ignored;
  socket_.close(ignored);
  if (is_stream_) stream_is_over();
  places_->is_over(*this);
}

void Connection::arm(Milliseconds time) {
  deadline_.expires_after(time);
  deadline_.async_wait([weak = weak_from_this()](const asio::error_code& cancelled) {
    const auto self = weak.lock();
    if (cancelled || !self || self->over_) return;
    if (self->deadline_.expiry() > asio::steady_timer::clock_type::now()) return;  // it was moved on meanwhile
    self->too_slow();
  });
}

// Of a request that has begun the answer is tried; a read is under way, so the connection ends without lingering.
void Connection::too_slow() {
  const auto state = parser_.state();
  const bool is_reading = state == RequestParser::State::header || state == RequestParser::State::body;
  if (!is_reading || std::exchange(was_too_slow_, true)) return close();
  places_->has_read(*this);
  ++places_->figures().refused;
  output_ = too_slow_text();
  arm(lingering_time);
  asio::async_write(socket_, asio::buffer(output_),
                    [self = shared_from_this()](const asio::error_code&, std::size_t) { self->close(); });
}

// At once, for its place is wanted: what the system takes of the answer is said. Nothing else was written yet, so it takes it.
void Connection::give_way() {
  if (over_) return;
  if (!waits_) {
    ++places_->figures().refused;
    asio::error_code ignored;
    socket_.non_blocking(true, ignored);
    socket_.write_some(asio::buffer(too_slow_text()), ignored);
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  }
  close();
}

// ---- Event streams ---------------------------------------------------------------------------------------------

std::shared_ptr<Reply::Stream> Connection::begin_stream(Response head) {
  const auto events = std::make_shared<Events>(over_ ? std::weak_ptr<Connection>() : weak_from_this());
  if (over_) return events;
  if (is_head_) {
    respond(std::move(head), true);
    return std::make_shared<Events>(std::weak_ptr<Connection>());
  }
  is_stream_ = true;
  ++places_->figures().streams;
  deadline_.cancel();
  watch_for_end();
  (void)write_event(head_of(head, false) + "\r\n" + head.body);
  return events;
}

bool Connection::write_event(std::string bytes) {
  if (over_ || ends_) return false;
  const auto& options = places_->options();
  const bool is_behind = !backlog_.empty() || behind_bytes_ > stream_buffer_kept_max;
  const bool all_are_behind = is_behind && places_->figures().backlog_bytes + bytes.size() > options.all_backlogs_max;
  if (backlog_.size() + bytes.size() > options.stream_backlog_max || all_are_behind) {
    close();
    return false;
  }
  backlog_ += bytes;
  is_behind_by(backlog_.size() + output_.size());
  if (!writes_) write_events();
  return true;
}

void Connection::write_events() {
  writes_ = true;
  output_.swap(backlog_);
  backlog_.clear();
  arm(places_->options().write_time);
  asio::async_write(socket_, asio::buffer(output_), [self = shared_from_this()](asio::error_code error, std::size_t) {
    self->writes_ = false;
    if (self->over_) return;
    if (error) return self->close();
    self->deadline_.cancel();
    self->output_.clear();
    if (self->output_.capacity() > stream_buffer_kept_max) self->output_.shrink_to_fit();  // what a bad minute needed
    self->is_behind_by(self->backlog_.size());
    if (!self->backlog_.empty()) return self->write_events();
    if (self->ends_) self->end_politely();
  });
}

// What a peer says on a stream means nothing; that it goes does.
void Connection::watch_for_end() {
  socket_.async_read_some(asio::buffer(buffer_), [self = shared_from_this()](asio::error_code error, std::size_t) {
    if (self->over_) return;
    if (error) return self->close();
    self->watch_for_end();
  });
}

void Connection::is_behind_by(std::size_t bytes) {
  places_->figures().backlog_bytes += bytes - std::exchange(behind_bytes_, bytes);
}

void Connection::stream_is_over() {
  is_behind_by(0);
  --places_->figures().streams;
  if (const auto gone = std::exchange(on_gone_, nullptr)) gone();
}

}  // namespace huying::http
