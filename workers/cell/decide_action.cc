// A person's step: refused by name, sent on, or carried out by its row.
#include <algorithm>

#include "workers/cell/decision.h"
#include "workers/ladder/ladder.h"

namespace huying::cell {

constexpr std::string_view not_solved_code = "call_back_failed";  // words/phrases.cc has it in words

bool may_answer(const Case& one, v1::Role role) {
  return one.escalation_open() && ladder::rung_of(role) >= one.highest_rung();
}

std::vector<v1::ActionKind> allowed_for(const Case& one, std::span<const v1::Role> roles, const Settings* settings) {
  auto kinds = allowed_of(one.case_state(), roles);
  const bool answers = std::any_of(roles.begin(), roles.end(), [&](v1::Role role) { return may_answer(one, role); });
  if (!answers) std::erase(kinds, v1::ACTION_KIND_ANSWER_ESCALATION);
  const auto not_now = [&](v1::ActionKind kind) {
    switch (kind) {
      case v1::ACTION_KIND_REPLAY_POISON:
        return one.case_state() == v1::CASE_STATE_AT_DESK && !is_of_step_set_aside(one);
      case v1::ACTION_KIND_REQUEST_EXTENSION:
        return one.ask() != nullptr;
      case v1::ACTION_KIND_DECIDE_EXTENSION:
        return one.ask() == nullptr;
      case v1::ACTION_KIND_MARK_COMPLEX:
        return one.is_complex;
      case v1::ACTION_KIND_RETURN:
      case v1::ACTION_KIND_TRANSFER:
        return one.is_final && std::find(roles.begin(), roles.end(), v1::ROLE_STREET_SUPERVISOR) == roles.end();
      default:
        return false;
    }
  };
  std::erase_if(kinds, not_now);
  if (settings != nullptr && !kinds.empty()) {
    const auto& rule = rule_of(one, *settings);
    std::erase_if(kinds, [&](v1::ActionKind kind) { return !may_grant(one, kind, roles, rule); });
  }
  return kinds;
}

bool is_of_step_set_aside(const Case& one) {
  v1::FiledDetail filed;
  return filed.ParseFromString(one.filed) && !filed.set_aside().step().empty();
}

std::vector<v1::Role> roles_of(const v1::ActionStamped& action) {
  std::vector<v1::Role> roles;
  for (const auto role : action.roles()) roles.push_back(static_cast<v1::Role>(role));
  if (roles.empty()) roles.push_back(action.actor().role());
  return roles;
}

void Decision::action(const v1::ActionStamped& action, const v1::CaseWhole* prior, bool was_forwarded) {
  if (was_forwarded) {
    commit_.set_decided_person(action.actor().principal());
    commit_.set_decided_action_id(action.action_id());
  }
  const bool named = CaseNumber::fits(action.case_number());
  const CaseNumber number(named ? action.case_number() : "");
  Case* one = named ? state_.find(number) : nullptr;
  if (one == nullptr) {
    if (const auto to_stream = state_.moved_to(number); to_stream != 0) return forward(action, to_stream);
  }
  if (one == nullptr && prior == nullptr) {
    // A step that was sent on to a cell where the case is no more came after its end.
    const auto error = !named          ? v1::ERROR_CODE_CASE_NUMBER_INVALID
                       : was_forwarded ? v1::ERROR_CODE_CASE_ENDED
                                       : v1::ERROR_CODE_CASE_UNKNOWN;
    return refuse(action, nullptr, v1::CASE_STATE_UNSPECIFIED, error);
  }
  if (one == nullptr) {
    auto answer = answer_of(prior->state(), action.kind());
    // What the desk closed was about a step that was set aside: done with.
    if (answer == v1::ERROR_CODE_NONE && state_.place().is_desk()) answer = v1::ERROR_CODE_CASE_ENDED;
    if (answer == v1::ERROR_CODE_NONE) answer = reopen(action, *prior);
    if (answer != v1::ERROR_CODE_NONE) refuse(action, nullptr, prior->state(), answer);
    return;
  }
  const Row* row = nullptr;
  auto role = v1::ROLE_UNSPECIFIED;
  const auto error = find_row(*one, action, row, role);
  if (error != v1::ERROR_CODE_NONE) return refuse(action, one, one->case_state(), error);
  carry_out(*row, *one, action, role);
}

v1::ErrorCode Decision::find_row(const Case& one, const v1::ActionStamped& action, const Row*& row, v1::Role& role) {
  if (const auto answer = answer_of(one.case_state(), action.kind()); answer != v1::ERROR_CODE_NONE) return answer;
  const bool answers = action.kind() == v1::ACTION_KIND_ANSWER_ESCALATION;
  if (answers && !one.escalation_open()) return v1::ERROR_CODE_NO_ESCALATION;
  if (action.expected_revision() != 0 && action.expected_revision() != one.revision) {
    return v1::ERROR_CODE_REVISION_DIFFERS;
  }
  const bool has_verdict = action.kind() == v1::ACTION_KIND_VERIFY || action.kind() == v1::ACTION_KIND_DECIDE_EXTENSION;
  if (has_verdict && action.verdict() == v1::VERDICT_UNSPECIFIED) {
    return v1::ERROR_CODE_FIELD_MISSING;
  }
  // The first of the actor's roles that fits and is not too low; what the others lack is not said.
  auto why_not = v1::ERROR_CODE_ROLE_REFUSES;
  for (const auto candidate : roles_of(action)) {
    if (answers && !may_answer(one, candidate)) continue;
    const Row* fits = row_of(one.case_state(), action.kind(), action.verdict(), candidate);
    if (fits == nullptr) continue;
    row = fits;
    role = candidate;
    why_not = check_needs(*row, one, action, role);
    if (why_not != v1::ERROR_CODE_RUNG_TOO_LOW && why_not != v1::ERROR_CODE_MOVE_IS_FINAL) return why_not;
  }
  return why_not;
}

v1::ErrorCode Decision::check_needs(const Row& row, const Case& one, const v1::ActionStamped& action, v1::Role role) {
  const bool reason = row.needs == Needs::reason || row.needs == Needs::reason_and_target;
  if (reason && action.reason_code().empty() && !action.has_words()) return v1::ERROR_CODE_REASON_REQUIRED;
  // The citizen's word is said by calling back, not by a reason that somebody writes.
  if (row.event == v1::EVENT_KIND_REWORK && action.reason_code() == not_solved_code) return v1::ERROR_CODE_FIELD_INVALID;
  if (row.needs == Needs::rule && action.reason_code().empty()) return v1::ERROR_CODE_REASON_REQUIRED;
  if (row.needs == Needs::words && !action.has_words() && action.attachments() == 0) return v1::ERROR_CODE_FIELD_MISSING;
  const bool sends_on = row.action == v1::ACTION_KIND_REPLAY_POISON && row.event == v1::EVENT_KIND_CLOSED;
  if (sends_on && !is_of_step_set_aside(one)) return v1::ERROR_CODE_STATE_REFUSES;
  // The worker said so already and somebody above has not answered yet.
  if (row.event == v1::EVENT_KIND_FLAGGED_HARD && one.hard && one.escalation_open()) return v1::ERROR_CODE_STATE_REFUSES;
  if (row.event == v1::EVENT_KIND_MARKED_COMPLEX && one.is_complex) return v1::ERROR_CODE_STATE_REFUSES;
  if (const auto ask = check_ask(row, one, action, role); ask != v1::ERROR_CODE_NONE) return ask;
  return check_move(row, one, action, role);
}

v1::ErrorCode Decision::check_move(const Row& row, const Case& one, const v1::ActionStamped& action, v1::Role role) {
  const bool sends_off = row.event == v1::EVENT_KIND_RETURNED || row.event == v1::EVENT_KIND_TRANSFERRED_OUT;
  if (sends_off && one.is_final && role != v1::ROLE_STREET_SUPERVISOR) return v1::ERROR_CODE_MOVE_IS_FINAL;
  if (row.event == v1::EVENT_KIND_RETURNED) {
    const auto until = settings_->due(rule_of(one).return_within(), instant(one.arrived_at_ms)).due;
    if (to_ms(until) <= cause_.recorded_at_ms) return v1::ERROR_CODE_RETURN_TOO_LATE;
  }
  if (row.needs != Needs::target && row.needs != Needs::reason_and_target) return v1::ERROR_CODE_NONE;
  const auto to = action.to_stream();
  const auto* entry = settings_->cell(action.to_cell());
  const bool fits = to != 0 && to != desk_stream.value && to != state_.place().stream && entry != nullptr &&
                    !entry->retired && action.to_cell() != desk_code;
  return fits ? v1::ERROR_CODE_NONE : v1::ERROR_CODE_TARGET_INVALID;
}

void Decision::refuse(const v1::ActionStamped& action, const Case* one, v1::CaseState state, v1::ErrorCode error) {
  const auto roles = roles_of(action);
  auto& event = begin(CaseNumber(action.case_number().substr(0, limits::case_number_bytes_max)),
                      v1::EVENT_KIND_ACTION_REFUSED, state);
  set_actor(action.actor(), v1::ROLE_UNSPECIFIED);
  auto& refusal = *event.mutable_refusal();
  refusal.set_action_id(action.action_id());
  refusal.set_kind(action.kind());
  refusal.set_error(static_cast<std::uint32_t>(error));
  refusal.set_state(state);
  auto& outcome = *commit_.mutable_outcome();
  outcome.set_error(static_cast<std::uint32_t>(error));
  outcome.set_state(state);
  if (one != nullptr) {
    outcome.set_revision(one->revision);
    for (const auto kind : allowed_for(*one, roles, settings_)) {
      refusal.add_allowed(kind);
      outcome.add_allowed(kind);
    }
  }
  commit_event();
}

void Decision::forward(const v1::ActionStamped& action, std::uint32_t to_stream) {
  auto& send = *commit_.add_sends();
  send.set_to_stream(to_stream);
  auto& message = *send.mutable_message();
  message.set_from_stream(state_.place().stream);
  message.set_from_cell(state_.place().cell);
  *message.mutable_forwarded_action() = action;
  commit_.mutable_outcome()->set_forwarded(true);
}

void Decision::let_be_decided_again(const v1::SetAsideDetail& matter) {
  auto& send = *commit_.add_sends();
  send.set_to_stream(matter.stream());
  auto& message = *send.mutable_message();
  message.set_from_stream(state_.place().stream);
  message.set_from_cell(state_.place().cell);
  message.mutable_forwarded_action()->ParseFromString(matter.step());
}

void Decision::carry_out(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role) {
  const CaseNumber number = one.number;
  if (row.action == v1::ACTION_KIND_REPLAY_POISON && row.event == v1::EVENT_KIND_CLOSED) {
    v1::FiledDetail filed;
    filed.ParseFromString(one.filed);
    let_be_decided_again(filed.set_aside());
  }
  const Row* carried = &row;
  switch (row.event) {
    case v1::EVENT_KIND_TRANSFERRED_OUT:
      // One hop too many goes to the desk, whoever of the cell or unit wanted it where.
      if (one.hops + 1 >= rule_of(one).hops_max() && role != v1::ROLE_STREET_SUPERVISOR && role != v1::ROLE_DESK)
        carried = row_of(one.case_state(), Cause::hops_over);
      move(*carried, one, action, role);
      break;
    case v1::EVENT_KIND_RETURNED:
    case v1::EVENT_KIND_ASSIGNED:
      move(row, one, action, role);
      break;
    case v1::EVENT_KIND_CLOSED:
    case v1::EVENT_KIND_VOIDED:
    case v1::EVENT_KIND_NOT_ACCEPTED:
      close(row, one, action.actor(), role, action.reason_code());
      break;
    case v1::EVENT_KIND_UNPARKED:
      unpark(row, one, action, role);
      break;
    case v1::EVENT_KIND_FLAGGED_HARD:
      flag_hard(row, one, action, role);
      break;
    case v1::EVENT_KIND_ESCALATION_ANSWERED:
      answer_escalation(row, one, action, role);
      break;
    case v1::EVENT_KIND_RESOLVED:
      resolve(row, one, action, role);
      break;
    case v1::EVENT_KIND_REMINDED:
    case v1::EVENT_KIND_SUPERVISED:
    case v1::EVENT_KIND_NOTE_ADDED:
      add_word(row, one, action, role);
      break;
    case v1::EVENT_KIND_EXTENSION_REQUESTED:
    case v1::EVENT_KIND_EXTENSION_GRANTED:
    case v1::EVENT_KIND_EXTENSION_REFUSED:
    case v1::EVENT_KIND_SHELVED:
    case v1::EVENT_KIND_UNSHELVED:
    case v1::EVENT_KIND_PLAN_APPROVED:
    case v1::EVENT_KIND_MARKED_COMPLEX:
      ask_or_grant(row, one, action, role);
      break;
    default:
      simple_step(row, one, action, role);
      break;
  }
  write_outcome(number, action);
}

void Decision::write_outcome(const CaseNumber& number, const v1::ActionStamped& action) {
  auto& outcome = *commit_.mutable_outcome();
  outcome.set_state(parts_.event().state());
  outcome.set_revision(parts_.event().revision());
  const Case* kept = state_.find(number);
  if (kept == nullptr || leaves(parts_.event().kind())) return;
  for (const auto kind : allowed_for(*kept, roles_of(action), settings_)) outcome.add_allowed(kind);
}

bool Decision::leaves(v1::EventKind event) {
  return event == v1::EVENT_KIND_RETURNED || event == v1::EVENT_KIND_TRANSFERRED_OUT ||
         event == v1::EVENT_KIND_ASSIGNED;
}

void Decision::write_reason(const v1::ActionStamped& action) {
  const bool says_something = !action.reason_code().empty() || action.has_words() || action.attachments() != 0;
  if (!says_something) return;
  auto& reason = parts_.reason();
  reason.set_reason_code(action.reason_code());
  reason.set_has_words(action.has_words());
  reason.set_attachments(action.attachments());
}

void Decision::resolve(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role) {
  begin(one.number, row.event, row.to);
  set_actor(action.actor(), role);
  write_reason(action);
  const auto& rule = rule_of(one);
  finish_resolve(row, one, rule);
  if (!rule.close_on_resolve()) return;
  const v1::Actor by = action.actor();
  close(*row_of(v1::CASE_STATE_RESOLVED, Cause::no_check_needed), one, by, role, "close_on_resolve");
}

// Reminded or supervised by a person, or a note: nothing of the case changes but its history.
void Decision::add_word(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role) {
  auto& event = begin(one.number, row.event, row.to);
  set_actor(action.actor(), role);
  write_reason(action);
  if (row.event == v1::EVENT_KIND_REMINDED) *event.mutable_reminder()->mutable_targets() = action.targets();
  if (row.event == v1::EVENT_KIND_SUPERVISED) *parts_.reason().mutable_targets() = action.targets();
  commit_event();
}

// Accept, feed back, verify, call back, rework.
void Decision::simple_step(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role) {
  begin(one.number, row.event, row.to);
  set_actor(action.actor(), role);
  write_reason(action);
  finish_simple_step(row, one, action);
  if (row.event != v1::EVENT_KIND_CALLED_BACK || action.verdict() != v1::VERDICT_FAILED) return;
  // What the citizen calls not solved is done again; nobody's leave is needed.
  const Row& again = *row_of(one.case_state(), Cause::not_solved);
  begin(one.number, again.event, again.to);
  set_actor(action.actor(), role);
  parts_.reason().set_reason_code(not_solved_code.data(), not_solved_code.size());
  finish_simple_step(again, one, action);
}

void Decision::finish_simple_step(const Row& row, Case& one, const v1::ActionStamped& action) {
  auto& event = parts_.event();
  if (row.event == v1::EVENT_KIND_VERIFIED || row.event == v1::EVENT_KIND_CALLED_BACK ||
      row.event == v1::EVENT_KIND_REWORK) {
    auto& check = *event.mutable_check();
    const bool is_rework = row.event == v1::EVENT_KIND_REWORK;
    check.set_verdict(is_rework ? v1::VERDICT_FAILED : action.verdict());
    check.set_satisfaction(action.satisfaction());
    check.set_times(is_rework ? one.rework + 1 : one.rework);
  }
  end_clocks(one, row.meets, row.drops, cause_.recorded_at_ms);
  if (row.event == v1::EVENT_KIND_REWORK) {
    settings_->holder_at(state_.place(), now_ms_, parts_.holder());
    set_rework_clock(one, rule_of(one));
  }
  const bool is_worked_on = row.event == v1::EVENT_KIND_FED_BACK || row.event == v1::EVENT_KIND_REWORK;
  if (is_worked_on && one.under_plan())
    set_clock(&one, v1::CLOCK_KIND_FEED_BACK, next_month(rule_of(one), instant(cause_.recorded_at_ms)));
  // The clock that was met may have been the last one: solve can be due, and answered for above, before feedback is.
  if (event.clocks_set().empty()) keep_a_clock(one, std::max(one.highest_rung(), v1::RUNG_UNIT));
  commit_event();
}

void Decision::flag_hard(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role) {
  auto& event = begin(one.number, row.event, row.to);
  set_actor(action.actor(), role);
  write_reason(action);
  auto& escalation = *event.mutable_escalation();
  escalation.set_reason(v1::ESCALATION_REASON_HARD);
  escalation.set_generation(one.ladder_generation);
  escalation.set_reason_code(action.reason_code());
  commit_event();
  escalate(one, v1::ESCALATION_REASON_HARD, v1::CLOCK_KIND_UNSPECIFIED, action.reason_code());
}

void Decision::answer_escalation(const Row& row, Case& one, const v1::ActionStamped& action, v1::Role role) {
  auto& event = begin(one.number, row.event, row.to);
  const auto rung = ladder::rung_of(role);
  set_actor(action.actor(), role);
  write_reason(action);
  auto& escalation = *event.mutable_escalation();
  escalation.set_from(one.highest_rung());
  escalation.set_to(rung);
  escalation.set_generation(one.ladder_generation);
  escalation.set_reason_code(action.reason_code());
  settings_->answerer_at(rung, state_.place(), now_ms_, parts_.holder());
  parts_.holder().set_person(action.actor().principal());
  end_clocks(one, row.meets, row.drops, cause_.recorded_at_ms);
  keep_a_clock(one, rung);
  commit_event(rung);
}

}  // namespace huying::cell
