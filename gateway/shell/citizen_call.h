// What every request of a citizen's begins with: number and code, and how they are refused. Tries are counted by number and by
// household (QueryCodes' own header says how). One thread, the gateway's.
#pragma once
#include <string>

#include "base/result.h"
#include "gateway/http/message.h"
#include "gateway/shell/json.h"
#include "huying/v1/session.pb.h"

namespace huying::gateway {

class Gateway;
struct Call;

inline constexpr const char* citizen_person = "citizen";

// The number, where the code is right. TRIES_EXCEEDED, its detail the milliseconds to wait; CITIZEN_CODE_WRONG, alike for a wrong
// number and a wrong code; of a body without them what is missing.
Result<std::string> opened_number(Gateway& gateway, const Call& call, const Json& body);
http::Response refusal_of_number(const Error& error);

// Of a query for their case: that there is no such number is not told.
http::Response citizen_problem(const v1::QueryReply& reply);

}  // namespace huying::gateway
