#include "broker/journal/format.h"

#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <cstddef>
#include <cstring>

#include "base/check.h"
#include "base/crc32c.h"
#include "base/encoding.h"
#include "proto/errors.h"

namespace huying::journal {
namespace {

constexpr std::string_view part_magic = "HYSEGMT1";
constexpr std::uint32_t base_max = 0x8000'0000;  // segments have 1 GiB at most; behind it, offsets still fit into a position
constexpr std::size_t crc_end = 8;  // in batch and record headers alike, the CRC is the second word
static_assert(offsetof(BatchHeader, crc) == 4 && offsetof(RecordHeader, crc) == 4);

bool alignment_is_valid(std::uint32_t a) {
  return a >= alignment_bytes_min && a <= alignment_bytes_max && std::has_single_bit(a);
}

// The length (first word of a record, third of a batch) decides how far the CRC reaches, so it is part of it: a batch's
// lies behind the CRC; a record's is added here.
std::uint32_t record_crc(std::string_view record, std::uint32_t seed) {
  return crc32c(record.substr(crc_end), crc32c(record.substr(0, 4), seed));
}

}  // namespace

std::string encode(const PartHeader& h) {
  HUYING_CHECK(alignment_is_valid(h.alignment));
  std::string out(part_magic);
  Encoder encoder(out);
  encoder.number(format_version);
  encoder.number(h.alignment);
  encoder.number(h.id);
  encoder.number(h.folder_id);
  encoder.number(h.segment);
  encoder.number(h.part);
  encoder.number(h.base);
  encoder.number(h.skipped);
  encoder.number(h.first_batch);
  encoder.number(h.durable_through);
  encoder.number(h.prepared_bytes);
  encoder.number(crc32c(out));
  out.resize(h.alignment, '\0');
  return out;
}

Result<PartHeader> decode_part_header(std::string_view bytes) {
  Decoder decoder(bytes.substr(std::min(bytes.size(), part_magic.size())));
  const auto version = decoder.number<std::uint32_t>();
  PartHeader h;
  h.alignment = decoder.number<std::uint32_t>();
  h.id = decoder.number<std::uint64_t>();
  h.folder_id = decoder.number<std::uint64_t>();
  h.segment = decoder.number<std::uint32_t>();
  h.part = decoder.number<std::uint32_t>();
  h.base = decoder.number<std::uint32_t>();
  h.skipped = decoder.number<std::uint32_t>();
  h.first_batch = decoder.number<std::uint64_t>();
  h.durable_through = decoder.number<std::uint64_t>();
  h.prepared_bytes = decoder.number<std::uint64_t>();
  const std::size_t covered = bytes.size() - decoder.left();
  const auto crc = decoder.number<std::uint32_t>();
  if (!bytes.starts_with(part_magic) || !decoder.ok() || crc != crc32c(bytes.substr(0, covered))) {
    return fail(v1::ERROR_CODE_JOURNAL_DAMAGED, "the segment's header is bad");
  }
  if (version != format_version) {
    return fail(v1::ERROR_CODE_JOURNAL_VERSION, fmt::format("format {}, this program knows {}", version, format_version));
  }
  if (!alignment_is_valid(h.alignment) || h.segment == 0 || h.base < h.alignment || h.base % h.alignment != 0 ||
      h.base > base_max) {
    return fail(v1::ERROR_CODE_JOURNAL_DAMAGED, "the segment's header holds what no program writes");
  }
  return h;
}

std::uint32_t crc_seed(std::uint64_t part_id) {
  char raw[sizeof part_id];
  std::memcpy(raw, &part_id, sizeof raw);
  return crc32c(std::string_view(raw, sizeof raw));
}

std::optional<BatchHeader> peek_batch(std::string_view bytes, std::uint64_t part_id) {
  BatchHeader h;
  if (bytes.size() < sizeof h) return std::nullopt;
  std::memcpy(&h, bytes.data(), sizeof h);
  if (h.magic != batch_magic || h.part_id != part_id) return std::nullopt;
  if (h.length < sizeof h || h.length > batch_length_max) return std::nullopt;
  if (h.records > (h.length - sizeof h) / sizeof(RecordHeader) || h.number <= h.synced_through) return std::nullopt;
  return h;
}

bool batch_is_whole(std::string_view batch, std::uint32_t seed) {
  if (batch.size() < sizeof(BatchHeader)) return false;
  BatchHeader h;
  std::memcpy(&h, batch.data(), sizeof h);
  return h.length == batch.size() && h.crc == crc32c(batch.substr(crc_end), seed);
}

std::optional<RecordView> record_at(std::string_view batch, std::size_t offset) {
  RecordView record;
  RecordHeader& h = record.header;
  if (offset > batch.size() || batch.size() - offset < sizeof h) return std::nullopt;
  std::memcpy(&h, batch.data() + offset, sizeof h);
  if (batch.size() - offset < record_bytes(h)) return std::nullopt;
  record.keys = batch.substr(offset + sizeof h, key_bytes * (std::size_t{h.unique_keys} + h.replaceable_keys));
  record.payload = batch.substr(offset + sizeof h + record.keys.size(), h.payload_bytes);
  return record;
}

bool record_is_whole(std::string_view record, std::uint32_t seed) {
  RecordHeader h;
  if (record.size() < sizeof h) return false;
  std::memcpy(&h, record.data(), sizeof h);
  return record_bytes(h) == record.size() && h.crc == record_crc(record, seed);
}

void seal_batch(std::string& batch, std::uint32_t seed) {
  const auto length = static_cast<std::uint32_t>(batch.size());
  std::memcpy(batch.data() + offsetof(BatchHeader, length), &length, sizeof length);
  const std::uint32_t crc = crc32c(std::string_view(batch).substr(crc_end), seed);
  std::memcpy(batch.data() + offsetof(BatchHeader, crc), &crc, sizeof crc);
}

void seal_record(std::string& batch, std::size_t offset, std::uint32_t seed) {
  const std::uint32_t crc = record_crc(std::string_view(batch).substr(offset), seed);
  std::memcpy(batch.data() + offset + offsetof(RecordHeader, crc), &crc, sizeof crc);
}

void reseal_batch(char* batch, std::uint32_t length, std::uint64_t part_id, std::uint32_t seed) {
  BatchHeader h;
  std::memcpy(&h, batch, sizeof h);
  const std::string_view bytes(batch, length);
  std::size_t offset = sizeof h;
  for (std::uint32_t i = 0; i < h.records; ++i) {
    const auto record = record_at(bytes, offset);
    HUYING_CHECK(record.has_value(), "a whole batch");
    const std::uint32_t crc = record_crc(bytes.substr(offset, record->bytes()), seed);
    std::memcpy(batch + offset + offsetof(RecordHeader, crc), &crc, sizeof crc);
    offset += record->bytes();
  }
  std::memcpy(batch + offsetof(BatchHeader, part_id), &part_id, sizeof part_id);
  const std::uint32_t crc = crc32c(bytes.substr(crc_end), seed);
  std::memcpy(batch + offsetof(BatchHeader, crc), &crc, sizeof crc);
}

std::string part_name(std::uint32_t segment, std::uint32_t part) { return fmt::format("{:08x}-{:04x}.segment", segment, part); }

std::optional<PartName> parse_part_name(std::string_view name) {
  PartName parsed;
  if (name.size() < 13) return std::nullopt;
  std::from_chars(name.data(), name.data() + 8, parsed.segment, 16);
  std::from_chars(name.data() + 9, name.data() + 13, parsed.part, 16);
  if (name != part_name(parsed.segment, parsed.part)) return std::nullopt;
  return parsed;
}

}  // namespace huying::journal
