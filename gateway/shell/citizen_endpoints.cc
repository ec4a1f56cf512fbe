// The citizen, without a login (docs/api.md, The citizen): to report, to add to it, to say whether it is solved. How it stands is
// told by citizen_track_endpoints.cc.
#include <fmt/format.h>

#include <optional>

#include "base/digest.h"
#include "base/limits.h"
#include "gateway/ledger/rows.h"
#include "gateway/shell/answers.h"
#include "gateway/shell/citizen_call.h"
#include "gateway/shell/citizen_words.h"
#include "gateway/shell/endpoints.h"
#include "gateway/shell/gateway.h"
#include "gateway/shell/problem.h"
#include "proto/errors.h"

namespace huying::gateway {
namespace {

using CallPtr = std::shared_ptr<Call>;

constexpr std::size_t source_id_bytes_max = 100, images_max = 3;

// ---- Reporting -------------------------------------------------------------------------------------------------

Result<void> fill_place(const Json& body, const DirectoryView* directory, v1::Request& request) {
  auto& location = *request.mutable_location();
  if (const auto point = body.find("point"); point != body.end() && !point->is_null()) {
    if (!point->is_object()) return fail(v1::ERROR_CODE_FIELD_INVALID, "point is an object");
    if (auto known = check_fields(*point, {"latitude", "longitude", "accuracyMetres"}); !known) return known;
    if (auto read = message_of(*point, *location.mutable_point()); !read) return read;
    location.mutable_point()->set_datum(v1::DATUM_WGS84);  // of browsers and of our own map
    if (directory != nullptr && directory->is_far_outside(location.point().latitude(), location.point().longitude()))
      return fail(v1::ERROR_CODE_OUTSIDE_STREET);
  }
  auto address = text_in(body, "address", limits::address_bytes_max, Need::optional);
  if (!address) return tl::unexpected(address.error());
  location.set_address(*address);
  if (!location.has_point() && location.address().empty()) return fail(v1::ERROR_CODE_FIELD_MISSING, "point or address");
  return {};
}

Result<void> fill_images(const Json& body, google::protobuf::RepeatedPtrField<v1::Attachment>& attachments) {
  const auto images = body.find("attachments");
  if (images == body.end() || images->is_null()) return {};
  if (!images->is_array() || images->size() > images_max)
    return fail(v1::ERROR_CODE_TOO_MANY_ITEMS, fmt::format("attachments: at most {}", images_max));
  for (const auto& image : *images) {
    if (!image.is_object()) return fail(v1::ERROR_CODE_FIELD_INVALID, "attachments holds objects");
    if (auto read = message_of(image, *attachments.Add()); !read) return read;
  }
  return {};
}

Result<v1::Request> citizen_request(const Call& call, const DirectoryView* directory) {
  const auto body = object_of(call.request);
  if (!body) return tl::unexpected(body.error());
  if (auto known = check_fields(*body, {"sourceId", "words", "point", "address", "telephone", "attachments"}); !known)
    return tl::unexpected(known.error());
  v1::Request request;
  const auto id = text_in(*body, "sourceId", source_id_bytes_max);
  if (!id) return tl::unexpected(id.error());
  request.set_source_id("c:" + *id);
  const auto words = text_in(*body, "words", limits::words_bytes_max);
  if (!words) return tl::unexpected(words.error());
  request.mutable_text()->set_plain(*words);
  const auto telephone = text_in(*body, "telephone", limits::telephone_bytes_max, Need::optional);
  if (!telephone) return tl::unexpected(telephone.error());
  if (!telephone->empty()) request.mutable_contact()->mutable_telephone()->set_plain(*telephone);
  if (auto place = fill_place(*body, directory, request); !place) return tl::unexpected(place.error());
  if (auto images = fill_images(*body, *request.mutable_attachments()); !images) return tl::unexpected(images.error());
  return request;
}

void report(Gateway& gateway, const CallPtr& call) {
  const auto household = household_of(call->address);
  if (const auto wait = gateway.citizen_requests().wait(household, system_now()); wait.count() > 0)
    return call->reply->send(wait_problem(wait));
  auto request = citizen_request(*call, gateway.directory().get());
  if (!request) return call->reply->send(problem(request.error()));
  if (auto here = gateway.attachments().check(request->attachments()); !here)
    return call->reply->send(problem(here.error(), {.status = 400}));
  gateway.citizen_requests().was_wrong(household, system_now());  // each counts
  gateway.broker().publish(*request, [&gateway, call, attachments = request->attachments()](const v1::PublishAck& ack) {
    if (ack.error() != 0) {
      // What differs is another's, perhaps: its number is not told.
      const std::string detail = ack.error() == v1::ERROR_CODE_CONTENT_DIFFERS ? std::string() : ack.detail();
      return call->reply->send(problem({ack.error(), detail}, {.retry_after_ms = ack.retry_after_ms()}));
    }
    gateway.attachments().keep(attachments);
    const auto code = gateway.codes().code_of(ack.case_number());
    call->reply->send(json_response({{"caseNumber", ack.case_number()},
                                     {"code", code},
                                     {"link", fmt::format("/#{}.{}", ack.case_number(), code)}},  // behind #: it reaches no log
                                    201));
  });
}

// ---- Steps of theirs -------------------------------------------------------------------------------------------

// A citizen's keys are the gateway's: each case has its own, and each kind of step.
Result<v1::Action> citizen_action(const Json& body, const std::string& number, v1::ActionKind kind) {
  v1::Action action;
  const auto id = text_in(body, "actionId", limits::action_id_bytes_max);
  if (!id) return tl::unexpected(id.error());
  const auto words = text_in(body, "words", limits::words_bytes_max, Need::optional);
  if (!words) return tl::unexpected(words.error());
  std::string key = fmt::format("{}\n{}", number, *id);
  if (kind == v1::ACTION_KIND_REOPEN) key += "\nreopen";  // follows a step of the same id
  action.set_action_id("c." + hexadecimal_of(content_digest(key).bytes()));
  action.set_case_number(number);
  action.set_person(citizen_person);
  action.set_kind(kind);
  if (!words->empty()) action.mutable_words()->set_plain(*words);
  return action;
}

void send_answer(const CallPtr& call, const v1::ActionReply& reply) {
  if (reply.stage() != v1::ActionReply::DECIDED || reply.outcome().error() != 0) return call->reply->send(answer_of(reply));
  call->reply->send(json_response({{"stage", "DECIDED"}, {"outcome", json_of(reply.outcome())}}));  // events are staff's
}

Result<v1::Action> rating(const Json& body, const std::string& number, v1::ActionKind kind) {
  const auto solved = flag_in(body, "solved");
  if (!solved) return tl::unexpected(solved.error());
  const auto satisfaction = number_in(body, "satisfaction", 3);
  if (!satisfaction) return tl::unexpected(satisfaction.error());
  auto action = citizen_action(body, number, kind);
  if (!action) return action;
  action->set_verdict(*solved ? v1::VERDICT_PASSED : v1::VERDICT_FAILED);
  action->set_satisfaction(static_cast<std::uint32_t>(*satisfaction));
  return action;
}

// What was closed is opened again, for as long as that may be. Asked once more, the same answer: what is open by now is not
// looked at, its cell knows the step.
void reopen(Gateway& gateway, const CallPtr& call, v1::Action action, const v1::ActionReply& ended) {
  if (!action.has_words()) action.set_reason_code("call_back_failed");
  v1::Query query;
  query.set_case_number(action.case_number());
  query.set_person(citizen_person);
  gateway.broker().query(query, [&gateway, call, action = std::move(action), ended](const v1::QueryReply& reply) {
    if (reply.error() != 0 || reply.cases().empty())
      return call->reply->send(citizen_problem(reply));
    const auto& whole = reply.cases(0).whole();
    if (ledger::is_ended(whole.state()) && !may_reopen(whole, gateway.now())) return send_answer(call, ended);
    gateway.broker().act(action, [call](const v1::ActionReply& decided) { send_answer(call, decided); });
  });
}

// A cell that decides a step behind the end of its case does not know the case any more; the number was known to the code.
bool is_refused_as_ended(const v1::ActionReply& reply) {
  const auto decided = reply.outcome().error();
  return reply.error() == v1::ERROR_CODE_CASE_ENDED || decided == v1::ERROR_CODE_CASE_ENDED ||
         decided == v1::ERROR_CODE_CASE_UNKNOWN;
}

void rate(Gateway& gateway, const CallPtr& call) {
  const auto body = object_of(call->request);
  if (!body) return call->reply->send(problem(body.error()));
  if (auto known = check_fields(*body, {"caseNumber", "code", "actionId", "solved", "satisfaction", "words"}); !known)
    return call->reply->send(problem(known.error()));
  const auto number = opened_number(gateway, *call, *body);
  if (!number) return call->reply->send(refusal_of_number(number.error()));
  const auto action = rating(*body, *number, v1::ACTION_KIND_CALL_BACK);
  if (!action) return call->reply->send(problem(action.error()));
  const auto again = rating(*body, *number, v1::ACTION_KIND_REOPEN);
  const auto wait = gateway.citizen_notes().take(*number + " rated", action->action_id(), system_now());
  if (wait.count() > 0) return call->reply->send(wait_problem(wait));
  const bool solved = action->verdict() == v1::VERDICT_PASSED;
  gateway.broker().act(*action, [&gateway, call, solved, again = *again](const v1::ActionReply& reply) {
    if (solved || !is_refused_as_ended(reply)) return send_answer(call, reply);
    reopen(gateway, call, again, reply);
  });
}

Result<v1::Action> note(const Json& body, const std::string& number) {
  auto action = citizen_action(body, number, v1::ACTION_KIND_ADD_NOTE);
  if (!action) return action;
  if (auto images = fill_images(body, *action->mutable_attachments()); !images) return tl::unexpected(images.error());
  if (!action->has_words() && action->attachments().empty()) return fail(v1::ERROR_CODE_FIELD_MISSING, "words or attachments");
  return action;
}

void add_note(Gateway& gateway, const CallPtr& call) {
  const auto body = object_of(call->request);
  if (!body) return call->reply->send(problem(body.error()));
  if (auto known = check_fields(*body, {"caseNumber", "code", "actionId", "words", "attachments"}); !known)
    return call->reply->send(problem(known.error()));
  const auto number = opened_number(gateway, *call, *body);
  if (!number) return call->reply->send(refusal_of_number(number.error()));
  const auto action = note(*body, *number);
  if (!action) return call->reply->send(problem(action.error()));
  if (auto here = gateway.attachments().check(action->attachments()); !here)
    return call->reply->send(problem(here.error(), {.status = 400}));
  const auto wait = gateway.citizen_notes().take(*number, action->action_id(), system_now());
  if (wait.count() > 0) return call->reply->send(wait_problem(wait));
  gateway.broker().act(*action, [&gateway, call, attachments = action->attachments()](const v1::ActionReply& reply) {
    if (reply.stage() == v1::ActionReply::DECIDED && reply.outcome().error() == 0) gateway.attachments().keep(attachments);
    send_answer(call, reply);
  });
}

}  // namespace

void add_citizen_endpoints(Gateway& gateway) {
  auto& router = gateway.router();
  using http::Method;
  router.add(Method::post, "/api/v1/citizen/requests", Access::open, [&gateway](const CallPtr& call) { report(gateway, call); });
  router.add(Method::post, "/api/v1/citizen/rate", Access::open, [&gateway](const CallPtr& call) { rate(gateway, call); });
  router.add(Method::post, "/api/v1/citizen/notes", Access::open, [&gateway](const CallPtr& call) { add_note(gateway, call); });
}

}  // namespace huying::gateway
