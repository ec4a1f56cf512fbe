// Which parts of a journal lie in an archive instead of the folder itself: journal/archived.index. Written before the first
// of them is removed here, so each part is always in one of both places. A part that is (still, or again) in the folder
// is read there, whatever the index says. docs/journal-format.md, Archived segments. Pure values but for the reading.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "broker/journal/disk.h"
#include "broker/journal/format.h"

namespace huying::journal {

struct ArchivedPart {
  PartHeader header;
  std::uint64_t bytes = 0;  // of the file
  std::uint32_t crc = 0;    // CRC-32C of it
  std::string archive;      // folder; its journal/ holds the file under the name that it had
};

struct ArchiveIndex {
  std::uint64_t folder_id = 0;
  std::vector<ArchivedPart> parts;  // in the journal's order
};

inline constexpr const char* archive_index_name = "archived.index";  // in journal/
inline constexpr const char* archive_lock_file_name = "archive.LOCK";  // in an archive: held by whoever changes it

std::string encode(const ArchiveIndex& index);
Result<ArchiveIndex> decode_archive_index(std::string_view bytes);  // JOURNAL_DAMAGED, JOURNAL_VERSION
// Of a journal folder; without any parts when nothing was archived.
Result<ArchiveIndex> read_archive_index(Disk& disk, const std::string& journal_folder);
std::string path_in_archive(const ArchivedPart& part);
// What brings them back, in words: for the detail of ARCHIVED.
std::string archive_remedy(const std::string& data_folder, const std::string& archive);

}  // namespace huying::journal
