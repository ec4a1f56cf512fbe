// What a start must know of a sealed segment, in a file beside it, so that it need not read the segment: where its parts end,
// some of its batches, and the position of each record by stream. A cache: everything in it can be read from the segment, and
// one that is missing, bad or of another segment is made anew from it. docs/journal-format.md, Sealed segments.
//
// In memory: landmarks, and about 24 bytes a stream that has records there. Positions are read block by block when somebody
// asks for an old record of a stream. Pure but for the disk; one thread. Errors: those of disk.h; JOURNAL_DAMAGED.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/ids.h"
#include "broker/journal/disk.h"

namespace huying::journal {

struct SegmentIndex {
  struct Landmark {
    std::uint64_t batch = 0;  // position
    std::int64_t recorded_at_ms = 0;
  };
  struct Stream {
    StreamId stream;
    std::uint64_t first_sequence = 0;
    std::uint32_t records = 0, last_offset = 0;  // of the last of them, in the segment
  };

  std::uint64_t folder_id = 0;
  std::uint32_t segment = 0;
  Digest128 parts;                    // of the headers of all its parts: of these files and no others
  std::uint64_t last_batch = 0;       // number of its last one
  std::uint64_t last_batch_at = 0;    // position; 0: it has none
  std::uint64_t head = 0;             // where a record behind its last one would begin; 0: it has none
  std::int64_t last_recorded_at_ms = 0;
  std::uint32_t last_term = 0;        // greatest claimed in it or before
  std::vector<std::uint64_t> part_ends;
  std::vector<Landmark> landmarks;
  std::vector<Stream> streams;        // by number
};

std::string segment_index_name(std::uint32_t segment);  // "00000001.index"
std::optional<std::uint32_t> parse_segment_index_name(std::string_view name);

// The head of the file: everything but the positions, which follow in blocks, in the order of `streams`.
std::string encode(const SegmentIndex& index);  // whole blocks
Result<SegmentIndex> decode_segment_index(std::string_view bytes, std::uint64_t* head_bytes);

inline constexpr std::size_t index_block_bytes = 4096, positions_a_block = (index_block_bytes - 4) / 4;
std::string encode_position_blocks(const std::vector<std::uint32_t>& offsets);
// Offsets in the segment of one block. JOURNAL_DAMAGED.
Result<std::vector<std::uint32_t>> decode_position_block(std::uint64_t number, std::string_view block);

}  // namespace huying::journal
