// The data folder of one partition, and what is written once into it.
//
//   LOCK            held exclusively by the broker; holds the random nonce of whoever opened it last
//   format          version, folder id, digest key, partition
//   journal/        segments (format.h), the pool of prepared files, and a copy of `format`: without its digest key no
//                   request would be known again
//   cursors/        one small file a subscription cursor
//   checkpoints/    one file a stream
//   quarantine/     what `huying journal repair` put aside
//
// While `restore.unfinished` is in it, it is no journal; with `backup.LOCK` it is a backup, which no broker opens.
#pragma once
#include <string>

#include "base/digest.h"
#include "broker/journal/damage.h"
#include "broker/journal/disk.h"

namespace huying::journal {

struct FolderPaths {
  std::string root, journal, cursors, checkpoints;
  explicit FolderPaths(std::string folder)
      : root(std::move(folder)), journal(root + "/journal"), cursors(root + "/cursors"), checkpoints(root + "/checkpoints") {}
};
inline constexpr const char* format_file_name = "format";
inline constexpr const char* format_copy_name = "format.copy";  // in journal/
inline constexpr const char* lock_file_name = "LOCK";
inline constexpr const char* unfinished_restore_name = "restore.unfinished";  // what is there is no journal yet
inline constexpr const char* backup_lock_file_name = "backup.LOCK";  // in a backup: held by whoever copies into it

// JOURNAL_UNREADABLE in a folder whose restore broke off: nobody may take what is there for a whole journal, or for none.
Result<void> must_be_restored(Disk& disk, const FolderPaths& paths);

struct FolderFormat {
  std::uint64_t folder_id = 0;  // not 0
  DigestKey digest_key{};       // of key digests: random, so that they mean nothing outside
  std::string partition;        // code of the street
};

std::string encode(const FolderFormat& format);
Result<FolderFormat> decode_folder_format(std::string_view bytes);  // JOURNAL_DAMAGED, JOURNAL_VERSION
// With OnDamage::read_on the copy serves where `format` is missing or bad; without that, too, a segment's header tells the
// folder's id: its records can be read, and no key is known.
Result<FolderFormat> read_folder_format(Disk& disk, const FolderPaths& paths, OnDamage on_damage = OnDamage::stop);
Result<FolderFormat> read_format_copy(Disk& disk, const FolderPaths& paths);
// The copy, if it is not there yet or bad.
Result<void> keep_format_copy(Disk& disk, const FolderPaths& paths, const FolderFormat& format);

}  // namespace huying::journal
