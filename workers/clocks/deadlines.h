// When a clock of a case is due: natural spans without pauses at the speed that a host needs (due.h), everything else
// by the calendar (reckoning.h); both agree where both can answer. Made once a configuration; one thread (days are
// remembered).
#pragma once
#include <span>

#include "workers/clocks/due.h"
#include "workers/clocks/reckoning.h"

namespace huying::clocks {

class Deadlines {
 public:
  Deadlines(CivilZone zone, Calendar calendar) : days_(std::move(zone)), calendar_(std::move(calendar)) {}

  // Of a checked span. A calendar without a worked day for ten years makes a span of working time one of natural
  // time: a case is always under a clock (I5). The broker's check refuses such a calendar.
  Reckoned due(const v1::Span& span, Instant start, std::span<const Pause> pauses = {});

  const Calendar& calendar() const { return calendar_; }
  const CivilZone& zone() const { return days_.zone(); }

 private:
  DayTable days_;
  Calendar calendar_;
};

}  // namespace huying::clocks
