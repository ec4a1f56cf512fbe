// What a cell answers when it is asked (Query): the case whole, and what the asker may do with it. Pure; the state's
// owner's thread.
#pragma once
#include "huying/v1/session.pb.h"
#include "workers/cell/cell_state.h"

namespace huying::cell {

// Fills cases, total and error of the answer: one case, or the cell's open cases in order of their numbers from
// `offset`, at most `limit` (0: 200) and no more than fit into a frame.
// CASE_UNKNOWN when the case is neither here nor given as ended.
void answer(const CellState& state, const v1::Ask& ask, v1::Answer& into);

}  // namespace huying::cell
