// How a folder goes on that was restored or repaired, and so lacks what was there before: in a new segment whose number
// is far greater than that of any the lost history may have had, and with a term that is. No position and no epoch of
// the lost history is ever given again; a cursor or token of it is refused (reader.h), never taken for a place in the
// new one.
#pragma once
#include <cstdint>
#include <functional>

#include "broker/journal/folder.h"
#include "broker/journal/segment_set.h"

namespace huying::journal {

inline constexpr std::uint32_t segments_left_out = 65'536;  // 4 TiB of segments of 64 MiB written since the backup
inline constexpr std::uint32_t terms_left_out = 1'000;      // starts of a broker since the backup

// Makes the new segment behind the last part of the set, whose live batches end before `first_batch` and are on disk. Its
// number is beyond that of every file in the folder, too: those of the set may be joined by some that are about to go.
Result<void> begin_anew(Disk& disk, const FolderPaths& paths, std::uint64_t folder_id, SegmentSet& set,
                        std::uint64_t first_batch, std::function<std::uint64_t()> random);

// The last segment began anew and holds no record yet: the first claim leaves terms out.
bool behind_lost_history(const SegmentSet& set, Position head);

}  // namespace huying::journal
