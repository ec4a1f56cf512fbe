// GET /api/v1/events (docs/api.md, Events).
#include <algorithm>

#include "base/limits.h"
#include "gateway/shell/endpoints.h"
#include "gateway/shell/gateway.h"
#include "gateway/shell/problem.h"
#include "proto/errors.h"

namespace huying::gateway {
namespace {

constexpr std::size_t token_bytes_max = 512;

Result<std::vector<std::string>> subjects_of(const Call& call, const DirectoryView& directory) {
  std::vector<std::string> subjects;
  std::string_view all = call.request.parameter("subjects").value_or("");
  while (!all.empty()) {
    const auto end = std::min(all.find(','), all.size());
    if (end > 0) subjects.emplace_back(all.substr(0, end));
    all.remove_prefix(std::min(end + 1, all.size()));
    if (subjects.size() > limits::subjects_max) return fail(v1::ERROR_CODE_TOO_MANY_ITEMS, "subjects");
  }
  if (!subjects.empty()) {
    std::sort(subjects.begin(), subjects.end());
    return subjects;
  }
  // All that the person may read: the broker refuses a subject that reaches a cell which is not theirs.
  subjects = directory.subjects_of(call.person());
  if (subjects.empty()) return fail(v1::ERROR_CODE_SUBJECT_NOT_ALLOWED, "no cell is yours");
  return subjects;
}

void open_stream(Gateway& gateway, const std::shared_ptr<Call>& call) {
  auto subjects = subjects_of(*call, *gateway.directory());
  if (!subjects) return call->reply->send(problem(subjects.error()));
  std::string_view after = call->request.header("last-event-id");
  if (after.empty()) after = call->request.parameter("after").value_or("");
  std::string token;
  if (!after.empty()) {
    auto bytes = after.size() <= token_bytes_max ? from_base64url(after) : fail(v1::ERROR_CODE_FIELD_INVALID);
    if (!bytes) return call->reply->send(problem({v1::ERROR_CODE_FIELD_INVALID, "after: as an `id:` gave it"}));
    token = std::move(*bytes);
  }
  gateway.streams().open({call->person(), std::move(*subjects), std::move(token), call->token}, std::move(call->reply));
}

}  // namespace

void add_event_endpoints(Gateway& gateway) {
  gateway.router().add(http::Method::get, "/api/v1/events", Access::login,
                       [&gateway](const std::shared_ptr<Call>& call) { open_stream(gateway, call); });
}

}  // namespace huying::gateway
