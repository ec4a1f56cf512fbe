// Copies of journal files, read back before they count. One thread. Errors as of disk.h; JOURNAL_WRITE_FAILED also when
// what was written reads back otherwise.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "broker/journal/disk.h"

namespace huying::journal {

// Bytes that replace those of the source.
struct Patch {
  std::uint64_t offset = 0;
  std::string bytes;
};

struct CopyPlan {
  std::string from;            // path
  std::uint64_t bytes = 0;     // from the beginning; behind it the copy is blank
  std::uint64_t size = 0;      // of the copy; at least `bytes`
  std::vector<Patch> patches;  // inside `bytes`
};
// The whole file as it is.
Result<CopyPlan> whole_file(Disk& disk, const std::string& from);

// Written beside, synced, compared, renamed to folder/name, and the folder synced.
Result<void> copy_file(Disk& disk, const CopyPlan& plan, const std::string& folder, const std::string& name);

// All small files of a folder as they are, by name, but half-made ones; what cannot be read is left out.
Result<std::map<std::string, std::string>> read_files(Disk& disk, const std::string& folder);

// From one folder to another on the same file system; both are synced, the one that gains first.
Result<void> move_file(Disk& disk, const std::string& from_folder, const std::string& to_folder,
                       const std::string& name);

}  // namespace huying::journal
