#include "workers/cell/evolve.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/ids.h"
#include "huying/v1/error.pb.h"
#include "workers/cell/case_table.h"

namespace huying::cell {
namespace {

Result<void> misfit(const v1::CaseEvent& event, std::string_view what) {
  return fail(v1::ERROR_CODE_COMMIT_INVALID,
              fmt::format("{} of {} revision {}: {}", v1::EventKind_Name(event.kind()), event.case_number(),
                          event.revision(), what));
}

// The escalation's own events name who must answer; the case stays with its holder (I7).
bool tells_the_holder(const v1::CaseEvent& event) {
  return event.has_holder() && event.kind() != v1::EVENT_KIND_ESCALATED &&
         event.kind() != v1::EVENT_KIND_ESCALATION_ANSWERED;
}

void fold_clocks(Case& one, const v1::CaseEvent& event) {
  for (const auto& ended : event.clocks_ended()) {
    auto& clock = one.clock_or_new(ended.kind());
    clock.outcome = static_cast<std::uint8_t>(ended.outcome());
    clock.lateness_ms = ended.lateness_ms();
  }
  for (const auto& set : event.clocks_set()) {
    auto& clock = one.clock_or_new(set.kind());
    clock.generation = set.generation();
    clock.first_due_at_ms = set.first_due_at_ms();
    clock.due_at_ms = set.due_at_ms();
    clock.policy_version = set.policy_version();
    clock.started_at_ms = set.started_at_ms();
    clock.span_of = static_cast<std::uint8_t>(set.span_of());
    clock.remind_at_ms = set.remind_at_ms();
    clock.reminded = false;
    clock.provisional = set.provisional();
    clock.outcome = v1::CLOCK_OUTCOME_UNSPECIFIED;
    clock.lateness_ms = 0;
  }
}

// The case stays with its holder; who was asked, or answered, stands beside it.
void fold_answerer(CellState& state, Case& one, const v1::CaseEvent& event) {
  if (event.has_holder()) one.extras_or_new().answerer = read_answerer(event.holder(), state.names());
}

void fold_escalation(Case& one, const v1::CaseEvent& event) {
  const auto& escalation = event.escalation();
  one.rung = static_cast<std::uint8_t>(std::max(one.highest_rung(), escalation.to()));
  one.ladder_generation = escalation.generation();
  one.escalation_answered = false;
}

void forget_ask(Case& one) {
  if (!one.extras) return;
  one.extras->ask.reset();
  if (one.extras->empty()) one.extras.reset();
}

// Asked for, granted, refused.
void fold_ask(CellState& state, Case& one, const v1::CaseEvent& event) {
  auto& extras = one.extras_or_new();
  switch (event.kind()) {
    case v1::EVENT_KIND_EXTENSION_REQUESTED:
      extras.ask = read_ask(event.ask(), state.names());
      return;
    case v1::EVENT_KIND_EXTENSION_GRANTED:
      one.extensions = event.ask().times();
      break;
    case v1::EVENT_KIND_SHELVED:
      if (event.has_pause()) extras.pauses.push_back(read_pause(event.pause()));
      break;
    case v1::EVENT_KIND_UNSHELVED:
      if (!extras.pauses.empty()) extras.pauses.back().to_ms = event.pause().to_ms();
      break;
    case v1::EVENT_KIND_PLAN_APPROVED:
      extras.under_plan = true;
      extras.milestones_ms.assign(event.ask().milestones_ms().begin(), event.ask().milestones_ms().end());
      break;
    default:
      break;
  }
  forget_ask(one);
}

void fold_reminder(Case& one, const v1::ReminderDetail& reminder) {
  for (auto& clock : one.clocks)
    if (clock.kind == reminder.clock() && clock.generation == reminder.generation()) clock.reminded = true;
}

void fold_kind(CellState& state, Case& one, const v1::CaseEvent& event, const CauseFacts& cause) {
  switch (event.kind()) {
    case v1::EVENT_KIND_FILED:
    case v1::EVENT_KIND_TRANSFERRED_IN:
      one.arrived_at_ms = cause.recorded_at_ms;
      one.is_final = event.move().is_final();
      break;
    case v1::EVENT_KIND_DISPATCHED:
      if (one.first_dispatched_at_ms == 0) one.first_dispatched_at_ms = cause.recorded_at_ms;
      break;
    case v1::EVENT_KIND_RESOLVED:
      one.on_the_spot = event.reason().on_the_spot();
      forget_ask(one);
      break;
    case v1::EVENT_KIND_EXTENSION_REQUESTED:
    case v1::EVENT_KIND_EXTENSION_GRANTED:
    case v1::EVENT_KIND_EXTENSION_REFUSED:
    case v1::EVENT_KIND_SHELVED:
    case v1::EVENT_KIND_UNSHELVED:
    case v1::EVENT_KIND_PLAN_APPROVED:
      fold_ask(state, one, event);
      break;
    case v1::EVENT_KIND_MARKED_COMPLEX:
      one.is_complex = true;
      break;
    case v1::EVENT_KIND_REMINDED:
      fold_reminder(one, event.reminder());
      break;
    case v1::EVENT_KIND_REOPENED:
      one.rework = event.check().times();
      one.on_the_spot = false;
      break;
    case v1::EVENT_KIND_ESCALATED:
      fold_escalation(one, event);
      fold_answerer(state, one, event);
      break;
    case v1::EVENT_KIND_ESCALATION_ANSWERED:
      one.escalation_answered = true;
      fold_answerer(state, one, event);
      break;
    case v1::EVENT_KIND_FLAGGED_HARD:
      one.hard = true;
      break;
    case v1::EVENT_KIND_REWORK:
      one.rework = event.check().times();
      break;
    case v1::EVENT_KIND_PARKED:
      one.held_clock = 0;
      break;
    case v1::EVENT_KIND_UNPARKED:
      one.parked_from = 0;
      break;
    case v1::EVENT_KIND_RETURNED:
      one.returns += 1;
      [[fallthrough]];
    case v1::EVENT_KIND_TRANSFERRED_OUT:
    case v1::EVENT_KIND_ASSIGNED:
      one.hops = event.move().hops();
      one.is_final = event.move().is_final();
      forget_ask(one);
      break;
    default:
      break;
  }
}

Result<Case*> case_of(CellState& state, const v1::CaseEvent& event, const CauseFacts& cause) {
  const CaseNumber number(event.case_number());
  Case* one = state.find(number);
  const bool comes = event.kind() == v1::EVENT_KIND_FILED || event.kind() == v1::EVENT_KIND_TRANSFERRED_IN ||
                     event.kind() == v1::EVENT_KIND_REOPENED;
  if (comes != (one == nullptr)) {
    return tl::unexpected(misfit(event, one == nullptr ? "the case is not here" : "the case is here already").error());
  }
  if (!comes) return one;
  Case& opened = state.open(number);
  if (event.kind() == v1::EVENT_KIND_FILED) {
    event.filed().SerializeToString(&opened.filed);
    const auto& set_aside = event.filed().set_aside();
    const bool is_request = set_aside.kind() == v1::RECORD_KIND_REQUEST;
    opened.received_at_ms = is_request ? set_aside.recorded_at_ms() : cause.recorded_at_ms;
    if (was_dispatched(set_aside)) opened.first_dispatched_at_ms = set_aside.recorded_at_ms();
  } else {
    read_whole(event.whole(), state.names(), opened);
  }
  return &opened;
}

}  // namespace

Result<void> evolve(CellState& state, const v1::CaseEvent& event, std::string_view bytes, const CauseFacts& cause) {
  if (!CaseNumber::fits(event.case_number()) && event.kind() != v1::EVENT_KIND_ACTION_REFUSED) {
    return misfit(event, "not a case number");
  }
  state.last_event_at_ms = std::max(state.last_event_at_ms, event.at_ms());
  if (event.kind() == v1::EVENT_KIND_ACTION_REFUSED) return {};
  if (!is_open(event.state()) && !is_ended(event.state())) return misfit(event, "a state of another version");
  const auto found = case_of(state, event, cause);
  if (!found) return tl::unexpected(found.error());
  Case& one = **found;
  if (event.revision() != one.revision + 1) return misfit(event, "the revision before it is missing");
  one.revision = event.revision();
  one.updated_at_ms = event.at_ms();
  if (event.kind() == v1::EVENT_KIND_PARKED && one.case_state() != v1::CASE_STATE_PARKED) one.parked_from = one.state;
  one.state = static_cast<std::uint8_t>(event.state());
  if (tells_the_holder(event)) {
    const auto& holder = event.holder();
    one.holder_role = static_cast<std::uint8_t>(holder.role());
    one.holder_rung = static_cast<std::uint8_t>(holder.rung());
    one.holder_place = state.names().id_of(holder.place());
    one.holder_person = state.names().id_of(holder.person());
  }
  fold_clocks(one, event);
  fold_kind(state, one, event, cause);
  one.history_digest = chain_digest(one.history_digest, bytes);
  if (is_ended(event.state())) state.erase(one.number);
  // A case that moves is kept until settle: the send needs it whole.
  return {};
}

void settle(CellState& state, const v1::Commit& commit, const CauseFacts& cause) {
  for (const auto& effect : commit.effects()) {
    const CaseNumber number(effect.case_number());
    if (effect.kind() == v1::CaseEffect::MOVED_TO) {
      state.erase(number);
      state.remember_move(number, effect.to_stream());
    } else {
      state.forget_move(number);
    }
  }
  if (commit.consumes() == 0) return;
  state.consumed_through = commit.consumes();
  if (cause.kind != v1::RECORD_KIND_CONFIGURATION_CHANGED) return;
  v1::ConfigurationChanged changed;
  if (changed.ParseFromArray(cause.payload.data(), static_cast<int>(cause.payload.size()))) {
    state.configuration_version = changed.version();
  }
}

Result<void> fold(CellState& state, const v1::Commit& commit, const CauseFacts& cause) {
  v1::CaseEvent event;
  for (const auto& committed : commit.events()) {
    if (!event.ParseFromString(committed.event())) {
      return fail(v1::ERROR_CODE_COMMIT_INVALID, "an event of a commit cannot be read");
    }
    if (auto folded = evolve(state, event, committed.event(), cause); !folded) return folded;
  }
  settle(state, commit, cause);
  return {};
}

void fold_set_aside(CellState& state, const v1::SetAside& set_aside, const CauseFacts& cause) {
  state.consumed_through = std::max(state.consumed_through, set_aside.cause());
  if (state.place().is_desk()) return;
  const auto parse = [&](google::protobuf::MessageLite& into) {
    return into.ParseFromArray(cause.payload.data(), static_cast<int>(cause.payload.size()));
  };
  v1::RequestFiled request;
  v1::CellMessage message;
  std::string number;
  if (cause.kind == v1::RECORD_KIND_REQUEST && parse(request)) number = request.case_number();
  if (cause.kind == v1::RECORD_KIND_MESSAGE && parse(message)) number = message.transfer().whole().case_number();
  if (CaseNumber::fits(number)) state.remember_move(CaseNumber(number), desk_stream.value);
}

void fold_clock_set_aside(CellState& state, const v1::ClockName& name) {
  Case* one = CaseNumber::fits(name.case_number()) ? state.find(CaseNumber(name.case_number())) : nullptr;
  const Clock* clock = one == nullptr ? nullptr : one->clock(name.kind());
  if (clock == nullptr || !clock->running() || clock->generation != name.generation()) return;
  one->held_clock = static_cast<std::uint8_t>(name.kind());
  state.to_park.push_back(one->number);
}

bool was_dispatched(const v1::SetAsideDetail& set_aside) {
  return set_aside.kind() == v1::RECORD_KIND_REQUEST && set_aside.stream() != desk_stream.value;
}

}  // namespace huying::cell
