// Checkpoints of cells: taken from their owners, kept by the journal, handed to who holds the cell next. A cache, never
// truth: what is absent, of another history, or of no use to its host costs a fold from the start and nothing else.
//
// Taken only from the cell's owner in its present epoch, through what was handed over and is decided, and never
// backwards; written by the shell when the batch of the round is durable and its frames are sent (round.h), a few a
// round. Refused: as LEASE_UNKNOWN, STALE_EPOCH, FIELD_TOO_LONG, FIELD_INVALID. Not taken while the disk is low, or
// while more wait to be written than `waiting_bytes_max`. Pure, one thread.
#pragma once
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "broker/delivery/history.h"
#include "broker/state/context.h"
#include "huying/v1/session.pb.h"

namespace huying::delivery {

using broker::CellState;
using broker::Context;
using broker::Session;

class Checkpoints {
 public:
  using Stored = std::pair<StreamId, journal::Checkpoint>;
  Checkpoints(Context& context, const History& history) : context_(context), history_(history) {}

  void take(Session& session, v1::StoreCheckpoint& stored);
  // To be written now; some more in the next round.
  std::vector<Stored> take_some_to_write();

  // Whether what the journal holds may be handed out with the lease of the cell, which was granted and not told yet.
  // It may not when it reaches further than the journal did then, or is of a history that this journal does not have:
  // a copy of files from elsewhere, or from before a restore or repair.
  bool fits(const CellState& cell, const broker::FoundCheckpoint& found) const;
  // Its owner cannot use it: none is handed out until it has made one of its own.
  static void is_of_no_use(CellState& cell);

  // Those handed out in a round, bounded like all that is said in it.
  void round_begins() { said_bytes_ = 0; }
  bool may_say_more() const { return said_bytes_ < said_bytes_max; }
  void said(std::size_t bytes) { said_bytes_ += bytes; }

 private:
  Result<void> check(const Session& session, const v1::StoreCheckpoint& stored) const;

  static constexpr std::size_t waiting_bytes_max = 16 * limits::MiB;
  static constexpr std::size_t written_bytes_a_round = limits::MiB;
  static constexpr std::size_t said_bytes_max = 4 * limits::MiB;

  Context& context_;
  const History& history_;
  std::deque<Stored> waiting_;
  std::size_t waiting_bytes_ = 0, said_bytes_ = 0;
};

}  // namespace huying::delivery
