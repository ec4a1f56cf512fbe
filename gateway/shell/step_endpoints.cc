// What people do: a step on a case, and what they report (docs/api.md). The person is who is logged in, whatever a body says.
#include <fmt/format.h>

#include "base/limits.h"
#include "base/text.h"
#include "gateway/shell/answers.h"
#include "gateway/shell/endpoints.h"
#include "gateway/shell/gateway.h"
#include "gateway/shell/problem.h"
#include "proto/errors.h"

namespace huying::gateway {
namespace {

using CallPtr = std::shared_ptr<Call>;

// In the body or in the header, or in both alike.
Result<std::string> idempotency_key(const Call& call, const std::string& in_body, const char* field, std::size_t bytes_max) {
  const std::string in_header(call.request.header("idempotency-key"));
  if (!in_body.empty() && !in_header.empty() && in_body != in_header)
    return fail(v1::ERROR_CODE_FIELD_INVALID, fmt::format("{} and Idempotency-Key differ", field));
  const std::string key = in_body.empty() ? in_header : in_body;
  if (key.empty()) return fail(v1::ERROR_CODE_FIELD_MISSING, field);
  if (key.size() > bytes_max) return fail(v1::ERROR_CODE_FIELD_TOO_LONG, fmt::format("{}: at most {} bytes", field, bytes_max));
  if (!is_clean_text(key)) return fail(v1::ERROR_CODE_INVALID_TEXT, field);
  return key;
}

Result<v1::Action> action_of(const Call& call) {
  const auto body = object_of(call.request);
  if (!body) return tl::unexpected(body.error());
  v1::Action action;
  if (auto read = message_of(*body, action); !read) return tl::unexpected(read.error());
  if (!action.person().empty()) return fail(v1::ERROR_CODE_FIELD_INVALID, "person: who is logged in acts");
  if (!action.case_number().empty()) return fail(v1::ERROR_CODE_FIELD_INVALID, "caseNumber: it stands in the address");
  auto key = idempotency_key(call, action.action_id(), "actionId", limits::action_id_bytes_max);
  if (!key) return tl::unexpected(key.error());
  action.set_action_id(*key);
  action.set_person(call.person());
  action.set_case_number(call.parts[0]);
  return action;
}

void act(Gateway& gateway, const CallPtr& call) {
  auto action = action_of(*call);
  if (!action) return call->reply->send(problem(action.error()));
  if (auto here = gateway.attachments().check(action->attachments()); !here) return call->reply->send(problem(here.error(), {.status = 400}));
  gateway.broker().act(*action, [&gateway, call, attachments = action->attachments()](const v1::ActionReply& reply) {
    if (reply.stage() == v1::ActionReply::DECIDED && reply.outcome().error() == 0) gateway.attachments().keep(attachments);
    call->reply->send(answer_of(reply));
  });
}

// The source of all these is the gateway: each person's ids are told apart by the person in front.
constexpr std::size_t source_id_bytes_max = limits::source_id_bytes_max - limits::code_bytes_max - 3;

Result<v1::Request> request_of(const Call& call) {
  const auto body = object_of(call.request);
  if (!body) return tl::unexpected(body.error());
  v1::Request request;
  if (auto read = message_of(*body, request); !read) return tl::unexpected(read.error());
  auto key = idempotency_key(call, request.source_id(), "sourceId", source_id_bytes_max);
  if (!key) return tl::unexpected(key.error());
  if (const auto& reporter = request.report().reporter(); !reporter.empty() && reporter != call.person())
    return fail(v1::ERROR_CODE_FIELD_INVALID, "report.reporter: who is logged in reports");
  request.set_source_id(fmt::format("p:{}:{}", call.person(), *key));
  request.mutable_report()->set_reporter(call.person());
  return request;
}

void report(Gateway& gateway, const CallPtr& call) {
  auto request = request_of(*call);
  if (!request) return call->reply->send(problem(request.error()));
  auto attachments = request->attachments();
  attachments.MergeFrom(request->report().solved_on_spot().attachments());
  if (auto here = gateway.attachments().check(attachments); !here) return call->reply->send(problem(here.error(), {.status = 400}));
  gateway.broker().publish(*request, [&gateway, call, attachments](const v1::PublishAck& ack) {
    if (ack.error() != 0)
      return call->reply->send(problem({ack.error(), ack.detail()}, {.retry_after_ms = ack.retry_after_ms()}));
    gateway.attachments().keep(attachments);
    call->reply->send(json_response({{"caseNumber", ack.case_number()},
                                     {"known", ack.known()},
                                     {"cell", ack.cell()},
                                     {"rule", v1::DispatchRule_Name(ack.rule())}},
                                    201));
  });
}

}  // namespace

void add_step_endpoints(Gateway& gateway) {
  auto& router = gateway.router();
  router.add(http::Method::post, "/api/v1/cases/{}/actions", Access::change, [&gateway](const CallPtr& call) { act(gateway, call); });
  router.add(http::Method::post, "/api/v1/requests", Access::change, [&gateway](const CallPtr& call) { report(gateway, call); });
}

}  // namespace huying::gateway
