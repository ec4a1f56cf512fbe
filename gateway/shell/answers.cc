#include "gateway/shell/answers.h"

#include "gateway/shell/json.h"
#include "gateway/shell/problem.h"

namespace huying::gateway {

http::Response answer_of(const v1::ActionReply& reply) {
  if (reply.stage() != v1::ActionReply::DECIDED)
    return problem({reply.error(), reply.detail()}, {.retry_after_ms = reply.retry_after_ms()});
  const auto& outcome = reply.outcome();
  if (outcome.error() != 0) {
    ProblemMore more{.status = 409, .state = outcome.state()};
    for (const auto kind : outcome.allowed()) more.allowed.push_back(static_cast<v1::ActionKind>(kind));
    return problem({outcome.error(), reply.detail()}, more);
  }
  Json events = Json::array();
  for (const auto& committed : reply.events()) {
    v1::CaseEvent event;
    if (!committed.actor_only() && event.ParseFromString(committed.event())) events.push_back(json_of(event));
  }
  return json_response({{"stage", "DECIDED"}, {"outcome", json_of(outcome)}, {"events", std::move(events)}});
}

}  // namespace huying::gateway
