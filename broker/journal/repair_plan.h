// What a damaged folder can be made to be again, and what would be missing: the dry run of `huying journal repair`.
// Reads only; one thread.
//
// Mended without loss: a part's header that its batches tell; the file `format` by its copy; and with a backup
// (backup.h) of the same folder every batch and part that it holds. What is left is cut: the journal is kept through
// the last batch before the first that cannot be had, for what comes after it rests on what is gone: a commit on its
// request, a fold on every record before. Everything from there on is quarantined, and told here as far as it can be
// read.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "broker/journal/folder.h"
#include "broker/journal/patched_disk.h"
#include "broker/journal/recovery.h"

namespace huying::journal {

struct NumberRange {
  std::uint64_t first = 0, last = 0;
  friend bool operator==(const NumberRange&, const NumberRange&) = default;
};

// Of one stream: its sequences from `first` on are missing. `last_seen`: the greatest that a readable record names.
struct MissingStream {
  Sequence first, last_seen;
  std::uint64_t readable = 0;  // of them, in what is quarantined
};

struct Missing {
  std::uint64_t first_batch = 0, last_batch_seen = 0;
  std::vector<NumberRange> unreadable_batches;  // of those; behind the last seen there may be more
  Position from, to;                            // where the kept journal ends, and the end of what can be read
  std::map<std::uint32_t, MissingStream> streams;
  std::uint64_t requests = 0, actions = 0, commits = 0;  // readable
  std::set<std::string> cases;                  // whose request is cut off, and can be read
  std::set<std::string> cases_without_request;  // whose request cannot be read, and that a commit names
  std::set<std::string> cases_set_back;         // kept, but later steps of theirs are cut off
  // Running numbers of requests that were given in what cannot be read, by local date (yymmdd): those of the cases above, too.
  std::map<std::uint32_t, std::vector<NumberRange>> serials;
};

struct RepairPlan {
  FolderFormat format;
  std::vector<Damage> findings;
  std::vector<std::string> mended;              // sentences
  bool cuts = false;
  bool all_lost = false;                        // no segment is there; what a backup brings is kept, and cut behind its end
  std::uint64_t kept_through = 0;               // batch
  Instant kept_until;                           // recorded_at of that batch
  std::size_t kept_parts = 0;                   // the last of them may hold what is cut off, too
  std::vector<std::string> cut_files;           // names in journal/ of what is quarantined whole
  Missing missing;                              // when it cuts
  std::unique_ptr<PatchedDisk> mended_disk;     // the folder as mended; what it changed is to be written
  bool nothing_to_do() const { return findings.empty(); }
};

// `backup` may be empty. JOURNAL_DAMAGED: the file `format` is gone, and neither its copy nor the backup has it.
Result<RepairPlan> plan_repair(Disk& disk, const std::string& folder, const std::string& backup);

}  // namespace huying::journal
