#include "broker/delivery/hosting.h"

#include <spdlog/spdlog.h>

#include "base/check.h"
#include "base/limits.h"
#include "proto/errors.h"

namespace huying::delivery {
namespace {

constexpr std::size_t recent_commits_max = 256;
constexpr std::size_t read_bytes_a_round = 256 * limits::KiB;  // of one cell
// A send becomes a record of its own, with who sent it stamped in: it must fit as well.
constexpr std::size_t commit_bytes_max = limits::record_bytes_max - limits::KiB;
constexpr std::size_t commits_of_stranger_max = 64;  // answered, of one frame

Digest128 action_key_of(const Context& context, const v1::ActionStamped& stamped) {
  return context.key(broker::key_action, stamped.actor().principal(), stamped.action_id());
}

bool is_cause(v1::RecordKind kind) {
  return kind == v1::RECORD_KIND_REQUEST || kind == v1::RECORD_KIND_ACTION || kind == v1::RECORD_KIND_MESSAGE ||
         kind == v1::RECORD_KIND_CONFIGURATION_CHANGED;
}

}  // namespace

// ---- Causes ----------------------------------------------------------------------------------------------------

void Hosting::request_appended(CellState& cell, Sequence sequence, std::string_view filed) {
  cause_appended(cell, sequence, v1::RECORD_KIND_REQUEST, nullptr, filed, {});
}

void Hosting::action_appended(CellState& cell, Sequence sequence, const Digest128& action, std::string_view stamped,
                              std::string_view prior) {
  cause_appended(cell, sequence, v1::RECORD_KIND_ACTION, &action, stamped, prior);
}

void Hosting::configuration_changed(CellState& cell, std::uint64_t version) {
  v1::ConfigurationChanged changed;
  changed.set_version(version);
  const std::string bytes = changed.SerializeAsString();
  context_.append.begin_item();
  const auto sequence = context_.append.add(cell.stream, v1::RECORD_KIND_CONFIGURATION_CHANGED, {}, bytes);
  cell.configuration_version = version;
  cause_appended(cell, sequence, v1::RECORD_KIND_CONFIGURATION_CHANGED, nullptr, bytes, {});
}

void Hosting::cause_appended(CellState& cell, Sequence sequence, v1::RecordKind kind, const Digest128* action,
                             std::string_view payload, std::string_view prior) {
  Cause cause;
  cause.sequence = sequence.value;
  if (action != nullptr) {
    cause.is_action = true;
    cause.action = *action;
  }
  cell.undecided.push_back(cause);
  Session* session = context_.sessions.find(cell.owner);
  if (session == nullptr) return;
  if (cell.delivered_through + 1 == sequence.value &&
      hand_over(cell, *session, sequence.value, kind, context_.now.wall, payload, prior))
    return;
  lag(cell);
}

void Hosting::lag(CellState& cell) {
  if (cell.lagging) return;
  cell.lagging = true;
  lagging_.push_back(&cell);
}

bool Hosting::hand_over(CellState& cell, Session& session, std::uint64_t sequence, v1::RecordKind kind,
                        Instant recorded_at, std::string_view payload, std::string_view prior) {
  const auto bytes = static_cast<std::int64_t>(payload.size() + prior.size() + 64);
  if (session.credit_messages <= 0 || session.credit_bytes <= 0) return false;
  --session.credit_messages;
  session.credit_bytes -= bytes;  // below zero once: a delivery larger than what is left goes when a window is free
  auto& delivery = context_.out.delivery(session.peer, static_cast<std::size_t>(bytes));
  delivery.set_stream(cell.stream.value);
  delivery.set_grant(cell.grant);
  delivery.set_sequence(sequence);
  delivery.set_kind(kind);
  delivery.set_recorded_at_ms(to_ms(recorded_at));
  delivery.mutable_payload()->assign(payload);
  delivery.mutable_prior()->assign(prior);
  cell.delivered_through = sequence;
  if (!cell.undecided.empty() && cell.undecided.back().sequence == sequence) {
    cell.undecided.back().delivered_at = context_.now.steady;
  } else if (!cell.undecided.empty()) {
    // Only the cause that was just handed over; earlier ones have their own instant.
    const std::uint64_t first = cell.undecided.front().sequence;
    if (sequence >= first) {
      auto at = std::lower_bound(cell.undecided.begin(), cell.undecided.end(), sequence,
                                 [](const Cause& cause, std::uint64_t value) { return cause.sequence < value; });
      if (at != cell.undecided.end() && at->sequence == sequence) at->delivered_at = context_.now.steady;
    }
  }
  return true;
}

void Hosting::request_reads() {
  std::vector<CellState*> lagging;
  lagging.swap(lagging_);
  for (CellState* cell : lagging) {
    cell->lagging = false;
    const Session* session = context_.sessions.find(cell->owner);
    if (session == nullptr || cell->delivered_through >= context_.append.last(cell->stream).value) continue;
    lag(*cell);  // until it has caught up
    if (session->credit_messages <= 0 || session->credit_bytes <= 0) continue;
    broker::ReadRequest read;
    read.kind = broker::ReadRequest::Kind::cell;
    read.stream = cell->stream;
    read.sequence = Sequence(cell->delivered_through + 1);
    const PeerId owner = cell->owner;
    const std::uint32_t grant = cell->grant;
    std::size_t room = read_bytes_a_round;
    read.sink = [this, cell, owner, grant, room](const journal::Record& record) mutable {
      if (cell->owner != owner || cell->grant != grant) return journal::Sink::enough;
      if (record.sequence.value != cell->delivered_through + 1) return journal::Sink::enough;
      const auto verdict = hand_over_record(*cell, owner, record);
      if (record.payload.size() >= room) return journal::Sink::enough;
      room -= record.payload.size();
      return verdict;
    };
    read.done = [](Result<Position> done) { HUYING_CHECK(done.has_value(), "a cell's stream cannot be read"); };
    context_.reads.push_back(std::move(read));
  }
}

journal::Sink Hosting::hand_over_record(CellState& cell, PeerId owner, const journal::Record& record) {
  Session* session = context_.sessions.find(owner);
  if (session == nullptr) return journal::Sink::enough;
  std::string_view payload = record.payload, prior;
  v1::RequestRecord request;
  v1::ActionRecord action;
  const auto parse = [&](google::protobuf::MessageLite& into) {
    HUYING_CHECK(into.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size())));
  };
  switch (record.kind) {
    case v1::RECORD_KIND_REQUEST:
      parse(request);
      request.filed().SerializeToString(&scratch_);
      payload = scratch_;
      break;
    case v1::RECORD_KIND_ACTION:
      parse(action);
      action.stamped().SerializeToString(&scratch_);
      payload = scratch_;
      prior = action.prior();
      break;
    case v1::RECORD_KIND_COMMIT:
      if (record.sequence.value > cell.fold_end) {  // its own: it has folded it already
        cell.delivered_through = record.sequence.value;
        return journal::Sink::more;
      }
      break;
    default:
      break;
  }
  return hand_over(cell, *session, record.sequence.value, record.kind, record.recorded_at, payload, prior)
             ? journal::Sink::more
             : journal::Sink::enough;
}

