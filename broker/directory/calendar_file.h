// calendar.txtpb: which days are worked. Pure; any thread. Whether it can be reckoned by is for who reckons to say
// (LoadOptions::check).
#pragma once
#include <string_view>

#include "broker/directory/findings.h"
#include "huying/v1/calendar.pb.h"

namespace huying::directory {

// The State Council's: deploy/calendars/state-council.txtpb, compiled in. In force where a directory has no
// calendar.txtpb.
std::string_view shipped_calendar();

// CALENDAR_SYNTAX with line and column.
void read_calendar(std::string_view text, v1::Calendar& calendar, Findings& findings);

}  // namespace huying::directory
