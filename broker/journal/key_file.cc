#include "broker/journal/key_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <functional>

#include "base/crc32c.h"
#include "base/encoding.h"
#include "proto/errors.h"

namespace huying::journal {
namespace {

constexpr std::string_view magic = "HYKEYS01";
constexpr std::size_t entry_bytes = 24, block_header_bytes = 8, blocks_a_read = 256;
static_assert(block_header_bytes + keys_a_block * entry_bytes <= key_block_bytes);

tl::unexpected<Error> damaged(std::string_view what) { return fail(v1::ERROR_CODE_JOURNAL_DAMAGED, std::string(what)); }

// A block that lies elsewhere than it was written is as bad as one with other bytes.
std::uint32_t block_crc(std::uint64_t number, std::string_view behind_crc) {
  char raw[sizeof number];
  std::memcpy(raw, &number, sizeof raw);
  return crc32c(behind_crc, crc32c(std::string_view(raw, sizeof raw)));
}

tl::unexpected<Error> in_file(const std::string& path, const Error& error) {
  return fail(error.code, fmt::format("{}: {}", path, error.detail));
}

// Hands out every block in order, checked.
Result<void> read_blocks(File& file, std::uint64_t keys,
                         const std::function<Result<void>(std::uint64_t, std::string_view)>& take) {
  const std::uint64_t blocks = (keys + keys_a_block - 1) / keys_a_block;
  std::string piece;
  for (std::uint64_t number = 0; number < blocks;) {
    const std::uint64_t now = std::min<std::uint64_t>(blocks_a_read, blocks - number);
    piece.resize(now * key_block_bytes);
    const auto got = file.read((1 + number) * key_block_bytes, piece.data(), piece.size());
    if (!got) return tl::unexpected(got.error());
    if (*got != piece.size()) return damaged("the file ends too early");
    for (std::uint64_t i = 0; i < now; ++i, ++number) {
      const auto block = std::string_view(piece).substr(i * key_block_bytes, key_block_bytes);
      if (auto taken = take(number, block); !taken) return taken;
    }
  }
  return {};
}

}  // namespace

std::optional<KeyFileHeader> describe_segments(const SegmentSet& set, std::uint64_t folder_id, std::uint32_t first,
                                               std::uint32_t last) {
  KeyFileHeader header{.folder_id = folder_id, .first_segment = first, .last_segment = last};
  std::string headers;
  bool begins = false, ends = false;
  for (const Part& part : set.parts()) {
    const std::uint32_t segment = part.header.segment;
    if (segment < first) continue;
    if (segment > last) {
      header.last_batch = part.header.first_batch - 1;
      header.parts = content_digest(headers);
      return begins && ends ? std::optional(header) : std::nullopt;
    }
    begins = begins || segment == first;
    ends = ends || segment == last;
    headers += encode(part.header);
  }
  return std::nullopt;
}

std::string key_file_name(const KeyFileHeader& header) {
  return fmt::format("{:08x}-{:08x}.keys", header.first_segment, header.last_segment);
}

std::optional<KeyFileName> parse_key_file_name(std::string_view name) {
  KeyFileName parsed;
  if (name.size() != 22) return std::nullopt;
  std::from_chars(name.data(), name.data() + 8, parsed.first_segment, 16);
  std::from_chars(name.data() + 9, name.data() + 17, parsed.last_segment, 16);
  KeyFileHeader header;
  header.first_segment = parsed.first_segment;
  header.last_segment = parsed.last_segment;
  if (name != key_file_name(header)) return std::nullopt;
  return parsed;
}

std::string encode(const KeyFileHeader& header) {
  std::string out(magic);
  Encoder encoder(out);
  encoder.number(format_version);
  encoder.number(header.folder_id);
  encoder.number(header.first_segment);
  encoder.number(header.last_segment);
  encoder.number(header.parts.low);
  encoder.number(header.parts.high);
  encoder.number(header.last_batch);
  encoder.number(header.keys);
  encoder.number(crc32c(out));
  out.resize(key_block_bytes, '\0');
  return out;
}

Result<KeyFileHeader> decode_key_file_header(std::string_view block) {
  Decoder decoder(block.substr(std::min(block.size(), magic.size())));
  const auto version = decoder.number<std::uint32_t>();
  KeyFileHeader header;
  header.folder_id = decoder.number<std::uint64_t>();
  header.first_segment = decoder.number<std::uint32_t>();
  header.last_segment = decoder.number<std::uint32_t>();
  header.parts.low = decoder.number<std::uint64_t>();
  header.parts.high = decoder.number<std::uint64_t>();
  header.last_batch = decoder.number<std::uint64_t>();
  header.keys = decoder.number<std::uint64_t>();
  const std::size_t covered = block.size() - decoder.left();
  const auto crc = decoder.number<std::uint32_t>();
  if (!block.starts_with(magic) || !decoder.ok() || crc != crc32c(block.substr(0, covered)))
    return damaged("the header is bad");
  if (version != format_version) return fail(v1::ERROR_CODE_JOURNAL_VERSION, fmt::format("format {}", version));
  return header;
}

std::string encode_key_block(std::uint64_t number, const std::vector<KeyEntry>& entries) {
  std::string out(sizeof(std::uint32_t), '\0');
  Encoder encoder(out);
  encoder.number(static_cast<std::uint32_t>(entries.size()));
  for (const KeyEntry& entry : entries) {
    encoder.number(entry.key.high);
    encoder.number(entry.key.low);
    encoder.number(entry.position.value);
  }
  out.resize(key_block_bytes, '\0');
  const std::uint32_t crc = block_crc(number, std::string_view(out).substr(sizeof(std::uint32_t)));
  std::memcpy(out.data(), &crc, sizeof crc);
  return out;
}

Result<std::vector<KeyEntry>> decode_key_block(std::uint64_t number, std::string_view block) {
  Decoder decoder(block);
  const auto crc = decoder.number<std::uint32_t>();
  const auto count = decoder.number<std::uint32_t>();
  if (block.size() != key_block_bytes || crc != block_crc(number, block.substr(sizeof crc)) || count == 0 ||
      count > keys_a_block) {
    return damaged(fmt::format("block {} is bad", number));
  }
  std::vector<KeyEntry> entries(count);
  for (KeyEntry& entry : entries) {
    entry.key.high = decoder.number<std::uint64_t>();
    entry.key.low = decoder.number<std::uint64_t>();
    entry.position.value = decoder.number<std::uint64_t>();
  }
  return entries;
}

Result<std::unique_ptr<KeyFile>> KeyFile::open(Disk& disk, std::string path, std::uint64_t filter_bytes_max) {
  auto file = disk.open(path, Access::read);
  if (!file) return tl::unexpected(file.error());
  std::string begin(key_block_bytes, '\0');
  const auto got = (*file)->read(0, begin.data(), begin.size());
  if (!got) return tl::unexpected(got.error());
  const auto header = decode_key_file_header(begin);
  if (!header) return in_file(path, header.error());
  KeyFilter filter(header->keys, filter_bytes_max);
  std::vector<Digest128> first_keys;
  std::uint64_t keys = 0;
  std::optional<Digest128> last;
  const auto read =
      read_blocks(**file, header->keys, [&](std::uint64_t number, std::string_view block) -> Result<void> {
        const auto entries = decode_key_block(number, block);
        if (!entries) return tl::unexpected(entries.error());
        first_keys.push_back(entries->front().key);
        for (const KeyEntry& entry : *entries) {
          if (last && !key_is_before(*last, entry.key)) return damaged(fmt::format("block {} is not sorted", number));
          last = entry.key;
          filter.add(entry.key);
        }
        keys += entries->size();
        return {};
      });
  if (!read) return in_file(path, read.error());
  if (keys != header->keys) return damaged(fmt::format("{}: {} keys, its header says {}", path, keys, header->keys));
  return std::make_unique<KeyFile>(std::move(path), std::move(*file), *header, std::move(filter),
                                   std::move(first_keys));
}

Result<std::vector<KeyEntry>> KeyFile::read_block(std::uint64_t number) {
  std::string block(key_block_bytes, '\0');
  const auto got = file_->read((1 + number) * key_block_bytes, block.data(), block.size());
  if (!got) return tl::unexpected(got.error());
  block.resize(*got);
  auto entries = decode_key_block(number, block);
  if (!entries) return in_file(path_, entries.error());
  return entries;
}

Result<std::optional<Position>> KeyFile::find(const Digest128& key) {
  if (!filter_.may_hold(key)) return std::optional<Position>{};
  const auto behind = std::upper_bound(first_keys_.begin(), first_keys_.end(), key, key_is_before);
  if (behind == first_keys_.begin()) return std::optional<Position>{};
  const auto entries = read_block(static_cast<std::uint64_t>(behind - first_keys_.begin() - 1));
  if (!entries) return tl::unexpected(entries.error());
  const auto found =
      std::lower_bound(entries->begin(), entries->end(), key,
                       [](const KeyEntry& entry, const Digest128& k) { return key_is_before(entry.key, k); });
  if (found == entries->end() || found->key != key) return std::optional<Position>{};
  return std::optional<Position>{found->position};
}

}  // namespace huying::journal
