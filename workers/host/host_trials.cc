// What is tried alone in a cell whose lease ended uncleanly before, so that the broker knows what was under way when this
// host ends: its clocks that were due. Each is named (TryClock), fires when the Suspect record of it is on disk, and is
// acknowledged before anything else is done in the cell. One that the broker set aside parks its case instead.
#include "workers/host/host_state.h"

namespace huying::host {

void HostCore::State::is_folded(std::uint32_t stream, HeldCell& cell) {
  cell.is_told_folded = true;
  if (cell.end_sequence == 0) return;  // there was nothing to fold
  auto& told = *told_folded.add_cells();
  told.set_stream(stream);
  told.mutable_epoch()->set_term(cell.epoch.term);
  told.mutable_epoch()->set_grant(cell.epoch.grant);
}

bool HostCore::State::something_goes_first(std::uint32_t stream, HeldCell& cell, cell::Settings& settings, Frames& out,
                                           CommitFrames& commits, Instant now) {
  if (cell::Decider::has_to_park(cell.state) && decider.park(cell.state, settings, now, commit)) {
    send_commit(stream, cell, commits);
    if (cell.clock_trial == Trial::none) return true;
    cell.clock_trial = Trial::none;
    cell.phase = Phase::trying;
    return true;
  }
  return cell.tries_clocks && try_clock(stream, cell, settings, out, commits, now);
}

bool HostCore::State::try_clock(std::uint32_t stream, HeldCell& cell, cell::Settings& settings, Frames& out,
                                CommitFrames& commits, Instant now) {
  if (cell.clock_trial == Trial::due) {
    cell.clock_trial = Trial::none;
    if (!decider.fire(cell.state, cell::CaseNumber(cell.tried_clock.case_number()), settings, now, commit)) return true;
    send_commit(stream, cell, commits);
    cell.phase = Phase::trying;
    return true;
  }
  if (cell.tries_until_ms == 0) cell.tries_until_ms = to_ms(now);
  // A suspected cause has its turn before the clocks, but the one that fires before it.
  const bool is_of_cause = cell.trial == Trial::due && !cell.undecided.empty();
  const auto next = is_of_cause ? decider.clock_before(cell.state, cell.undecided.front().view())
                                : cell::Decider::first_due(cell.state, cell.tries_until_ms);
  if (!next) {
    cell.tries_clocks = is_of_cause;
    return false;
  }
  cell.tried_clock = *next;
  cell.clock_trial = Trial::awaited;
  cell.phase = Phase::trying;
  auto& asked = *out.emplace_back().mutable_try_clock();
  asked.set_stream(stream);
  asked.mutable_epoch()->set_term(cell.epoch.term);
  asked.mutable_epoch()->set_grant(cell.epoch.grant);
  *asked.mutable_clock() = *next;
  commits.pause();
  return true;
}

}  // namespace huying::host
