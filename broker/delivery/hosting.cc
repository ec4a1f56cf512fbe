#include "broker/delivery/hosting.h"

#include <spdlog/spdlog.h>

#include "base/check.h"
#include "base/limits.h"
#include "proto/errors.h"

namespace huying::delivery {
namespace {

constexpr std::size_t read_bytes_a_round = 256 * limits::KiB;  // of one cell

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
  context_.cells.add_cause(cell, cause);
  if (cell.undecided.size() == 1) cell.waiting_since = context_.now.steady;
  Session* session = context_.sessions.find(cell.owner);
  if (session == nullptr || cell.fold_parked) return;
  leasing_.watch(cell);
  if (cell.delivered_through + 1 == sequence.value &&
      hand_over(cell, *session, sequence.value, kind, context_.now.wall, payload, prior))
    return;
  lag(cell);
}

void Hosting::record_appended(CellState& cell, Sequence sequence, v1::RecordKind kind, std::string_view payload) {
  Session* session = context_.sessions.find(cell.owner);
  if (session == nullptr || cell.fold_parked) return;
  const bool is_next = cell.delivered_through + 1 == sequence.value;
  if (!is_next || !hand_over(cell, *session, sequence.value, kind, context_.now.wall, payload, {})) lag(cell);
}

void Hosting::message_appended(CellState& cell, Sequence sequence, std::string_view payload) {
  cause_appended(cell, sequence, v1::RECORD_KIND_MESSAGE, nullptr, payload, {});
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
  if (sequence == cell.fold_end) cell.folded_at = context_.now.steady;
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
  checkpoints_.round_begins();
  for (CellState* cell : lagging) {
    cell->lagging = false;
    const Session* session = context_.sessions.find(cell->owner);
    if (session == nullptr || cell->delivered_through >= context_.append.last(cell->stream).value) continue;
    if (cell->fold_parked && !cell->lease_waits) continue;
    lag(*cell);  // until it has caught up
    if (context_.now.steady < cell->read_again_at) continue;
    if (!cell->lease_waits && (session->credit_messages <= 0 || session->credit_bytes <= 0)) continue;
    broker::ReadRequest read;
    read.kind = broker::ReadRequest::Kind::cell;
    read.stream = cell->stream;
    read.sequence = Sequence(cell->delivered_through + 1);
    const PeerId owner = cell->owner;
    const std::uint32_t grant = cell->grant;
    std::size_t room = read_bytes_a_round;
    if (cell->lease_waits) {
      read.begin = [this, cell, owner, grant](const broker::ReadRequest::NewestCheckpoint& newest) {
        return cell->owner == owner && cell->grant == grant ? begin_lease(*cell, newest) : Sequence{};
      };
    }
    read.sink = [this, cell, owner, grant, room](const journal::Record& record) mutable {
      if (cell->owner != owner || cell->grant != grant) return journal::Sink::enough;
      if (record.sequence.value != cell->delivered_through + 1) return journal::Sink::enough;
      const auto verdict = hand_over_record(*cell, owner, record);
      if (record.payload.size() >= room) return journal::Sink::enough;
      room -= record.payload.size();
      return verdict;
    };
    read.done = [this, cell, owner, grant](const Result<Position>& done) {
      if (cell->owner == owner && cell->grant == grant) was_read(*cell, done);
    };
    context_.reads.push_back(std::move(read));
  }
}

// What the fold needs may be archived, and the archive away: the cell waits for it, announced, and is read again and again.
void Hosting::was_read(CellState& cell, const Result<Position>& done) {
  if (done) {
    if (cell.unread.empty()) return;
    cell.unread.clear();
    cell.parked_at = 0;
    if (!cell.undecided.empty()) leasing_.watch(cell);
    return;
  }
  HUYING_CHECK(done.error().code == v1::ERROR_CODE_ARCHIVED, "a cell's stream cannot be read: {}", done.error().detail);
  if (cell.unread.empty()) spdlog::error("cell {}: {}", cell.place.cell, sentence(done.error()));
  cell.unread = done.error().detail;
  cell.parked_at = cell.delivered_through + 1;
  cell.read_again_at = context_.now.steady + limits::cell_retry_min;
}

void Hosting::announce_unread() {
  for (CellState* cell : lagging_) {
    if (cell->unread.empty() || cell->trouble_announced || coverage_.full()) continue;
    coverage_.say(*cell, v1::Coverage::CELL_PARKED,
                  "its records are in an archive that cannot be read; nothing is decided for it until it can");
  }
}

// Tells the owner of its lease, with the newest checkpoint where there is one that fits. A checkpoint costs credit
// like any delivery; until there is some, the lease waits. Answers from which record on the owner lacks; 0: not told
// yet.
Sequence Hosting::begin_lease(CellState& cell, const broker::ReadRequest::NewestCheckpoint& newest) {
  using Known = CellState::KnownCheckpoint;
  Session& session = *context_.sessions.find(cell.owner);
  const bool has_credit = session.credit_messages > 0 && session.credit_bytes > 0;
  const bool may_say = has_credit && checkpoints_.may_say_more();
  if (cell.checkpoint == Known::some && !may_say) return Sequence{};
  std::optional<broker::FoundCheckpoint> found;
  if (cell.checkpoint != Known::none) found = newest();
  if (found && !checkpoints_.fits(cell, *found)) found.reset();
  cell.checkpoint = found ? Known::some : Known::none;
  if (!found) {
    cell.checkpoint_through = 0;
    leasing_.tell(cell, session, nullptr);
    return cell.fold_parked ? Sequence{} : Sequence(1);
  }
  if (!may_say) return Sequence{};
  const auto bytes = found->checkpoint.state.size();
  cell.checkpoint_through = cell.delivered_through = found->checkpoint.through.value;
  session.credit_messages -= 1;
  session.credit_bytes -= static_cast<std::int64_t>(bytes);
  context_.said_bytes += bytes;
  checkpoints_.said(bytes);
  leasing_.tell(cell, session, &found->checkpoint);
  return cell.fold_parked ? Sequence{} : Sequence(cell.delivered_through + 1);
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
  session.last_credit = context_.now.steady;
}

// What a host says of a lease that is over says nothing.
CellState* Hosting::held_by(const Session& session, std::uint32_t stream, const v1::Epoch& epoch) {
  CellState* cell = context_.cells.find(StreamId(stream));
  const bool holds = cell != nullptr && cell->owner == session.peer &&
                     EpochId{epoch.term(), epoch.grant()} == leasing_.epoch_of(*cell);
  return holds ? cell : nullptr;
}

void Hosting::folded(Session& session, const v1::Folded& folded) {
  for (const auto& one : folded.cells())
    if (CellState* cell = held_by(session, one.stream(), one.epoch()); cell != nullptr && cell->folding) is_folded(*cell);
  if (suspicion_.may_advance()) suspicion_.advance();
}

void Hosting::is_folded(CellState& cell) {
  if (const auto said = folds_.folded(cell)) record_appended(cell, said->sequence, v1::RECORD_KIND_SUSPECT, said->bytes);
  suspicion_.folded();
}

void Hosting::try_clock(Session& session, const v1::TryClock& asked) {
  CellState* cell = held_by(session, asked.stream(), asked.epoch());
  const auto& name = asked.clock();
  const bool fits = !name.case_number().empty() && name.case_number().size() <= limits::case_number_bytes_max;
  if (cell == nullptr || !fits || !v1::ClockKind_IsValid(name.kind())) return;
  suspicion_.try_clock(*cell, name);
  if (suspicion_.may_advance()) suspicion_.advance();
}

void Hosting::trouble(Session& session, const v1::Trouble& trouble) {
  CellState* cell = held_by(session, trouble.stream(), trouble.epoch());
  if (cell == nullptr) return;
  if (trouble.kind() == v1::Trouble::FOLD_UNREADABLE && cell->folding) is_folded(*cell);  // refused in words, not with its life
  if (trouble.kind() == v1::Trouble::FOLD_UNREADABLE && cell->given_through != 0) {
    // It, or what was folded on top of it: the journal itself has not been tried.
    Checkpoints::is_of_no_use(*cell);
    leasing_.grant_anew(*cell);
    return lag(*cell);
  }
  if (trouble.kind() == v1::Trouble::FOLD_UNREADABLE) return leasing_.unreadable(*cell, trouble.sequence());
  const bool is_first = !cell->undecided.empty() && cell->undecided.front().sequence == trouble.sequence();
  if (trouble.kind() != v1::Trouble::CAUSE_UNREADABLE || !is_first) return;
  spdlog::error("cell {}: host {} cannot read cause {}", cell->place.cell, session.principal, trouble.sequence());
  leasing_.end(*cell, LeaseEnd::invalid);
}

void Hosting::tick() {
  for (CellState* cell : leasing_.tick()) lag(*cell);
  announce_unread();
  suspicion_.advance();
  staffing_.tick();
  clock_watch_.tick();
}

void Hosting::recall_poison() {
  suspicion_.recall();
  folds_.recall();
}

void Hosting::start(Term before) {
  const bool after_unclean_stop = suspicion_.starts_after_unclean_stop();
  recall_poison();
  suspicion_.start();
  if (after_unclean_stop) folds_.start_after_unclean_stop(before);
}

void Hosting::configured() {
  leasing_.look_again();
  staffing_.configured();
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
    cause.action = action_key_of(action.stamped());
    if (!action.prior().empty() && action.stamped().kind() == v1::ACTION_KIND_REOPEN)
      context_.reopenings.begin(cause.action, action.stamped().case_number());
  } else if (record.kind == v1::RECORD_KIND_MESSAGE) {
    v1::CellMessage message;
    parse(message);
    cause.is_action = message.has_forwarded_action();
    if (cause.is_action) {
      cause.action = action_key_of(message.forwarded_action());
      context_.set_aside_steps.erase(cause.action);
    }
    // To the desk from the broker, or where the commit that sent it says that the case is.
    if (message.has_set_aside()) apply(v1::CaseEffect::OPENED, message.set_aside().filed().case_number(), 0, *cell);
    if (message.has_transfer()) apply(v1::CaseEffect::OPENED, message.transfer().whole().case_number(), 0, *cell);
  } else if (record.kind == v1::RECORD_KIND_CONFIGURATION_CHANGED) {
    v1::ConfigurationChanged changed;
    parse(changed);
    cell->configuration_version = changed.version();
  }
  context_.cells.add_cause(*cell, cause);
}

