// What the journal says of the poison in a cell, record by record: a start goes on from it, and a snapshot holds it. What this
// process knows further and no record says stands beside it in CellState: which clock is about to be tried, that a fold ended
// well while nothing could be written, whom the administrator lets try again. Owned by its cell; pure.
#pragma once
#include <string>
#include <vector>

#include "base/encoding.h"
#include "base/ids.h"
#include "broker/state/tried_clocks.h"
#include "huying/v1/record.pb.h"

namespace huying::broker {

struct PoisonOnRecord {
  TriedClocks clocks;
  // Of its fold (delivery/fold_trials.h).
  bool fold_parked = false;
  std::uint32_t fold_times = 0;            // Suspect records since it was folded last
  std::vector<std::string> fold_programs;  // that tried it since, each once
  std::uint32_t sound_term = 0;            // the last one in which it is known to have been folded

  // Each record of the cell's stream that says something of it: replayed, or put on the batch.
  void suspect(const v1::Suspect& suspect, EpochId lease);
  void set_aside(const v1::SetAside& set_aside);
  void commit(std::uint64_t consumes, EpochId lease);
  void case_is_gone(std::string_view case_number);

  void encode(Encoder& out) const;  // of a snapshot (core_snapshot.cc)
  bool decode(Decoder& in);

 private:
  void folded(EpochId lease);
};

}  // namespace huying::broker
