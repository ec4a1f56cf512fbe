#include "broker/journal/backup.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "broker/journal/archive_index.h"
#include "broker/journal/copying.h"
#include "broker/journal/folder.h"
#include "broker/journal/last_part.h"
#include "broker/journal/verify.h"
#include "proto/errors.h"

namespace huying::journal {
namespace {

constexpr std::size_t compared_bytes = 1 * limits::MiB;

std::string name_of(const Part& part) { return part_name(part.header.segment, part.header.part); }

class Backup {
 public:
  Backup(Disk& disk, const std::string& folder, const std::string& backup, const BackupOptions& options)
      : disk_(disk), from_(folder), to_(backup), options_(options) {}

  Result<BackupReport> run() {
    const auto format = read_folder_format(disk_, from_);
    if (!format) return tl::unexpected(format.error());
    format_ = *format;
    report_.partition = format_.partition;
    report_.beside_a_broker = broker_holds_it();
    auto cursors = read_files(disk_, from_.cursors);
    if (!cursors) return tl::unexpected(cursors.error());
    if (auto target = must_be_no_data_folder(); !target) return tl::unexpected(target.error());
    if (auto looked = look_until_proven(); !looked) return tl::unexpected(looked.error());
    if (auto made = make_target(); !made) return tl::unexpected(made.error());
    const auto alone = disk_.lock(to_.root + "/" + backup_lock_file_name);
    if (!alone) return tl::unexpected(alone.error());
    if (auto fits = check_target(); !fits) return tl::unexpected(fits.error());
    if (auto kept = keep_format_copy(disk_, to_, format_); !kept) return tl::unexpected(kept.error());
    if (auto copied = copy_parts(); !copied) return tl::unexpected(copied.error());
    if (auto written = write_cursors(*cursors); !written) return tl::unexpected(written.error());
    if (auto written = write_format(); !written) return tl::unexpected(written.error());
    return verified();
  }

 private:
  // A folder that no broker ever opened has no LOCK, and gets none: nothing is changed in it.
  bool broker_holds_it() {
    const std::string path = from_.root + "/" + lock_file_name;
    return disk_.exists(path) && !disk_.lock(path).has_value();
  }

  // A broker's files are never replaced: it would go on writing to those that have no name any more.
  Result<void> must_be_no_data_folder() {
    if (disk_.exists(to_.root + "/" + archive_lock_file_name))
      return fail(v1::ERROR_CODE_TARGET_EXISTS, fmt::format("{} is an archive, not a backup", to_.root));
    if (to_.root != from_.root && !disk_.exists(to_.root + "/" + lock_file_name)) return {};
    return fail(v1::ERROR_CODE_TARGET_EXISTS, fmt::format("{} is a data folder, not a backup", to_.root));
  }

  // A running broker's last batch may be acknowledged, and a cursor may stand behind it, before anything on the disk
  // proves it: what was whole at the first look shall be in the copy. Without a broker, what is whole is what its next
  // start would find.
  Result<void> look_until_proven() {
    std::uint64_t wanted = 0;
    for (unsigned look = 0;; ++look) {
      set_.emplace(disk_, from_.journal);
      if (auto loaded = set_->load(format_.folder_id); !loaded) return loaded;
      if (set_->parts().empty()) return fail(v1::ERROR_CODE_JOURNAL_UNREADABLE, from_.journal + ": no segment is there");
      const auto last = inspect_last_part(*set_);
      if (!last) return tl::unexpected(last.error());
      last_ = *last;
      wanted = std::max(wanted, look == 0 ? last_.last_with_records : 0);
      if (!report_.beside_a_broker) {
        last_.proven_through = last_.last_number;
        last_.proven_end = last_.end;
      }
      if (last_.proven_through >= wanted || look + 1 >= options_.looks_max) break;
      options_.wait();
    }
    report_.last_batch = last_.proven_through;
    report_.batches_left_out = wanted > last_.proven_through ? wanted - last_.proven_through : 0;
    return {};
  }

  tl::unexpected<Error> differs(const std::string& path, const char* what) const {
    return fail(v1::ERROR_CODE_BACKUP_DIFFERS, fmt::format("{}: {}", path, what));
  }

  // A backup that was broken off has parts and no file `format` yet; it is gone on with.
  Result<void> check_target() {
    if (disk_.exists(to_.root + "/" + format_file_name)) {
      const auto format = read_folder_format(disk_, to_);
      if (!format) return tl::unexpected(format.error());
      if (format->folder_id != format_.folder_id) return differs(to_.root, "it is of another data folder");
    }
    held_.emplace(disk_, to_.journal);
    if (auto loaded = held_->load(format_.folder_id); !loaded) {
      if (loaded.error().code != v1::ERROR_CODE_JOURNAL_DAMAGED) return loaded;
      return differs(to_.root, loaded.error().detail.c_str());
    }
    const auto& parts = set_->parts();
    for (std::size_t i = 0; i < held_->parts().size(); ++i) {
      if (i >= parts.size()) return differs(held_->parts()[i].path, "the data folder has no such part");
      if (!(held_->parts()[i].header == parts[i].header))
        return differs(held_->parts()[i].path, "it is another part of that name");
    }
    return held_->parts().empty() ? Result<void>{} : check_last_held(held_->parts().size() - 1);
  }

