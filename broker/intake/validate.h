// Every input from outside is hostile or mistaken. Checks form and bounds of what clients send, and unknown fields of
// actions (RequestView tells of a request's); knows neither the directory nor state. Pure; any thread. `detail` names the field, never its content.
#pragma once
#include "base/result.h"
#include "broker/intake/request_view.h"
#include "huying/v1/action.pb.h"

namespace huying::intake {

Result<void> validate(const RequestView& request);
Result<void> validate(const v1::Action& action);

}  // namespace huying::intake
