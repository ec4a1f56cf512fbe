// policy.txtpb: under which clocks a case is worked on. Pure; any thread.
#pragma once
#include <string_view>

#include "broker/directory/findings.h"

namespace huying::directory {

// The shipped 13710-natural: deploy/wenyuan/policy.txtpb, compiled in. In force where a directory has no policy.txtpb.
std::string_view shipped_policy();

// deploy/policies/13710-working.txtpb, compiled in: the same stages in working days.
std::string_view shipped_working_policy();

// Reads and checks. POLICY_SYNTAX with line and column, POLICY_INVALID naming rule and span.
void read_policy(std::string_view text, v1::Policy& policy, Findings& findings);

}  // namespace huying::directory
