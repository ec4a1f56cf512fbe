#include "client/subscriber.h"

#include "client/retry.h"
#include "proto/errors.h"
#include "proto/event_cost.h"

namespace huying::client {

Subscriber::Subscriber(FrameSink& sink, SubscriberOptions options, SubscriberCallbacks callbacks)
    : sink_(sink), options_(std::move(options)), callbacks_(std::move(callbacks)) {}

void Subscriber::on_welcome(const v1::Welcome&) {
  if (!over_) subscribe();
}

void Subscriber::subscribe() {
  v1::ClientFrame frame;
  auto& subscribe = *frame.mutable_subscribe();
  subscribe = options_.subscribe;
  if (begun_ && !subscribe.name().empty()) {
    subscribe.set_cursor(true);
    subscribe.set_last_token(token_);
  } else if (begun_ && !token_.empty()) {
    subscribe.set_token(token_);
  }
  subscribe.mutable_credit()->set_name(subscribe.name());
  subscribe.mutable_credit()->set_messages(options_.credit_messages);
  subscribe.mutable_credit()->set_bytes(options_.credit_bytes);
  used_messages_ = 0;
  used_bytes_ = 0;
  standing_ = false;  // until Subscribed: what is still on its way belongs to before
  wait_ = limits::takeover_max;  // without an answer by then
  again_at_.reset();
  sink_.send(frame);
}

void Subscriber::on_frame(const v1::BrokerFrame& frame) {
  if (over_) return;
  const auto& name = options_.subscribe.name();
  if (frame.has_subscribed() && frame.subscribed().name() == name) return take(frame.subscribed());
  if (frame.has_events() && frame.events().name() == name && standing_) return take(frame.events());
  if (frame.has_refusal() && is_mine(frame.refusal())) take(frame.refusal());
}

// What is about a named subscription names it. An unnamed one takes what is about subscriptions, or, while it waits for an
// answer, about nothing else.
bool Subscriber::is_mine(const v1::Refusal& refusal) const {
  if (refusal.tag() != 0 || refusal.name() != options_.subscribe.name()) return false;
  if (!refusal.name().empty()) return true;
  const bool case_is_unknown =
      refusal.error() == v1::ERROR_CODE_CASE_UNKNOWN && !options_.subscribe.case_number().empty();
  return !standing_ || case_is_unknown || refusal.error() / 1000 == 7 || refusal.error() == v1::ERROR_CODE_ARCHIVED;
}

void Subscriber::take(const v1::Refusal& refusal) {
  const Error error{refusal.error(), refusal.detail()};
  if (refusal.retry_after_ms() > 0) {
    standing_ = false;
    again_at_.reset();
    wait_ = with_jitter(Milliseconds(refusal.retry_after_ms()));
    if (callbacks_.on_waiting) callbacks_.on_waiting(error, *wait_);
    return;
  }
  over_ = true;
  if (callbacks_.on_refused) callbacks_.on_refused(error);
}

void Subscriber::on_lost() {
  standing_ = false;
  wait_.reset();  // on_welcome asks
  again_at_.reset();
}

void Subscriber::on_tick(SteadyInstant now) {
  if (over_) return;
  if (wait_) again_at_ = now + *std::exchange(wait_, std::nullopt);
  if (again_at_ && *again_at_ <= now) subscribe();
}

void Subscriber::take(const v1::Subscribed& subscribed) {
  standing_ = true;
  wait_.reset();
  again_at_.reset();
  const bool same_generation = begun_ && subscribed.generation() == generation_;
  const bool ahead = same_generation && subscribed.next_consumer_sequence() > expected_;
  if (ahead || (begun_ && subscribed.begin() == v1::Subscribed::NEW_NAME)) {
    // The cursor is ahead of what was seen, or the broker knows neither the name nor a token: what lies between will not come.
    ++gaps_;
    if (callbacks_.on_gap) callbacks_.on_gap(expected_, subscribed.next_consumer_sequence());
  }
  if (!same_generation || subscribed.next_consumer_sequence() > expected_)
    expected_ = subscribed.next_consumer_sequence();
  generation_ = subscribed.generation();
  acknowledged_ = subscribed.next_consumer_sequence() > 0 ? subscribed.next_consumer_sequence() - 1 : 0;
  begun_ = true;
  if (callbacks_.on_subscribed) callbacks_.on_subscribed(subscribed);
}

void Subscriber::take(const v1::Events& events) {
  for (const auto& delivery : events.events()) {
    ++used_messages_;
    used_bytes_ += event_cost(delivery.subject(), delivery.event());
    if (!take(delivery)) return;
    if (over_) return;
  }
  acknowledge();
  if (events.has_progress()) take(events.progress());
  if (!standing_) return;
  if (used_messages_ * 2 >= options_.credit_messages || used_bytes_ * 2 >= options_.credit_bytes)
    give_credit(std::exchange(used_messages_, 0), std::exchange(used_bytes_, 0));
}

bool Subscriber::take(const v1::EventDelivery& delivery) {
  if (delivery.consumer_sequence() < expected_) {
    ++repeats_;
    return true;
  }
  if (delivery.consumer_sequence() > expected_) {
    tell_gap(delivery.consumer_sequence());
    return false;
  }
  ++expected_;
  const std::pair place(delivery.sequence(), delivery.index());
  auto& last = last_[delivery.stream()];
  if (delivery.sequence() != 0 && place <= last) {
    ++repeats_;
    return true;
  }
  last = place;
  ++events_;
  if (callbacks_.on_event) callbacks_.on_event(delivery);
  return true;
}

void Subscriber::take(const v1::Progress& progress) {
  if (progress.through_consumer_sequence() >= expected_) return tell_gap(progress.through_consumer_sequence() + 1);
  if (progress.through_consumer_sequence() + 1 == expected_) token_ = progress.resume_token();
  if (callbacks_.on_progress) callbacks_.on_progress(progress);
}

void Subscriber::tell_gap(std::uint64_t found) {
  ++gaps_;
  if (callbacks_.on_gap) callbacks_.on_gap(expected_, found);
  acknowledge();
  subscribe();  // from the cursor or token: the hole comes again
}

void Subscriber::end() {
  acknowledge();
  over_ = true;
}

void Subscriber::release() {
  if (std::exchange(held_, false) && standing_) acknowledge();
}

void Subscriber::acknowledge() {
  if (held_ || expected_ == 0 || acknowledged_ + 1 >= expected_) return;
  acknowledged_ = expected_ - 1;
  v1::ClientFrame frame;
  frame.mutable_acknowledge_events()->set_name(options_.subscribe.name());
  frame.mutable_acknowledge_events()->set_consumer_sequence(acknowledged_);
  frame.mutable_acknowledge_events()->set_generation(generation_);
  sink_.send(frame);
}

void Subscriber::give_credit(std::uint32_t messages, std::uint64_t bytes) {
  v1::ClientFrame frame;
  frame.mutable_credit()->set_name(options_.subscribe.name());
  frame.mutable_credit()->set_messages(messages);
  frame.mutable_credit()->set_bytes(bytes);
  sink_.send(frame);
}

}  // namespace huying::client
