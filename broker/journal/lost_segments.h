// A folder whose segments are all gone, told by what lies beside them. Opened like a new one, it would give numbers and
// positions a second time. Changes nothing; one thread.
#pragma once
#include <optional>

#include "broker/journal/folder.h"

namespace huying::journal {

// Proof is what gets its name only when the first segment has one on the disk: checkpoints, cursors, and the key, index and
// request files of sealed segments. The file `format`, its copy, LOCK and the pool come before it, and an empty file says
// nothing. None in a folder that holds any segment, be it a bad one: what is wrong there is told otherwise.
Result<std::optional<Damage>> lost_segments(Disk& disk, const FolderPaths& paths);

}  // namespace huying::journal
