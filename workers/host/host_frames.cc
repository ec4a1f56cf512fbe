// What the frames of the broker come to: leases, deliveries, acknowledgements, questions.
#include <spdlog/spdlog.h>

#include "base/limits.h"
#include "proto/errors.h"
#include "workers/cell/view.h"
#include "workers/host/host_state.h"

namespace huying::host {
namespace {

constexpr std::uint32_t credit_messages = 8192;
constexpr std::uint64_t credit_bytes = 8 * limits::MiB;
constexpr std::size_t envelope_bytes = 64;  // of a delivery, at most, beside payload and prior

}  // namespace

void HostCore::State::welcome(const v1::Welcome& welcome, Frames& out) {
  time.set_rate(welcome.rate_permille() == 0 ? 1000 : welcome.rate_permille());
  configuration_in_force = welcome.configuration_version();
  auto& credit = *out.emplace_back().mutable_credit();
  credit.set_messages(credit_messages);
  credit.set_bytes(credit_bytes);
  configurations.ask_again(out);
  configurations.want(configuration_in_force, out);
}

void HostCore::State::grant(const v1::Lease& lease) {
  cell::CellPlace place{lease.stream(), lease.cell(), lease.unit()};
  cell::CellState folded(place, names);
  bool readable = true;
  if (lease.has_checkpoint()) {
    worked_off_messages += 1;
    worked_off_bytes += lease.checkpoint().state().size();
    auto decoded = cell::CellState::decode(lease.checkpoint().state(), place, names);
    readable = decoded.has_value() && lease.checkpoint().state_version() == cell::state_version &&
               decoded->consumed_through <= lease.checkpoint().through();
    if (readable) folded = std::move(*decoded);
  }
  auto& held = cells[lease.stream()];
  held = std::make_unique<HeldCell>(lease, std::move(folded));
  if (lease.parked() && readable) is_folded(lease.stream(), *held);
  // The broker grants anew what was granted with a checkpoint that is of no use, and without it.
  if (!readable) park(lease.stream(), *held, lease.checkpoint().through(), v1::Trouble::FOLD_UNREADABLE);
}

void HostCore::State::leases(const v1::Leases& leases, Frames& out, CommitFrames& commits, Instant now) {
  for (const auto stream : leases.revoked()) drop(stream);
  for (const auto& lease : leases.granted()) {
    grant(lease);
    go_on(lease.stream(), *cells[lease.stream()], out, commits, now);
  }
}

// What came is not what was sent: the session ends, and another one is handed everything again.
void HostCore::State::begin_anew(const v1::Delivery& delivery, Frames& out) {
  spdlog::warn("host: cell {}: record {} did not come; the session begins anew", delivery.stream(),
               cells[delivery.stream()]->seen_through + 1);
  out.emplace_back().mutable_goodbye();
  reset();
  is_connected = false;
}

void HostCore::State::deliveries(const v1::Deliveries& deliveries, Frames& out, CommitFrames& commits, Instant now) {
  for (const auto& delivery : deliveries.deliveries()) {
    worked_off_messages += 1;
    worked_off_bytes += delivery.payload().size() + delivery.prior().size() + envelope_bytes;
    const auto found = cells.find(delivery.stream());
    if (found == cells.end()) continue;
    auto& cell = *found->second;
    // Of a lease that is over, or sent twice.
    if (delivery.grant() != cell.epoch.grant || delivery.sequence() <= cell.seen_through) continue;
    // A fold has no holes: a record that did not come would be missing in the state, and nobody would know.
    if (cell.phase == Phase::folding && delivery.sequence() != cell.seen_through + 1) return begin_anew(delivery, out);
    cell.account.delivered(delivery.sequence(), delivery.payload().size());
    const bool is_plain = is_cause(delivery.kind()) && delivery.kind() != v1::RECORD_KIND_CONFIGURATION_CHANGED;
    if (cell.phase == Phase::live && cell.undecided.empty() && !cell.tries_clocks && is_plain) {
      // The common way: decided from the frame, uncopied.
      if (auto* settings = configurations.find(version_of(cell)); settings != nullptr) {
        cell.seen_through = delivery.sequence();
        const cell::PendingCause cause{
            {delivery.sequence(), delivery.kind(), delivery.recorded_at_ms(), delivery.payload()}, delivery.prior()};
        decide_one(delivery.stream(), cell, cause, {settings, nullptr}, commits, now);
        continue;
      }
    }
    if (cell.phase != Phase::parked && !cell.take(delivery))
      park(delivery.stream(), cell, delivery.sequence(), v1::Trouble::FOLD_UNREADABLE);
    go_on(delivery.stream(), cell, out, commits, now);
  }
}

void HostCore::State::acks(const v1::CommitAcks& acks, Frames& out, CommitFrames& commits, Instant now) {
  for (const auto& ack : acks.acks()) {
    const auto found = cells.find(ack.stream());
    if (found == cells.end() || found->second->epoch.grant != ack.grant()) continue;
    if (ack.error() == 0) {
      auto& cell = *found->second;
      cell.account.acknowledged(ack);
      // What was on its way when a clock was named ends no trial: that has not fired yet.
      if (cell.phase == Phase::trying && cell.clock_trial == Trial::none) trial_is_over(ack, cell, out, commits, now);
      consider_checkpoint(ack.stream(), cell);
      continue;
    }
    spdlog::info("host: cell {} dropped: {}", ack.stream(), sentence({ack.error(), ""}));
    if (ack.error() == v1::ERROR_CODE_CLOCK_AHEAD) time.was_ahead();
    drop(ack.stream());  // until it is granted again
  }
}

// The suspected cause or clock harmed nobody: the cell goes on, if this acknowledges the last commit that it led to.
void HostCore::State::trial_is_over(const v1::CommitAck& ack, HeldCell& cell, Frames& out, CommitFrames& commits,
                                    Instant now) {
  if (ack.commit_number() < cell.commits) return;
  cell.phase = Phase::waiting;
  go_on(ack.stream(), cell, out, commits, now);
}

void HostCore::State::tell_folded(Frames& out) {
  if (told_folded.cells_size() == 0) return;
  *out.emplace_back().mutable_folded() = std::move(told_folded);
  told_folded.Clear();
}

void HostCore::State::tell_troubles(Frames& out) {
  for (auto& trouble : troubles) *out.emplace_back().mutable_trouble() = std::move(trouble);
  troubles.clear();
}

void HostCore::State::answer(const v1::Ask& ask, Frames& out) {
  auto& answer = *out.emplace_back().mutable_answer();
  answer.set_query_id(ask.query_id());
  answer.set_stream(ask.stream());
  const auto found = cells.find(ask.stream());
  if (found == cells.end()) return answer.set_error(static_cast<std::uint32_t>(v1::ERROR_CODE_LEASE_UNKNOWN));
  const auto& cell = *found->second;
  answer.set_sequence(cell.state.consumed_through);
  answer.mutable_epoch()->set_term(cell.epoch.term);
  answer.mutable_epoch()->set_grant(cell.epoch.grant);
  answer.set_commit_number(cell.commits);
  if (cell.phase == Phase::folding) return answer.set_error(static_cast<std::uint32_t>(v1::ERROR_CODE_NO_OWNER));
  answer.set_parked_at(cell.parked_at);
  cell::answer(cell.state, configurations.find(version_of(cell)), ask, answer);
}

void HostCore::State::renew_credit(Frames& out) {
  if (worked_off_messages < credit_messages / 2 && worked_off_bytes < credit_bytes / 2) return;
  auto& credit = *out.emplace_back().mutable_credit();
  credit.set_messages(worked_off_messages);
  credit.set_bytes(worked_off_bytes);
  worked_off_messages = 0;
  worked_off_bytes = 0;
}

}  // namespace huying::host
