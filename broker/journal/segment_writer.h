// The end of the journal: the part that is written to, and how the next one begins. Owned by EmbeddedJournal, beside
// the SegmentSet that it adds to; one thread. After any error it must not be used again.
//
// A part's file gets its segment name only when its header (and, after a recovery, the batches copied into it) are
// synced: a file with a segment name always has a good header.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "broker/journal/segment_pool.h"
#include "broker/journal/segment_set.h"

namespace huying::journal {

struct WriterOptions {
  std::uint64_t folder_id = 0;
  std::uint64_t segment_bytes = 0;
  std::uint32_t alignment = alignment_bytes_min;
  std::function<std::uint64_t()> random;
};

class SegmentWriter {
 public:
  SegmentWriter(Disk& disk, std::string folder, SegmentSet& set, SegmentPool& pool, WriterOptions options)
      : disk_(disk), folder_(std::move(folder)), set_(set), pool_(pool), options_(std::move(options)) {}

  // Goes on in the last part, behind its end; only when nothing was ever written there.
  Result<void> resume();
  // A new segment for a batch of `bytes`, from the pool when it has a file and the batch fits. `skipped` numbers of
  // segments are left out before it.
  Result<void> begin_segment(std::uint64_t first_batch, std::uint64_t bytes, std::uint32_t skipped = 0);
  // A further part of the last segment, from the last part's end on: holds `batches` (whole, with padding, of any part id: they are
  // sealed anew), which are numbers first_batch to durable_through.
  Result<void> continue_segment(std::uint64_t first_batch, std::uint64_t durable_through, std::string batches);

  bool fits(std::uint64_t bytes) const;  // a batch of this length, here
  // `batch` is sealed; padding is added. Not yet synced, and not yet below the part's end.
  Result<void> write(std::string& batch);
  Result<void> sync() { return file_->sync(); }
  void advance();  // what was written is live

  std::size_t part() const { return set_.parts().size() - 1; }
  std::uint64_t offset() const { return set_.parts().back().end; }
  std::uint32_t segment() const { return set_.parts().back().header.segment; }
  std::uint64_t part_id() const { return set_.parts().back().header.id; }
  std::uint32_t seed() const { return set_.parts().back().seed; }

 private:
  PartHeader new_header(std::uint64_t first_batch, std::uint64_t durable_through);
  Result<void> make(const std::string& from_path, std::unique_ptr<File> file, const PartHeader& header, std::string_view content);
  Result<void> make_fresh(const PartHeader& header, std::string_view content);
  std::uint64_t capacity_end() const;

  Disk& disk_;
  std::string folder_;
  SegmentSet& set_;
  SegmentPool& pool_;
  WriterOptions options_;
  std::unique_ptr<File> file_;
  std::uint64_t written_bytes_ = 0;  // of the batch on its way
};

}  // namespace huying::journal
