#include "gateway/shell/citizen_call.h"

#include <algorithm>
#include <string>

#include "gateway/shell/answers.h"
#include "gateway/shell/gateway.h"
#include "gateway/shell/problem.h"
#include "proto/errors.h"

namespace huying::gateway {
namespace {

std::string known_as(const std::string& number, const std::string& household) { return number + "@" + household; }

}  // namespace

Result<std::string> opened_number(Gateway& gateway, const Call& call, const Json& body) {
  const auto given = text_in(body, "caseNumber", 64);
  if (!given) return tl::unexpected(given.error());
  const auto code = text_in(body, "code", 16);
  if (!code) return tl::unexpected(code.error());
  const auto number = tidy_case_number(*given);
  const auto now = system_now();
  const auto household = household_of(call.address);
  const std::string of_number = "n:" + number, of_address = "a:" + household;
  auto wait = gateway.wrong_codes().wait(of_address, now);
  if (!gateway.right_codes().has(known_as(number, household), now)) wait = std::max(wait, gateway.wrong_codes().wait(of_number, now));
  if (wait.count() > 0) return fail(v1::ERROR_CODE_TRIES_EXCEEDED, std::to_string(wait.count()));
  if (!number.empty() && gateway.codes().matches(number, *code)) {
    gateway.right_codes().add(known_as(number, household), now);
    return number;
  }
  gateway.wrong_codes().was_wrong(of_number, now);
  gateway.wrong_codes().was_wrong(of_address, now);
  return fail(v1::ERROR_CODE_CITIZEN_CODE_WRONG);
}

http::Response refusal_of_number(const Error& error) {
  if (error.code == v1::ERROR_CODE_TRIES_EXCEEDED) return wait_problem(Milliseconds(std::stoll(error.detail)));
  return problem(error);
}

http::Response citizen_problem(const v1::QueryReply& reply) {
  const bool is_unknown = reply.error() == v1::ERROR_CODE_CASE_UNKNOWN || reply.error() == v1::ERROR_CODE_CASE_NUMBER_INVALID;
  return problem({is_unknown ? std::uint32_t{v1::ERROR_CODE_CITIZEN_CODE_WRONG} : reply.error(), {}},
                 {.retry_after_ms = reply.retry_after_ms()});
}

}  // namespace huying::gateway
