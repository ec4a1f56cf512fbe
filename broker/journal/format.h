// The bytes of a segment file: headers, their checks, and nothing else (docs/journal-format.md gives grammar, example
// and drawbacks). Pure; any thread. Structures lie on disk as they lie in memory, little-endian.
//
// A segment is one file, or more: after a crash the proven part of a segment is continued by a further *part*, a file
// of its own, so that no byte that might be on disk is overwritten and no position changes.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/limits.h"
#include "base/result.h"

namespace huying::journal {

inline constexpr std::uint32_t format_version = 1;
inline constexpr std::uint32_t alignment_bytes_min = 512;        // a sector: the least that a disk writes whole
inline constexpr std::uint32_t alignment_bytes_max = 64 * 1024;
// The broker keeps to limits::batch_bytes_max; the format leaves it room for headers and for a last large item.
inline constexpr std::uint32_t batch_length_max = 4 * limits::batch_bytes_max;

struct PartHeader {
  std::uint32_t segment = 0;     // index from 1
  std::uint32_t part = 0;        // 0: the segment's own file; n: continues it after the n-th recovery inside it
  std::uint32_t base = 0;        // offset in the segment of this part's first batch
  std::uint32_t alignment = alignment_bytes_min;  // batches begin at multiples of it; the header fills the first
  std::uint64_t id = 0;          // random, mixed into every CRC of the file: bytes of another life never parse
  std::uint64_t folder_id = 0;
  std::uint64_t first_batch = 0; // number; whatever an earlier part holds from this number on is void
  std::uint64_t durable_through = 0;  // every batch up to this number is on disk: the first of later proofs
  std::uint64_t prepared_bytes = 0;   // size of the zero-filled file; 0: it grows
  std::uint32_t skipped = 0;     // segment numbers left out before this one: a restore or repair began anew here
  friend bool operator==(const PartHeader&, const PartHeader&) = default;
};
std::string encode(const PartHeader& header);                   // exactly `alignment` bytes
Result<PartHeader> decode_part_header(std::string_view bytes);  // JOURNAL_DAMAGED, JOURNAL_VERSION

// 48 bytes at a multiple of the alignment. `length` counts header and records, not the padding behind them.
struct BatchHeader {
  std::uint32_t magic = 0;
  std::uint32_t crc = 0;          // CRC-32C, seeded with the part's id, of everything behind this field
  std::uint32_t length = 0;
  std::uint32_t records = 0;      // 0: a mark, which only proves what came before
  std::uint64_t number = 0;       // contiguous in the journal, from 1
  std::uint64_t synced_through = 0;  // greatest batch number known durable when this one was written
  std::int64_t recorded_at_ms = 0;   // never goes back
  std::uint64_t part_id = 0;
};
static_assert(sizeof(BatchHeader) == 48);

// 48 bytes, then keys (16 bytes each, unique ones first), then the payload. Not aligned.
struct RecordHeader {
  std::uint32_t payload_bytes = 0;
  std::uint32_t crc = 0;            // as the batch's, of everything of this record behind this field
  std::uint32_t stream = 0;
  std::uint16_t kind = 0;
  std::uint16_t flags = 0;          // record_begins_item
  std::uint64_t sequence = 0;       // contiguous in its stream, from 1
  std::uint32_t term = 0, grant = 0;  // the epoch
  std::uint64_t previous = 0;       // position of the stream's record before; 0: the first
  std::uint32_t batch_distance = 0; // from the batch's first byte to this one
  std::uint16_t unique_keys = 0, replaceable_keys = 0;
};
static_assert(sizeof(RecordHeader) == 48);
inline constexpr std::uint16_t record_begins_item = 1;
inline constexpr std::size_t key_bytes = 16;

constexpr Position make_position(std::uint32_t segment, std::uint32_t offset) {
  return Position{std::uint64_t{segment} << 32 | offset};
}
constexpr std::uint32_t segment_of(Position p) { return static_cast<std::uint32_t>(p.value >> 32); }
constexpr std::uint32_t offset_of(Position p) { return static_cast<std::uint32_t>(p.value); }
constexpr std::uint64_t aligned(std::uint64_t bytes, std::uint32_t alignment) {
  return (bytes + alignment - 1) / alignment * alignment;
}

// What every CRC of a part begins with.
std::uint32_t crc_seed(std::uint64_t part_id);

// The first 48 bytes could begin a batch of this part: magic, id and bounds are right. The CRC is not asked.
std::optional<BatchHeader> peek_batch(std::string_view bytes, std::uint64_t part_id);
// The whole batch (`length` bytes) is what was written.
bool batch_is_whole(std::string_view batch, std::uint32_t seed);

// A record inside `batch`; views into it.
struct RecordView {
  RecordHeader header;
  std::string_view keys, payload;
  std::size_t bytes() const { return sizeof header + keys.size() + payload.size(); }
};
std::optional<RecordView> record_at(std::string_view batch, std::size_t offset);  // nullopt: does not fit
bool record_is_whole(std::string_view record, std::uint32_t seed);
constexpr std::size_t record_bytes(const RecordHeader& h) {
  return sizeof h + key_bytes * (std::size_t{h.unique_keys} + h.replaceable_keys) + h.payload_bytes;
}

// Completes a batch in place: `batch` begins with a header whose other fields are set.
void seal_batch(std::string& batch, std::uint32_t seed);
// The same for one record that begins at `offset` and is the last.
void seal_record(std::string& batch, std::size_t offset, std::uint32_t seed);
// For a copy in another part: its id and the CRCs that follow from it. Positions, numbers and content stay.
void reseal_batch(char* batch, std::uint32_t length, std::uint64_t part_id, std::uint32_t seed);
inline constexpr std::uint32_t batch_magic = 0x31425948;  // "HYB1"

// File names: "00000001-0000.segment".
std::string part_name(std::uint32_t segment, std::uint32_t part);
struct PartName {
  std::uint32_t segment = 0, part = 0;
  friend auto operator<=>(const PartName&, const PartName&) = default;
};
std::optional<PartName> parse_part_name(std::string_view name);

}  // namespace huying::journal
