// What a host decides: causes strictly in sequence.
#include <spdlog/spdlog.h>

#include "base/limits.h"
#include "workers/host/host_state.h"

namespace huying::host {
bool HostCore::State::settings_for(const HeldCell& cell, const cell::PendingCause& cause, DecidedBy& by, Frames& out) {
  const auto find = [&](std::uint64_t version) {
    auto* found = configurations.find(version);
    if (found == nullptr) configurations.want(version, out);
    return found;
  };
  if (cause.kind != v1::RECORD_KIND_CONFIGURATION_CHANGED) {
    by.settings = find(version_of(cell));
    return by.settings != nullptr;
  }
  v1::ConfigurationChanged changed;
  const bool is_read = changed.ParseFromArray(cause.payload.data(), static_cast<int>(cause.payload.size()));
  if (!is_read || cell.state.open_cases() == 0 || cell.state.configuration_version == 0) return true;
  by.before = find(cell.state.configuration_version);
  by.settings = find(changed.version());
  return by.before != nullptr && by.settings != nullptr;
}

// Decides what can be decided, after the fold; waits where a configuration is not here yet.
void HostCore::State::go_on(std::uint32_t stream, HeldCell& cell, Frames& out, CommitFrames& commits, Instant now) {
  if (cell.phase == Phase::parked || (cell.phase == Phase::trying && cell.clock_trial != Trial::due)) return;
  if (cell.phase == Phase::folding && !cell.fold_is_complete()) return;
  if (!cell.is_told_folded) is_folded(stream, cell);
  if (cell.phase == Phase::folding && cell.trial == Trial::awaited) return;
  const auto before = std::exchange(cell.phase, Phase::live);
  if (cell.overdue_until_ms == 0) cell.overdue_until_ms = cell.tries_until_ms = to_ms(now);
  bool waits = false;
  while (cell.phase == Phase::live) {
    if (auto* settings = configurations.find(version_of(cell));
        settings != nullptr && something_goes_first(stream, cell, *settings, out, commits, now))
      continue;
    if (cell.undecided.empty()) break;
    auto cause = std::move(cell.undecided.front());
    DecidedBy by;
    if (!settings_for(cell, cause.view(), by, out)) {
      cell.undecided.front() = std::move(cause);
      waits = true;
      commits.pause();
      break;
    }
    cell.undecided.pop_front();
    decide_one(stream, cell, cause.view(), by, commits, now);
    if (cell.trial == Trial::due && cell.phase == Phase::live) {
      cell.trial = Trial::none;
      cell.phase = Phase::trying;
      return;
    }
  }
  if (cell.phase == Phase::parked || cell.phase == Phase::trying) return;
  if (waits || configurations.find(version_of(cell)) == nullptr) {
    cell.phase = Phase::waiting;
    configurations.want(version_of(cell), out);
    commits.pause();
  } else if (before != Phase::live) {
    watch_again(stream, cell);
    consider_checkpoint(stream, cell);
  }
}

void HostCore::State::decide_one(std::uint32_t stream, HeldCell& cell, const cell::PendingCause& cause,
                                 const DecidedBy& by, CommitFrames& commits, Instant now) {
  for (;;) {
    const auto did = decider.decide(cell.state, cause, by.settings, at(cell, now), commit, by.before);
    if (did == cell::Did::unreadable) return park(stream, cell, cause.sequence, v1::Trouble::CAUSE_UNREADABLE);
    send_commit(stream, cell, commits);
    if (cause.kind == v1::RECORD_KIND_CONFIGURATION_CHANGED)
      cell.state.each([&](cell::Case& one) { queue.watch(stream, one, cell.overdue_until_ms); });
    if (did == cell::Did::cause) return;
  }
}

void HostCore::State::send_commit(std::uint32_t stream, HeldCell& cell, CommitFrames& commits) {
  commit.set_stream(stream);
  commit.mutable_epoch()->set_term(cell.epoch.term);
  commit.mutable_epoch()->set_grant(cell.epoch.grant);
  commit.set_commit_number(++cell.commits);
  commits.add(commit);
  cell.account.committed(static_cast<std::size_t>(commit.GetCachedSize()));
  if (auto* one = cell.state.find(decider.last_case()); one != nullptr)
    queue.watch(stream, *one, cell.overdue_until_ms);
}

void HostCore::State::park(std::uint32_t stream, HeldCell& cell, std::uint64_t sequence, v1::Trouble::Kind kind) {
  spdlog::error("host: cell {} is parked: record {} cannot be read or folded by this build", stream, sequence);
  cell.phase = Phase::parked;
  if (kind == v1::Trouble::FOLD_UNREADABLE) cell.parked_at = sequence;
  auto& trouble = troubles.emplace_back();
  trouble.set_kind(kind);
  trouble.set_stream(stream);
  trouble.mutable_epoch()->set_term(cell.epoch.term);
  trouble.mutable_epoch()->set_grant(cell.epoch.grant);
  trouble.set_sequence(sequence);
}

// Now and then, however busy the host is.
void HostCore::State::keep_house(SteadyInstant steady, Frames& out) {
  if (steady - housekept_at < limits::heartbeat_interval) return;
  housekept_at = steady;
  configurations.ask_again_for_failed(out);
  auto oldest = cells.empty() ? configuration_in_force : version_of(*cells.begin()->second);
  for (const auto& [stream, cell] : cells) oldest = std::min(oldest, version_of(*cell));
  configurations.keep_from(oldest);
  compact_queue();
}

}  // namespace huying::host