void Hosting::replayed_commit(const journal::Record& record, const v1::Commit& commit) {
  CellState* cell = context_.cells.find(record.stream);
  if (cell == nullptr) return;
  cell->on_record.commit(commit.consumes(), record.epoch);
  if (commit.consumes() != 0) consume_replayed(*cell, commit.consumes());
  for (const auto& effect : commit.effects()) apply(effect.kind(), effect.case_number(), effect.to_stream(), *cell);
}

// Read-only, a gap may hold the cause, or the commits that consumed those before it.
std::optional<Cause> Hosting::consume_replayed(CellState& cell, std::uint64_t cause) {
  auto& undecided = cell.undecided;
  if (context_.options.read_only) {
    while (!undecided.empty() && undecided.front().sequence < cause) context_.cells.consume_cause(cell);
    if (undecided.empty() || undecided.front().sequence != cause) return std::nullopt;
  }
  HUYING_CHECK(!undecided.empty() && undecided.front().sequence == cause, "cause {} is consumed out of order", cause);
  const Cause consumed = undecided.front();
  if (consumed.is_action) context_.reopenings.end(consumed.action);
  context_.cells.consume_cause(cell);
  cell.consumed_through = cause;
  cell.suspect_times = 0;
  return consumed;
}

void Hosting::replayed_suspect(const journal::Record& record, const v1::Suspect& suspect) {
  CellState* cell = context_.cells.find(record.stream);
  if (cell == nullptr) return;
  cell->on_record.suspect(suspect, record.epoch);
  if (!suspect.fold()) suspicion_.replayed(*cell, suspect);
}

void Hosting::replayed_set_aside(const journal::Record& record, const v1::SetAside& set_aside) {
  CellState* cell = context_.cells.find(record.stream);
  if (cell == nullptr) return;
  cell->on_record.set_aside(set_aside);
  if (set_aside.fold() || set_aside.has_clock()) return;
  const auto cause = consume_replayed(*cell, set_aside.cause());
  if (cause && cause->is_action) context_.set_aside_steps.insert(cause->action);
}

}  // namespace huying::delivery
