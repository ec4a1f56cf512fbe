#include "client/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <deque>
#include <optional>
#include <vector>

#include "base/random.h"
#include "client/endpoint.h"
#include "client/frame_reader.h"
#include "client/retry.h"
#include "client/socket.h"
#include "proto/errors.h"
#include "proto/frame.h"

namespace huying::client {
namespace {

constexpr int drain_budget_frames = 256;           // then others on the context have their turn
constexpr std::size_t pending_bytes_max = 64 * limits::MiB;  // behind a full queue; beyond it the session is lost

}  // namespace

bool is_final(const Error& error) {
  switch (error.code) {
    case v1::ERROR_CODE_PROTOCOL_VERSION:
    case v1::ERROR_CODE_UNKNOWN_PRINCIPAL:
    case v1::ERROR_CODE_ROLE_NOT_HELD:
    case v1::ERROR_CODE_NOT_ALLOWED:
    case v1::ERROR_CODE_NO_CONFIGURATION:
    case v1::ERROR_CODE_FIELD_INVALID:
    case v1::ERROR_CODE_ENDPOINT_NOT_PRIVATE:
    case v1::ERROR_CODE_USAGE:
      return true;
    default:
      return false;
  }
}

// Handlers of the context hold it, so it outlives the Session by at most one turn; `dial_` tells a handler whether the
// connection it belongs to is still the one.
class Session::Link : public std::enable_shared_from_this<Session::Link> {
 public:
  Link(asio::io_context& context, SessionOptions options, SessionCallbacks callbacks)
      : context_(context), options_(std::move(options)), callbacks_(std::move(callbacks)), descriptor_(context),
        timer_(context), backoff_(options_.redial_first) {}

  asio::io_context& context() { return context_; }
  const SessionOptions& options() const { return options_; }
  bool welcomed() const { return welcomed_; }
  std::int64_t broker_now_ms() const { return broker_now_ms_; }
  SteadyInstant broker_now_at() const { return broker_now_at_; }
  const v1::Welcome& welcome() const { return welcome_; }
  std::uint64_t dials() const { return dials_; }

  void attach(Conversation& conversation) { conversations_.push_back(&conversation); }
  void detach(Conversation& conversation) { std::erase(conversations_, &conversation); }

  void dial() {
    if (stopped_) return;
    ++dial_;
    ++dials_;
    socket_ = make_dealer();
    socket_->connect(options_.endpoint);
    descriptor_.assign(socket_->get(zmq::sockopt::fd));
    dialled_at_ = last_received_ = SteadyInstant::clock::now();
    heartbeat_interval_ = options_.heartbeat_interval;
    say_hello();
    post_drain();
    arm_tick();
  }

  void close() {
    if (stopped_) return;
    stopped_ = true;
    if (welcomed_) {
      out_.Clear();
      out_.mutable_goodbye();
      queue(out_);
    }
    hang_up();
    timer_.cancel();
    conversations_.clear();
  }

  bool send(const v1::ClientFrame& frame) {
    if (!welcomed_) return false;
    queue(frame);
    return true;
  }

  bool send_serialized(std::string_view bytes) {
    if (!welcomed_) return false;
    queue_bytes(bytes);
    return true;
  }

 private:
  void say_hello() {
    out_.Clear();
    auto& hello = *out_.mutable_hello();
    hello.set_protocol_version(1);
    hello.set_principal(options_.principal);
    hello.set_role(options_.role);
    hello.set_session_nonce(random_nonce());
    hello.set_program(options_.program);
    hello.set_capacity(options_.capacity);
    queue(out_);
  }

  void hang_up() {
    ++dial_;
    welcomed_ = false;
    waiting_ = drain_posted_ = false;
    pending_.clear();
    pending_bytes_ = 0;
    if (descriptor_.is_open()) descriptor_.release();  // ZeroMQ's own: cancel the wait, never close it
    socket_.reset();
  }

  void queue(const v1::ClientFrame& frame) {
    serialize_frame(frame, bytes_);
    queue_bytes(bytes_);
  }

  void queue_bytes(std::string_view bytes) {
    if (!socket_) return;
    sent_since_tick_ = true;
    if (!pending_.empty() || !socket_->send(zmq::buffer(bytes), zmq::send_flags::dontwait)) {
      pending_bytes_ += bytes.size();
      pending_.emplace_back(bytes);
    }
    if (!in_drain_) post_drain();  // a send may swallow the edge of a frame that has come
  }

