// "Same content": a BLAKE2b-128 over the known fields in field order in our own encoding (invariant I2), contact and
// text by their plain value. Protobuf's own bytes are not canonical. Pure; any thread. `buffer` is scratch, reused.
#pragma once
#include <string>

#include "base/digest.h"
#include "broker/intake/request_view.h"
#include "huying/v1/action.pb.h"

namespace huying::intake {

Digest128 request_content(const RequestView& request, std::string& buffer);
Digest128 action_content(const v1::Action& action, std::string& buffer);

}  // namespace huying::intake