  // The part that the backup ends with is copied again: what it holds for certain must be in the folder, byte for byte.
  // A batch that nothing proved there may since have gone into a further part, or have been lost before it counted.
  Result<void> check_last_held(std::size_t last) {
    const auto ends = inspect_part(*held_, last, 0);
    if (!ends) return tl::unexpected(ends.error());
    std::string theirs, ours;
    for (std::uint64_t offset = held_->parts()[last].header.base; offset < ends->proven_end; offset += theirs.size()) {
      const std::size_t bytes = std::min<std::uint64_t>(compared_bytes, ends->proven_end - offset);
      if (auto got = held_->read_into(last, offset, bytes, theirs); !got) return got;
      if (auto got = set_->read_into(last, offset, bytes, ours); !got) return got;
      theirs.resize(bytes, '\0');  // padding that a file's end cut off
      ours.resize(bytes, '\0');
      if (theirs != ours) return differs(held_->parts()[last].path, 
                                          "it holds what the data folder has not, or has otherwise; `huying journal "
                                          "verify` says whether one of them is damaged");
    }
    return {};
  }

  Result<void> make_target() {
    for (const std::string* path : {&to_.root, &to_.journal, &to_.cursors}) {
      if (auto made = disk_.make_folder(*path); !made) return made;
    }
    return {};
  }

  // Last: a folder without it is no journal.
  Result<void> write_format() {
    if (disk_.exists(to_.root + "/" + format_file_name)) return {};
    return replace_file(disk_, to_.root, format_file_name, encode(format_), Durability::bytes_and_name);
  }

  // In order, each with its name on disk before the next: a part that has a later one beside it is complete.
  Result<void> copy_parts() {
    const auto& parts = set_->parts();
    const std::size_t complete = !held_->parts().empty() ? held_->parts().size() - 1 : 0;
    report_.parts_kept = complete;
    for (std::size_t i = complete; i < parts.size(); ++i) {
      if (auto there = set_->reach(i); !there) return there;
      auto plan = whole_file(disk_, parts[i].path);
      if (!plan) return tl::unexpected(plan.error());
      if (i + 1 == parts.size()) cut(*plan, parts[i].header);
      if (auto copied = copy_file(disk_, *plan, to_.journal, name_of(parts[i])); !copied) return copied;
      ++report_.parts_copied;
      report_.bytes_copied += plan->bytes;
    }
    return {};
  }

  // A prepared file keeps its size: one that is shorter than it was made counts as damaged.
  void cut(CopyPlan& plan, const PartHeader& header) const {
    plan.bytes = last_.proven_end - header.base + header.alignment;
    plan.size = header.prepared_bytes != 0 ? header.prepared_bytes : plan.bytes;
  }

  Result<void> write_cursors(const std::map<std::string, std::string>& cursors) {
    const auto held = read_files(disk_, to_.cursors);
    if (!held) return tl::unexpected(held.error());
    for (const auto& [name, bytes] : *held) {
      if (cursors.contains(name)) continue;
      if (auto removed = disk_.remove(to_.cursors + "/" + name); !removed) return removed;
    }
    for (const auto& [name, bytes] : cursors) {
      if (const auto same = held->find(name); same != held->end() && same->second == bytes) continue;
      if (auto written = replace_file(disk_, to_.cursors, name, bytes, Durability::bytes); !written) return written;
    }
    report_.cursors = cursors.size();
    return disk_.sync_folder(to_.cursors);
  }

  Result<BackupReport> verified() {
    const auto report = verify_journal(disk_, to_.root);
    if (!report) return tl::unexpected(report.error());
    if (!report->clean()) return fail(v1::ERROR_CODE_JOURNAL_DAMAGED, to_string(report->findings.front()));
    if (report->last_batch != report_.last_batch) {
      return fail(v1::ERROR_CODE_JOURNAL_DAMAGED,
                  fmt::format("the copy ends with batch {}, not {}", report->last_batch, report_.last_batch));
    }
    report_.records = report->records;
    return report_;
  }

  Disk& disk_;
  const FolderPaths from_, to_;
  const BackupOptions& options_;
  FolderFormat format_;
  std::optional<SegmentSet> set_, held_;  // of the folder; of the backup as it was
  LastPart last_;
  BackupReport report_;
};

}  // namespace

Result<BackupReport> backup_journal(Disk& disk, const std::string& folder, const std::string& backup,
                                    const BackupOptions& options) {
  return Backup(disk, folder, backup, options).run();
}

}  // namespace huying::journal
