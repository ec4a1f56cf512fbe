#include "broker/journal/restore.h"

#include <fmt/format.h>

#include <algorithm>

#include "broker/journal/archive_index.h"
#include "broker/journal/begin_anew.h"
#include "broker/journal/copying.h"
#include "broker/journal/verify.h"
#include "proto/errors.h"

namespace huying::journal {
namespace {

bool broke_off(Disk& disk, const FolderPaths& to) { return disk.exists(to.root + "/" + unfinished_restore_name); }

// But for what a restore makes before its mark: an earlier one may have come as far as that.
bool comes_before_the_mark(const std::string& name) {
  return name == lock_file_name || name == std::string(unfinished_restore_name) + std::string(temporary_suffix);
}

Result<void> must_be_new(Disk& disk, const FolderPaths& to) {
  if (broke_off(disk, to)) return {};
  for (const std::string* path : {&to.root, &to.journal, &to.cursors, &to.checkpoints}) {
    const auto names = disk.list(*path);
    if (!names) return tl::unexpected(names.error());
    if (path == &to.root ? std::all_of(names->begin(), names->end(), comes_before_the_mark) : names->empty()) continue;
    return fail(v1::ERROR_CODE_TARGET_EXISTS, fmt::format("{} is not empty", *path));
  }
  return {};
}

// What a restore that broke off has made.
Result<void> clear(Disk& disk, const FolderPaths& to) {
  const std::string format = to.root + "/" + format_file_name;
  if (disk.exists(format)) {
    if (auto removed = disk.remove(format); !removed) return removed;
  }
  for (const std::string* folder : {&to.journal, &to.cursors, &to.checkpoints}) {
    const auto names = disk.list(*folder);
    if (!names) return tl::unexpected(names.error());
    for (const std::string& name : *names) {
      if (auto removed = disk.remove(*folder + "/" + name); !removed) return removed;
    }
  }
  return {};
}

// The mark comes before all else: half a folder must not be taken for a new one, in which a broker would begin a street
// without requests.
Result<void> begin(Disk& disk, const FolderPaths& to) {
  const auto marked = replace_file(disk, to.root, unfinished_restore_name, {}, Durability::bytes_and_name);
  if (!marked) return marked;
  for (const std::string* path : {&to.journal, &to.cursors, &to.checkpoints}) {
    if (auto made = disk.make_folder(*path); !made) return made;
  }
  return clear(disk, to);
}

Result<void> finish(Disk& disk, const FolderPaths& to, const FolderFormat& format) {
  const auto written = replace_file(disk, to.root, format_file_name, encode(format), Durability::bytes_and_name);
  if (!written) return written;
  if (auto removed = disk.remove(to.root + "/" + unfinished_restore_name); !removed) return removed;
  return disk.sync_folder(to.root);
}

Result<void> copy_parts(Disk& disk, const FolderPaths& from, const FolderPaths& to, std::uint64_t& parts) {
  const auto names = disk.list(from.journal);
  if (!names) return tl::unexpected(names.error());
  for (const std::string& name : *names) {
    if (!parse_part_name(name)) continue;
    auto plan = whole_file(disk, from.journal + "/" + name);
    if (!plan) return tl::unexpected(plan.error());
    if (auto copied = copy_file(disk, *plan, to.journal, name); !copied) return copied;
    ++parts;
  }
  return {};
}

Result<void> copy_cursors(Disk& disk, const FolderPaths& from, const FolderPaths& to, std::uint64_t& cursors) {
  const auto files = read_files(disk, from.cursors);
  if (!files) return tl::unexpected(files.error());
  for (const auto& [name, bytes] : *files) {
    if (auto written = replace_file(disk, to.cursors, name, bytes, Durability::bytes); !written) return written;
  }
  cursors = files->size();
  return disk.sync_folder(to.cursors);
}

Result<void> copy_all(Disk& disk, const FolderPaths& from, const FolderPaths& to, RestoreReport& report,
                      const std::function<std::uint64_t()>& random) {
  const auto format = read_folder_format(disk, from);
  if (!format) return tl::unexpected(format.error());
  if (auto begun = begin(disk, to); !begun) return begun;
  if (auto copied = copy_parts(disk, from, to, report.parts); !copied) return copied;
  if (auto copied = copy_cursors(disk, from, to, report.cursors); !copied) return copied;
  if (auto kept = keep_format_copy(disk, to, *format); !kept) return kept;
  SegmentSet set(disk, to.journal);
  if (auto loaded = set.load(format->folder_id); !loaded) return loaded;
  if (auto begun = begin_anew(disk, to, format->folder_id, set, report.last_batch + 1, random); !begun) return begun;
  return finish(disk, to, *format);
}

Result<VerifyReport> clean_report(Disk& disk, const std::string& folder) {
  auto report = verify_journal(disk, folder);
  if (report && !report->clean())
    return fail(v1::ERROR_CODE_JOURNAL_DAMAGED, fmt::format("{}: {}", folder, to_string(report->findings.front())));
  return report;
}

}  // namespace

Result<RestoreReport> restore_journal(Disk& disk, const std::string& backup, const std::string& folder,
                                      const std::function<std::uint64_t()>& random) {
  const FolderPaths from(backup), to(folder);
  if (disk.exists(from.root + "/" + archive_lock_file_name))
    return fail(v1::ERROR_CODE_JOURNAL_UNREADABLE,
                fmt::format("{} is an archive, not a backup: huying journal unarchive brings it back", from.root));
  if (disk.exists(from.journal + "/" + archive_index_name))
    return fail(v1::ERROR_CODE_ARCHIVED, fmt::format("{} is a data folder of which a part is archived: back it up first", from.root));
  if (auto fresh = must_be_new(disk, to); !fresh) return tl::unexpected(fresh.error());
  const auto source = clean_report(disk, backup);
  if (!source) return tl::unexpected(source.error());
  RestoreReport report;
  report.partition = source->partition;
  report.records = source->records;
  report.last_batch = source->last_batch;
  report.term_at_least = Term{source->last_term.value + 1 + terms_left_out};
  report.last_recorded_at = instant(source->last_recorded_at_ms);
  if (auto made = disk.make_folder(to.root); !made) return tl::unexpected(made.error());
  const auto alone = disk.lock(to.root + "/" + lock_file_name);
  if (!alone) return tl::unexpected(alone.error());
  if (auto fresh = must_be_new(disk, to); !fresh) return tl::unexpected(fresh.error());  // another may have been faster
  if (auto copied = copy_all(disk, from, to, report, random); !copied) return tl::unexpected(copied.error());
  if (const auto made = clean_report(disk, folder); !made) return tl::unexpected(made.error());
  return report;
}

}  // namespace huying::journal
