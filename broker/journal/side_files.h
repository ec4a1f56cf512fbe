// Checkpoints: files beside the journal, each replaced by rename, named by the number of its stream. A bad or missing one
// is as if it had never been written; it is not synced (losing one costs a fold). Owned by EmbeddedJournal; one thread.
#pragma once
#include <optional>
#include <string>

#include "broker/journal/folder.h"
#include "broker/journal/journal.h"

namespace huying::journal {

class SideFiles {
 public:
  SideFiles(Disk& disk, FolderPaths paths) : disk_(disk), paths_(std::move(paths)) {}

  Result<void> store_checkpoint(StreamId stream, const Checkpoint& checkpoint);
  std::optional<Checkpoint> latest_checkpoint(StreamId stream);

 private:
  Disk& disk_;
  FolderPaths paths_;
};

}  // namespace huying::journal
