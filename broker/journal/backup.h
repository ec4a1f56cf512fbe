// A copy of a data folder, taken while its broker runs or after it ended, into a folder of the same shape: `huying
// journal` reads it, and restore.h makes a data folder of it. Changes nothing in the folder that it copies; one thread.
//
// What is copied: the file `format`, every part of every segment, cursors. Not: checkpoints and index, which are
// caches. Parts but the last are sealed and never change; one that the backup has already is not copied again. Of the
// last one the batches that are proven durable are copied: nothing gets into a backup that the folder itself could
// still lose. The cursors are taken first, so that none lies behind the copy's end.
//
// Errors: those of disk.h; BACKUP_DIFFERS (nothing was changed); TARGET_EXISTS: it would be a data folder's;
// JOURNAL_LOCKED: another one into it is under way; JOURNAL_DAMAGED: what was copied now is bad where it came from, what the backup held before is as it was.
#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "base/clock.h"
#include "base/ids.h"
#include "broker/journal/disk.h"

namespace huying::journal {

struct BackupOptions {
  // Between two looks for the proof of the last batch, which comes with the next batch or after a second of idleness.
  std::function<void()> wait;
  unsigned looks_max = 50;
};

struct BackupReport {
  std::string partition;
  bool beside_a_broker = false;
  std::uint64_t parts_copied = 0, parts_kept = 0, bytes_copied = 0, cursors = 0;
  std::uint64_t last_batch = 0;       // of the copy
  std::uint64_t batches_left_out = 0; // whole, but nothing proved them in time
  std::uint64_t records = 0;          // in the copy, as its verification counted them
};

Result<BackupReport> backup_journal(Disk& disk, const std::string& folder, const std::string& backup,
                                    const BackupOptions& options);

}  // namespace huying::journal
