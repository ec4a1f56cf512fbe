// Any bytes as calendar.txtpb. By what is accepted every span can be reckoned: it is over after it began, and a day
// has one answer.
#include "base/check.h"
#include "broker/directory/calendar_file.h"
#include "tests/fuzz/findings_check.h"
#include "tests/fuzz/input.h"
#include "workers/clocks/reckoning.h"

namespace huying::fuzz {
namespace {

v1::Span span(std::uint32_t count, v1::SpanUnit unit, v1::DayEnd day_end) {
  v1::Span out;
  out.set_count(count);
  out.set_unit(unit);
  out.set_day_end(day_end);
  return out;
}

void check_calendar(const clocks::Calendar& calendar) {
  static const CivilZone zone = *CivilZone::named("Asia/Shanghai");
  const Instant start = instant(1'795'400'000'000);
  const clocks::Pause pause{start + std::chrono::hours(5), start + std::chrono::hours(50)};
  for (const auto unit : {v1::SPAN_UNIT_WORKING_DAY, v1::SPAN_UNIT_WORKING_HOUR, v1::SPAN_UNIT_NATURAL_DAY}) {
    for (const auto day_end : {v1::DAY_END_MIDNIGHT, v1::DAY_END_SAME_TIME, v1::DAY_END_CLOSE_OF_BUSINESS}) {
      const auto plain = clocks::reckon(span(3, unit, day_end), start, calendar, zone);
      HUYING_CHECK(plain.has_value() && plain->due > start);
      const auto paused = clocks::reckon(span(3, unit, day_end), start, calendar, zone, {&pause, 1});
      HUYING_CHECK(paused.has_value() && paused->due >= plain->due, "a pause never shortens");
    }
  }
}

}  // namespace
}  // namespace huying::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace huying;
  fuzz::Input input(data, size);
  v1::Calendar message;
  directory::Findings findings;
  directory::read_calendar(input.rest(), message, findings);
  if (!fuzz::check_findings(findings.take())) return 0;
  const auto calendar = clocks::Calendar::make(message);
  if (calendar) fuzz::check_calendar(*calendar);
  return 0;
}
