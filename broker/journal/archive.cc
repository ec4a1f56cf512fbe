#include "broker/journal/archive.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "base/crc32c.h"
#include "base/limits.h"
#include "broker/journal/archiving.h"
#include "broker/journal/copying.h"
#include "broker/journal/kept_requests.h"
#include "broker/journal/key_store.h"

namespace huying::journal {

Result<FileSum> sum_of(Disk& disk, const std::string& path) {
  auto file = disk.open(path, Access::read);
  if (!file) return tl::unexpected(file.error());
  constexpr std::size_t piece_bytes = 1 * limits::MiB;
  FileSum sum;
  std::string piece;
  for (;;) {
    piece.assign(piece_bytes, '\0');
    const auto got = (*file)->read(sum.bytes, piece.data(), piece.size());
    if (!got) return tl::unexpected(got.error());
    if (*got == 0) return sum;
    sum.crc = crc32c(std::string_view(piece).substr(0, *got), sum.crc);
    sum.bytes += *got;
  }
}

namespace {

class Archive : Archiving {
 public:
  Archive(Disk& disk, const std::string& folder, const std::string& archive, const ArchiveBefore& before)
      : Archiving(disk, folder), keys_(disk, paths_.journal), to_(archive), before_(before) {}

  Result<ArchiveReport> run() {
    if (auto begun = begin(); !begun) return tl::unexpected(begun.error());
    report_.partition = format_.partition;
    if (auto loaded = load_index(); !loaded) return tl::unexpected(loaded.error());
    if (auto target = check_target(); !target) return tl::unexpected(target.error());
    if (auto read = read_all(); !read) return tl::unexpected(read.error());
    if (auto chosen = choose(); !chosen) return tl::unexpected(chosen.error());
    if (auto pointed = point_to_copies(); !pointed) return tl::unexpected(pointed.error());
    if (moving_.empty()) return report_;
    if (auto written = write_key_files(); !written) return tl::unexpected(written.error());
    if (auto made = make_target(); !made) return tl::unexpected(made.error());
    if (auto copied = copy_parts(); !copied) return tl::unexpected(copied.error());
    if (auto kept = read_copies(); !kept) return tl::unexpected(kept.error());
    if (auto noted = note(); !noted) return tl::unexpected(noted.error());
    if (auto removed = remove_parts(); !removed) return tl::unexpected(removed.error());
    return report_;
  }

 private:
  struct Seen {  // of a segment
    std::uint64_t records = 0;
    std::int64_t last_recorded_at_ms = 0;
  };

  tl::unexpected<Error> taken(const char* what) const {
    return fail(v1::ERROR_CODE_TARGET_EXISTS, fmt::format("{} {}", to_.root, what));
  }

  Result<void> check_target() const {
    if (to_.root == paths_.root || disk_.exists(to_.root + "/" + lock_file_name)) return taken("is a data folder");
    if (disk_.exists(to_.root + "/" + backup_lock_file_name)) return taken("is a backup");
    if (!disk_.exists(to_.root + "/" + format_file_name)) return {};
    const auto format = read_folder_format(disk_, to_);
    if (!format) return tl::unexpected(format.error());
    if (format->folder_id != format_.folder_id) return taken("is the archive of another journal");
    return {};
  }

  // As a start does: nothing of a damaged journal is moved, and keys that no file holds are gathered.
  Result<void> read_all() {
    if (auto loaded = set_.load(format_.folder_id); !loaded) return loaded;
    if (auto loaded = keys_.load(set_, format_.folder_id); !loaded) return loaded;
    return walk([this](const BatchView& batch) -> Result<void> {
      const PartHeader& part = set_.parts()[batch.part].header;
      Seen& seen = segments_[part.segment];
      seen.records += batch.header.records;
      seen.last_recorded_at_ms = batch.header.recorded_at_ms;
      if (!keys_.covers(part.segment)) gather_keys(batch);
      return {};
    });
  }

  void gather_keys(const BatchView& batch) {
    visit_records(batch.bytes, batch.header.records, [&](const RecordView& record, std::size_t offset) {
      for (std::size_t i = 0; i < record.keys.size() / key_bytes; ++i) {
        Digest128 key;
        std::memcpy(&key, record.keys.data() + i * key_bytes, key_bytes);
        keys_.replace(key, set_.position(batch.part, batch.offset + offset));
      }
    });
  }

  bool is_before(std::uint32_t segment) const {
    if (before_.segment) return segment < *before_.segment;
    const auto seen = segments_.find(segment);
    return seen == segments_.end() || seen->second.last_recorded_at_ms < to_ms(*before_.time);
  }

  // From the first segment on, as far as asked, never the last one: a broker goes on in it.
  Result<void> choose() {
    const auto& parts = set_.parts();
    if (parts.empty()) return fail(v1::ERROR_CODE_JOURNAL_UNREADABLE, paths_.journal + ": no segment is there");
    const std::uint32_t last = parts.back().header.segment;
    if (before_.segment && *before_.segment > last)
      return fail(v1::ERROR_CODE_SEGMENT_NEEDED,
                  fmt::format("segment {} is the one that a broker goes on in: at most --before {}", last, last));
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::uint32_t segment = parts[i].header.segment;
      if (segment == last || !is_before(segment)) {
        report_.here_from = segment;
        break;
      }
      if (parts[i].is_archived()) continue;
      moving_.push_back(i);
      if (report_.first_segment == 0) report_.first_segment = segment;
      report_.last_segment = segment;
    }
    return {};
  }

