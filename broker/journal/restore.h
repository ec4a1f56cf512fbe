// Makes a data folder of a backup (backup.h). One thread.
//
// The new folder goes on behind all that was lost since: its next segment's number and its next term are far greater
// than those of any history that the lost folder may have had (begin_anew.h). So an epoch of that history is stale, and
// a cursor or token of it is refused (CURSOR_BEYOND_JOURNAL), never taken for a place in the new one. Requests of the
// backup keep their numbers; a request that was published since then is new when it is published again.
//
// Errors: TARGET_EXISTS (nothing was changed), JOURNAL_DAMAGED (of the backup), those of disk.h. A folder whose restore
// broke off is no journal to anybody (JOURNAL_UNREADABLE); restoring into it again begins anew.
#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "base/clock.h"
#include "base/ids.h"
#include "broker/journal/disk.h"

namespace huying::journal {

struct RestoreReport {
  std::string partition;
  std::uint64_t parts = 0, records = 0, cursors = 0;
  std::uint64_t last_batch = 0;   // of the backup
  Instant last_recorded_at;       // of the backup: publish again what was published since
  Term term_at_least;             // of the next broker
};

// `random` as in EmbeddedOptions; empty: base/random.h.
Result<RestoreReport> restore_journal(Disk& disk, const std::string& backup, const std::string& folder,
                                      const std::function<std::uint64_t()>& random = {});

}  // namespace huying::journal
