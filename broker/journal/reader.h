// Reading live batches and records. Owned by EmbeddedJournal; one thread. What is read is checked again (CRC), though
// it was checked when it was written and when the folder was opened: JOURNAL_DAMAGED when it changed since.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "broker/journal/journal.h"
#include "broker/journal/segment_index.h"
#include "broker/journal/segment_set.h"

namespace huying::journal {

class Reader {
 public:
  explicit Reader(SegmentSet& set) : set_(set) {}

  // Told of every live batch in order, when the folder is opened and at each append.
  void on_batch(std::size_t part, std::uint64_t offset, const BatchHeader& header);
  // The bytes of the batch told of last, while the caller keeps them; empty: gone.
  void remember_last(std::string_view bytes) { last_bytes_ = bytes; }
  // What an index file says of a whole segment, in place of its batches. The ends of its parts are known.
  void restore(const SegmentIndex& index);
  std::vector<SegmentIndex::Landmark> landmarks_of(std::uint32_t segment) const;
  void skip_gaps(std::map<Position, std::uint64_t> gaps) { gaps_ = std::move(gaps); }

  // CURSOR_BEYOND_JOURNAL: `from` lies behind the head, or where a restore or repair left segment numbers out.
  Result<void> read(Position from, const RecordSink& sink);
  Result<Sink> read_at(Position position, const RecordSink& sink);
  Result<std::optional<Position>> at_time(std::int64_t from_ms);  // nullopt: behind everything
  Position head() const { return head_; }
  // When the last batch in an archive was recorded, or somewhat later; nullopt: there is none. What came later is here.
  std::optional<std::int64_t> archived_until_ms() const { return archived_until_ms_; }

 private:
  struct Place {
    std::size_t part = 0;
    std::uint64_t offset = 0;
  };
  struct Landmark {
    Position batch;
    std::int64_t recorded_at_ms = 0;
  };
  static constexpr std::uint64_t batches_a_landmark = 16;

  Place place_of(Position batch) const;
  Result<void> check_history(Position from) const;
  bool at_end(Place& place) const;                // else `place` is a batch's, moved to the next part if need be
  Place after(Place place, const BatchHeader& header) const;
  Result<BatchHeader> header_at(Place place);
  Result<std::string_view> batch_at(Place place, const BatchHeader& header);
  Result<Sink> deliver(Place place, const BatchHeader& header, Position from, const RecordSink& sink);
  tl::unexpected<Error> changed(Place place, const char* what) const;

  SegmentSet& set_;
  std::vector<Landmark> landmarks_;
  std::optional<std::int64_t> archived_until_ms_;
  std::optional<Position> first_here_;  // batch behind the archived ones
  std::uint64_t batches_ = 0;
  Position head_ = make_position(1, alignment_bytes_min + sizeof(BatchHeader));
  Place last_place_;
  std::string_view last_bytes_;
  std::string header_bytes_, record_bytes_;
  std::map<Position, std::uint64_t> gaps_;
};

}  // namespace huying::journal
