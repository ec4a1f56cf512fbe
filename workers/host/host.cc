#include "workers/host/host.h"

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

namespace huying::host {

class Host::Link : public std::enable_shared_from_this<Host::Link> {
 public:
  Link(asio::io_context& context, HostSettings settings, std::function<void(const client::Lost&)> on_lost)
      : context_(context), core_(core_options(settings)), on_lost_(std::move(on_lost)), timer_(context),
        session_(context, options_of(settings),
                 {[this](const v1::Welcome& welcome) { welcomed(welcome); },
                  [this](const v1::BrokerFrame& frame) { received(frame); },
                  [this](const client::Lost& lost) { lost_session(lost); }}) {}

  Result<void> start() { return session_.start(); }

  void stop() {
    asio::post(context_, [self = shared_from_this()] { self->close(); });
  }
  // On the context's thread; nothing is called back afterwards.
  void close() {
    if (std::exchange(closed_, true)) return;
    timer_.cancel();
    core_.leave(frames_);
    send();
    core_.disconnected();
    session_.stop();
  }

  bool connected() const { return session_.welcomed(); }
  const HostCore& core() const { return core_; }

 private:
  static HostOptions core_options(const HostSettings& settings) {
    HostOptions options;
    options.program = settings.program;
    options.capacity = settings.capacity;
    options.catch_up_a_second = settings.catch_up_a_second;
    return options;
  }
  static client::SessionOptions options_of(const HostSettings& settings) {
    client::SessionOptions options;
    options.endpoint = settings.endpoint;
    options.principal = settings.principal;
    options.role = v1::ROLE_HOST;
    options.program = settings.program;
    options.capacity = settings.capacity;
    return options;
  }
  static SteadyInstant now() { return std::chrono::steady_clock::now(); }

  void welcomed(const v1::Welcome& welcome) {
    core_.connected(now());
    v1::BrokerFrame frame;
    frame.set_now_ms(session_.broker_now_ms());
    *frame.mutable_welcome() = welcome;
    received(frame);
  }

  void received(const v1::BrokerFrame& frame) {
    heard_ms_ = frame.now_ms();
    core_.receive(frame, now(), frames_);
    send();
    arm();
  }

  void lost_session(const client::Lost& lost) {
    core_.disconnected();
    timer_.cancel();
    armed_ = false;
    if (on_lost_) on_lost_(lost);
  }

  void woken() {
    if (closed_) return;
    // A heartbeat is the session's own and is not handed on; what it said of the time is worth hearing.
    if (const auto said_ms = session_.broker_now_ms(); said_ms != heard_ms_) {
      v1::BrokerFrame frame;
      frame.set_now_ms(said_ms);
      heard_ms_ = said_ms;
      core_.receive(frame, now(), frames_);
    }
    core_.wake(now(), frames_);
    send();
    arm();
  }

  void send() {
    for (const auto& frame : frames_) session_.send(frame);
    core_.sent(frames_);
  }

  void arm() {
    const auto next = core_.next_wake();
    if (closed_ || next == SteadyInstant::max()) return;
    if (armed_ && next == armed_for_) return;  // the hot path: nothing became due earlier
    armed_ = true;
    armed_for_ = next;
    timer_.expires_at(std::chrono::time_point_cast<asio::steady_timer::duration>(next));
    timer_.async_wait([self = shared_from_this()](const asio::error_code& error) {
      if (error) return;  // armed anew
      self->armed_ = false;
      self->woken();
    });
  }

  asio::io_context& context_;
  HostCore core_;
  std::function<void(const client::Lost&)> on_lost_;
  asio::steady_timer timer_;
  std::vector<v1::ClientFrame> frames_;  // used again
  std::int64_t heard_ms_ = 0;
  bool armed_ = false, closed_ = false;
  SteadyInstant armed_for_{};
  client::Session session_;  // last: its callbacks use the rest
};

Host::Host(asio::io_context& context, HostSettings settings, std::function<void(const client::Lost&)> on_lost)
    : link_(std::make_shared<Link>(context, std::move(settings), std::move(on_lost))) {}
Host::~Host() { link_->close(); }

Result<void> Host::start() { return link_->start(); }
void Host::stop() { link_->stop(); }
bool Host::connected() const { return link_->connected(); }
std::size_t Host::cells() const { return link_->core().cells(); }
std::size_t Host::open_cases() const { return link_->core().open_cases(); }

}  // namespace huying::host
