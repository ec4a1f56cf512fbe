// The partition's time. A folder's time base is a record: real folders run on the system's clock, scaled ones
// (demonstrations) on virtual origin + real elapsed x rate, and go on from their last virtual instant after a restart.
// A scaled folder never becomes a real one, nor the other way round (TIME_BASE). Pure but for what it is told.
#pragma once
#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "broker/journal/journal.h"

namespace huying::broker {

class PartitionClock {
 public:
  PartitionClock() = default;
  PartitionClock(std::uint32_t rate_permille, Instant virtual_origin, SteadyInstant steady_origin)
      : rate_permille_(rate_permille), virtual_origin_(virtual_origin), steady_origin_(steady_origin) {}

  // `system` is what the system's clock says; used only at rate 1000.
  Instant at(SteadyInstant steady, Instant system) const;
  std::uint32_t rate_permille() const { return rate_permille_; }

 private:
  std::uint32_t rate_permille_ = 1000;
  Instant virtual_origin_{};
  SteadyInstant steady_origin_{};
};

// The rate a folder must run at: that of its time base, 1000 when it holds records without one, else what is asked.
Result<std::uint32_t> rate_of_folder(journal::Journal& journal, std::optional<std::uint32_t> asked_permille);

}  // namespace huying::broker
