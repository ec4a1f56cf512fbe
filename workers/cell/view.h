// What a cell answers when it is asked (Query): the case whole, and what the asker may do with it. Pure; the state's
// owner's thread.
#pragma once
#include "huying/v1/session.pb.h"
#include "workers/cell/cell_state.h"
#include "workers/cell/settings.h"

namespace huying::cell {

// Fills cases, total, more and error of the answer: one case; or the cell's open cases, at most `limit` (0: 200) and no more
// than fit into a frame. In order of their numbers from `offset` on, or worst first (proto/worst_first.h) after `after`.
// CASE_UNKNOWN when the case is neither here nor given as ended. `settings`: of the cell's configuration; nullptr: not here
// yet, then steps may be named that need a higher rung.
void answer(const CellState& state, const Settings* settings, const v1::Ask& ask, v1::Answer& into);

}  // namespace huying::cell
