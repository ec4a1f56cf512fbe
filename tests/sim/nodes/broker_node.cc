#include "tests/sim/nodes/broker_node.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/limits.h"
#include "broker/snapshots.h"
#include "broker/waiting_round.h"
#include "proto/errors.h"
#include "tests/sim/witness.h"

namespace huying::sim {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
constexpr auto tick_interval = milliseconds(50);
constexpr auto housekeeping_interval = milliseconds(1000);  // as broker/broker.cc

}  // namespace

// ---- Rounds ------------------------------------------------------------------------------------------------------

void BrokerNode::tick(std::uint64_t life) {
  around_.world.after(tick_interval, [this, life] {
    if (life != life_ || !up()) return;
    if (!stalled_) round();
    if (life == life_) tick(life);
  });
}

void BrokerNode::round_soon() {
  if (std::exchange(round_is_coming_, true)) return;
  around_.world.after(rounds_.between(microseconds(20), microseconds(1500)), [this, life = life_] {
    if (life != life_ || !up() || stalled_) return;
    round_is_coming_ = false;
    round();
  });
}

void BrokerNode::round() {
  if (waits_for_room_) return write_what_waits();
  const bool idle = inbox_.empty();
  const Moment now = moment();
  if (now.steady - last_round_at_ > limits::attentive_gap) core_->was_away(last_round_at_, now.steady);
  last_round_at_ = now.steady;
  core_->set_clock_ahead(clock_.off());
  look_at_disk();
  core_->begin(now);
  if (dies_at(Step::begun)) return;
  for (std::size_t received = 0; received < limits::round_frames_max && !inbox_.empty() && !core_->full(); ++received) {
    auto [peer, frame] = std::move(inbox_.front());
    inbox_.pop_front();
    core_->receive(peer, 1, frame);
  }
  if (dies_at(Step::received)) return;
  for (auto& result : std::exchange(validated_, {})) core_->job_done(std::move(result));
  if (!breakage_.forgets_to_tick()) core_->tick();
  if (dies_at(Step::decided)) return;
  if (left_within_a_round_ && core_->batch() != nullptr)
    disk_.has_free_bytes(std::exchange(left_within_a_round_, std::nullopt));
  if (decide()) end_round(idle);
}

// The batch, and what may be said because of it. False: it died of it, or waits.
bool BrokerNode::decide() {
  if (breakage_.wants_a_snapshot()) disk_.take_snapshot();
  std::vector<broker::OutFrame> out;
  return written(broker::finish_round(*core_, *journal_, term_, out), out);
}

bool BrokerNode::written(const Result<void>& done, std::vector<broker::OutFrame>& out) {
  if (!done && done.error().code == v1::ERROR_CODE_JOURNAL_FULL && !power_is_lost()) {
    wait_for_room();
    return false;
  }
  if (!done) {
    fails(done.error());
    return false;
  }
  around_.witness.landed(*embedded_);
  if (dies_at(Step::landed)) return false;
  if (core_->any_cursor_begun() && !save_cursors()) return false;
  if (dies_at(Step::cursors_saved)) return false;
  const auto life = life_;
  send(out);
  if (life != life_ || dies_at(Step::sent)) return false;
  if (breakage_.sync_was_a_lie(out)) {
    around_.world.note("broker: the disk lied about the last sync; the power goes");
    die(Death::power);
    return false;
  }
  disk_.drop_snapshot();
  if (!write_checkpoints()) return false;
  validate_later();
  return true;
}

void BrokerNode::end_round(bool idle) {
  housekeep(idle);
  if (!up() || dies_at(Step::housekept)) return;
  if (power_is_lost()) {
    around_.world.note("broker: the power goes outside a batch");
    around_.world.counters().hit(scenario::BROKER_DIES_AT_DISK_EFFECT);
    return die(Death::power);
  }
  if (core_->work_left() || !inbox_.empty()) round_soon();
}

// As the shell: the round stays as it was decided, sessions are kept, and it is tried again at each tick.
void BrokerNode::wait_for_room() {
  if (!std::exchange(waits_for_room_, true)) {
    around_.world.note("broker: the round waits for room");
  }
  if (around_.world.now() - signs_sent_at_ < limits::heartbeat_interval) return;
  signs_sent_at_ = around_.world.now();
  auto signs = core_->signs_of_life();
  std::sort(signs.begin(), signs.end(), [](const auto& a, const auto& b) { return a.peer < b.peer; });
  for (const auto& sign : signs) (void)send_one(sign);
}

