// For whoever cannot wait inside a call, as the simulator: the second half of finish_round (round.h), again, for a round
// that found no room (JOURNAL_FULL). What was decided is written as it was, and only then said. Pure but for the journal.
#pragma once
#include "broker/round.h"

namespace huying::broker {

Result<void> write_round(BrokerCore& core, journal::Journal& journal, Term term, std::vector<OutFrame>& out);

}  // namespace huying::broker
