#include "broker/journal/last_part.h"

#include <algorithm>
#include <vector>

#include "broker/journal/scan.h"

namespace huying::journal {

Result<LastPart> inspect_part(SegmentSet& set, std::size_t part, std::uint64_t stop_before) {
  struct Batch {
    std::uint64_t number, end;
    std::int64_t recorded_at_ms;
  };
  const PartHeader header = set.parts()[part].header;
  LastPart found;
  found.proven_through = header.durable_through;
  found.last_number = found.last_with_records = header.first_batch - 1;
  std::vector<Batch> batches;
  set.forget_window();  // the file may have grown since
  const auto end = scan_batches(
      set, part, header.base, header.first_batch, stop_before, [&](const BatchView& batch) -> Result<void> {
        found.proven_through = std::max(found.proven_through, batch.header.synced_through);
        found.last_number = batch.header.number;
        if (batch.header.records != 0) found.last_with_records = batch.header.number;
        batches.push_back({batch.header.number, behind(set.parts()[part], batch.offset, batch.header.length),
                           batch.header.recorded_at_ms});
        return {};
      });
  if (!end) return tl::unexpected(end.error());
  found.end = end->offset;
  found.proven_end = header.base;
  for (const Batch& batch : batches) {
    if (batch.number > found.proven_through) break;
    found.proven_end = batch.end;
    found.proven_recorded_at_ms = batch.recorded_at_ms;
  }
  found.proven_through = std::min(found.proven_through, found.last_number);
  set.forget_window();
  return found;
}

Result<LastPart> inspect_last_part(SegmentSet& set) { return inspect_part(set, set.parts().size() - 1, 0); }

}  // namespace huying::journal