void BrokerNode::write_what_waits() {
  std::vector<broker::OutFrame> out;
  const auto life = life_;
  const auto done = broker::write_round(*core_, *journal_, term_, out);
  if (done) {
    waits_for_room_ = false;
    serves_since_ = around_.world.now();
    around_.world.note("broker: the round that waited is written");
  }
  if (written(done, out) && life == life_) end_round(false);
}

void BrokerNode::look_at_disk() {
  const bool was_full = room_.is_full();
  const auto free = journal_->free_bytes();
  core_->set_free_bytes(free);
  room_.look(free);
  if (was_full == room_.is_full()) return;
  around_.world.note(was_full ? "broker: there is room again" : "broker: nothing is decided until there is room");
  if (was_full) serves_since_ = around_.world.now();
}

void BrokerNode::has_free_bytes(std::optional<std::uint64_t> bytes) {
  left_within_a_round_.reset();
  disk_.has_free_bytes(bytes);
}

// What is kept must be what the journal says, by whoever reads it. False: the power went.
bool BrokerNode::write_checkpoints() {
  around_.world.counters().checkpoints_written +=
      broker::write_checkpoints(*core_, *journal_, [this](StreamId stream, const journal::Checkpoint& checkpoint) {
        const auto& cell = around_.street.cell_of(stream.value);
        const auto folded = shadows_.fold(*embedded_, stream, cell, checkpoint.through);
        around_.witness.folded(stream, checkpoint.state, folded);
        const auto last = last_written_.find(stream);
        if (last != last_written_.end()) one_before_[stream] = last->second;
        last_written_[stream] = checkpoint;
      });
  if (!power_is_lost()) return true;
  around_.world.note("broker: the power goes while checkpoints are written");
  around_.world.counters().hit(scenario::BROKER_DIES_AT_DISK_EFFECT);
  die(Death::power);
  return false;
}

// A failed write or sync stops the process.
void BrokerNode::fails(const Error& error) {
  if (power_is_lost()) {
    around_.world.note(fmt::format("broker: the power goes at effect {} of the disk", doom_.disk_effect));
    around_.world.counters().hit(scenario::BROKER_DIES_AT_DISK_EFFECT);
    return die(Death::power);
  }
  around_.world.note("broker: stops: " + sentence(error));
  die(Death::killed);
}

bool BrokerNode::dies_at(Step step) {
  if (doom_.step != step || --doom_.rounds != 0) return false;
  around_.world.note(fmt::format("broker: dies between two steps of a round, {}", static_cast<int>(step)));
  around_.world.counters().hit(scenario::BROKER_DIES_AT_STEP);
  die(fate_.permille(700) ? Death::power : Death::killed);
  return true;
}

void BrokerNode::send(std::vector<broker::OutFrame>& frames) {
  // Frames to one peer keep their order; between peers there is none, and none may come of how a table lies in memory.
  std::stable_sort(frames.begin(), frames.end(), [](const auto& a, const auto& b) { return a.peer < b.peer; });
  if (!doom_.sending || frames.empty() || --doom_.rounds != 0) return send_some(frames, frames.size());
  const std::size_t sent = fate_(frames.size() + 1);
  around_.world.note(fmt::format("broker: dies when {} of {} frames are sent", sent, frames.size()));
  around_.world.counters().hit(scenario::BROKER_DIES_SENDING);
  send_some(frames, sent);
  die(fate_.permille(700) ? Death::power : Death::killed);
}

void BrokerNode::send_some(std::vector<broker::OutFrame>& frames, std::size_t how_many) {
  for (std::size_t i = 0; i < how_many; ++i)
    if (!send_one(frames[i])) core_->peer_gone(frames[i].peer);
}

bool BrokerNode::send_one(const broker::OutFrame& out) {
  HUYING_CHECK(frame_.ParseFromString(out.bytes), "the broker wrote a frame that cannot be read");
  around_.witness.left(around_.network.name_of(out.peer), frame_, out.bytes);
  return around_.network.to_client(out.peer, out.bytes);
}

