#include "gateway/shell/stories.h"

#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include "client/subscriber.h"
#include "proto/errors.h"

namespace huying::gateway {
namespace {

constexpr std::size_t tellers_max = 8, waiting_max = 256, steps_max = 2'000;

// case.<street>.<unit>.<cell>.<event>
std::string cell_of_subject(std::string_view subject) {
  for (int token = 0; token < 3; ++token) subject.remove_prefix(std::min(subject.find('.') + 1, subject.size()));
  return std::string(subject.substr(0, subject.find('.')));
}

}  // namespace

class Stories::Teller {
 public:
  Teller(asio::io_context& context, const BrokerLinkOptions& options, std::function<void(Teller&)> free)
      : context_(context), timer_(context), free_(std::move(free)),
        session_(context,
                 {.endpoint = options.endpoint, .principal = options.principal, .role = v1::ROLE_GATEWAY, .program = "huying stories"}) {}
  ~Teller() { *alive_ = false; }

  Result<void> start() { return session_.start(); }
  void stop() { session_.stop(); }
  bool is_free() const { return !told_ && !subscriber_; }

  void tell(Wanted wanted) {
    told_ = std::move(wanted.told);
    steps_.clear();
    client::SubscriberOptions what;
    what.subscribe.set_case_number(wanted.case_number);
    what.subscribe.set_person(wanted.person);
    what.subscribe.set_start(true);
    subscriber_ = std::make_unique<client::Subscriber>(
        session_, std::move(what),
        client::SubscriberCallbacks{.on_event = [this](const auto& delivery) { take(delivery); },
                                    .on_progress =
                                        [this](const v1::Progress& progress) {
                                          if (progress.at_head()) finish(std::move(steps_), true);
                                        },
                                    .on_subscribed = {},
                                    .on_gap = {},
                                    .on_refused = [this](const Error& error) { finish(tl::unexpected(error), false); },
                                    .on_waiting = {}});
    session_.attach(*subscriber_);
    if (session_.welcomed()) subscriber_->on_welcome(session_.welcome());
    timer_.expires_after(answer_within);
    timer_.async_wait([this, alive = alive_](const asio::error_code& cancelled) {
      if (!cancelled && *alive) finish(fail(v1::ERROR_CODE_NOT_CONNECTED, "no answer in time"), true);
    });
  }

 private:
  void take(const v1::EventDelivery& delivery) {
    Step step;
    if (steps_.size() >= steps_max || !step.event.ParseFromString(delivery.event())) return;
    step.cell = cell_of_subject(delivery.subject());
    step.sequence = delivery.sequence();
    steps_.push_back(std::move(step));
  }

  // From the subscriber's own call: it goes when it has returned.
  void finish(Result<std::vector<Step>> steps, bool stands) {
    if (!told_) return;
    timer_.cancel();
    subscriber_->end();
    if (stands) {
      v1::ClientFrame frame;
      frame.mutable_unsubscribe();
      session_.send(frame);
    }
    asio::post(context_, [this, alive = alive_, told = std::exchange(told_, {}), steps = std::move(steps)]() mutable {
      if (!*alive) return;
      session_.detach(*subscriber_);
      subscriber_.reset();
      told(std::move(steps));
      free_(*this);
    });
  }

  asio::io_context& context_;
  asio::steady_timer timer_;
  const std::function<void(Teller&)> free_;
  client::Session session_;
  std::unique_ptr<client::Subscriber> subscriber_;
  Told told_;
  std::vector<Step> steps_;
  const std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

Stories::Stories(asio::io_context& context, BrokerLinkOptions options) : context_(context), options_(std::move(options)) {}
Stories::~Stories() = default;

void Stories::tell(const std::string& person, const std::string& case_number, Told told) {
  Wanted wanted{person, case_number, std::move(told)};
  for (auto& teller : tellers_)
    if (teller->is_free()) return teller->tell(std::move(wanted));
  if (tellers_.size() < tellers_max) {
    auto made = std::make_unique<Teller>(context_, options_, [this](Teller& free) { next(free); });
    if (auto started = made->start(); !started) return wanted.told(tl::unexpected(started.error()));
    tellers_.push_back(std::move(made));
    return tellers_.back()->tell(std::move(wanted));
  }
  if (waiting_.size() >= waiting_max) return wanted.told(fail(v1::ERROR_CODE_GATEWAY_BUSY));
  waiting_.push_back(std::move(wanted));
}

void Stories::next(Teller& teller) {
  if (waiting_.empty() || !teller.is_free()) return;
  auto wanted = std::move(waiting_.front());
  waiting_.pop_front();
  teller.tell(std::move(wanted));
}

void Stories::stop() {
  waiting_.clear();
  for (auto& teller : tellers_) teller->stop();
}

}  // namespace huying::gateway
