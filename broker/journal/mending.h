// What can be mended without loss in a damaged folder: decides the patches of a PatchedDisk (repair_plan.h).
// Reads only.
#pragma once
#include <string>
#include <vector>

#include "broker/journal/folder.h"
#include "broker/journal/patched_disk.h"
#include "broker/journal/recovery.h"

namespace huying::journal {

class Mending {
 public:
  Mending(Disk& disk, const FolderPaths& paths, std::string backup, PatchedDisk& mended, std::vector<std::string>& told)
      : disk_(disk), paths_(paths), backup_(std::move(backup)), mended_(mended), told_(told) {}

  // The file `format`, from itself, its copy or the backup. JOURNAL_DAMAGED: from none of them.
  Result<FolderFormat> format(std::vector<Damage>& findings);
  // Headers that their batches tell, or the backup; parts that only the backup has.
  Result<void> parts(const FolderFormat& format);
  // Batches where recovery found damage, from the same part of the backup. True: something was mended, look again.
  Result<bool> batches(const FolderFormat& format, const std::vector<Damage>& damages);

 private:
  Result<void> header(const std::string& name, PartName parsed, const FolderFormat& format);
  Result<void> missing_parts(const FolderFormat& format);
  Result<bool> from_backup(const Damage& damage, SegmentSet& set);

  Disk& disk_;
  const FolderPaths& paths_;
  const FolderPaths backup_;
  PatchedDisk& mended_;
  std::vector<std::string>& told_;
};

}  // namespace huying::journal
