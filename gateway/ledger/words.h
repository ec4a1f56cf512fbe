// Enumerations as the ledger's tables spell them: the name behind the common head, in lower case. Any thread.
#pragma once
#include <string>
#include <string_view>

#include "huying/v1/event.pb.h"
#include "huying/v1/record.pb.h"

namespace huying::ledger {

// "CASE_STATE_AT_DESK" → "at_desk" for the head "CASE_STATE_"; UNSPECIFIED is empty.
std::string word(std::string_view name, std::string_view head);

inline std::string word_of(v1::CaseState value) { return word(v1::CaseState_Name(value), "CASE_STATE_"); }
inline std::string word_of(v1::EventKind value) { return word(v1::EventKind_Name(value), "EVENT_KIND_"); }
inline std::string word_of(v1::ClockKind value) { return word(v1::ClockKind_Name(value), "CLOCK_KIND_"); }
inline std::string word_of(v1::ClockReason value) { return word(v1::ClockReason_Name(value), "CLOCK_REASON_"); }
inline std::string word_of(v1::ClockOutcome value) { return word(v1::ClockOutcome_Name(value), "CLOCK_OUTCOME_"); }
inline std::string word_of(v1::DispatchRule value) { return word(v1::DispatchRule_Name(value), "DISPATCH_RULE_"); }
inline std::string word_of(v1::Urgency value) { return word(v1::Urgency_Name(value), "URGENCY_"); }
inline std::string word_of(v1::Verdict value) { return word(v1::Verdict_Name(value), "VERDICT_"); }
inline std::string word_of(v1::Role value) { return word(v1::Role_Name(value), "ROLE_"); }
inline std::string word_of(v1::Rung value) { return word(v1::Rung_Name(value), "RUNG_"); }
inline std::string word_of(v1::AskKind value) { return word(v1::AskKind_Name(value), "ASK_KIND_"); }

// And back: "at_desk" → "CASE_STATE_AT_DESK"; empty stays empty.
std::string enumerator(std::string_view word, std::string_view head);
// Unspecified for what is none.
v1::CaseState state_of(std::string_view word);
v1::ClockKind clock_kind_of(std::string_view word);
v1::Role role_of(std::string_view word);
v1::Rung rung_of(std::string_view word);

}  // namespace huying::ledger
