// Cursors and checkpoints: small files beside the journal, each replaced by rename. A bad or missing one is as if it
// had never been written. Owned by EmbeddedJournal; one thread.
//
// File names hold no names: a cursor's is the keyed digest of its name, a checkpoint's the number of its stream.
// A cursor is synced before the rename (losing one costs its subscriber repeats); a checkpoint is not (losing one
// costs a fold).
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "broker/journal/folder.h"
#include "broker/journal/journal.h"

namespace huying::journal {

class SideFiles {
 public:
  SideFiles(Disk& disk, FolderPaths paths, const DigestKey& key) : disk_(disk), paths_(std::move(paths)), key_(key) {}

  Result<void> load_cursors();
  Result<void> set_cursor(std::string_view name, std::string_view state);  // writes only what changed
  std::vector<std::pair<std::string, std::string>> cursors() const { return {cursors_.begin(), cursors_.end()}; }

  Result<void> store_checkpoint(StreamId stream, const Checkpoint& checkpoint);
  std::optional<Checkpoint> latest_checkpoint(StreamId stream);

 private:
  Disk& disk_;
  FolderPaths paths_;
  DigestKey key_;
  std::map<std::string, std::string> cursors_;
};

}  // namespace huying::journal
