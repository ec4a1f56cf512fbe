// What is tried alone in a cell whose lease ended uncleanly before, so that the broker knows what was under way when this
// host ends: its clocks that were due. Each is named (TryClock) when its turn in the catch-up comes, or a step of its case
// waits behind it; it fires when the Suspect record of it is on disk, and is acknowledged before anything else is done in
// the cell. Between two of them the cell goes on. One that the broker set aside parks its case instead.
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
  if (cell::Decider::has_to_park(cell.state) && decider.park(cell.state, settings, at(cell, now), commit)) {
    send_commit(stream, cell, commits);
    if (cell.clock_trial == Trial::none) return true;
    cell.clock_trial = Trial::none;
    cell.phase = Phase::trying;
    return true;
  }
  if (!cell.tries_clocks) return false;
  if (cell.clock_trial == Trial::due) return fire_on_trial(stream, cell, settings, commits, now);
  // A step waits for the clock that fires before it, and for no other: those have their turn in the catch-up.
  if (!cell.undecided.empty()) {
    if (const auto first = decider.clock_before(cell.state, cell.undecided.front().view())) {
      begin_trial(stream, cell, *first, out, commits);
      return true;
    }
  }
  cell.tries_clocks = cell::Decider::first_due(cell.state, cell.tries_until_ms).has_value();
  return false;
}

bool HostCore::State::fire_on_trial(std::uint32_t stream, HeldCell& cell, cell::Settings& settings, CommitFrames& commits,
                                    Instant now) {
  cell.clock_trial = Trial::none;
  const cell::CaseNumber number(cell.tried_clock.case_number());
  if (!decider.fire(cell.state, number, settings, at(cell, now), commit)) return true;
  send_commit(stream, cell, commits);
  cell.phase = Phase::trying;
  return true;
}

void HostCore::State::begin_trial(std::uint32_t stream, HeldCell& cell, const v1::ClockName& clock, Frames& out,
                                  CommitFrames& commits) {
  cell.tried_clock = clock;
  cell.clock_trial = Trial::awaited;
  cell.phase = Phase::trying;
  queue.hold_back(stream);
  auto& asked = *out.emplace_back().mutable_try_clock();
  asked.set_stream(stream);
  asked.mutable_epoch()->set_term(cell.epoch.term);
  asked.mutable_epoch()->set_grant(cell.epoch.grant);
  *asked.mutable_clock() = clock;
  commits.pause();
}

}  // namespace huying::host
