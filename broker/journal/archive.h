// Sealed segments moved out of a data folder, into an archive that looks like one (format, journal/), and back. Only while
// no broker has the folder: its lock is held. What is archived is copied, synced, compared, read as a broker's start would
// read it, and noted in archived.index, with the folders' names on disk, before the first file is removed here: power may
// go at any step, and nothing is lost; the command is run again. docs/journal-format.md, Archived segments. One thread.
//
// Keys stay (key files), and of each request what a publication that comes again is compared with (kept_requests.h).
//
// Errors: those of disk.h; JOURNAL_LOCKED; JOURNAL_DAMAGED; SEGMENT_NEEDED: the segment is written to, or there is none
// behind it; TARGET_EXISTS: the archive is of another journal, a data folder or a backup; ARCHIVED: what is archived
// already cannot be read. Nothing was removed then.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "broker/journal/disk.h"

namespace huying::journal {

// Which segments: those numbered lower, or whose every record was recorded earlier. One of both.
struct ArchiveBefore {
  std::optional<std::uint32_t> segment;
  std::optional<Instant> time;
};

struct ArchiveReport {
  std::string partition;
  std::uint32_t first_segment = 0, last_segment = 0;  // moved now; 0: none were that old
  std::uint64_t parts = 0, parts_there = 0;           // files moved; of them with a whole copy in the archive before
  std::uint64_t bytes = 0;                            // that the data folder no longer takes
  std::uint64_t records = 0, requests = 0;            // in the segments moved
  std::uint32_t here_from = 0;                        // the first segment that stays
};

Result<ArchiveReport> archive_journal(Disk& disk, const std::string& folder, const std::string& archive,
                                      const ArchiveBefore& before);

struct UnarchiveReport {
  std::string partition;
  std::uint32_t first_segment = 0, last_segment = 0;  // brought back; 0: none
  std::uint64_t parts = 0, bytes = 0;
  std::uint32_t still_archived_through = 0;           // segment; 0: all of the journal is here
};

// Copies archived segments from `from_segment` (0: the first) to the last archived one back out of `archive` (empty: where
// the index says). The archive keeps its copies.
Result<UnarchiveReport> unarchive_journal(Disk& disk, const std::string& folder, const std::string& archive,
                                          std::uint32_t from_segment);

}  // namespace huying::journal
