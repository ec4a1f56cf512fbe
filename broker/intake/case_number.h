// Case numbers that people can read aloud: <street short>-<yymmdd>-<serial>-<check digit>, WY-261123-0042-7.
//
// The serial is the running number of requests of that local day in the partition, at least four digits. The check
// digit is Damm's (H. Michael Damm, 2004: it catches every single wrong digit and every swap of neighbours), over the
// date, the serial and the letters of the street as two digits each (A = 10 … Z = 35). Pure; any thread.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/civil_time.h"
#include "base/clock.h"
#include "base/result.h"

namespace huying::intake {

struct CaseNumberParts {
  std::string street_short;
  std::uint32_t local_date = 0;  // yymmdd
  std::uint32_t serial = 0;
};

void format_case_number(std::string_view street_short, std::uint32_t local_date, std::uint32_t serial, std::string& out);
// CASE_NUMBER_INVALID when the form or the check digit is wrong. Lower case and surrounding blanks are forgiven.
Result<CaseNumberParts> parse_case_number(std::string_view text);
// The form `format_case_number` writes, or the error of parse_case_number.
Result<std::string> canonical_case_number(std::string_view text);

// Left out of the day on which a folder goes on whose latest history is lost (restored, or repaired with a cut): numbers
// that were given there are never given again. More than a street files on one day.
inline constexpr std::uint32_t serials_left_out = 100'000;

// Hands out serials. Continues from the last intake record; the local day never goes back, be it that the street's time
// zone changes: a number is given once.
class SerialCounter {
 public:
  explicit SerialCounter(CivilZone zone) : zone_(std::move(zone)) {}

  struct Next {
    std::uint32_t local_date;
    std::uint32_t serial;
  };
  Next next(Instant recorded_at);
  void continue_from(std::uint32_t local_date, std::uint32_t serial);  // of a record that was replayed
  void leave_out(Instant at);  // the history up to this time is not whole
  Next last() const { return {local_date_, serial_}; }  // date 0: none yet
  void use(CivilZone zone);  // of a new configuration: the days are its own from now on, the serial goes on

 private:
  void turn_to_day_of(Instant at);

  CivilZone zone_;
  Instant day_begins_{}, day_ends_{};  // of local_date_, when it was reckoned
  std::uint32_t local_date_ = 0, serial_ = 0;
};

}  // namespace huying::intake
