#include "broker/delivery/fold_trials.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/check.h"
#include "base/limits.h"
#include "broker/delivery/checkpoints.h"

namespace huying::delivery {
namespace {

constexpr std::string_view why = "each fold of its records ended its host; nothing is decided for it";
constexpr std::size_t programs_max = 16;  // of a cell; then only the administrator has it tried again

}  // namespace

std::size_t fold_width(std::uint32_t times, std::size_t cells) {
  switch (times) {
    case 0: return cells;
    case 1: return std::max<std::size_t>(1, cells / 16);
    case 2: return std::max<std::size_t>(1, cells / 256);
    default: return 1;
  }
}

bool FoldTrials::may_begin(const CellState& cell, const Session& session) const {
  if (!is_on_trial(cell) || cell.fold_parked || session.folds_on_trial == 0) return true;
  const auto width = std::min(fold_width(cell.fold_times, context_.cells.all().size()), session.fold_width);
  return session.folds_on_trial < width;
}

void FoldTrials::begin(CellState& cell, Session& session) {
  cell.folding = context_.append.last(cell.stream).value != 0;
  if (cell.fold_suspected && cell.fold_times >= limits::fold_times_max && !cell.fold_parked) park(cell);
  if (cell.fold_parked || !cell.folding || !is_on_trial(cell)) return;
  const auto width = fold_width(cell.fold_times, context_.cells.all().size());
  session.fold_width = session.folds_on_trial == 0 ? width : std::min(width, session.fold_width);
  ++session.folds_on_trial;
  cell.fold_on_trial = true;
  cell.fold_suspected = false;
  if (++cell.fold_times == limits::fold_times_max) Checkpoints::is_of_no_use(cell);  // or it is what ends them
  auto& programs = tried_by_[&cell];
  if (std::find(programs.begin(), programs.end(), session.program) == programs.end()) programs.push_back(session.program);
  if (begun_++ == 0) first_begun_ = &cell;
  write(cell, session.program);
}

void FoldTrials::log_begun() {
  if (begun_ == 0) return;
  const std::string others = begun_ == 1 ? "" : fmt::format(" and {} more", begun_ - 1);
  spdlog::warn("cell {}{}: a lease ended uncleanly while the records were folded; they are folded on trial, time {}",
               first_begun_->place.cell, others, first_begun_->fold_times);
  begun_ = 0;
}

FoldTrials::Said FoldTrials::write(CellState& cell, const std::string& program) {
  v1::Suspect suspect;
  suspect.set_fold(true);
  suspect.set_times(cell.fold_times);
  suspect.set_program(program);
  cell.on_record.suspect(suspect, {context_.term.value, cell.grant});
  std::string bytes = suspect.SerializeAsString();
  context_.append.begin_item();
  const auto at = context_.append.add(cell.stream, v1::RECORD_KIND_SUSPECT, {context_.term.value, cell.grant}, bytes);
  return {at, std::move(bytes)};
}

void FoldTrials::park(CellState& cell) {
  cell.fold_parked = true;
  cell.fold_suspected = false;
  parked_.push_back(&cell);
  v1::SetAside record;
  record.set_fold(true);
  record.set_times(cell.fold_times);
  record.set_reason(why.data(), why.size());
  cell.on_record.set_aside(record);
  context_.append.begin_item();
  context_.append.add(cell.stream, v1::RECORD_KIND_SET_ASIDE, {context_.term.value, cell.grant}, record.SerializeAsString());
  spdlog::error("cell {} is parked: {}", cell.place.cell, why);
  if (!cell.trouble_announced) coverage_.say(cell, v1::Coverage::CELL_PARKED, why);
}

std::optional<FoldTrials::Said> FoldTrials::folded(CellState& cell) {
  if (Session* session = context_.sessions.find(cell.owner); session != nullptr && cell.fold_on_trial)
    --session->folds_on_trial;
  cell.folding = cell.fold_on_trial = false;
  if (cell.fold_parked) return std::nullopt;  // its checkpoint was read
  const bool was_on_trial = cell.fold_times != 0;
  forget(cell);
  if (!was_on_trial || coverage_.full()) return std::nullopt;  // the next commit says it, or the next trial
  auto said = write(cell, {});
  if (cell.trouble_announced) coverage_.say(cell, v1::Coverage::CELL_UNPARKED, "its records are folded again");
  return said;
}

void FoldTrials::over(CellState& cell, Session* session, bool uncleanly) {
  if (cell.fold_on_trial && session != nullptr) --session->folds_on_trial;
  const bool was_told = cell.folding && !cell.lease_waits;
  cell.folding = cell.fold_on_trial = false;
  if (!uncleanly || !was_told) return;
  if (!cell.fold_parked)
    cell.fold_suspected = true;
  else if (cell.given_through != 0)
    Checkpoints::is_of_no_use(cell);
}

CellState* FoldTrials::to_be_tried_again(const Session& session) const {
  for (CellState* cell : parked_) {
    const auto& programs = tried_by_.find(cell)->second;
    const bool is_new = std::find(programs.begin(), programs.end(), session.program) == programs.end();
    if (is_new && programs.size() < programs_max && cell->owner != broker::PeerId{} && session.folds_on_trial == 0)
      return cell;
  }
  return nullptr;
}

void FoldTrials::try_again(CellState& cell) {
  cell.fold_parked = false;
  std::erase(parked_, &cell);
  spdlog::warn("cell {}: its records are folded once more, by a host that has not tried", cell.place.cell);
}

void FoldTrials::forget(CellState& cell) {
  if (cell.fold_times != 0) tried_by_.erase(&cell);
  cell.fold_times = 0;
  cell.fold_suspected = false;
}

// ---- Start -----------------------------------------------------------------------------------------------------

void FoldTrials::recall() {
  for (const auto& cell : context_.cells.all()) {
    const auto& said = cell->on_record;
    cell->fold_times = said.fold_times;
    cell->fold_parked = said.fold_parked;
    if (said.fold_parked) parked_.push_back(cell.get());
    if (said.fold_parked || said.fold_times != 0) tried_by_[cell.get()] = said.fold_programs;
  }
}

// Nobody knows what was folded when the broker ended, with its host perhaps: all that show no sign of having been folded in
// its term. A commit is one, and a cause or clock that was tried.
void FoldTrials::start_after_unclean_stop(Term term) {
  for (const auto& cell : context_.cells.all()) {
    const bool is_empty = context_.append.last(cell->stream).value == 0;
    cell->fold_suspected = !is_empty && !cell->fold_parked && cell->on_record.sound_term != term.value;
  }
}

}  // namespace huying::delivery
