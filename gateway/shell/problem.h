// An error of the catalogue as an answer over HTTP: application/problem+json (RFC 9457, docs/api.md). Pure; any thread.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/http/message.h"
#include "huying/v1/action.pb.h"
#include "huying/v1/event.pb.h"

namespace huying::gateway {

struct ProblemMore {
  unsigned status = 0;               // 0: that of the number
  std::uint32_t retry_after_ms = 0;  // 0: the number's own, where it has one
  v1::CaseState state{};             // of a refusal by the case table
  std::vector<v1::ActionKind> allowed;
};

// 400, 401, 403, 404, 409, 413, 415, 429, 503 or 504; 500 for what a client cannot mend.
unsigned status_of(std::uint32_t error);

http::Response problem(const Error& error, const ProblemMore& more = {});
// 429, with the time to wait.
http::Response wait_problem(Milliseconds wait);

}  // namespace huying::gateway
