#include "broker/journal/archive_index.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/crc32c.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "proto/errors.h"

namespace huying::journal {
namespace {

constexpr std::string_view magic = "HYARCHV1";
constexpr std::size_t header_bytes = 76;  // of a part; padding follows in its file
constexpr std::size_t index_bytes_max = 64 * limits::MiB;

}  // namespace

std::string encode(const ArchiveIndex& index) {
  std::string out(magic);
  Encoder encoder(out);
  encoder.number(format_version);
  encoder.number(index.folder_id);
  encoder.number(static_cast<std::uint32_t>(index.parts.size()));
  for (const ArchivedPart& part : index.parts) {
    encoder.bytes(encode(part.header).substr(0, header_bytes));
    encoder.number(part.bytes);
    encoder.number(part.crc);
    encoder.bytes(part.archive);
  }
  encoder.number(crc32c(out));
  return out;
}

Result<ArchiveIndex> decode_archive_index(std::string_view bytes) {
  const auto bad = [] {
    return fail(v1::ERROR_CODE_JOURNAL_DAMAGED, fmt::format("the file {} is bad", archive_index_name));
  };
  if (!bytes.starts_with(magic) || bytes.size() < magic.size() + sizeof(std::uint32_t)) return bad();
  const auto covered = bytes.substr(0, bytes.size() - sizeof(std::uint32_t));
  Decoder crc(bytes.substr(covered.size()));
  if (crc.number<std::uint32_t>() != crc32c(covered)) return bad();
  Decoder decoder(covered.substr(magic.size()));
  const auto version = decoder.number<std::uint32_t>();
  if (version != format_version)
    return fail(v1::ERROR_CODE_JOURNAL_VERSION, fmt::format("format {}, this program knows {}", version, format_version));
  ArchiveIndex index;
  index.folder_id = decoder.number<std::uint64_t>();
  const auto parts = decoder.number<std::uint32_t>();
  for (std::uint32_t i = 0; i < parts && decoder.ok(); ++i) {
    ArchivedPart part;
    const auto header = decode_part_header(decoder.bytes());
    if (!header) return tl::unexpected(header.error());
    part.header = *header;
    part.bytes = decoder.number<std::uint64_t>();
    part.crc = decoder.number<std::uint32_t>();
    part.archive = decoder.bytes();
    index.parts.push_back(std::move(part));
  }
  if (!decoder.at_end()) return bad();
  return index;
}

Result<ArchiveIndex> read_archive_index(Disk& disk, const std::string& journal_folder) {
  const std::string path = journal_folder + "/" + archive_index_name;
  if (!disk.exists(path)) return ArchiveIndex{};
  const auto bytes = read_file(disk, path, index_bytes_max);
  if (!bytes) return tl::unexpected(bytes.error());
  auto index = decode_archive_index(*bytes);
  if (!index) return fail(index.error().code, fmt::format("{}: {}", path, index.error().detail));
  return index;
}

std::string path_in_archive(const ArchivedPart& part) {
  return part.archive + "/journal/" + part_name(part.header.segment, part.header.part);
}

std::string archive_remedy(const std::string& data_folder, const std::string& archive) {
  return fmt::format("huying journal unarchive --data {} --from {} brings it back while no broker has the folder",
                     data_folder, archive);
}

}  // namespace huying::journal