  // An archive that was moved as a whole: what it holds is read there from now on.
  Result<void> point_to_copies() {
    bool changed = false;
    for (ArchivedPart& part : index_.parts) {
      ArchivedPart there = part;
      there.archive = to_.root;
      if (part.archive == to_.root || !disk_.exists(path_in_archive(there))) continue;
      const auto sum = sum_of(disk_, path_in_archive(there));
      if (!sum || sum->bytes != part.bytes || sum->crc != part.crc) continue;
      part = there;
      changed = true;
    }
    return changed ? write_index() : Result<void>{};
  }

  Result<void> write_key_files() {
    for (;;) {
      const auto free = disk_.free_bytes(paths_.root);
      const auto more = keys_.tidy(set_, free.value_or(0));
      if (!more) return tl::unexpected(more.error());
      if (*more == KeyStore::More::no) break;
    }
    if (keys_.covers(report_.last_segment)) return {};
    return fail(v1::ERROR_CODE_JOURNAL_FULL, "there is no room for the keys that stay");
  }

  Result<void> make_target() {
    for (const std::string* path : {&to_.root, &to_.journal}) {
      if (auto made = disk_.make_folder(*path); !made) return made;
    }
    auto lock = disk_.lock(to_.root + "/" + archive_lock_file_name);
    if (!lock) return tl::unexpected(lock.error());
    archive_lock_ = std::move(*lock);
    if (auto target = check_target(); !target) return target;
    if (disk_.exists(to_.root + "/" + format_file_name)) return {};
    return replace_file(disk_, to_.root, format_file_name, encode(format_), Durability::bytes_and_name);
  }

  // A copy that is there with the same bytes is one; any other of that name belongs to somebody else.
  Result<void> copy_parts() {
    for (const std::size_t i : moving_) {
      const Part& part = set_.parts()[i];
      const auto here = sum_of(disk_, part.path);
      if (!here) return tl::unexpected(here.error());
      ArchivedPart archived{part.header, here->bytes, here->crc, to_.root};
      const std::string copy = path_in_archive(archived);
      if (disk_.exists(copy)) {
        const auto there = sum_of(disk_, copy);
        if (!there || there->bytes != here->bytes || there->crc != here->crc)
          return fail(v1::ERROR_CODE_TARGET_EXISTS, copy + " is there, with other bytes");
        ++report_.parts_there;
      } else {
        const auto plan = whole_file(disk_, part.path);
        if (!plan) return tl::unexpected(plan.error());
        if (auto copied = copy_file(disk_, *plan, to_.journal, name_of(part.header)); !copied) return copied;
      }
      ++report_.parts;
      report_.bytes += here->bytes;
      copies_.push_back(std::move(archived));
    }
    return disk_.sync_folder(to_.journal);
  }

  // The whole journal once more, now out of the copies: what a start will read when the files here are gone.
  Result<void> read_copies() {
    for (const std::size_t i : moving_) set_.use_archive(i, to_.root);
    auto writer = KeptWriter::begin(disk_, paths_.journal, format_.folder_id, report_.first_segment,
                                    report_.last_segment);
    if (!writer) return tl::unexpected(writer.error());
    std::map<std::uint32_t, Seen> again;
    auto walked = walk([&](const BatchView& batch) -> Result<void> {
      const std::uint32_t segment = set_.parts()[batch.part].header.segment;
      again[segment].records += batch.header.records;
      const bool moves = segment >= report_.first_segment && segment <= report_.last_segment;
      return moves ? keep(batch, **writer) : Result<void>{};
    });
    if (!walked) return walked;
    for (const auto& [segment, seen] : segments_) {
      if (again[segment].records != seen.records)
        return fail(v1::ERROR_CODE_JOURNAL_WRITE_FAILED,
                    fmt::format("segment {} reads otherwise in the archive", segment));
    }
    report_.requests = (*writer)->requests();
    return (*writer)->finish();
  }

  Result<void> keep(const BatchView& batch, KeptWriter& writer) {
    Result<void> written;
    visit_records(batch.bytes, batch.header.records, [&](const RecordView& record, std::size_t offset) {
      ++report_.records;
      const RecordHeader& h = record.header;
      if (!written || h.kind != v1::RECORD_KIND_REQUEST) return;
      const Position position = set_.position(batch.part, batch.offset + offset);
      const auto kept = kept_of(position, StreamId(h.stream), Sequence(h.sequence), record.payload);
      if (kept) written = writer.add(*kept);
    });
    return written;
  }

  Result<void> note() {
    for (ArchivedPart& copy : copies_) {
      std::erase_if(index_.parts, [&](const ArchivedPart& one) { return name_of(one.header) == name_of(copy.header); });
      index_.parts.push_back(std::move(copy));
    }
    std::sort(index_.parts.begin(), index_.parts.end(),
              [](const ArchivedPart& a, const ArchivedPart& b) { return name_of(a.header) < name_of(b.header); });
    return write_index();
  }

  Result<void> remove_parts() {
    for (const std::size_t i : moving_) {
      if (auto removed = disk_.remove(paths_.journal + "/" + name_of(set_.parts()[i].header)); !removed) return removed;
    }
    return disk_.sync_folder(paths_.journal);
  }

  KeyStore keys_;
  const FolderPaths to_;
  const ArchiveBefore before_;
  std::unique_ptr<Lock> archive_lock_;
  std::map<std::uint32_t, Seen> segments_;
  std::vector<std::size_t> moving_;  // parts of the set
  std::vector<ArchivedPart> copies_;
  ArchiveReport report_;
};

}  // namespace

Result<ArchiveReport> archive_journal(Disk& disk, const std::string& folder, const std::string& archive,
                                      const ArchiveBefore& before) {
  return Archive(disk, folder, archive, before).run();
}

}  // namespace huying::journal
