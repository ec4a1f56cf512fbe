// One round of the broker against a journal: the order in which the core's effects are performed. The shell and the
// simulator share it, so that what is simulated is what runs.
#pragma once
#include <functional>
#include <vector>

#include "base/result.h"
#include "broker/broker_core.h"
#include "broker/journal/journal.h"

namespace huying::broker {

// Called when the journal has no room (JOURNAL_FULL): waits a moment; false: give up.
using WaitForRoom = std::function<bool(const Error&)>;

// Finishes the round that was begun and received into: look-ups, append and sync, reads, frames to send. On an error of the
// journal nothing is in `out`, and the process must stop.
Result<void> finish_round(BrokerCore& core, journal::Journal& journal, Term term, std::vector<OutFrame>& out,
                          const WaitForRoom& wait_for_room = {});

// After the frames of the round were sent: checkpoints that hosts made, a few a round. One that cannot be written is
// as if it had never been made. Answers how many were written, and hands each to `written` if there is one.
std::size_t write_checkpoints(BrokerCore& core, journal::Journal& journal,
                              const std::function<void(StreamId, const journal::Checkpoint&)>& written = {});

// Claims the partition and starts. `broker` names the program; `now.wall` must not lie before core.now().
Result<Term> claim_and_start(BrokerCore& core, journal::Journal& journal, std::string_view broker, Moment now);

}  // namespace huying::broker