  void flush_pending() {
    while (!pending_.empty()) {
      if (!socket_->send(zmq::buffer(pending_.front()), zmq::send_flags::dontwait)) return;
      pending_bytes_ -= pending_.front().size();
      pending_.pop_front();
    }
  }

  void post_drain() {
    if (drain_posted_) return;
    drain_posted_ = true;
    asio::post(context_, [self = shared_from_this(), dial = dial_] {
      if (dial != self->dial_) return;
      self->drain_posted_ = false;
      self->drain();
    });
  }

  void wait_for_edge() {
    if (waiting_) return;
    waiting_ = true;
    descriptor_.async_wait(asio::posix::stream_descriptor::wait_read,
                           [self = shared_from_this(), dial = dial_](const asio::error_code& error) {
                             if (dial != self->dial_ || error) return;
                             self->waiting_ = false;
                             self->drain();
                           });
  }

  void drain() {
    const auto dial = dial_;
    in_drain_ = true;
    flush_pending();
    bool received = false;
    for (int i = 0; i < drain_budget_frames; ++i) {
      if (!socket_->recv(message_, zmq::recv_flags::dontwait)) break;
      received = true;
      take(std::string_view(message_.data<char>(), message_.size()));
      if (dial != dial_) {
        in_drain_ = false;
        return;
      }
    }
    in_drain_ = false;
    if (received) last_received_ = SteadyInstant::clock::now();
    if (pending_bytes_ > pending_bytes_max) return lose({v1::ERROR_CODE_NOT_CONNECTED, "the broker takes nothing more"});
    const int events = socket_->get(zmq::sockopt::events);
    const bool can_receive = (events & ZMQ_POLLIN) != 0;
    const bool can_send = !pending_.empty() && (events & ZMQ_POLLOUT) != 0;
    if (can_receive || can_send)
      post_drain();
    else
      wait_for_edge();
  }

  void take(std::string_view bytes) {
    if (message_.more()) return;  // the broker sends one part
    if (auto parsed = reader_.read(bytes); !parsed) return lose(parsed.error());
    const auto& in = reader_.frame();
    if (in.now_ms() > 0) {
      broker_now_ms_ = in.now_ms();
      broker_now_at_ = SteadyInstant::clock::now();
    }
    switch (in.body_case()) {
      case v1::BrokerFrame::kHeartbeat: return;
      case v1::BrokerFrame::kWelcome: return take_welcome();
      case v1::BrokerFrame::kGoodbye: return lose({v1::ERROR_CODE_NOT_CONNECTED, "the broker said goodbye"});
      case v1::BrokerFrame::kRefusal:
        if (in.refusal().session_over())
          return lose({in.refusal().error(), in.refusal().detail()}, Milliseconds(in.refusal().retry_after_ms()));
        break;
      default: break;
    }
    const auto dial = dial_;
    for (std::size_t i = 0; i < conversations_.size() && dial == dial_; ++i) conversations_[i]->on_frame(in);
    if (dial == dial_ && callbacks_.on_frame) callbacks_.on_frame(in);
  }

  void take_welcome() {
    if (welcomed_) return;
    welcomed_ = true;
    welcome_ = reader_.frame().welcome();
    if (const auto ms = welcome_.heartbeat_interval_ms(); ms > 0)
      heartbeat_interval_ = std::min(Milliseconds(ms), options_.silence_max / 4);
    const auto dial = dial_;
    for (std::size_t i = 0; i < conversations_.size() && dial == dial_; ++i) conversations_[i]->on_welcome(welcome_);
    if (dial == dial_ && callbacks_.on_welcome) callbacks_.on_welcome(welcome_);
  }

  // `told`: the broker's own word when to come again.
  void lose(Error error, Milliseconds told = {}) {
    const Lost lost{std::move(error), welcomed_};
    const auto now = SteadyInstant::clock::now();
    hang_up();
    // A session that stood for a while is dialled anew at once; two that fence each other slow each other down.
    if (lost.was_welcomed && now - dialled_at_ >= options_.silence_max) backoff_ = options_.redial_first;
    if (lost.was_welcomed)
      for (std::size_t i = 0; i < conversations_.size(); ++i) conversations_[i]->on_lost();
    if (!stopped_ && callbacks_.on_lost) callbacks_.on_lost(lost);
    if (stopped_) return;
    timer_.expires_after(with_jitter(std::max(backoff_, told)));
    backoff_ = std::min(backoff_ * 2, options_.redial_max);
    timer_.async_wait([self = shared_from_this()](const asio::error_code& cancelled) {
      if (!cancelled) self->redial();
    });
  }

