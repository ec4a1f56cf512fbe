#include "broker/journal/mending.h"

#include <fmt/format.h>

#include <algorithm>

#include "broker/journal/remake_header.h"
#include "broker/journal/scan.h"
#include "proto/errors.h"

namespace huying::journal {
namespace {

std::string name_in(const std::string& path) { return path.substr(path.rfind('/') + 1); }

Result<std::string> read_begin(Disk& disk, const std::string& path) {
  auto file = disk.open(path, Access::read);
  if (!file) return tl::unexpected(file.error());
  std::string bytes(alignment_bytes_min, '\0');
  const auto got = (*file)->read(0, bytes.data(), bytes.size());
  if (!got) return tl::unexpected(got.error());
  bytes.resize(*got);
  return bytes;
}

std::optional<PartHeader> header_of(Disk& disk, const std::string& path, std::uint64_t folder_id) {
  const auto bytes = read_begin(disk, path);
  if (!bytes) return std::nullopt;
  const auto header = decode_part_header(*bytes);
  if (!header || header->folder_id != folder_id) return std::nullopt;
  return *header;
}

}  // namespace

Result<FolderFormat> Mending::format(std::vector<Damage>& findings) {
  auto format = read_folder_format(disk_, paths_);
  if (format || format.error().code != v1::ERROR_CODE_JOURNAL_DAMAGED) return format;
  const std::string path = paths_.root + "/" + format_file_name;
  findings.push_back({.path = path, .what = "the file `format` is missing or bad"});
  if (auto copy = read_format_copy(disk_, paths_)) {
    mended_.take_from(path, paths_.journal + "/" + format_copy_name);
    told_.push_back("the file `format` is taken from its copy in journal/");
    return copy;
  }
  if (!backup_.root.empty()) {
    if (auto held = read_folder_format(disk_, backup_)) {
      mended_.take_from(path, backup_.root + "/" + format_file_name);
      told_.push_back("the file `format` is taken from the backup");
      return held;
    }
  }
  return fail(v1::ERROR_CODE_JOURNAL_DAMAGED,
              path + " is gone, and so is its copy in journal/: without the digest key in it no request would be known "
                     "again. A backup has it: name one with --backup");
}

Result<void> Mending::parts(const FolderFormat& format) {
  const auto names = disk_.list(paths_.journal);
  if (!names) return tl::unexpected(names.error());
  for (const std::string& name : *names) {
    const auto parsed = parse_part_name(name);
    if (!parsed) continue;
    if (auto done = header(name, *parsed, format); !done) return done;
  }
  return backup_.root.empty() ? Result<void>{} : missing_parts(format);
}

Result<void> Mending::header(const std::string& name, PartName parsed, const FolderFormat& format) {
  const std::string path = paths_.journal + "/" + name;
  const auto bytes = read_begin(disk_, path);
  if (!bytes) return tl::unexpected(bytes.error());
  const auto header = decode_part_header(*bytes);
  if (header || header.error().code != v1::ERROR_CODE_JOURNAL_DAMAGED) return {};
  const auto remade = remake_part_header(disk_, path, parsed, format.folder_id);
  const auto held =
      backup_.root.empty() ? std::nullopt : header_of(disk_, backup_.journal + "/" + name, format.folder_id);
  if (held && (!remade || remade->id == held->id)) {
    mended_.patch(path, {0, encode(*held)});
    told_.push_back(fmt::format("{}: its header is taken from the backup", name));
  } else if (remade) {
    mended_.patch(path, {0, encode(*remade)});
    told_.push_back(fmt::format("{}: its header is made anew from its batches", name));
  }
  return {};
}

Result<void> Mending::missing_parts(const FolderFormat& format) {
  const auto names = disk_.list(backup_.journal);
  if (!names) return tl::unexpected(names.error());
  for (const std::string& name : *names) {
    const std::string path = paths_.journal + "/" + name;
    if (!parse_part_name(name) || disk_.exists(path)) continue;
    if (!header_of(disk_, backup_.journal + "/" + name, format.folder_id)) continue;
    mended_.take_from(path, backup_.journal + "/" + name);
    told_.push_back(fmt::format("{}: the whole file is taken from the backup", name));
  }
  return {};
}

Result<bool> Mending::batches(const FolderFormat& format, const std::vector<Damage>& damages) {
  if (backup_.root.empty()) return false;
  SegmentSet held(disk_, backup_.journal);
  if (auto loaded = held.load(format.folder_id, OnDamage::read_on); !loaded) return tl::unexpected(loaded.error());
  bool any = false;
  for (const Damage& damage : damages) {
    if (damage.number == 0) continue;
    const auto mended = from_backup(damage, held);
    if (!mended) return mended;
    any = any || *mended;
  }
  return any;
}

// The backup's whole batches from the bad one on, as far as they go, or to where the part itself goes on.
Result<bool> Mending::from_backup(const Damage& damage, SegmentSet& held) {
  const auto& parts = held.parts();
  const auto same =
      std::find_if(parts.begin(), parts.end(), [&](const Part& p) { return name_in(p.path) == name_in(damage.path); });
  const auto ours = decode_part_header(read_begin(mended_, damage.path).value_or(""));
  if (same == parts.end() || !ours || ours->id != same->header.id) return false;
  std::string bytes;
  std::uint64_t last = damage.number;
  const auto end = scan_batches(held, static_cast<std::size_t>(same - parts.begin()), damage.offset, damage.number,
                                damage.resumes_with, [&](const BatchView& batch) -> Result<void> {
                                  bytes.append(batch.bytes);
                                  bytes.resize(aligned(bytes.size(), same->header.alignment), '\0');
                                  last = batch.header.number;
                                  return {};
                                });
  if (!end) return tl::unexpected(end.error());
  if (bytes.empty()) return false;
  mended_.patch(damage.path, {damage.offset - same->header.base + same->header.alignment, std::move(bytes)});
  told_.push_back(
      fmt::format("{}: batches {} to {} are taken from the backup", name_in(damage.path), damage.number, last));
  return true;
}

}  // namespace huying::journal
