// What the broker said of a step or a request, as an answer over HTTP. Pure.
#pragma once
#include "gateway/http/message.h"
#include "huying/v1/session.pb.h"

namespace huying::gateway {

// DECIDED: 200 with outcome and events; refused by the case table: 409 with state and what is allowed. Else a problem.
http::Response answer_of(const v1::ActionReply& reply);

}  // namespace huying::gateway