  // Without a descriptor to spare there is no socket just now; the next dial may have one.
  void redial() {
    try {
      dial();
    } catch (const zmq::error_t& error) {
      lose({v1::ERROR_CODE_NOT_CONNECTED, fmt::format("{}: {}", options_.endpoint, error.what())});
    }
  }

  void arm_tick() {
    tick_at_ = SteadyInstant::clock::now() + heartbeat_interval_;
    timer_.expires_after(heartbeat_interval_);
    timer_.async_wait([self = shared_from_this(), dial = dial_](const asio::error_code& cancelled) {
      if (!cancelled && dial == self->dial_) self->tick();
    });
  }

  void tick() {
    const auto dial = dial_;
    drain();  // what came while this thread was busy or stopped is not silence
    if (dial != dial_) return;
    const auto now = SteadyInstant::clock::now();
    // This process itself stood still (SIGSTOP, a stall): what the broker said meanwhile is still on its way through
    // ZeroMQ's thread. Hear it first, then judge the silence.
    if (now - tick_at_ > options_.silence_max / 2) return arm_tick();
    if (now - last_received_ > options_.silence_max)
      return lose({v1::ERROR_CODE_NOT_CONNECTED, "silence"});
    if (welcomed_) {
      if (!std::exchange(sent_since_tick_, false)) {
        out_.Clear();
        out_.mutable_heartbeat();
        queue(out_);
        sent_since_tick_ = false;
      }
      for (std::size_t i = 0; i < conversations_.size() && dial == dial_; ++i) conversations_[i]->on_tick(now);
      if (dial != dial_) return;
    }
    arm_tick();
  }

  asio::io_context& context_;
  const SessionOptions options_;
  SessionCallbacks callbacks_;
  std::vector<Conversation*> conversations_;

  std::optional<zmq::socket_t> socket_;
  asio::posix::stream_descriptor descriptor_;
  asio::steady_timer timer_;  // the next tick, or the next dial
  std::uint64_t dial_ = 0;    // changes with each connection made and ended: handlers of another one do nothing
  std::uint64_t dials_ = 0;
  bool stopped_ = false, welcomed_ = false;
  bool waiting_ = false, drain_posted_ = false, in_drain_ = false, sent_since_tick_ = false;
  SteadyInstant dialled_at_, last_received_, tick_at_;  // tick_at_: when the next tick is due
  Milliseconds heartbeat_interval_{}, backoff_;
  std::deque<std::string> pending_;  // only behind a full queue
  std::size_t pending_bytes_ = 0;

  // Reused: parsing into an old object costs a third.
  zmq::message_t message_;
  std::string bytes_;
  FrameReader reader_;
  v1::ClientFrame out_;
  v1::Welcome welcome_;
  std::int64_t broker_now_ms_ = 0;
  SteadyInstant broker_now_at_{};
};

Session::Session(asio::io_context& context, SessionOptions options, SessionCallbacks callbacks)
    : link_(std::make_shared<Link>(context, std::move(options), std::move(callbacks))) {}

Session::~Session() { link_->close(); }

void Session::attach(Conversation& conversation) { link_->attach(conversation); }
void Session::detach(Conversation& conversation) { link_->detach(conversation); }

Result<void> Session::start() {
  if (auto private_enough = check_endpoint(link_->options().endpoint); !private_enough) return private_enough;
  try {
    link_->dial();
  } catch (const zmq::error_t& error) {
    return fail(v1::ERROR_CODE_NOT_CONNECTED, fmt::format("{}: {}", link_->options().endpoint, error.what()));
  }
  return {};
}

void Session::stop() {
  asio::post(link_->context(), [link = link_] { link->close(); });
}

bool Session::send(const v1::ClientFrame& frame) { return link_->send(frame); }
bool Session::send_serialized(std::string_view frame) { return link_->send_serialized(frame); }
bool Session::welcomed() const { return link_->welcomed(); }
std::int64_t Session::broker_now_ms() const { return link_->broker_now_ms(); }
SteadyInstant Session::broker_now_at() const { return link_->broker_now_at(); }
const v1::Welcome& Session::welcome() const { return link_->welcome(); }
std::uint64_t Session::dials() const { return link_->dials(); }

}  // namespace huying::client
