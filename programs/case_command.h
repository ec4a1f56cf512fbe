// What the files of `huying case` share.
#pragma once
#include <string>

#include "base/civil_time.h"
#include "huying/v1/session.pb.h"
#include "programs/options.h"
#include "programs/program.h"

namespace huying::programs {

// huying case act VERB N …, and huying case act report …
void add_case_act(CLI::App& group, Chosen& chosen);

// Roles to say Hello with when a person did not name one: those of people first.
std::vector<v1::Role> roles_of_people();

// "可以：反馈 (feedback)，办结 (resolve)"; empty when nothing may be done.
std::string allowed_text(const google::protobuf::RepeatedField<int>& allowed);
CivilZone zone_of(const v1::Welcome& welcome);
// The case on a screen: state, holder, clocks with first due times, what the asker may do.
std::string case_text(const v1::CaseView& view, const CivilZone& zone, Instant now);

}  // namespace huying::programs
