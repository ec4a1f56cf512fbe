// The checkpoints that a host makes of its cells, for who holds them next: one a call, so that nothing waits for all of
// them, and again when so much was folded that it is worth it (checkpoint_account.h).
#include <spdlog/spdlog.h>

#include "proto/checkpoint_size.h"
#include "workers/host/host_state.h"

namespace huying::host {
namespace {

constexpr std::size_t leaving_bytes_max = 8 * limits::MiB;  // said at the end of a session, beside what was said before
constexpr std::uint64_t worth_leaving = 8;                  // a part of what would be due otherwise

bool is_at_rest(const HeldCell& cell) {
  return cell.phase == Phase::live && cell.trial == Trial::none && cell.undecided.empty() &&
         cell.account.is_whole(cell.commits);
}

// Answers the bytes said.
std::size_t say_checkpoint(std::uint32_t stream, HeldCell& cell, Frames& out) {
  auto state = cell.state.encode();
  const auto bytes = state.size();
  cell.account.made(bytes);
  if (bytes > checkpoint_state_bytes_max) {
    spdlog::debug("host: cell {}: a state of {} bytes has no checkpoint", stream, bytes);
    return 0;
  }
  auto& stored = *out.emplace_back().mutable_checkpoint();
  stored.set_stream(stream);
  stored.mutable_epoch()->set_term(cell.epoch.term);
  stored.mutable_epoch()->set_grant(cell.epoch.grant);
  auto& checkpoint = *stored.mutable_checkpoint();
  checkpoint.set_through(cell.account.through());
  checkpoint.set_state_version(cell::state_version);
  checkpoint.set_state(std::move(state));
  return bytes;
}

}  // namespace

void HostCore::State::consider_checkpoint(std::uint32_t stream, HeldCell& cell) {
  if (cell.account.is_queued || !cell.account.is_due(options.checkpoint_after_records) || !is_at_rest(cell)) return;
  cell.account.is_queued = true;
  checkpoints_due.push_back(stream);
}

void HostCore::State::make_a_checkpoint(Frames& out) {
  while (!checkpoints_due.empty()) {
    const auto stream = checkpoints_due.front();
    checkpoints_due.pop_front();
    const auto found = cells.find(stream);
    if (found == cells.end()) continue;
    auto& cell = *found->second;
    cell.account.is_queued = false;
    // Else the next acknowledgement asks again.
    if (!cell.account.is_due(options.checkpoint_after_records) || !is_at_rest(cell)) continue;
    say_checkpoint(stream, cell, out);
    return;
  }
}

void HostCore::State::leave_checkpoints(Frames& out) {
  std::size_t said = 0;
  for (const auto stream : streams()) {
    auto& cell = *cells[stream];
    if (said >= leaving_bytes_max) return;
    if (cell.account.records() * worth_leaving < options.checkpoint_after_records || !is_at_rest(cell)) continue;
    said += say_checkpoint(stream, cell, out);
  }
}

}  // namespace huying::host
