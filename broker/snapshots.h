// Snapshots of the broker's state on disk: the checkpoint of stream 0. A cache, never truth: one that is absent, bad, of
// another version or of another history costs a replay of the whole journal and nothing else. One is believed only when the
// record it was taken behind is in this journal, where and as it was then: so one that was copied here from another folder, or
// is of what a restore or a repair cut off, is not. docs/journal-format.md. The shell and the simulator share it; one thread.
#pragma once
#include <cstdint>

#include "base/result.h"
#include "broker/broker_core.h"
#include "broker/journal/journal.h"

namespace huying::broker {

// Of what is in a snapshot, and of what records mean: raised whenever a record is replayed otherwise than before.
inline constexpr std::uint32_t snapshot_version = 3;

// Between two rounds. False: none can be made now. What cannot be written is as if it had never been made.
bool write_snapshot(BrokerCore& core, journal::Journal& journal);

enum class ReplayFrom : std::uint8_t { snapshot, beginning };
struct Replayed {
  std::uint64_t records = 0;
  bool from_snapshot = false;
};
// Everything the journal holds, into a fresh core: the newest snapshot if it is good, and the records behind it. A core that
// is read-only begins at the beginning, whatever is asked.
Result<Replayed> replay_journal(BrokerCore& core, journal::Journal& journal, ReplayFrom from = ReplayFrom::snapshot);

}  // namespace huying::broker
