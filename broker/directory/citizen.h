// The code under which a gateway brings a citizen's step. It names no person and no system of a directory; who the citizen
// is, and that it is their case, the gateway has found out.
#pragma once
#include <string_view>

namespace huying::directory {

inline constexpr std::string_view citizen_code = "citizen";

}  // namespace huying::directory
