// The index files of a folder's sealed segments (segment_index.h): a start takes from them what it would else read whole
// segments for, and old records of a stream are found by them. Owned by EmbeddedJournal; one thread.
//
// They are made while the broker is idle, one segment a time, and cover segments from the first on without a gap; until one
// is there its positions are in memory (stream_index.h), as they are after a start that found no good file for a segment. Errors:
// those of disk.h; JOURNAL_DAMAGED when a file reads otherwise than it was written.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/journal/reader.h"
#include "broker/journal/segment_index.h"
#include "broker/journal/segment_set.h"
#include "broker/journal/stream_index.h"

namespace huying::journal {

class SegmentIndexes {
 public:
  SegmentIndexes(Disk& disk, std::string folder) : disk_(disk), folder_(std::move(folder)) {}

  // Takes the files that fit the set, of segments up to `through`; reads their heads only. Tells the set where its parts end,
  // and the reader and the index of streams what they need. The headers of the set are loaded.
  Result<void> load(SegmentSet& set, std::uint64_t folder_id, std::uint32_t through, Reader& reader, StreamIndex& streams);
  bool covers(std::uint32_t segment) const { return segment <= covered_through_; }
  std::uint32_t covered_through() const { return covered_through_; }
  // As of the end of what is covered.
  std::int64_t last_recorded_at_ms() const { return base_.last_recorded_at_ms; }
  std::uint32_t last_term() const { return base_.last_term; }

  // Told of every batch of a segment that is not covered, in order; `head` behind its last record, if it has any.
  void on_batch(Position batch, std::int64_t recorded_at_ms, std::optional<Position> head, std::uint32_t last_term);

  // Makes the file of the first sealed segment that is not covered, and takes its positions out of memory. False: there is
  // none, or it is larger than `room_bytes`.
  Result<bool> write_next(const SegmentSet& set, std::uint64_t room_bytes, const Reader& reader, StreamIndex& streams);

  // Of a record whose position is in a file. Of a file that went bad since, from the segment; the file is removed.
  Result<Position> position_of(SegmentSet& set, StreamId stream, Sequence sequence);

  // Something covered is not what it was: the next start reads every segment.
  void remove_all();

 private:
  struct Facts {  // as of the end of a segment
    std::uint64_t last_batch_at = 0, head = 0;
    std::int64_t last_recorded_at_ms = 0;
    std::uint32_t last_term = 0;
  };
  struct Piece {
    std::uint64_t first_sequence = 0;
    std::uint32_t segment = 0, first_index = 0;  // among the positions of the file
  };
  struct Block {
    std::uint32_t segment = 0;
    std::uint64_t number = 0;
    std::vector<std::uint32_t> offsets;
  };

  std::string path_of(std::uint32_t segment) const { return folder_ + "/" + segment_index_name(segment); }
  std::optional<SegmentIndex> read_head(const SegmentSet& set, std::uint32_t segment, std::uint64_t& head_bytes);
  bool continues(const SegmentIndex& index, const StreamIndex& streams) const;
  void take(const SegmentIndex& index, std::uint64_t head_bytes);
  SegmentIndex describe(const SegmentSet& set, std::uint32_t segment, const Reader& reader) const;
  Result<const std::vector<std::uint32_t>*> block_of(std::uint32_t segment, std::uint64_t number);
  Result<void> reread(SegmentSet& set, std::uint32_t segment);

  Disk& disk_;
  std::string folder_;
  std::uint64_t folder_id_ = 0;
  std::uint32_t covered_through_ = 0;
  Facts base_;
  std::map<std::uint32_t, Facts> facts_;  // of segments that are not covered
  std::map<std::uint32_t, std::uint64_t> head_bytes_;  // of the files
  absl::flat_hash_map<StreamId, std::vector<Piece>> pieces_;
  std::map<std::uint32_t, std::vector<std::uint32_t>> reread_;  // offsets of segments whose file went bad
  Block block_;  // read last: who reads old records reads many
};

// Of segments that are not the last, each once, in order.
std::vector<std::uint32_t> sealed_segments(const SegmentSet& set);

}  // namespace huying::journal
