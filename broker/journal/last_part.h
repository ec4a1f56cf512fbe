// How far the last part of a journal goes: its whole batches, and which of them are proven to be on disk. For who looks
// at a folder beside a running broker. Reads only; one thread.
#pragma once
#include <cstdint>

#include "broker/journal/segment_set.h"

namespace huying::journal {

struct LastPart {
  std::uint64_t last_number = 0, proven_through = 0;  // as recovery.h has them
  std::uint64_t last_with_records = 0;                // a mark behind it only proves it; nothing proves the mark
  std::uint64_t end = 0, proven_end = 0;              // offsets in the segment, behind those batches
  std::int64_t proven_recorded_at_ms = 0;             // of the last proven batch; 0: none in this part
};
// Of the last part of the set. A batch that is being written just now is not whole yet.
Result<LastPart> inspect_last_part(SegmentSet& set);
// The same of any part; what lies behind `stop_before` belongs to the next one (0: nothing does).
Result<LastPart> inspect_part(SegmentSet& set, std::size_t part, std::uint64_t stop_before);

}  // namespace huying::journal
