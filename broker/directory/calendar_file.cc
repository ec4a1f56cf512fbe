#include "broker/directory/calendar_file.h"

#include "broker/directory/text_file.h"

namespace huying::directory {

void read_calendar(std::string_view text, v1::Calendar& calendar, Findings& findings) {
  read_text_file("calendar.txtpb", text, v1::ERROR_CODE_CALENDAR_SYNTAX, calendar, findings);
}

}  // namespace huying::directory
