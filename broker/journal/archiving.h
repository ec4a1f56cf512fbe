// What archive.cc and unarchive.cc share: the data folder while its archive is changed. One thread.
#pragma once
#include <fmt/format.h>

#include <memory>
#include <string>

#include "broker/journal/archive_index.h"
#include "broker/journal/folder.h"
#include "broker/journal/recovery.h"
#include "broker/journal/segment_set.h"
#include "proto/errors.h"

namespace huying::journal {

inline std::string name_of(const PartHeader& header) { return part_name(header.segment, header.part); }

struct FileSum {
  std::uint64_t bytes = 0;
  std::uint32_t crc = 0;
};
Result<FileSum> sum_of(Disk& disk, const std::string& path);

// The data folder while its archive is changed: locked, and read as a broker's start reads it.
class Archiving {
 protected:
  Archiving(Disk& disk, const std::string& folder) : disk_(disk), paths_(folder), set_(disk, paths_.journal) {}

  Result<void> begin() {
    if (const auto format = read_folder_format(disk_, paths_); !format)
      return tl::unexpected(format.error());
    else
      format_ = *format;
    for (const char* name : {backup_lock_file_name, archive_lock_file_name}) {
      if (disk_.exists(paths_.root + "/" + name))
        return fail(v1::ERROR_CODE_JOURNAL_UNREADABLE, fmt::format("{} is no data folder", paths_.root));
    }
    auto lock = disk_.lock(paths_.root + "/" + lock_file_name);
    if (!lock) return tl::unexpected(lock.error());
    lock_ = std::move(*lock);
    return {};
  }

  Result<void> load_index() {
    auto index = read_archive_index(disk_, paths_.journal);
    if (!index) return tl::unexpected(index.error());
    index_ = std::move(*index);
    index_.folder_id = format_.folder_id;
    return {};
  }
  Result<void> walk(const BatchSink& sink) {
    const auto found = recover(set_, OnDamage::stop, sink);
    if (!found) return tl::unexpected(found.error());
    set_.forget_window();
    return found->damage ? fail(v1::ERROR_CODE_JOURNAL_DAMAGED, to_string(*found->damage)) : Result<void>{};
  }
  Result<void> write_index() {
    return replace_file(disk_, paths_.journal, archive_index_name, encode(index_), Durability::bytes_and_name);
  }

  Disk& disk_;
  const FolderPaths paths_;
  FolderFormat format_;
  std::unique_ptr<Lock> lock_;
  ArchiveIndex index_;
  SegmentSet set_;
};

}  // namespace huying::journal
