// The zero register (销号台账) as text: open cases, two lines each, Chinese first. The order is the caller's
// (proto/worst_first.h). Pure; any thread.
#pragma once
#include <string>

#include "base/civil_time.h"
#include "huying/v1/session.pb.h"

namespace huying::programs {

// What a case is marked with (faces, The marks): ▲ climbed and unanswered, ■ overdue, ‖ shelved, ◐ due today, else a blank.
std::string_view mark_of(const v1::CaseWhole& whole, const CivilZone& zone, Instant now);

// Number, cell, state, category; who holds it and who must answer; the pressing clock; hops, extensions, rework, pause.
std::string register_text(const v1::CaseWhole& whole, const CivilZone& zone, Instant now);

// "未销号 12 件 · 12 open", and what is not shown.
std::string register_head(std::uint64_t total, std::uint64_t shown);
// Cells whose cases are missing, or old; empty: none.
std::string register_notes(const v1::QueryReply& reply);

}  // namespace huying::programs
