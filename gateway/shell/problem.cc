#include "gateway/shell/problem.h"

#include <fmt/format.h>

#include "gateway/shell/json.h"
#include "proto/errors.h"

namespace huying::gateway {
namespace {

constexpr std::uint32_t try_again_ms = 2'000;  // where the broker names no time

}  // namespace

unsigned status_of(std::uint32_t error) {
  switch (error) {
    case v1::ERROR_CODE_UNKNOWN_FIELD:
    case v1::ERROR_CODE_INVALID_TEXT:
    case v1::ERROR_CODE_FIELD_MISSING:
    case v1::ERROR_CODE_FIELD_TOO_LONG:
    case v1::ERROR_CODE_FIELD_INVALID:
    case v1::ERROR_CODE_TOO_MANY_ITEMS:
    case v1::ERROR_CODE_STREET_UNKNOWN:
    case v1::ERROR_CODE_CATEGORY_UNKNOWN:
    case v1::ERROR_CODE_GUIDANCE:
    case v1::ERROR_CODE_EMPTY_REQUEST:
    case v1::ERROR_CODE_DATUM_UNKNOWN:
    case v1::ERROR_CODE_CASE_NUMBER_INVALID:
    case v1::ERROR_CODE_REASON_REQUIRED:
    case v1::ERROR_CODE_TARGET_INVALID:
    case v1::ERROR_CODE_UNTIL_INVALID:
    case v1::ERROR_CODE_SUBJECT_INVALID:
    case v1::ERROR_CODE_TOKEN_INVALID:
    case v1::ERROR_CODE_PASSWORD_UNFIT:
    case v1::ERROR_CODE_OUTSIDE_STREET:
    case v1::ERROR_CODE_BODY_UNREADABLE:
      return 400;
    case v1::ERROR_CODE_LOGIN_FAILED:
    case v1::ERROR_CODE_NOT_LOGGED_IN:
    case v1::ERROR_CODE_UNKNOWN_PRINCIPAL:
      return 401;
    case v1::ERROR_CODE_ROLE_NOT_HELD:
    case v1::ERROR_CODE_NOT_ALLOWED:
    case v1::ERROR_CODE_MAY_NOT_ACT_FOR:
    case v1::ERROR_CODE_NOT_YOUR_CELL:
    case v1::ERROR_CODE_ROLE_REFUSES:
    case v1::ERROR_CODE_RUNG_TOO_LOW:
    case v1::ERROR_CODE_SUBJECT_NOT_ALLOWED:
    case v1::ERROR_CODE_SOLVED_ELSEWHERE:
    case v1::ERROR_CODE_CSRF_WRONG:
    case v1::ERROR_CODE_LOGIN_READS_ONLY:
      return 403;
    case v1::ERROR_CODE_CASE_UNKNOWN:
    case v1::ERROR_CODE_CELL_UNKNOWN:
    case v1::ERROR_CODE_PAGE_UNKNOWN:
    case v1::ERROR_CODE_CITIZEN_CODE_WRONG:
    case v1::ERROR_CODE_ATTACHMENT_UNKNOWN:
      return 404;
    case v1::ERROR_CODE_METHOD_UNKNOWN:
      return 405;
    case v1::ERROR_CODE_CONTENT_DIFFERS:
    case v1::ERROR_CODE_ACTION_DIFFERS:
    case v1::ERROR_CODE_STATE_REFUSES:
    case v1::ERROR_CODE_REVISION_DIFFERS:
    case v1::ERROR_CODE_CASE_ENDED:
    case v1::ERROR_CODE_NOT_YET:
    case v1::ERROR_CODE_DESK_CANNOT_RETURN:
    case v1::ERROR_CODE_SET_ASIDE:
    case v1::ERROR_CODE_NO_ESCALATION:
    case v1::ERROR_CODE_ASK_UNDECIDED:
    case v1::ERROR_CODE_NOTHING_ASKED:
    case v1::ERROR_CODE_RETURN_TOO_LATE:
    case v1::ERROR_CODE_MOVE_IS_FINAL:
      return 409;
    case v1::ERROR_CODE_FRAME_TOO_LARGE:
      return 413;
    case v1::ERROR_CODE_BODY_NOT_JSON:
    case v1::ERROR_CODE_ATTACHMENT_UNFIT:
      return 415;
    case v1::ERROR_CODE_LOGIN_LOCKED:
    case v1::ERROR_CODE_TRIES_EXCEEDED:
    case v1::ERROR_CODE_TOO_MANY_STREAMS:
      return 429;
    case v1::ERROR_CODE_NO_CONFIGURATION:
    case v1::ERROR_CODE_NO_SESSION:
    case v1::ERROR_CODE_SHUTTING_DOWN:
    case v1::ERROR_CODE_TOO_MANY_SESSIONS:
    case v1::ERROR_CODE_TOO_MANY_SUBSCRIPTIONS:
    case v1::ERROR_CODE_WINDOW_EXCEEDED:
    case v1::ERROR_CODE_SESSION_FENCED:
    case v1::ERROR_CODE_BUSY:
    case v1::ERROR_CODE_DISK_LOW:
    case v1::ERROR_CODE_JOURNAL_FULL:
    case v1::ERROR_CODE_NO_OWNER:
    case v1::ERROR_CODE_ARCHIVED:
    case v1::ERROR_CODE_READ_ONLY:
    case v1::ERROR_CODE_NOT_CONNECTED:
    case v1::ERROR_CODE_GATEWAY_BUSY:
    case v1::ERROR_CODE_LEDGER_BEHIND:
    case v1::ERROR_CODE_STORE_FAILED:
      return 503;
    case v1::ERROR_CODE_NOT_DECIDED_YET:
      return 504;
    default:
      return 500;
  }
}

http::Response problem(const Error& error, const ProblemMore& more) {
  const auto words = words_of(error.code);
  const unsigned status = more.status != 0 ? more.status : status_of(error.code);
  std::uint32_t retry_after_ms = more.retry_after_ms;
  if (retry_after_ms == 0 && (status == 503 || status == 504)) retry_after_ms = try_again_ms;
  Json json{{"type", fmt::format("/errors#E{:04}", error.code)},
            {"title", words.what},
            {"title_zh", words.zh},
            {"status", status},
            {"number", error.code},
            {"name", words.name}};
  if (!error.detail.empty()) json["detail"] = error.detail;
  if (!words.remedy.empty()) json["remedy"] = words.remedy;
  if (retry_after_ms > 0) json["retryAfterMs"] = retry_after_ms;
  if (more.state != v1::CASE_STATE_UNSPECIFIED) json["state"] = v1::CaseState_Name(more.state);
  if (!more.allowed.empty()) {
    auto& allowed = json["allowed"] = Json::array();
    for (const auto kind : more.allowed) allowed.push_back(v1::ActionKind_Name(kind));
  }
  http::Response response{status, {{"Content-Type", "application/problem+json"}}, dumped(json)};
  if (retry_after_ms > 0) response.headers.push_back({"Retry-After", std::to_string((retry_after_ms + 999) / 1000)});
  return response;
}

http::Response wait_problem(Milliseconds wait) {
  return problem({v1::ERROR_CODE_TRIES_EXCEEDED, {}}, {.retry_after_ms = static_cast<std::uint32_t>(wait.count())});
}

}  // namespace huying::gateway
