#include <fmt/format.h>

#include <algorithm>

#include "broker/journal/archive.h"
#include "broker/journal/archiving.h"
#include "broker/journal/copying.h"
#include "broker/journal/kept_requests.h"

namespace huying::journal {
namespace {

class Unarchive : Archiving {
 public:
  Unarchive(Disk& disk, const std::string& folder, const std::string& archive, std::uint32_t from_segment)
      : Archiving(disk, folder), from_(archive), from_segment_(from_segment) {}

  Result<UnarchiveReport> run() {
    if (auto begun = begin(); !begun) return tl::unexpected(begun.error());
    report_.partition = format_.partition;
    if (auto loaded = load_index(); !loaded || index_.parts.empty()) {
      if (from_.empty()) return loaded ? Result<UnarchiveReport>(report_) : tl::unexpected(loaded.error());
      if (auto found = index_what_is_there(); !found) return tl::unexpected(found.error());
    }
    for (const ArchivedPart& part : index_.parts) {
      if (part.header.segment < from_segment_) continue;
      if (auto copied = bring_back(part); !copied) return tl::unexpected(copied.error());
    }
    if (report_.first_segment == 0) return report_;
    if (auto noted = note(); !noted) return tl::unexpected(noted.error());
    if (auto loaded = set_.load(format_.folder_id); !loaded) return tl::unexpected(loaded.error());
    if (auto whole = walk([](const BatchView&) { return Result<void>{}; }); !whole) return tl::unexpected(whole.error());
    if (auto tidied = remove_kept(); !tidied) return tl::unexpected(tidied.error());
    return report_;
  }

 private:
  // The index is lost, or cannot be read: what the archive itself tells of this journal.
  Result<void> index_what_is_there() {
    const FolderPaths archive(from_);
    const auto format = read_folder_format(disk_, archive);
    if (!format) return tl::unexpected(format.error());
    if (format->folder_id != format_.folder_id)
      return fail(v1::ERROR_CODE_TARGET_EXISTS, from_ + " is the archive of another journal");
    const auto names = disk_.list(archive.journal);
    if (!names) return tl::unexpected(names.error());
    index_ = ArchiveIndex{.folder_id = format_.folder_id, .parts = {}};
    for (const std::string& name : *names) {
      if (!parse_part_name(name) || disk_.exists(paths_.journal + "/" + name)) continue;
      const std::string path = archive.journal + "/" + name;
      const auto sum = sum_of(disk_, path);
      if (!sum) return tl::unexpected(sum.error());
      auto file = disk_.open(path, Access::read);
      if (!file) return tl::unexpected(file.error());
      std::string begin(alignment_bytes_min, '\0');
      if (auto got = (*file)->read(0, begin.data(), begin.size()); !got) return tl::unexpected(got.error());
      const auto header = decode_part_header(begin);
      if (!header) return fail(v1::ERROR_CODE_ARCHIVED, fmt::format("{}: {}", path, header.error().detail));
      index_.parts.push_back({*header, sum->bytes, sum->crc, from_});
    }
    return {};
  }

  Result<void> bring_back(const ArchivedPart& part) {
    ArchivedPart source = part;
    if (!from_.empty()) source.archive = from_;
    const std::string path = path_in_archive(source);
    const auto sum = sum_of(disk_, path);
    if (!sum) return fail(v1::ERROR_CODE_ARCHIVED, sum.error().detail);
    if (sum->bytes != part.bytes || sum->crc != part.crc)
      return fail(v1::ERROR_CODE_ARCHIVED, path + " is not what was archived: it is another journal's, or damaged");
    const auto plan = whole_file(disk_, path);
    if (!plan) return tl::unexpected(plan.error());
    if (auto copied = copy_file(disk_, *plan, paths_.journal, name_of(part.header)); !copied) return copied;
    if (report_.first_segment == 0) report_.first_segment = part.header.segment;
    report_.last_segment = part.header.segment;
    ++report_.parts;
    report_.bytes += sum->bytes;
    return {};
  }

  Result<void> note() {
    std::erase_if(index_.parts, [&](const ArchivedPart& part) { return part.header.segment >= from_segment_; });
    if (!index_.parts.empty()) {
      report_.still_archived_through = index_.parts.back().header.segment;
      return write_index();
    }
    const std::string path = paths_.journal + "/" + archive_index_name;
    if (disk_.exists(path)) {
      if (auto removed = disk_.remove(path); !removed) return removed;
    }
    return disk_.sync_folder(paths_.journal);
  }

  // What was kept of requests that are here again.
  Result<void> remove_kept() {
    const auto names = disk_.list(paths_.journal);
    if (!names) return tl::unexpected(names.error());
    for (const std::string& name : *names) {
      const auto kept = parse_kept_name(name);
      if (!kept || kept->first_segment <= report_.still_archived_through) continue;
      if (auto removed = disk_.remove(paths_.journal + "/" + name); !removed) return removed;
    }
    return {};
  }

  const std::string from_;
  const std::uint32_t from_segment_;
  UnarchiveReport report_;
};

}  // namespace

Result<UnarchiveReport> unarchive_journal(Disk& disk, const std::string& folder, const std::string& archive,
                                          std::uint32_t from_segment) {
  return Unarchive(disk, folder, archive, from_segment).run();
}

}  // namespace huying::journal
