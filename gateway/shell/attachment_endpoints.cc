// Images in and out (docs/api.md, Attachments).
#include <algorithm>

#include "gateway/shell/endpoints.h"
#include "gateway/shell/gateway.h"
#include "gateway/shell/problem.h"
#include "gateway/shell/telling.h"
#include "proto/errors.h"

namespace huying::gateway {
namespace {

using CallPtr = std::shared_ptr<Call>;

void put(Gateway& gateway, const CallPtr& call, AttachmentStore::From from) {
  const auto attachment = gateway.attachments().put(call->request.body, from);
  call->reply->send(attachment ? json_response(json_of(*attachment), 201) : problem(attachment.error()));
}

// Whoever may read what was written may see what was shown with it: the broker is asked for the words.
void get(Gateway& gateway, const CallPtr& call) {
  v1::Fetch fetch;
  fetch.set_part(v1::FETCH_PART_TEXT);
  if (call->request.parameter("cell"))
    if (auto filled = fill_step(*call, fetch); !filled) return call->reply->send(problem(filled.error()));
  fetch.set_person(call->person());
  fetch.set_case_number(call->parts[0]);
  gateway.broker().fetch(std::move(fetch), [&gateway, call](const v1::FetchReply& reply) {
    if (reply.error() != 0) return call->reply->send(problem({reply.error(), reply.detail()}, {.retry_after_ms = reply.retry_after_ms()}));
    const auto& name = call->parts[1];
    const auto found = std::find_if(reply.attachments().begin(), reply.attachments().end(), [&](const v1::Attachment& one) {
      return hexadecimal_of(one.blake2b_256()) == name;
    });
    if (found == reply.attachments().end()) return call->reply->send(problem({v1::ERROR_CODE_ATTACHMENT_UNKNOWN, {}}));
    auto bytes = gateway.attachments().bytes_of(name);
    if (!bytes) return call->reply->send(problem(bytes.error()));
    call->reply->send({200,
                       {{"Content-Type", std::string(media_type_of(*bytes))},
                        {"Content-Disposition", "inline"},
                        {"Content-Security-Policy", "default-src 'none'; sandbox"},
                        {"Cache-Control", "private, max-age=3600, immutable"}},
                       std::move(*bytes)});
  });
}

}  // namespace

void add_attachment_endpoints(Gateway& gateway) {
  auto& router = gateway.router();
  using http::Method;
  router.add(Method::post, "/api/v1/attachments", Access::change,
             [&gateway](const CallPtr& call) { put(gateway, call, AttachmentStore::From::staff); });
  router.add(Method::get, "/api/v1/cases/{}/attachments/{}", Access::login, [&gateway](const CallPtr& call) { get(gateway, call); });
  router.add(Method::post, "/api/v1/citizen/attachments", Access::open, [&gateway](const CallPtr& call) {
    const auto household = household_of(call->address);
    const auto wait = gateway.citizen_images().wait(household, system_now());
    if (wait.count() > 0)
      return call->reply->send(problem({v1::ERROR_CODE_TRIES_EXCEEDED, {}}, {.retry_after_ms = static_cast<std::uint32_t>(wait.count())}));
    gateway.citizen_images().was_wrong(household, system_now());  // each counts
    put(gateway, call, AttachmentStore::From::stranger);
  });
}

}  // namespace huying::gateway
