// Which row of the case table an event is: so that the counters can show that a set of runs met every row. Judged on what
// the event says, its case before it, and the action that it decides.
#pragma once
#include <cstddef>
#include <optional>
#include <string>

#include "tests/sim/checkers/seen.h"

namespace huying::sim {

// Index in cell::case_table(); nothing for an event that is no row of its own (FILED in a cell, DISPATCHED on arrival).
std::optional<std::size_t> row_of_event(const SeenEvent& seen);
std::string row_name(std::size_t row);  // "RESOLVED --VERIFY FAILED--> REWORK"

}  // namespace huying::sim
