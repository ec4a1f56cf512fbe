#include "tests/client/scripted_broker.h"

#include <filesystem>
#include <set>

#include "proto/frame.h"

namespace huying::client {

constexpr std::chrono::seconds patience{60};

PrivateFolder::PrivateFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "huying-XXXXXX").string();
  HUYING_CHECK(::mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

PrivateFolder::~PrivateFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void ScriptedBroker::Peer::send(const v1::BrokerFrame& frame) const {
  std::string bytes;
  serialize_frame(frame, bytes);
  send_bytes(bytes);
}

void ScriptedBroker::Peer::send_bytes(std::string_view bytes) const {
  try {
    socket_.send(zmq::buffer(id_), zmq::send_flags::sndmore);
    socket_.send(zmq::buffer(bytes), zmq::send_flags::none);
  } catch (const zmq::error_t& error) {
    HUYING_CHECK(error.num() == EHOSTUNREACH, "{}", error.what());  // the peer has gone
  }
}

void ScriptedBroker::Peer::welcome(std::uint32_t heartbeat_interval_ms, std::uint32_t publish_window) const {
  v1::BrokerFrame frame;
  frame.set_now_ms(1'000);
  auto& welcome = *frame.mutable_welcome();
  welcome.set_protocol_version(1);
  welcome.set_heartbeat_interval_ms(heartbeat_interval_ms);
  welcome.set_publish_window(publish_window);
  welcome.set_rate_permille(1000);
  send(frame);
}

ScriptedBroker::ScriptedBroker(const std::string& endpoint, Script script)
    : script_(std::move(script)), thread_([this, endpoint] { run(endpoint); }) {
  HUYING_CHECK(wait_until([this] { return bound_.load(); }));
}

ScriptedBroker::~ScriptedBroker() {
  stop_ = true;
  thread_.join();
}

std::vector<v1::ClientFrame> ScriptedBroker::received() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

std::size_t ScriptedBroker::count(v1::ClientFrame::BodyCase kind) const {
  const std::lock_guard lock(mutex_);
  std::size_t n = 0;
  for (const auto& frame : received_) n += frame.body_case() == kind;
  return n;
}

void ScriptedBroker::run(const std::string& endpoint) {
  auto socket = make_router();
  socket.set(zmq::sockopt::linger, 0);
  socket.set(zmq::sockopt::sndhwm, queue_frames_max);  // it has no queue of its own behind (broker/peer_queues.h)
  socket.set(zmq::sockopt::rcvhwm, queue_frames_max);
  socket.bind(endpoint);
  bound_ = true;
  std::set<std::string> known;
  auto heartbeat_at = SteadyInstant::clock::now();
  while (!stop_) {
    zmq::pollitem_t item{socket.handle(), 0, ZMQ_POLLIN, 0};
    zmq::poll(&item, 1, std::chrono::milliseconds(10));
    zmq::message_t id, body;
    while (socket.recv(id, zmq::recv_flags::dontwait)) {
      HUYING_CHECK(socket.recv(body, zmq::recv_flags::none).has_value());
      const Peer peer(socket, id.to_string());
      known.insert(peer.id());
      v1::ClientFrame frame;
      HUYING_CHECK(parse_frame(body.to_string_view(), frame).has_value());
      {
        const std::lock_guard lock(mutex_);
        received_.push_back(frame);
      }
      script_(frame, peer);
    }
    if (heartbeats_ && SteadyInstant::clock::now() >= heartbeat_at) {
      heartbeat_at = SteadyInstant::clock::now() + Milliseconds(50);
      v1::BrokerFrame frame;
      frame.mutable_heartbeat();
      for (const auto& peer : known) Peer(socket, peer).send(frame);
    }
  }
}

bool run_until(asio::io_context& context, const std::function<bool()>& condition) {
  const auto give_up_at = SteadyInstant::clock::now() + patience;
  context.restart();
  while (!condition()) {
    if (SteadyInstant::clock::now() > give_up_at) return false;
    context.run_one_for(Milliseconds(10));
    context.restart();
  }
  return true;
}

bool wait_until(const std::function<bool()>& condition) {
  const auto give_up_at = SteadyInstant::clock::now() + patience;
  while (!condition()) {
    if (SteadyInstant::clock::now() > give_up_at) return false;
    std::this_thread::sleep_for(Milliseconds(2));  // what is waited for needs the processor
  }
  return true;
}

}  // namespace huying::client
