#include "workers/cell/decide.h"

#include <google/protobuf/io/coded_stream.h>

#include <algorithm>

#include "base/check.h"
#include "workers/cell/decision.h"

namespace huying::cell {
namespace {

template <class Message>
bool read(Message& into, std::string_view bytes) {
  return into.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

void clear_for_reuse(v1::Commit& commit) {
  commit.clear_events();  // keeps what was allocated, as Clear() would not for `epoch`
  commit.clear_sends();
  commit.clear_effects();
  commit.clear_outcome();
  commit.clear_decided_person();
  commit.clear_decided_action_id();
}

v1::ClockName name_of(const Case& one, const Clock& clock) {
  v1::ClockName name;
  const auto number = one.number.text();
  name.set_case_number(number.data(), number.size());
  name.set_kind(static_cast<v1::ClockKind>(clock.kind));
  name.set_generation(clock.generation);
  return name;
}

// The case's clock that was due when the cause was recorded: it was late already, and says so first.
bool was_overdue(const CellState& state, const std::string& case_number, const CauseFacts& cause) {
  if (!CaseNumber::fits(case_number)) return false;
  const Case* one = state.find(CaseNumber(case_number));
  const Clock* next = one == nullptr ? nullptr : one->next_running();
  return next != nullptr && next->due_at_ms <= cause.recorded_at_ms;
}

DecidingAt not_before(const CauseFacts& cause, const DecidingAt& at) {
  return {std::max(at.now, instant(cause.recorded_at_ms)), at.caught_up_until};
}

}  // namespace

bool Decider::read_request(std::string_view payload) {
  // The detail filed was allocated before: it is cleared, lent and merged into instead of made anew.
  auto* filed = parts_.spare_filed();
  filed->Clear();
  request_.Clear();
  request_.set_allocated_filed(filed);
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const std::uint8_t*>(payload.data()),
                                            static_cast<int>(payload.size()));
  const bool whole = request_.MergeFromCodedStream(&in) && in.ConsumedEntireMessage();
  return whole && CaseNumber::fits(request_.case_number());
}

Did Decider::decide(CellState& state, const PendingCause& cause, Settings* settings, const DecidingAt& at, v1::Commit& commit,
                    Settings* before) {
  clear_for_reuse(commit);
  const bool needs_settings = cause.kind != v1::RECORD_KIND_CONFIGURATION_CHANGED || before != nullptr;
  HUYING_CHECK(settings != nullptr || !needs_settings, "a decision needs a configuration");
  switch (cause.kind) {
    case v1::RECORD_KIND_REQUEST:
      return decide_request(state, cause, settings, at, commit);
    case v1::RECORD_KIND_ACTION:
      return decide_action(state, cause, settings, at, commit);
    case v1::RECORD_KIND_MESSAGE:
      return decide_message(state, cause, settings, at, commit);
    case v1::RECORD_KIND_CONFIGURATION_CHANGED:
      return decide_configuration(state, cause, settings, at, commit, before);
    default:
      return Did::unreadable;
  }
}

Did Decider::decide_configuration(CellState& state, const PendingCause& cause, Settings* settings,
                                  const DecidingAt& at, v1::Commit& commit, Settings* before) {
  Decision decision(parts_, state, settings, cause, at, commit);
  // What the cell went by so far may not be kept any more: another version came in its place, and says which it is.
  Settings* known = before != nullptr && before->version() == state.configuration_version ? before : nullptr;
  const bool recounts = state.open_cases() != 0 && settings != nullptr && before != nullptr &&
                        (known == nullptr || !settings->reckons_as(*known));
  if (recounts && !decision.recount(known, recount_)) {
    commit.set_consumes(0);
    return Did::clock;
  }
  settle(state, commit, cause);
  return Did::cause;
}

Did Decider::decide_request(CellState& state, const PendingCause& cause, Settings* settings, const DecidingAt& at,
                            v1::Commit& commit) {
  if (!read_request(cause.payload) || state.find(CaseNumber(request_.case_number())) != nullptr) return Did::unreadable;
  Decision(parts_, state, settings, cause, at, commit).request(request_);
  settle(state, commit, cause);
  return Did::cause;
}

Did Decider::decide_action(CellState& state, const PendingCause& cause, Settings* settings,
                           const DecidingAt& at, v1::Commit& commit) {
  if (!read(action_, cause.payload)) return Did::unreadable;
  if (was_overdue(state, action_.case_number(), cause)) {
    fire(state, CaseNumber(action_.case_number()), *settings, not_before(cause, at), commit);
    return Did::clock;
  }
  const bool has_prior = !cause.prior.empty() && read(prior_, cause.prior);
  Decision(parts_, state, settings, cause, at, commit).action(action_, has_prior ? &prior_ : nullptr, false);
  settle(state, commit, cause);
  return Did::cause;
}

Did Decider::decide_message(CellState& state, const PendingCause& cause, Settings* settings, const DecidingAt& at,
                            v1::Commit& commit) {
  if (!read(message_, cause.payload)) return Did::unreadable;
  if (message_.has_forwarded_action()) {
    const auto& action = message_.forwarded_action();
    if (was_overdue(state, action.case_number(), cause)) {
      fire(state, CaseNumber(action.case_number()), *settings, not_before(cause, at), commit);
      return Did::clock;
    }
    Decision(parts_, state, settings, cause, at, commit).action(action, nullptr, true);
  } else if (message_.has_set_aside()) {
    auto& filed = *message_.mutable_set_aside()->mutable_filed();
    const bool fits = CaseNumber::fits(filed.case_number()) && state.find(CaseNumber(filed.case_number())) == nullptr;
    if (!fits || !state.place().is_desk()) return Did::unreadable;
    Decision(parts_, state, settings, cause, at, commit).request(filed);
  } else {
    const auto& whole = message_.transfer().whole();
    const bool fits = CaseNumber::fits(whole.case_number()) && state.find(CaseNumber(whole.case_number())) == nullptr;
    if (!fits) return Did::unreadable;
    Decision(parts_, state, settings, cause, at, commit).arrive(message_.transfer(), message_.from_cell());
  }
  settle(state, commit, cause);
  return Did::cause;
}

bool Decider::park(CellState& state, Settings& settings, const DecidingAt& at, v1::Commit& commit) {
  while (!state.to_park.empty()) {
    Case* one = state.find(state.to_park.front());
    state.to_park.pop_front();
    if (one == nullptr || one->held_clock == 0) continue;  // it is parked
    clear_for_reuse(commit);
    const CauseFacts nothing;
    Decision(parts_, state, &settings, nothing, at, commit).park(*one);
    return true;
  }
  return false;
}

std::optional<v1::ClockName> Decider::clock_before(const CellState& state, const PendingCause& cause) {
  const v1::ActionStamped* step = nullptr;
  if (cause.kind == v1::RECORD_KIND_ACTION && read(action_, cause.payload)) step = &action_;
  if (cause.kind == v1::RECORD_KIND_MESSAGE && read(message_, cause.payload) && message_.has_forwarded_action())
    step = &message_.forwarded_action();
  if (step == nullptr || !was_overdue(state, step->case_number(), cause)) return std::nullopt;
  const Case& one = *state.find(CaseNumber(step->case_number()));
  return name_of(one, *one.next_running());
}

std::optional<v1::ClockName> Decider::first_due(CellState& state, std::int64_t at_ms) {
  const Case* first = nullptr;
  const auto later = [](const Case& a, const Case& b) {
    return std::pair(a.next_running()->due_at_ms, a.number) > std::pair(b.next_running()->due_at_ms, b.number);
  };
  state.each([&](Case& one) {
    const Clock* next = one.next_running();
    const bool is_due = next != nullptr && next->due_at_ms <= at_ms;
    if (is_due && (first == nullptr || later(*first, one))) first = &one;
  });
  if (first == nullptr) return std::nullopt;
  return name_of(*first, *first->next_running());
}

std::optional<v1::ClockName> Decider::due_of(CellState& state, const CaseNumber& number, std::int64_t at_ms) {
  const Case* one = state.find(number);
  const Clock* next = one == nullptr ? nullptr : one->next_running();
  if (next == nullptr || next->due_at_ms > at_ms) return std::nullopt;
  return name_of(*one, *next);
}

bool Decider::fire(CellState& state, const CaseNumber& number, Settings& settings, const DecidingAt& at, v1::Commit& commit) {
  Case* one = state.find(number);
  const Clock* due = one == nullptr ? nullptr : one->next_running();
  if (due == nullptr) return false;
  const bool is_due = due->due_at_ms <= to_ms(at.now);
  const Clock* near = is_due ? nullptr : one->to_remind_of(to_ms(at.now));
  if (!is_due && near == nullptr) return false;
  clear_for_reuse(commit);
  const CauseFacts nothing;
  Decision decision(parts_, state, &settings, nothing, at, commit);
  if (is_due)
    decision.fire(*one, *due);
  else
    decision.remind(*one, *near);
  return true;
}

}  // namespace huying::cell
