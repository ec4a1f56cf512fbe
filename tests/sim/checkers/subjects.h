// Subjects as docs/protocol.md says them, read from the paper and not from the broker's code.
#pragma once
#include <string>
#include <string_view>

#include "huying/v1/common.pb.h"
#include "huying/v1/event.pb.h"
#include "tests/sim/street.h"

namespace huying::sim {

std::string case_subject(const Street& street, std::uint32_t stream, v1::EventKind kind);
std::string escalation_subject(const Street& street, std::uint32_t stream, v1::Rung rung);  // empty: no rung
std::string coverage_subject(const Street& street, std::uint32_t stream);
bool subject_matches(std::string_view pattern, std::string_view subject);  // * one token, > the rest

}  // namespace huying::sim
