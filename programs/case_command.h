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

struct ListOptions {
  ConnectOptions connect;
  std::string cell, person;
  bool open = false;  // the zero register, worst first
  std::uint32_t limit = 200;
};
ExitCode list_cases(const ListOptions& options);  // case_list.cc

struct ExplainOptions {
  ConnectOptions connect;
  std::string number, person, language;
};
ExitCode explain_case(const ExplainOptions& options);  // case_explain.cc

// That a cell is parked, and answered with what was before; empty when it is not.
std::string parked_cell_text(std::uint64_t parked_at);

// Roles to say Hello with when a person did not name one: those of people first.
std::vector<v1::Role> roles_of_people();

// "可以：反馈 (feedback)，办结 (resolve)"; empty when nothing may be done.
std::string allowed_text(const google::protobuf::RepeatedField<int>& allowed);
CivilZone zone_of(const v1::Welcome& welcome);
// The case on a screen: state, holder, clocks with first due times, what the asker may do.
std::string case_text(const v1::CaseView& view, const CivilZone& zone, Instant now);

}  // namespace huying::programs
