#include "programs/demonstration_watcher.h"

namespace huying::programs {
namespace {

client::SessionOptions session_options(const std::string& endpoint) {
  client::SessionOptions options;
  options.endpoint = endpoint;
  options.principal = "street.supervisor-1";
  options.role = v1::ROLE_STREET_SUPERVISOR;
  options.program = "huying demonstrate";
  return options;
}

client::SubscriberOptions subscription() {
  client::SubscriberOptions options;
  options.subscribe.add_subjects("escalation.>");
  options.subscribe.add_subjects("case.>");
  options.subscribe.set_head(true);
  return options;
}

}  // namespace

DemonstrationWatcher::DemonstrationWatcher(asio::io_context& context, const std::string& endpoint, OnReady on_ready,
                                           OnEvent on_event, OnFailed on_failed)
    : session_(context, session_options(endpoint),
               {.on_welcome = {},
                .on_frame = {},
                .on_lost =
                    [on_failed](const client::Lost& lost) {
                      if (client::is_final(lost.error)) on_failed(lost.error);
                    }}),
      subscriber_(session_, subscription(),
                  {.on_event =
                       [on_event](const v1::EventDelivery& delivery) {
                         v1::CaseEvent event;
                         if (delivery.kind() != v1::EVENT_KIND_UNSPECIFIED && event.ParseFromString(delivery.event()))
                           on_event(delivery, event);
                       },
                   .on_progress = {},
                   .on_subscribed = [on_ready](const v1::Subscribed&) { on_ready(); },
                   .on_gap = {},
                   .on_refused = on_failed}) {
  session_.attach(subscriber_);
}

}  // namespace huying::programs
