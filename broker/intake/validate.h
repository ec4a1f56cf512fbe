// Every input from outside is hostile or mistaken. Checks form, bounds and unknown fields of what clients send; knows
// neither the directory nor state. Pure; any thread. `detail` names the field, never its content.
#pragma once
#include "base/result.h"
#include "huying/v1/action.pb.h"
#include "huying/v1/request.pb.h"

namespace huying::intake {

Result<void> validate(const v1::Request& request);
Result<void> validate(const v1::Action& action);

}  // namespace huying::intake
