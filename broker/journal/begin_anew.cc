#include "broker/journal/begin_anew.h"

#include <algorithm>

#include "base/random.h"
#include "broker/journal/segment_writer.h"

namespace huying::journal {

Result<void> begin_anew(Disk& disk, const FolderPaths& paths, std::uint64_t folder_id, SegmentSet& set,
                        std::uint64_t first_batch, std::function<std::uint64_t()> random) {
  SegmentPool no_pool(disk, paths.journal, limits::segment_bytes, 0);
  const auto names = disk.list(paths.journal);
  if (!names) return tl::unexpected(names.error());
  const std::uint32_t last = set.parts().empty() ? 0 : set.parts().back().header.segment;
  std::uint32_t last_seen = last;
  for (const std::string& name : *names) {
    if (const auto parsed = parse_part_name(name)) last_seen = std::max(last_seen, parsed->segment);
  }
  if (!random) random = random_nonce;
  SegmentWriter writer(disk, paths.journal, set, no_pool,
                       {folder_id, limits::segment_bytes, alignment_bytes_min, std::move(random)});
  return writer.begin_segment(first_batch, 0, last_seen - last + segments_left_out);
}

bool behind_lost_history(const SegmentSet& set, Position head) {
  for (auto part = set.parts().rbegin(); part != set.parts().rend(); ++part) {
    if (part->header.part != 0) continue;
    return part->header.skipped != 0 && segment_of(head) < part->header.segment;
  }
  return false;
}

}  // namespace huying::journal
