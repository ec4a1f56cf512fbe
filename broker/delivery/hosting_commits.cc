// What hosts commit: checked, then on the batch of the round, or refused.
#include <spdlog/spdlog.h>

#include "base/check.h"
#include "base/limits.h"
#include "broker/delivery/hosting.h"
#include "proto/errors.h"

namespace huying::delivery {
namespace {

constexpr std::size_t recent_commits_max = 256;
// A send becomes a record of its own, with who sent it stamped in: it must fit as well.
constexpr std::size_t commit_bytes_max = limits::record_bytes_max - limits::KiB;
constexpr std::size_t held_bytes_max = 64 * limits::MiB;   // of all hosts together, while the disk is full
constexpr std::size_t commits_of_stranger_max = 64;  // answered, of one frame

}  // namespace

void Hosting::commits(Session& session, std::string_view body) {
  if (!open_commits(body, frame_))
    return context_.out.refuse(session.peer, Error{v1::ERROR_CODE_FRAME_UNREADABLE, "commits"}, 0, false);
  leasing_.promise(session, frame_.next_wake_within_ms);
  const bool waits = context_.disk.is_full() || !held_.empty();
  if (!waits || held_bytes_ + body.size() > held_bytes_max) return look_at_commits(session);
  held_bytes_ += body.size();
  held_.emplace_back(session.peer, body);
}

void Hosting::resume_commits() {
  while (!held_.empty() && !context_.disk.is_full() && !context_.append.full()) {
    const auto [peer, body] = std::move(held_.front());
    held_.pop_front();
    held_bytes_ -= body.size();
    Session* session = context_.sessions.find(peer);
    if (session != nullptr && open_commits(body, frame_)) look_at_commits(*session);
  }
}

// Of the frame that was opened.
void Hosting::look_at_commits(Session& session) {
  for (const auto bytes : frame_.commits) {
    if (!commit_.read(bytes)) {
      context_.out.refuse(session.peer, Error{v1::ERROR_CODE_FRAME_UNREADABLE, "a commit"}, 0, false);
      continue;
    }
    CellState* cell = context_.cells.find(StreamId(commit_.stream));
    if (cell == nullptr) {
      refuse(session.peer, nullptr, Error{v1::ERROR_CODE_LEASE_UNKNOWN, {}});
      continue;
    }
    const EpochId epoch = commit_.epoch;
    if (cell->owner != session.peer || epoch != leasing_.epoch_of(*cell)) {
      refuse(session.peer, cell, Error{v1::ERROR_CODE_STALE_EPOCH, {}});
      continue;
    }
    if (commit_.commit_number != 0 && commit_.commit_number <= cell->last_commit) {
      auto& ack = context_.out.commit_ack(session.peer);
      ack.set_stream(commit_.stream);
      ack.set_grant(epoch.grant);
      ack.set_commit_number(commit_.commit_number);
      const std::uint64_t back = cell->last_commit - commit_.commit_number;
      if (back < cell->recent_commits.size())
        ack.set_sequence(cell->recent_commits[cell->recent_commits.size() - 1 - back]);
      continue;
    }
    if (auto checked = check(*cell, bytes.size()); !checked) {
      refuse(session.peer, cell, checked.error());
      // It would be decided so again: the cause is to blame, not the moment.
      const bool is_invalid = checked.error().code == v1::ERROR_CODE_COMMIT_INVALID;
      const bool no_room = checked.error().code == v1::ERROR_CODE_JOURNAL_FULL;  // nobody's fault
      const auto if_invalid = commit_.consumes != 0 ? LeaseEnd::invalid : LeaseEnd::misfired;
      leasing_.end(*cell, is_invalid ? if_invalid : no_room ? LeaseEnd::moved : LeaseEnd::refused);
      continue;
    }
    accept(session, *cell, bytes);
  }
  if (suspicion_.may_advance()) suspicion_.advance();
}

void Hosting::commits_of_stranger(PeerId peer, std::string_view body) {
  if (!open_commits(body, frame_)) return;
  std::size_t answered = 0;
  for (const auto bytes : frame_.commits) {
    if (!commit_.read(bytes)) continue;
    if (++answered > commits_of_stranger_max) return;
    refuse(peer, context_.cells.find(StreamId(commit_.stream)), Error{v1::ERROR_CODE_STALE_EPOCH, {}});
  }
}

Result<void> Hosting::check(const CellState& cell, std::size_t bytes) const {
  if (context_.disk.is_full()) return fail(v1::ERROR_CODE_JOURNAL_FULL, "more waits than is held");
  if (bytes > commit_bytes_max) return fail(v1::ERROR_CODE_COMMIT_INVALID, fmt::format("{} bytes", bytes));
  if (commit_.commit_number != cell.last_commit + 1)
    return fail(v1::ERROR_CODE_COMMIT_GAP, fmt::format("{} after {}", commit_.commit_number, cell.last_commit));
  if (commit_.decided_at_ms > context_.now_ms())
    return fail(v1::ERROR_CODE_CLOCK_AHEAD, fmt::format("by {} ms", commit_.decided_at_ms - context_.now_ms()));
  if (commit_.consumes != 0 &&
      (cell.undecided.empty() || cell.undecided.front().sequence != commit_.consumes ||
       commit_.consumes > cell.delivered_through))
    return fail(v1::ERROR_CODE_COMMIT_CAUSE, fmt::format("{}", commit_.consumes));
  if (commit_.events.size() > limits::commit_events_max || commit_.effects.size() > limits::commit_effects_max ||
      static_cast<std::size_t>(commit_.rest.sends_size()) > limits::commit_sends_max)
    return fail(v1::ERROR_CODE_COMMIT_INVALID, "too many events, sends or effects");
  for (const auto& event : commit_.events)
    if (!v1::EventKind_IsValid(event.kind) || !v1::Rung_IsValid(event.rung))
      return fail(v1::ERROR_CODE_COMMIT_INVALID, "an event of no kind or rung");
  if (auto sends = check_sends(cell); !sends) return sends;
  for (const auto& effect : commit_.effects)
    if (effect.kind == v1::CaseEffect::MOVED_TO &&
        const_cast<Context&>(context_).cells.find(StreamId(effect.to_stream)) == nullptr)
      return fail(v1::ERROR_CODE_COMMIT_INVALID, "a move to no cell");
  return {};
}

Result<void> Hosting::check_sends(const CellState& cell) const {
  int forwarded = 0;
  for (const auto& send : commit_.rest.sends()) {
    const auto& message = send.message();
    const bool again = message.has_forwarded_action() && lets_be_decided_again(cell, message.forwarded_action());
    const CellState* target = const_cast<Context&>(context_).cells.find(StreamId(send.to_stream()));
    if (target == nullptr || (target == &cell && !again))
      return fail(v1::ERROR_CODE_COMMIT_INVALID, "a send to no other cell");
    if (!message.has_forwarded_action() && !message.has_transfer())
      return fail(v1::ERROR_CODE_COMMIT_INVALID, "a send that holds nothing");
    if (!message.has_forwarded_action() || again) continue;
    // Only the step that is consumed may be sent on, and only to one cell: it is decided once, there.
    ++forwarded;
    if (commit_.consumes == 0 || !cell.undecided.front().is_action ||
        !(cell.undecided.front().action == action_key_of(message.forwarded_action())))
      return fail(v1::ERROR_CODE_COMMIT_INVALID, "a step is sent on that is not the cause");
  }
  if (forwarded != (commit_.rest.outcome().forwarded() ? 1 : 0))
    return fail(v1::ERROR_CODE_COMMIT_INVALID, "a step is sent on to one cell, and the outcome says so");
  return {};
}

// The desk sends on a step that was set aside, once.
bool Hosting::lets_be_decided_again(const CellState& cell, const v1::ActionStamped& step) const {
  return cell.stream == desk_stream && !context_.set_aside_steps.empty() && commit_.rest.sends_size() == 1 &&
         context_.set_aside_steps.contains(action_key_of(step));
}

void Hosting::accept(Session& session, CellState& cell, std::string_view bytes) {
  const EpochId epoch = leasing_.epoch_of(cell);
  if (cell.folding) is_folded(cell);
  context_.append.begin_item();
  const std::size_t record = context_.append.next_record();
  const Sequence sequence = context_.append.add(cell.stream, v1::RECORD_KIND_COMMIT, epoch, bytes);
  cell.on_record.commit(commit_.consumes, epoch);
  cell.last_commit = commit_.commit_number;
  cell.recent_commits.push_back(sequence.value);
  if (cell.recent_commits.size() > recent_commits_max) cell.recent_commits.pop_front();
  if (cell.delivered_through + 1 == sequence.value) cell.delivered_through = sequence.value;
  session.last_decided = context_.now.steady;

  // Unique keys before replaceable ones.
  std::optional<Digest128> action;
  if (commit_.consumes != 0) {
    const Cause& cause = cell.undecided.front();
    if (cause.is_action) action = cause.action;
    cell.consumed_through = commit_.consumes;
    session.last_consumed = cell.waiting_since = context_.now.steady;
    session.decided_through = std::max(session.decided_through, cause.delivered_at);
    context_.cells.consume_cause(cell);
    cell.suspect_times = 0;
    if (cell.suspected) suspicion_.clear(cell);
  } else if (cell.clocks.named) {
    suspicion_.clock_is_over(cell, epoch);
  }
  if (commit_.rest.outcome().forwarded()) action.reset();  // the cell that has the case will decide it
  if (action) context_.append.add_key(context_.decided_key(*action), journal::KeyRule::unique);
  for (const auto& effect : commit_.effects)
    if (effect.kind == v1::CaseEffect::ENDED)
      context_.append.add_key(context_.key(broker::key_ended, effect.case_number), journal::KeyRule::replaceable);

  for (const auto& effect : commit_.effects) apply(effect.kind, effect.case_number, effect.to_stream, cell);
  append_sends(cell, sequence);
  auto& ack = context_.out.commit_ack(session.peer);
  ack.set_stream(cell.stream.value);
  ack.set_grant(epoch.grant);
  ack.set_commit_number(commit_.commit_number);
  ack.set_sequence(sequence.value);
  if (action) acting_->decided(*action, whole_commit(bytes), cell);
  for (std::uint32_t i = 0; i < commit_.events.size(); ++i) {
    const auto& event = commit_.events[i];
    if (!event.actor_only) subscribing_.case_event(cell, record, sequence, i, event.kind, event.rung, event.event);
  }
  // An item of its own, behind the whole one of the commit, and said behind the commit's events.
  if (cell.trouble_announced) leasing_.recovered(cell);
}

// A commit that decides an action has an outcome, and is parsed as a whole already, unless its host forgot it.
const v1::Commit& Hosting::whole_commit(std::string_view bytes) {
  if (commit_.rest.stream() == 0) {
    const bool read = commit_.rest.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
    HUYING_CHECK(read, "a commit that was read before");
  }
  return commit_.rest;
}

void Hosting::apply(v1::CaseEffect::Kind kind, std::string_view case_number, std::uint32_t to_stream, CellState& cell) {
  const Digest128 number = context_.key(broker::key_number, case_number);
  if (kind != v1::CaseEffect::OPENED && !cell.on_record.clocks.empty()) cell.on_record.case_is_gone(case_number);
  if (kind != v1::CaseEffect::OPENED && !cell.clocks.empty()) Suspicion::case_is_gone(cell, case_number);
  switch (kind) {
    case v1::CaseEffect::OPENED:
      context_.cells.opened(number, cell.stream);
      break;
    case v1::CaseEffect::MOVED_TO:
      context_.cells.opened(number, StreamId(to_stream));
      break;
    case v1::CaseEffect::ENDED:
      context_.cells.ended(number);
      break;
    default:
      break;
  }
}

void Hosting::append_sends(CellState& cell, Sequence commit) {
  struct Sent {
    CellState* target;
    Sequence sequence;
    std::string bytes;
    std::optional<Digest128> action;
  };
  std::vector<Sent> sent;  // records of the item first; who is told of them after
  for (auto& send : *commit_.rest.mutable_sends()) {
    auto& message = *send.mutable_message();
    message.set_from_stream(cell.stream.value);
    message.set_from_cell(cell.place.cell);
    message.set_from_sequence(commit.value);
    CellState* target = context_.cells.find(StreamId(send.to_stream()));
    std::string bytes = message.SerializeAsString();
    const Sequence sequence = context_.append.add(target->stream, v1::RECORD_KIND_MESSAGE, {}, bytes);
    sent.push_back({target, sequence, std::move(bytes), std::nullopt});
    if (!message.has_forwarded_action()) continue;
    sent.back().action = action_key_of(message.forwarded_action());
    context_.set_aside_steps.erase(*sent.back().action);
  }
  for (const auto& one : sent) {
    const Digest128* action = one.action ? &*one.action : nullptr;
    cause_appended(*one.target, one.sequence, v1::RECORD_KIND_MESSAGE, action, one.bytes, {});
  }
}

void Hosting::refuse(PeerId peer, CellState* cell, const Error& error) {
  auto& ack = context_.out.commit_ack(peer);
  ack.set_stream(commit_.stream);
  ack.set_grant(commit_.epoch.grant);
  ack.set_commit_number(commit_.commit_number);
  ack.set_error(error.code);
  if (cell == nullptr) return;
  const EpochId now = leasing_.epoch_of(*cell);
  ack.mutable_beaten_by()->set_term(now.term);
  ack.mutable_beaten_by()->set_grant(now.grant);
  spdlog::warn("cell {}: a commit of epoch {}.{} was refused, the cell is at {}.{}: {}", cell->place.cell,
               commit_.epoch.term, commit_.epoch.grant, now.term, now.grant, sentence(error));
}

}  // namespace huying::delivery
