// The calendars that the tests reckon with.
#pragma once
#include <google/protobuf/text_format.h>

#include "base/check.h"
#include "broker/directory/calendar_file.h"
#include "workers/clocks/calendar.h"

namespace huying::clocks {

inline v1::Calendar shipped_message() {
  v1::Calendar message;
  HUYING_CHECK(google::protobuf::TextFormat::ParseFromString(std::string(directory::shipped_calendar()), &message));
  return message;
}

inline const Calendar& shipped() {
  static const Calendar calendar = Calendar::make(shipped_message()).value();
  return calendar;
}

}  // namespace huying::clocks
