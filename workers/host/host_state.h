// What a HostCore holds, and the parts of its work. Inside workers/host only: host_frames.cc has what frames come to,
// host_deciding.cc the decisions, host_firing.cc the clocks, host_trials.cc what is tried alone
// before, host_checkpoints.cc what is left for the next owner, host_core.cc the interface.
// Owned by HostCore; pure, one thread.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <vector>

#include "workers/host/broker_time.h"
#include "workers/host/catch_up_pace.h"
#include "workers/host/commit_frames.h"
#include "workers/host/configurations.h"
#include "workers/host/held_cell.h"
#include "workers/host/host_core.h"
#include "workers/host/wake_queue.h"

namespace huying::host {

using Frames = std::vector<v1::ClientFrame>;
using Phase = HeldCell::Phase;
using Trial = HeldCell::Trial;

struct HostCore::State {
  explicit State(HostOptions given)
      : options(std::move(given)), pace(options.catch_up_a_second, options.catch_up_settles) {}

  HostOptions options;
  BrokerTime time;
  cell::Names names;
  cell::Decider decider;
  Configurations configurations;
  WakeQueue queue;
  CatchUpPace pace;
  std::uint64_t caught_up = 0;  // since something overdue waits
  absl::flat_hash_map<std::uint32_t, std::unique_ptr<HeldCell>> cells;  // by stream
  v1::Commit commit;  // used again
  SpareCommits spare_commits;
  std::vector<v1::Trouble> troubles;  // to be told at the end of the call
  v1::Folded told_folded;                  // to be told at the end of the call
  std::deque<std::uint32_t> checkpoints_due;  // streams; one is made a call
  std::uint64_t configuration_in_force = 0;
  bool is_connected = false;
  SteadyInstant promised_at{};  // when Commits or Wake went out; nothing else keeps the promise
  SteadyInstant housekept_at{};
  std::uint32_t worked_off_messages = 0;
  std::uint64_t worked_off_bytes = 0;

  void reset() {
    cells.clear();
    queue.clear();
    pace.is_done();
    troubles.clear();
    checkpoints_due.clear();
    told_folded.Clear();
    worked_off_messages = 0;
    worked_off_bytes = 0;
    time.forget();
  }

  void drop(std::uint32_t stream) {
    cells.erase(stream);
    queue.forget(stream);
  }

  // --- frames
  void welcome(const v1::Welcome& welcome, Frames& out);
  void leases(const v1::Leases& leases, Frames& out, CommitFrames& commits, Instant now);
  void grant(const v1::Lease& lease);
  void deliveries(const v1::Deliveries& deliveries, Frames& out, CommitFrames& commits, Instant now);
  void begin_anew(const v1::Delivery& delivery, Frames& out);
  void acks(const v1::CommitAcks& acks, Frames& out, CommitFrames& commits, Instant now);
  void trial_is_over(const v1::CommitAck& ack, HeldCell& cell, Frames& out, CommitFrames& commits, Instant now);
  void tell_troubles(Frames& out);
  void tell_folded(Frames& out);
  void answer(const v1::Ask& ask, Frames& out);
  void renew_credit(Frames& out);

  // In order: what is decided follows from what was received, never from where a table happens to lie.
  std::vector<std::uint32_t> streams() const {
    std::vector<std::uint32_t> all;
    for (const auto& [stream, cell] : cells) all.push_back(stream);
    std::sort(all.begin(), all.end());
    return all;
  }

  // --- deciding
  // The version in force at the cell's place in its order. A cell that never met one goes by the version in force now.
  std::uint64_t version_of(const HeldCell& cell) const {
    return cell.state.configuration_version != 0 ? cell.state.configuration_version : configuration_in_force;
  }
  // What a cause is decided by: the version in force; for a change of version with open cases, the new one and the one
  // before it. False: a version is not here yet, and is asked for.
  struct DecidedBy {
    cell::Settings* settings = nullptr;
    cell::Settings* before = nullptr;
  };
  bool settings_for(const HeldCell& cell, const cell::PendingCause& cause, DecidedBy& by, Frames& out);
  // True: something came before the next cause, and it is another's turn or the cell waits (its phase says which).
  bool something_goes_first(std::uint32_t stream, HeldCell& cell, cell::Settings& settings, Frames& out,
                            CommitFrames& commits, Instant now);
  bool fire_on_trial(std::uint32_t stream, HeldCell& cell, cell::Settings& settings, CommitFrames& commits, Instant now);
  void begin_trial(std::uint32_t stream, HeldCell& cell, const v1::ClockName& clock, Frames& out, CommitFrames& commits);
  void is_folded(std::uint32_t stream, HeldCell& cell);
  void go_on(std::uint32_t stream, HeldCell& cell, Frames& out, CommitFrames& commits, Instant now);
  void decide_one(std::uint32_t stream, HeldCell& cell, const cell::PendingCause& cause, const DecidedBy& by,
                  CommitFrames& commits, Instant now);
  void send_commit(std::uint32_t stream, HeldCell& cell, CommitFrames& commits);
  void park(std::uint32_t stream, HeldCell& cell, std::uint64_t sequence, v1::Trouble::Kind kind);
  void keep_house(SteadyInstant steady, Frames& out);
  static cell::DecidingAt at(const HeldCell& cell, Instant now) { return {now, instant(cell.overdue_until_ms)}; }

  // --- firing
  enum class Fired : std::uint8_t { nothing, clock, on_trial };
  void watch_all(std::uint32_t stream, HeldCell& cell);
  void watch_again(std::uint32_t stream, HeldCell& cell);
  Fired fire(const WakeQueue::Entry& entry, Frames& out, CommitFrames& commits, Instant now);
  void fire_due(Frames& out, CommitFrames& commits, Instant now);
  void catch_up(Frames& out, CommitFrames& commits, Instant now, SteadyInstant steady);
  void time_leapt(Instant now);
  void compact_queue();

  // --- checkpoints
  void consider_checkpoint(std::uint32_t stream, HeldCell& cell);
  void make_a_checkpoint(Frames& out);
  void leave_checkpoints(Frames& out);
};

}  // namespace huying::host
