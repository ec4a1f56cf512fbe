#include "tests/sim/nodes/subscriber_node.h"

#include <fmt/format.h>

#include "huying/v1/error.pb.h"
#include "tests/sim/witness.h"

namespace huying::sim {

SubscriberNode::SubscriberNode(const Surroundings& around, Plan plan)
    : ClientNode(around, plan.principal, plan.role), plan_(std::move(plan)) {}

void SubscriberNode::begin() {
  client::SubscriberOptions options;
  options.subscribe.set_name(plan_.name);
  for (const auto& subject : plan_.subjects) options.subscribe.add_subjects(subject);
  if (has_begun_)
    options.subscribe.set_cursor(true);
  else if (plan_.from_start)
    options.subscribe.set_start(true);
  else
    options.subscribe.set_head(true);
  options.credit_messages = plan_.credit_messages;

  client::SubscriberCallbacks callbacks;
  callbacks.on_subscribed = [this](const v1::Subscribed&) {
    if (!std::exchange(has_begun_, true))
      around_.witness.subscribed({plan_.principal, plan_.subjects, plan_.from_start});
  };
  callbacks.on_event = [this](const v1::EventDelivery& delivery) {
    if (!on_handing) return hand(delivery);
    for (const auto& one : on_handing(delivery)) hand(one);
  };
  callbacks.on_progress = [this](const v1::Progress&) {
    around_.world.counters().events_repeated += subscriber_->repeats() - repeats_counted_;
    repeats_counted_ = subscriber_->repeats();
  };
  callbacks.on_gap = [this](std::uint64_t, std::uint64_t) { ++around_.world.counters().gaps_told; };
  callbacks.on_refused = [this](const Error& error) {
    around_.witness.unhappy(fmt::format("{}: its subscription is refused with {} {}", session_.name(), error.code,
                                        error.detail),
                            {principal()});
  };
  repeats_counted_ = 0;
  subscriber_ = std::make_unique<client::Subscriber>(session_, std::move(options), std::move(callbacks));
  session_.attach(*subscriber_);
  if (on_begin) on_begin(session_);
}

void SubscriberNode::hand(const v1::EventDelivery& delivery) {
  around_.witness.saw(principal(), delivery);
  if (on_event) on_event(delivery);
}

}  // namespace huying::sim
