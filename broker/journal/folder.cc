#include "broker/journal/folder.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/crc32c.h"
#include "base/encoding.h"
#include "broker/journal/format.h"
#include "proto/errors.h"

namespace huying::journal {
namespace {

constexpr std::string_view magic = "HYFOLDR1";
constexpr std::size_t format_bytes_max = 4096;

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

Result<FolderFormat> read_folder_format(Disk& disk, const FolderPaths& paths) {
  const std::string path = paths.root + "/" + format_file_name;
  if (!disk.exists(path)) return fail(v1::ERROR_CODE_JOURNAL_UNREADABLE, fmt::format("{}: there is no journal here", path));
  const auto bytes = read_file(disk, path, format_bytes_max);
  if (!bytes) return tl::unexpected(bytes.error());
  return decode_folder_format(*bytes);
}

}  // namespace huying::journal
