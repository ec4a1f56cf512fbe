// The partition's time. A folder's time base is a record: real folders run on the system's clock, scaled ones
// (demonstrations) on virtual origin + real elapsed x rate, and go on from their last virtual instant after a restart.
// A scaled folder may change its rate, down to 1, but stays a demonstration and never returns to the system's clock; a
// real folder is never scaled (TIME_BASE). Pure but for what it is told.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "broker/journal/journal.h"

namespace huying::broker {

class PartitionClock {
 public:
  PartitionClock() = default;  // of a folder on the real clock
  PartitionClock(std::uint32_t rate_permille, Instant virtual_origin, SteadyInstant steady_origin)
      : scaled_(true), rate_permille_(rate_permille), virtual_origin_(virtual_origin), steady_origin_(steady_origin) {}
  // A real folder goes on no earlier than its last record.
  void continue_from(Instant last_recorded) { last_ = last_recorded; }

  // `system` is what the system's clock says; used only where the folder is not scaled.
  //
  // The system's clock is followed, not obeyed. When it is set forward, time goes on by the steady clock until it has
  // said so for a minute: a slip that is mended meanwhile fires no deadline. When it is set back, time does not stop, for
  // nothing would fall due and every host would be ahead of it: it runs a sixteenth slower until it is right.
  Instant at(SteadyInstant steady, Instant system);
  std::uint32_t rate_permille() const { return rate_permille_; }
  // How far the system's clock is ahead of the partition's time; 0 while it is followed.
  Milliseconds off() const { return off_; }

 private:
  Instant follow(SteadyInstant steady, Instant system);

  bool scaled_ = false;
  std::uint32_t rate_permille_ = 1000;
  Instant virtual_origin_{};
  SteadyInstant steady_origin_{};
  // Of a real folder: time as of the last call, in nanoseconds so that a slow pace loses nothing.
  Instant last_{};
  std::chrono::nanoseconds rest_{};
  SteadyInstant last_steady_{};
  SteadyInstant set_forward_at_{};  // 0: it is not
  Milliseconds off_{};
};

struct TimeBaseChoice {
  bool scaled = false;
  std::uint32_t rate_permille = 1000;
};
// How a folder must run: scaled if its journal has a time base, at the rate asked or else the last one; on the real clock
// if it holds records without one; as asked if it is new.
Result<TimeBaseChoice> time_base_of_folder(journal::Journal& journal, std::optional<std::uint32_t> asked_permille);
// The same of a journal of which something is missing: by what can be read.
Result<TimeBaseChoice> time_base_behind_gaps(journal::Journal& journal);

}  // namespace huying::broker
