#include "broker/delivery/suspicion.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "base/check.h"
#include "base/limits.h"
#include "broker/intake/acting.h"
#include "proto/errors.h"

namespace huying::delivery {
namespace {

constexpr std::string_view why = "each attempt to decide it ended uncleanly";
constexpr std::string_view why_parked = "a clock of the case ended its hosts each time it fired; the case is parked";
constexpr std::size_t step_bytes_max = 16 * limits::KiB;  // beyond it a step stays where it is; far above what is valid

template <class Message>
bool read_into(Message& into, std::string_view bytes) {
  return into.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

// A clock that fires before the suspected cause is decided is what is tried now, not the cause.
void count_for_clock(CellState& cell) {
  if (cell.suspect_times > 0) --cell.suspect_times;
}

}  // namespace

SuspectStep next_step(std::uint32_t times, bool may_be_set_aside, bool is_free) {
  if (times >= limits::suspect_times_max && may_be_set_aside) return SuspectStep::set_aside;
  return times == 0 || is_free ? SuspectStep::try_alone : SuspectStep::wait;
}

void Suspicion::suspect(CellState& cell) {
  if (cell.undecided.empty() || cell.suspected) return;
  cell.suspected = true;
  ++suspected_;
}

void Suspicion::clear(CellState& cell) {
  if (cell.suspected) --suspected_;
  cell.suspected = cell.trial_waits = cell.on_trial = false;
  may_advance_ = !waiting_.empty();
}

void Suspicion::granted(CellState& cell) {
  cell.lease_suspect = 0;
  cell.lease_tries_clocks = cell.trial_waits = false;
  if (cell.fold_parked) return;  // nothing of it is tried until somebody folds it
  cell.lease_tries_clocks = std::exchange(cell.clocks_suspected, false) || !cell.clocks.empty();
  cell.trial_waits = cell.suspected && !cell.undecided.empty();
  if (!cell.trial_waits) return;
  waiting_.push_back({&cell, cell.grant});
  may_advance_ = true;
  cell.lease_suspect = cell.undecided.front().sequence;
}

void Suspicion::try_clock(CellState& cell, const v1::ClockName& name) {
  if (cell.trial_waits || !cell.lease_tries_clocks) return;
  cell.clocks.name(name);
  cell.trial_waits = true;
  waiting_.push_back({&cell, cell.grant, true});
  may_advance_ = true;
}

void Suspicion::case_is_gone(CellState& cell, std::string_view case_number) {
  cell.clocks.forget_before(case_number);
  if (cell.clocks.names(case_number) && !cell.trial_waits && !cell.on_trial) cell.clocks.named.reset();
}

void Suspicion::left_cleanly(CellState& cell) {
  cell.clocks.before.clear();
  const bool is_set_aside = cell.clocks.named && cell.clocks.named->times > limits::suspect_times_max;
  if (!cell.trial_waits && !cell.on_trial && !is_set_aside) cell.clocks.named.reset();
}

void Suspicion::clock_is_over(CellState& cell, EpochId of) {
  if (cell.trial_waits || !cell.clocks.ends_trial(of)) return;
  cell.clocks.named.reset();
  cell.on_trial = false;
  may_advance_ = !waiting_.empty();
}

bool Suspicion::holds(const Entry& entry) const {
  const CellState& cell = *entry.cell;
  const bool is_there = entry.is_clock ? cell.clocks.named != nullptr : !cell.undecided.empty();
  return cell.trial_waits && cell.grant == entry.grant && cell.owner != broker::PeerId{} && is_there;
}

bool Suspicion::is_free(const Entry& entry) const {
  const broker::Session* session = context_.sessions.find(entry.cell->owner);
  const CellState* on_trial = session->on_trial;
  // A clock that fires before the cause that is on trial in its cell waits for nobody.
  return on_trial == nullptr || on_trial == entry.cell || on_trial->owner != session->peer || !on_trial->on_trial;
}

void Suspicion::advance() {
  may_advance_ = false;
  for (; !bad_.empty() && !coverage_.full(); bad_.pop_front()) set_aside(bad_.front());
  for (std::size_t n = waiting_.size(); n > 0 && !coverage_.full(); --n) {
    const Entry entry = waiting_.front();
    waiting_.pop_front();
    if (!holds(entry)) continue;
    if (entry.cell->folding) {  // what ends its host before it is folded is no cause
      waiting_.push_back(entry);
      continue;
    }
    const auto times = entry.is_clock ? entry.cell->clocks.named->times : entry.cell->suspect_times;
    switch (next_step(times, entry.may_be_set_aside, is_free(entry))) {
      case SuspectStep::wait:
        waiting_.push_back(entry);
        break;
      case SuspectStep::try_alone:
        write_suspect(entry);
        break;
      case SuspectStep::set_aside:
        entry.is_clock ? set_clock_aside(entry) : read(entry);
        break;
    }
  }
}

void Suspicion::write_suspect(const Entry& entry) {
  CellState& cell = *entry.cell;
  v1::Suspect suspect;
  if (entry.is_clock) {
    *suspect.mutable_clock() = cell.clocks.named->name;
    suspect.set_times(++cell.clocks.named->times);
    cell.clocks.named->tried_in = {context_.term.value, cell.grant};
    count_for_clock(cell);
  } else {
    suspect.set_cause(cell.undecided.front().sequence);
    suspect.set_times(++cell.suspect_times);
  }
  cell.trial_waits = false;
  cell.on_trial = true;
  cell.waiting_since = context_.now.steady;
  if (suspect.times() > 1) context_.sessions.find(cell.owner)->on_trial = &cell;
  if (entry.is_clock)
    spdlog::warn("cell {}: a lease ended uncleanly; a clock of {} fires alone, time {}", cell.place.cell,
                 suspect.clock().case_number(), suspect.times());
  else
    spdlog::warn("cell {}: cause {} was undecided when a lease ended uncleanly; it is tried alone, time {}",
                 cell.place.cell, suspect.cause(), suspect.times());
  cell.on_record.suspect(suspect, {context_.term.value, cell.grant});
  append(cell, v1::RECORD_KIND_SUSPECT, suspect.SerializeAsString());
}

// On the batch, and to the cell's owner.
void Suspicion::append(CellState& cell, v1::RecordKind kind, const std::string& bytes) {
  context_.append.begin_item();
  const auto sequence = context_.append.add(cell.stream, kind, {context_.term.value, cell.grant}, bytes);
  sink_.record_appended(cell, sequence, kind, bytes);
}

// ---- Setting aside ---------------------------------------------------------------------------------------------

void Suspicion::set_clock_aside(const Entry& entry) {
  CellState& cell = *entry.cell;
  const v1::ClockName& name = cell.clocks.named->name;
  v1::SetAside record;
  *record.mutable_clock() = name;
  record.set_times(cell.clocks.named->times);
  record.set_reason(why_parked.data(), why_parked.size());
  ++cell.clocks.named->times;
  cell.on_record.set_aside(record);
  cell.trial_waits = false;
  cell.on_trial = true;  // until the case is parked
  cell.waiting_since = context_.now.steady;
  append(cell, v1::RECORD_KIND_SET_ASIDE, record.SerializeAsString());
  coverage_.say(cell, v1::Coverage::CASE_PARKED, why_parked, 0, name.case_number());
  spdlog::error("cell {}, case {}: {}", cell.place.cell, name.case_number(), why_parked);
}

void Suspicion::read(const Entry& entry) {
  broker::ReadRequest read;
  read.kind = broker::ReadRequest::Kind::cell;
  read.stream = entry.cell->stream;
  read.sequence = Sequence(entry.cell->undecided.front().sequence);
  read.sink = [this, entry](const journal::Record& record) {
    bad_.push_back({entry, record.sequence.value, record.kind, record.recorded_at, std::string(record.payload)});
    may_advance_ = true;
    return journal::Sink::enough;
  };
  read.done = [this, entry](const Result<Position>& done) {
    if (done) return;
    HUYING_CHECK(done.error().code == v1::ERROR_CODE_ARCHIVED, "a cause cannot be read: {}", done.error().detail);
    waiting_.push_back(entry);  // the archive may come back
  };
  context_.reads.push_back(std::move(read));
}

void Suspicion::set_aside(Bad& bad) {
  CellState& cell = *bad.entry.cell;
  if (!holds(bad.entry) || cell.undecided.front().sequence != bad.cause) return;
  v1::SetAsideDetail detail;
  detail.set_stream(cell.stream.value);
  detail.set_cell(cell.place.cell);
  detail.set_cause(bad.cause);
  detail.set_kind(static_cast<std::uint32_t>(bad.kind));
  detail.set_times(cell.suspect_times);
  detail.set_recorded_at_ms(to_ms(bad.recorded_at));
  detail.set_reason(why.data(), why.size());
  v1::SetAside record;
  record.set_cause(bad.cause);
  record.set_times(cell.suspect_times);
  record.set_reason(why.data(), why.size());
  const std::string bytes = record.SerializeAsString();
  if (!to_desk(bad, detail)) {
    bad.entry.may_be_set_aside = false;  // tried again and again, with pauses, and announced
    waiting_.push_back(bad.entry);
    may_advance_ = true;
    return;
  }
  const auto sequence =
      context_.append.add(cell.stream, v1::RECORD_KIND_SET_ASIDE, {context_.term.value, cell.grant}, bytes);
  sink_.record_appended(cell, sequence, v1::RECORD_KIND_SET_ASIDE, bytes);
  const auto cause = cell.undecided.front();
  context_.cells.consume_cause(cell);
  cell.consumed_through = bad.cause;
  cell.suspect_times = 0;
  cell.waiting_since = context_.now.steady;
  clear(cell);
  if (cause.is_action) {
    context_.set_aside_steps.insert(cause.action);
    acting_->set_aside(cause.action, cell);
  }
  coverage_.say(cell, v1::Coverage::CAUSE_SET_ASIDE, why, bad.cause);
  spdlog::error("cell {}: cause {} is set aside: {}; the desk has a case of it", cell.place.cell, bad.cause, why);
}

// Begins the item, with what goes to the desk; SetAside follows in the same item. False: it cannot be a case there.
bool Suspicion::to_desk(Bad& bad, v1::SetAsideDetail& detail) {
  v1::RequestRecord request;
  v1::ActionRecord action;
  v1::CellMessage message;
  switch (bad.kind) {
    case v1::RECORD_KIND_REQUEST:
      return read_into(request, bad.payload) && request_to_desk(*request.mutable_filed(), detail);
    case v1::RECORD_KIND_ACTION:
      return read_into(action, bad.payload) && step_to_desk(action.stamped(), detail);
    case v1::RECORD_KIND_MESSAGE:
      return read_into(message, bad.payload) && message_to_desk(message, detail);
    default:
      return false;  // a configuration: the cell cannot go on without it
  }
}

bool Suspicion::message_to_desk(const v1::CellMessage& message, v1::SetAsideDetail& detail) {
  if (message.has_forwarded_action()) return step_to_desk(message.forwarded_action(), detail);
  if (message.has_set_aside()) {  // it was at the desk's own door already: once more, with nothing but its number
    const auto& held = message.set_aside().filed();
    if (held.filed().source().empty()) return false;
    v1::RequestFiled bare;
    bare.set_case_number(held.case_number());
    const auto first = held.filed().set_aside();
    detail.set_stream(first.stream());
    detail.set_cell(first.cell());
    detail.set_cause(first.cause());
    detail.set_kind(first.kind());
    detail.set_recorded_at_ms(first.recorded_at_ms());
    return request_to_desk(bare, detail);
  }
  // A case on its way goes to the desk as it is.
  if (!message.has_transfer()) return false;
  v1::CellMessage to_desk;
  *to_desk.mutable_transfer() = message.transfer();
  to_desk.mutable_transfer()->set_reason_code("set_aside");
  to_desk.set_from_stream(detail.stream());
  to_desk.set_from_cell(detail.cell());
  to_desk.set_from_sequence(detail.cause());
  if (message.transfer().reason_code() == "set_aside") return false;  // the desk could not take it either
  context_.append.begin_item();
  send_to_desk(to_desk);
  context_.cells.opened(context_.key(broker::key_number, message.transfer().whole().case_number()), desk_stream);
  return true;
}

bool Suspicion::request_to_desk(v1::RequestFiled& filed, const v1::SetAsideDetail& detail) {
  v1::CellMessage message;
  message.set_from_stream(detail.stream());
  message.set_from_cell(detail.cell());
  message.set_from_sequence(detail.cause());
  *filed.mutable_filed()->mutable_set_aside() = detail;
  *message.mutable_set_aside()->mutable_filed() = filed;
  context_.append.begin_item();
  send_to_desk(message);
  context_.cells.opened(context_.key(broker::key_number, filed.case_number()), desk_stream);
  return true;
}

void Suspicion::send_to_desk(const v1::CellMessage& message) {
  CellState* desk = context_.cells.find(desk_stream);
  HUYING_CHECK(desk != nullptr, "a directory has a desk");
  const std::string bytes = message.SerializeAsString();
  const auto sequence = context_.append.add(desk_stream, v1::RECORD_KIND_MESSAGE, {}, bytes);
  sink_.message_appended(*desk, sequence, bytes);
}

// The case that the step is about stays where it is; the matter is a case of the desk's own.
bool Suspicion::step_to_desk(const v1::ActionStamped& stamped, v1::SetAsideDetail& detail) {
  if (stamped.ByteSizeLong() > step_bytes_max) return false;
  detail.set_case_number(stamped.case_number());
  detail.set_step(stamped.SerializeAsString());
  context_.append.begin_item();
  publishing_->file_matter(detail);
  return true;
}

// ---- Start and stop --------------------------------------------------------------------------------------------

void Suspicion::replayed(CellState& cell, const v1::Suspect& suspect) {
  if (suspect.has_clock()) return count_for_clock(cell);
  const bool is_first = !cell.undecided.empty() && cell.undecided.front().sequence == suspect.cause();
  if (is_first) cell.suspect_times = suspect.times();
}

void Suspicion::recall() {
  for (const auto& cell : context_.cells.all()) cell->clocks = cell->on_record.clocks;
}

void Suspicion::start() {
  if (std::exchange(stopped_cleanly_, false)) return;  // the claim that this start is stands in the journal
  for (const auto& cell : context_.cells.all()) {
    suspect(*cell);
    cell->clocks_suspected = true;
  }
  if (suspected_ != 0)
    spdlog::warn("the broker before did not stop cleanly: what is undecided first in {} cells is tried alone",
                 suspected_);
}

void Suspicion::stop() {
  if (suspected_ != 0 || context_.term == Term{} || context_.disk.is_full()) return;
  v1::BrokerStopped stopped;
  stopped.set_term(context_.term.value);
  context_.append.begin_item();
  context_.append.add(partition_stream, v1::RECORD_KIND_STOPPED, {context_.term.value, 0}, stopped.SerializeAsString());
  stopped_cleanly_ = true;
}

}  // namespace huying::delivery
