// One connection of the server: reads a request, has it handled, writes the answer, and so on. Held by the callbacks that it
// waits for, and known to the server by a place in its list. One thread.
#pragma once
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <list>
#include <memory>
#include <string>

#include "gateway/http/server.h"

namespace huying::http {

class Connection;

// What a connection tells the server.
class Places {
 public:
  virtual ~Places() = default;
  virtual const ServerOptions& options() const = 0;
  virtual ServerFigures& figures() = 0;
  virtual bool is_stopping() const = 0;
  virtual void handle(Request request, std::shared_ptr<Reply> reply) = 0;
  virtual void begins_to_wait(Connection& connection) = 0;  // for a request's first byte
  virtual void begins_to_read(Connection& connection) = 0;
  virtual void came(Connection& connection, std::size_t bytes) = 0;  // of the request
  virtual void has_read(Connection& connection) = 0;  // its request is whole, or refused
  virtual void is_over(Connection& connection) = 0;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(asio::ip::tcp::socket socket, std::shared_ptr<Places> places, std::string peer);
  void start();
  // Answers without having read anything: no place.
  void start_refused(unsigned status);
  void close();
  // Ends for the sake of a newcomer: told so (408) where a request had begun.
  void give_way();
  const std::string& peer() const { return peer_; }
  bool is_stream() const { return is_stream_; }
  bool waits() const { return waits_; }

  std::list<Connection*>::iterator place;  // the server's
  bool has_place = true;                   // the server's: false where it is being refused

 private:
  class Answer;
  class Events;
  enum class After : unsigned char { next_request, end };

  void wait_for_request();
  void read();
  void take(std::string_view bytes);
  void proceed();
  void refuse(unsigned status);
  void respond(Response response, bool is_head);
  void write(std::string bytes, After after);
  void end_politely();
  std::shared_ptr<Reply::Stream> begin_stream(Response head);
  bool write_event(std::string bytes);
  void write_events();
  void is_behind_by(std::size_t bytes);
  void watch_for_end();
  void stream_is_over();
  void arm(Milliseconds time);
  void too_slow();

  asio::ip::tcp::socket socket_;
  const std::shared_ptr<Places> places_;
  const std::string peer_;
  asio::steady_timer deadline_;
  RequestParser parser_;
  std::string input_;          // bytes of the peer that are not used yet
  std::string output_;         // what is being written
  char buffer_[16 * 1024];
  std::string backlog_;        // of an event stream
  std::size_t behind_bytes_ = 0;  // of it, with what is being written: as the server's figures have it
  std::function<void()> on_gone_;
  bool waits_ = false, said_continue_ = false, is_head_ = false, keeps_alive_ = false, was_too_slow_ = false, over_ = false;
  bool is_stream_ = false, writes_ = false, ends_ = false;  // of an event stream
};

}  // namespace huying::http
