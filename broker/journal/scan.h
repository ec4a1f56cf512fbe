// Walking the batches of one part, and looking at what lies behind them. Changes nothing; one thread.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>

#include "broker/journal/segment_set.h"

namespace huying::journal {

// A whole batch; the views live until the sink returns.
struct BatchView {
  BatchHeader header;
  std::size_t part = 0;
  std::uint64_t offset = 0;
  std::string_view bytes;
};
using BatchSink = std::function<Result<void>(const BatchView&)>;

struct ScanEnd {
  std::uint64_t offset = 0;        // of the first batch that was not walked
  std::uint64_t next_number = 0;   // that it should have
  bool at_stop = false;            // next_number is where the next part takes over
};

// From `offset` on, batches numbered from `number` without gaps, before `stop_before` (0: no stop).
Result<ScanEnd> scan_batches(SegmentSet& set, std::size_t part, std::uint64_t offset, std::uint64_t number,
                             std::uint64_t stop_before, const BatchSink& sink);

struct Tail {
  std::optional<std::uint64_t> next_whole;  // offset of the first whole batch behind
  std::uint64_t next_number = 0;            // its number
  std::uint64_t proven_through = 0;         // greatest synced_through of the whole batches there
  bool blank = true;                        // every byte is 0
};
// What lies from `offset` to the end of the file. Stops early when a batch proves `expected` durable.
Result<Tail> inspect_tail(SegmentSet& set, std::size_t part, std::uint64_t offset, std::uint64_t expected);

// Calls `sink(view, offset in the batch)` for each record; false when the batch's inside is broken.
template <class Visitor>
bool visit_records(std::string_view batch, std::uint32_t records, Visitor&& visitor) {
  std::size_t offset = sizeof(BatchHeader);
  for (std::uint32_t i = 0; i < records; ++i) {
    const auto record = record_at(batch, offset);
    if (!record || record->header.batch_distance != offset) return false;
    visitor(*record, offset);
    offset += record->bytes();
  }
  return offset == batch.size();
}

}  // namespace huying::journal
