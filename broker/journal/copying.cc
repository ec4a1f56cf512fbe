#include "broker/journal/copying.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <functional>

#include "base/crc32c.h"
#include "base/limits.h"
#include "proto/errors.h"

namespace huying::journal {
namespace {

constexpr std::uint64_t piece_bytes = 1 * limits::MiB;
constexpr std::size_t small_file_bytes_max = 64 * limits::MiB;  // a file of cursors, at most

void apply(const std::vector<Patch>& patches, std::uint64_t begin, std::string& piece) {
  for (const Patch& patch : patches) {
    const std::uint64_t first = std::max(begin, patch.offset);
    const std::uint64_t last = std::min(begin + piece.size(), patch.offset + patch.bytes.size());
    if (first < last)
      std::memcpy(piece.data() + (first - begin), patch.bytes.data() + (first - patch.offset), last - first);
  }
}

// Hands out the copy as it shall be, piece by piece.
Result<void> for_each_piece(File& from, const CopyPlan& plan,
                            const std::function<Result<void>(std::uint64_t, std::string_view)>& take) {
  std::string piece;
  for (std::uint64_t at = 0; at < plan.bytes; at += piece.size()) {
    piece.assign(std::min(piece_bytes, plan.bytes - at), '\0');
    const auto got = from.read(at, piece.data(), piece.size());  // what it lacks is blank, or a patch brings it
    if (!got) return tl::unexpected(got.error());
    apply(plan.patches, at, piece);
    if (auto taken = take(at, piece); !taken) return taken;
  }
  return {};
}

Result<void> write_blank_to(File& file, const CopyPlan& plan) {
  if (plan.size <= plan.bytes) return {};
  return file.write(plan.size - 1, std::string_view("\0", 1));
}

Result<void> compare(File& copy, const CopyPlan& plan, std::uint32_t expected, const std::string& path) {
  std::uint32_t crc = 0;
  std::string piece;
  for (std::uint64_t at = 0; at < plan.bytes; at += piece.size()) {
    piece.assign(std::min(piece_bytes, plan.bytes - at), '\0');
    const auto got = copy.read(at, piece.data(), piece.size());
    if (!got) return tl::unexpected(got.error());
    crc = crc32c(piece, crc);
  }
  if (crc != expected)
    return fail(v1::ERROR_CODE_JOURNAL_WRITE_FAILED, fmt::format("{} reads back otherwise than it was written", path));
  return {};
}

}  // namespace

Result<CopyPlan> whole_file(Disk& disk, const std::string& from) {
  auto file = disk.open(from, Access::read);
  if (!file) return tl::unexpected(file.error());
  const auto size = (*file)->size();
  if (!size) return tl::unexpected(size.error());
  return CopyPlan{from, *size, *size, {}};
}

Result<void> copy_file(Disk& disk, const CopyPlan& plan, const std::string& folder, const std::string& name) {
  auto from = disk.open(plan.from, Access::read);
  if (!from) return tl::unexpected(from.error());
  const std::string path = folder + "/" + name, beside = path + std::string(temporary_suffix);
  auto copy = disk.open(beside, Access::create);
  if (!copy) return tl::unexpected(copy.error());
  std::uint32_t crc = 0;
  auto written = for_each_piece(**from, plan, [&](std::uint64_t at, std::string_view piece) {
    crc = crc32c(piece, crc);
    return (*copy)->write(at, piece);
  });
  if (!written) return written;
  if (auto blank = write_blank_to(**copy, plan); !blank) return blank;
  if (auto synced = (*copy)->sync(); !synced) return synced;
  if (auto same = compare(**copy, plan, crc, beside); !same) return same;
  if (auto named = disk.rename(beside, path); !named) return named;
  return disk.sync_folder(folder);
}

Result<std::map<std::string, std::string>> read_files(Disk& disk, const std::string& folder) {
  const auto names = disk.list(folder);
  if (!names) return tl::unexpected(names.error());
  std::map<std::string, std::string> files;
  for (const std::string& name : *names) {
    if (name.ends_with(temporary_suffix)) continue;
    if (auto bytes = read_file(disk, folder + "/" + name, small_file_bytes_max)) files[name] = std::move(*bytes);
  }
  return files;
}

Result<void> move_file(Disk& disk, const std::string& from_folder, const std::string& to_folder,
                       const std::string& name) {
  if (auto moved = disk.rename(from_folder + "/" + name, to_folder + "/" + name); !moved) return moved;
  if (auto synced = disk.sync_folder(to_folder); !synced) return synced;
  return disk.sync_folder(from_folder);
}

}  // namespace huying::journal