void BrokerNode::validate_later() {
  auto job = core_->take_job();
  if (!job) return;
  auto result = std::make_shared<broker::DirectoryJobResult>(broker::perform(*job));
  around_.world.after(rounds_.between(milliseconds(1), milliseconds(400)), [this, result, life = life_] {
    if (life != life_ || !up()) return;
    validated_.push_back(std::move(*result));
    if (!stalled_) round_soon();
  });
}

void BrokerNode::housekeep(bool idle) {
  if (idle && inbox_.empty() && !core_->work_left() && !room_.is_full()) {
    if (core_->snapshot_due() != broker::BrokerCore::SnapshotDue::no && !write_snapshot()) return;
    if (auto done = embedded_->idle(core_->now()); !done && !power_is_lost()) return fails(done.error());
  }
  if (around_.world.now() - housekept_at_ < housekeeping_interval) return;
  housekept_at_ = around_.world.now();
  core_->set_journal_bytes(journal_->bytes());
  if (!save_cursors()) return;
  if (!room_.is_full() && core_->snapshot_due() == broker::BrokerCore::SnapshotDue::now) (void)write_snapshot();
}

// False: the power went.
bool BrokerNode::write_snapshot() {
  if (broker::write_snapshot(*core_, *journal_) && !power_is_lost()) {
    ++around_.world.counters().snapshots_written;
    const auto last = last_written_.find(partition_stream);
    if (last != last_written_.end()) one_before_[partition_stream] = last->second;
    if (auto written = embedded_->latest_checkpoint(partition_stream)) last_written_[partition_stream] = *written;
  }
  if (!power_is_lost()) return true;
  around_.world.note("broker: the power goes while a snapshot is written");
  around_.world.counters().hit(scenario::BROKER_DIES_AT_DISK_EFFECT);
  die(Death::power);
  return false;
}

// False: the power went. A cursor that cannot be saved costs repeats.
bool BrokerNode::save_cursors() {
  (void)journal_->save_cursors(core_->take_changed_cursors());
  if (!power_is_lost()) return true;
  around_.world.note("broker: the power goes while cursors are saved");
  around_.world.counters().hit(scenario::BROKER_DIES_AT_DISK_EFFECT);
  die(Death::power);
  return false;
}

// ---- Faults of its process ---------------------------------------------------------------------------------------

void BrokerNode::stall(Span how_long) {
  if (!serves()) return;
  around_.world.note(fmt::format("broker: stalls for {} ms", how_long.count() / 1'000'000));
  around_.world.counters().hit(scenario::BROKER_STALLS);
  stalled_ = true;
  around_.world.after(how_long, [this, life = life_] {
    if (life == life_) go_on();
  });
}

void BrokerNode::go_on() {
  if (!std::exchange(stalled_, false)) return;
  serves_since_ = around_.world.now();
  round_is_coming_ = false;
  round_soon();
}

// The next host that is granted the cell meets it, unless its owner makes another before.
void BrokerNode::harm_a_checkpoint(FaultKind kind) {
  if (!serves()) return;
  if (kind == scenario::CHECKPOINT_NOT_WRITTEN) return disk_.fail_next_checkpoint();
  std::vector<StreamId> streams;
  for (const auto& [stream, before] : one_before_)
    if (embedded_->latest_checkpoint(stream)) streams.push_back(stream);
  if (streams.empty()) return;
  const StreamId stream = streams[harm_(streams.size())];
  auto checkpoint = *embedded_->latest_checkpoint(stream);
  if (kind == scenario::CHECKPOINT_STALE) checkpoint = one_before_[stream];
  if (kind == scenario::CHECKPOINT_UNREADABLE) checkpoint.state.resize(checkpoint.state.size() / 2);
  if (kind == scenario::CHECKPOINT_OF_ANOTHER_VERSION) ++checkpoint.state_version;
  const bool done = kind == scenario::CHECKPOINT_LOST ? disk_.lose_checkpoint(stream)
                                                      : embedded_->store_checkpoint(stream, checkpoint).has_value();
  if (!done) return;  // the power goes; the next round notices
  around_.world.counters().hit(kind);
  around_.world.note(fmt::format("disk: stream {}: {}", stream.value, name_of(kind)));
}

void BrokerNode::step_clock(Milliseconds by) {
  wall_.step(by);
  around_.world.note(fmt::format("broker: the system's clock is off by {} ms", wall_.off().count()));
}

}  // namespace huying::sim
