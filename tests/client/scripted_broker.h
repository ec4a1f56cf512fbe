// A ROUTER that does what a test tells it: it hands every frame of a client to a script, and keeps what came. It runs
// on a thread of its own; the script runs on that thread. Nothing here decides anything by itself but `welcome`.
#pragma once
#include <asio/io_context.hpp>
#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/check.h"
#include "base/clock.h"
#include "client/socket.h"
#include "huying/v1/session.pb.h"

namespace huying::client {

// The endpoint of a socket in a new folder of mode 0700, removed at the end.
class PrivateFolder {
 public:
  PrivateFolder();
  ~PrivateFolder();
  std::string path() const { return path_; }
  std::string endpoint() const { return "ipc://" + path_ + "/broker.sock"; }

 private:
  std::string path_;
};

class ScriptedBroker {
 public:
  // What a script may answer to one frame.
  class Peer {
   public:
    void send(const v1::BrokerFrame& frame) const;
    void send_bytes(std::string_view bytes) const;
    void welcome(std::uint32_t heartbeat_interval_ms = 100, std::uint32_t publish_window = 4096) const;
    const std::string& id() const { return id_; }

   private:
    friend class ScriptedBroker;
    Peer(zmq::socket_t& socket, std::string id) : socket_(socket), id_(std::move(id)) {}
    zmq::socket_t& socket_;
    std::string id_;
  };
  using Script = std::function<void(const v1::ClientFrame&, const Peer&)>;

  ScriptedBroker(const std::string& endpoint, Script script);
  ~ScriptedBroker();

  // What came so far, in order.
  std::vector<v1::ClientFrame> received() const;
  std::size_t count(v1::ClientFrame::BodyCase kind) const;
  void say_heartbeats(bool yes) { heartbeats_ = yes; }  // every 50 ms to everyone heard of; on at first

 private:
  void run(const std::string& endpoint);
  Script script_;
  mutable std::mutex mutex_;
  std::vector<v1::ClientFrame> received_;
  std::atomic<bool> stop_{false}, bound_{false}, heartbeats_{true};
  std::thread thread_;
};

// Runs the context until the condition holds; false after half a minute (a failure, never a measure).
bool run_until(asio::io_context& context, const std::function<bool()>& condition);
// Waits for something that another thread or process does.
bool wait_until(const std::function<bool()>& condition);

}  // namespace huying::client
