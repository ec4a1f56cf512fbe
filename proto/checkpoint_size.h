// How large a cell's state may be to travel as a checkpoint: StoreCheckpoint and Lease are one frame each, and a state
// has no parts. A larger one has no checkpoint; its cell is folded from the start (docs/protocol.md, Checkpoints).
#pragma once
#include "base/limits.h"

namespace huying {

inline constexpr std::size_t checkpoint_state_bytes_max = limits::frame_bytes_max - 64 * limits::KiB;

}  // namespace huying