void Hosting::credit(Session& session, const v1::Credit& credit) {
  constexpr std::int64_t messages_max = 1 << 20, bytes_max = 256 * limits::MiB;
  session.credit_messages = std::min(session.credit_messages + credit.messages(), messages_max);
  session.credit_bytes = std::min(session.credit_bytes + static_cast<std::int64_t>(std::min<std::uint64_t>(credit.bytes(), bytes_max)), bytes_max);
}

void Hosting::tick() {
  for (CellState* cell : leasing_.tick()) lag(*cell);
}

// ---- Commits ---------------------------------------------------------------------------------------------------

void Hosting::commits(Session& session, std::string_view body) {
  if (!open_commits(body, frame_))
    return context_.out.refuse(session.peer, Error{v1::ERROR_CODE_FRAME_UNREADABLE, "commits"}, 0, false);
  leasing_.promise(session, frame_.next_wake_within_ms);
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
      leasing_.end(*cell);
      continue;
    }
    accept(session, *cell, bytes);
  }
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
  int forwarded = 0;
  for (const auto& send : commit_.rest.sends()) {
    const CellState* target = const_cast<Context&>(context_).cells.find(StreamId(send.to_stream()));
    if (target == nullptr || target == &cell) return fail(v1::ERROR_CODE_COMMIT_INVALID, "a send to no other cell");
    if (send.message().body_case() == v1::CellMessage::BODY_NOT_SET)
      return fail(v1::ERROR_CODE_COMMIT_INVALID, "a send that holds nothing");
    if (!send.message().has_forwarded_action()) continue;
    // Only the step that is consumed may be sent on, and only to one cell: it is decided once, there.
    ++forwarded;
    if (commit_.consumes == 0 || !cell.undecided.front().is_action ||
        !(cell.undecided.front().action == action_key_of(context_, send.message().forwarded_action())))
      return fail(v1::ERROR_CODE_COMMIT_INVALID, "a step is sent on that is not the cause");
  }
  if (forwarded != (commit_.rest.outcome().forwarded() ? 1 : 0))
    return fail(v1::ERROR_CODE_COMMIT_INVALID, "a step is sent on to one cell, and the outcome says so");
  for (const auto& effect : commit_.effects)
    if (effect.kind == v1::CaseEffect::MOVED_TO && const_cast<Context&>(context_).cells.find(StreamId(effect.to_stream)) == nullptr)
      return fail(v1::ERROR_CODE_COMMIT_INVALID, "a move to no cell");
  return {};
}

