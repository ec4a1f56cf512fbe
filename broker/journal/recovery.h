// What a journal folder holds after whatever happened to it. Changes nothing; one thread.
//
// The rule (docs/journal-format.md, Recovery): a part's header says which batches were durable before it was made, a
// batch's header which were durable before it was written. A bad batch that a whole one or a header behind it proves
// durable is damage. Anything else behind the last whole batch is tail: never acknowledged, and void.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "broker/journal/damage.h"
#include "broker/journal/scan.h"

namespace huying::journal {

struct Recovered {
  std::uint64_t last_number = 0;      // of the last whole batch; 0: none
  std::uint64_t proven_through = 0;   // batches up to here are on disk; later ones may be in the page cache only
  std::uint64_t unproven_records = 0; // records in whole batches above proven_through
  std::int64_t last_recorded_at_ms = 0;
  bool tail_is_blank = true;          // nothing was ever written behind the last whole batch
  std::optional<std::uint64_t> unproven_offset;  // of the first whole batch above proven_through, in the last part
  std::optional<Damage> damage;       // the first
  std::vector<Damage> damages;        // all, at most limits::findings_max; more than one only when reading on
  // Only when reading on behind damage: where a gap begins, and the offset at which whole batches go on in that part.
  std::map<Position, std::uint64_t> gaps;
};

// Hands every live batch to `sink`, in order, and sets `end` of every part. Damage is reported in the result; with
// OnDamage::stop nothing behind it is read.
//
// `first_part` begins a segment; what lies before it is known already, and ended at `last_recorded_at_ms`: it is not read.
Result<Recovered> recover(SegmentSet& set, OnDamage on_damage, const BatchSink& sink, std::size_t first_part = 0,
                          std::int64_t last_recorded_at_ms = 0);

}  // namespace huying::journal
