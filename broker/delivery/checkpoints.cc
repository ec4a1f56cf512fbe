#include "broker/delivery/checkpoints.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "proto/checkpoint_size.h"
#include "proto/errors.h"

namespace huying::delivery {

using Known = CellState::KnownCheckpoint;

Result<void> Checkpoints::check(const Session& session, const v1::StoreCheckpoint& stored) const {
  const CellState* cell = context_.cells.find(StreamId(stored.stream()));
  if (cell == nullptr) return fail(v1::ERROR_CODE_LEASE_UNKNOWN);
  const EpochId epoch{stored.epoch().term(), stored.epoch().grant()}, now{context_.term.value, cell->grant};
  if (cell->owner != session.peer || epoch != now) return fail(v1::ERROR_CODE_STALE_EPOCH);
  const auto& checkpoint = stored.checkpoint();
  if (checkpoint.state().size() > checkpoint_state_bytes_max)
    return fail(v1::ERROR_CODE_FIELD_TOO_LONG, fmt::format("a checkpoint of {} bytes", checkpoint.state().size()));
  const bool is_undecided = !cell->undecided.empty() && cell->undecided.front().sequence <= checkpoint.through();
  if (checkpoint.through() == 0 || checkpoint.through() > cell->delivered_through || is_undecided)
    return fail(v1::ERROR_CODE_FIELD_INVALID,
                fmt::format("a checkpoint through {}, which is not decided", checkpoint.through()));
  if (checkpoint.through() <= cell->checkpoint_through)
    return fail(v1::ERROR_CODE_FIELD_INVALID, fmt::format("a checkpoint through {}, behind {}", checkpoint.through(),
                                                          cell->checkpoint_through));
  return {};
}

void Checkpoints::take(Session& session, v1::StoreCheckpoint& stored) {
  const auto checked = check(session, stored);
  if (!checked) return context_.out.refuse(session.peer, checked.error(), 0, false);
  auto& checkpoint = *stored.mutable_checkpoint();
  const auto bytes = checkpoint.state().size();
  if (!context_.disk.takes_requests() || waiting_bytes_ + bytes > waiting_bytes_max) return;
  CellState& cell = *context_.cells.find(StreamId(stored.stream()));
  cell.checkpoint = Known::some;
  cell.checkpoint_through = checkpoint.through();
  waiting_bytes_ += bytes;
  waiting_.push_back({cell.stream,
                      {{stored.epoch().term(), stored.epoch().grant()}, Sequence(checkpoint.through()),
                       checkpoint.state_version(), std::move(*checkpoint.mutable_state())}});
}

std::vector<Checkpoints::Stored> Checkpoints::take_some_to_write() {
  std::vector<Stored> some;
  std::size_t bytes = 0;
  while (!waiting_.empty() && bytes < written_bytes_a_round) {
    bytes += waiting_.front().second.state.size();
    some.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  waiting_bytes_ -= bytes;
  return some;
}

bool Checkpoints::fits(const CellState& cell, const broker::FoundCheckpoint& found) const {
  const auto& checkpoint = found.checkpoint;
  const auto through = checkpoint.through.value;
  const bool is_decided = cell.undecided.empty() || cell.undecided.front().sequence > through;
  const bool fits_a_frame = checkpoint.state.size() <= checkpoint_state_bytes_max;
  if (through == 0 || through > cell.fold_end || !is_decided || !fits_a_frame || !found.place) return false;
  return history_.held_in(Term(checkpoint.epoch.term), *found.place);
}

void Checkpoints::is_of_no_use(CellState& cell) {
  spdlog::warn("cell {}: its checkpoint is of no use to its host; it is folded from the start", cell.place.cell);
  cell.checkpoint = Known::none;
  cell.checkpoint_through = 0;
}

}  // namespace huying::delivery