void Hosting::accept(Session& session, CellState& cell, std::string_view bytes) {
  const EpochId epoch = leasing_.epoch_of(cell);
  context_.append.begin_item();
  const std::size_t record = context_.append.next_record();
  const Sequence sequence = context_.append.add(cell.stream, v1::RECORD_KIND_COMMIT, epoch, bytes);
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
    cell.undecided.pop_front();
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
    if (message.has_forwarded_action()) sent.back().action = action_key_of(context_, message.forwarded_action());
  }
  for (const auto& one : sent)
    cause_appended(*one.target, one.sequence, v1::RECORD_KIND_MESSAGE, one.action ? &*one.action : nullptr, one.bytes, {});
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

// ---- Replay ----------------------------------------------------------------------------------------------------

void Hosting::replayed_cause(const journal::Record& record) {
  CellState* cell = context_.cells.find(record.stream);
  if (cell == nullptr || !is_cause(record.kind)) return;
  Cause cause;
  cause.sequence = record.sequence.value;
  const auto parse = [&](google::protobuf::MessageLite& into) {
    HUYING_CHECK(into.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size())));
  };
  if (record.kind == v1::RECORD_KIND_ACTION) {
    v1::ActionRecord action;
    parse(action);
    cause.is_action = true;
    cause.action = action_key_of(context_, action.stamped());
  } else if (record.kind == v1::RECORD_KIND_MESSAGE) {
    v1::CellMessage message;
    parse(message);
    cause.is_action = message.has_forwarded_action();
    if (cause.is_action) cause.action = action_key_of(context_, message.forwarded_action());
  } else if (record.kind == v1::RECORD_KIND_CONFIGURATION_CHANGED) {
    v1::ConfigurationChanged changed;
    parse(changed);
    cell->configuration_version = changed.version();
  }
  cell->undecided.push_back(cause);
}

void Hosting::replayed_commit(const journal::Record& record, const v1::Commit& commit) {
  CellState* cell = context_.cells.find(record.stream);
  if (cell == nullptr) return;
  if (commit.consumes() != 0) {
    HUYING_CHECK(!cell->undecided.empty() && cell->undecided.front().sequence == commit.consumes(),
                 "a commit consumes {} out of order", commit.consumes());
    cell->undecided.pop_front();
    cell->consumed_through = commit.consumes();
  }
  for (const auto& effect : commit.effects()) apply(effect.kind(), effect.case_number(), effect.to_stream(), *cell);
}

}  // namespace huying::delivery
