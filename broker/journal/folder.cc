#include "broker/journal/folder.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/crc32c.h"
#include "base/encoding.h"
#include "broker/journal/format.h"
#include "broker/journal/lost_segments.h"
#include "proto/errors.h"

namespace huying::journal {
namespace {

constexpr std::string_view magic = "HYFOLDR1";
constexpr std::size_t format_bytes_max = 4096;

bool holds_segments(Disk& disk, const FolderPaths& paths) {
  const auto names = disk.list(paths.journal);
  if (!names) return false;
  return std::any_of(names->begin(), names->end(),
                     [](const std::string& name) { return parse_part_name(name).has_value(); });
}

std::optional<FolderFormat> from_segments(Disk& disk, const FolderPaths& paths) {
  const auto names = disk.list(paths.journal);
  if (!names) return std::nullopt;
  for (const std::string& name : *names) {
    if (!parse_part_name(name)) continue;
    auto file = disk.open(paths.journal + "/" + name, Access::read);
    std::string bytes(alignment_bytes_min, '\0');
    if (!file || !(*file)->read(0, bytes.data(), bytes.size())) continue;
    const auto header = decode_part_header(bytes);
    if (header) return FolderFormat{.folder_id = header->folder_id};
  }
  return std::nullopt;
}

}  // namespace

std::string encode(const FolderFormat& format) {
  std::string out(magic);
  Encoder encoder(out);
  encoder.number(format_version);
  encoder.number(format.folder_id);
  encoder.bytes({reinterpret_cast<const char*>(format.digest_key.data()), format.digest_key.size()});
  encoder.bytes(format.partition);
  encoder.number(crc32c(out));
  return out;
}

Result<FolderFormat> decode_folder_format(std::string_view bytes) {
  Decoder decoder(bytes.substr(std::min(bytes.size(), magic.size())));
  FolderFormat format;
  const auto version = decoder.number<std::uint32_t>();
  format.folder_id = decoder.number<std::uint64_t>();
  const auto key = decoder.bytes();
  format.partition = decoder.bytes();
  const std::size_t covered = bytes.size() - decoder.left();
  const auto crc = decoder.number<std::uint32_t>();
  if (!bytes.starts_with(magic) || !decoder.at_end() || crc != crc32c(bytes.substr(0, covered)) ||
      key.size() != format.digest_key.size()) {
    return fail(v1::ERROR_CODE_JOURNAL_DAMAGED, "the file `format` is bad");
  }
  if (version != format_version) {
    return fail(v1::ERROR_CODE_JOURNAL_VERSION, fmt::format("format {}, this program knows {}", version, format_version));
  }
  std::copy(key.begin(), key.end(), format.digest_key.begin());
  return format;
}

Result<void> must_be_restored(Disk& disk, const FolderPaths& paths) {
  if (!disk.exists(paths.root + "/" + unfinished_restore_name)) return {};
  return fail(v1::ERROR_CODE_JOURNAL_UNREADABLE,
              fmt::format("a restore into {} broke off: run the same huying journal restore again", paths.root));
}

Result<FolderFormat> read_folder_format(Disk& disk, const FolderPaths& paths, OnDamage on_damage) {
  if (auto whole = must_be_restored(disk, paths); !whole) return tl::unexpected(whole.error());
  const std::string path = paths.root + "/" + format_file_name;
  const auto from_copy = [&](const Error& error) -> Result<FolderFormat> {
    if (on_damage == OnDamage::stop) return tl::unexpected(error);
    if (auto copy = read_format_copy(disk, paths)) return copy;
    if (auto format = from_segments(disk, paths)) return *format;
    return tl::unexpected(error);
  };
  if (!disk.exists(path)) {
    const auto lost = lost_segments(disk, paths);
    if (!lost) return tl::unexpected(lost.error());
    if (holds_segments(disk, paths) || *lost)
      return from_copy(Error{v1::ERROR_CODE_JOURNAL_DAMAGED, fmt::format("{} is missing", path)});
    if (const auto seen = disk.list(paths.root); !seen) return tl::unexpected(seen.error());  // not ours to read
    return fail(v1::ERROR_CODE_JOURNAL_UNREADABLE, fmt::format("{}: there is no journal here", path));
  }
  const auto bytes = read_file(disk, path, format_bytes_max);
  if (!bytes) return tl::unexpected(bytes.error());
  auto format = decode_folder_format(*bytes);
  if (!format && format.error().code == v1::ERROR_CODE_JOURNAL_DAMAGED) return from_copy(format.error());
  return format;
}

Result<FolderFormat> read_format_copy(Disk& disk, const FolderPaths& paths) {
  const auto bytes = read_file(disk, paths.journal + "/" + format_copy_name, format_bytes_max);
  if (!bytes) return tl::unexpected(bytes.error());
  return decode_folder_format(*bytes);
}

Result<void> keep_format_copy(Disk& disk, const FolderPaths& paths, const FolderFormat& format) {
  const auto kept = read_format_copy(disk, paths);
  if (kept && encode(*kept) == encode(format)) return {};
  return replace_file(disk, paths.journal, format_copy_name, encode(format), Durability::bytes_and_name);
}

}  // namespace huying::journal
