#include "workers/cell/case.h"

#include <algorithm>

namespace huying::cell {

const Clock* Case::clock(v1::ClockKind kind) const {
  for (const auto& clock : clocks) {
    if (clock.kind == kind) return &clock;
  }
  return nullptr;
}

Clock& Case::clock_or_new(v1::ClockKind kind) {
  auto at = std::find_if(clocks.begin(), clocks.end(), [&](const Clock& clock) { return clock.kind >= kind; });
  if (at == clocks.end() || at->kind != kind) {
    at = clocks.insert(at, Clock{});
    at->kind = static_cast<std::uint8_t>(kind);
  }
  return *at;
}

bool Case::can_fire(const Clock& clock) const {
  if (!clock.running() || clock.kind == held_clock) return false;
  return case_state() != v1::CASE_STATE_PARKED || clock.kind == v1::CLOCK_KIND_RUNG ||
         clock.kind == v1::CLOCK_KIND_MONTHLY_FEEDBACK;
}

const Clock* Case::next_running() const {
  const Clock* next = nullptr;
  for (const auto& clock : clocks) {
    if (can_fire(clock) && (next == nullptr || clock.due_at_ms < next->due_at_ms)) next = &clock;
  }
  return next;
}

std::int64_t Case::wakes_at_ms() const {
  std::int64_t at = no_entry;
  for (const auto& clock : clocks) {
    if (!can_fire(clock)) continue;
    at = std::min(at, clock.due_at_ms);
    if (clock.reminds()) at = std::min(at, clock.remind_at_ms);
  }
  return at;
}

std::int64_t Case::due_after_ms(std::int64_t at_ms) const {
  std::int64_t due = no_entry;
  for (const auto& clock : clocks)
    if (can_fire(clock) && clock.due_at_ms > at_ms) due = std::min(due, clock.due_at_ms);
  return due;
}

const Clock* Case::to_remind_of(std::int64_t now_ms) const {
  const Clock* next = nullptr;
  for (const auto& clock : clocks) {
    if (!can_fire(clock)) continue;
    if (clock.due_at_ms <= now_ms) return nullptr;
    const bool is_time = clock.reminds() && clock.remind_at_ms <= now_ms;
    if (is_time && (next == nullptr || clock.remind_at_ms < next->remind_at_ms)) next = &clock;
  }
  return next;
}

bool Case::ladder_clock_running() const {
  for (const auto kind : {v1::CLOCK_KIND_RUNG, v1::CLOCK_KIND_MONTHLY_FEEDBACK}) {
    if (const auto* found = clock(kind); found != nullptr && found->running()) return true;
  }
  return false;
}

void write_ask(const CaseExtras::Ask& ask, const Names& names, v1::AskDetail& out) {
  out.set_kind(static_cast<v1::AskKind>(ask.kind));
  out.set_until_ms(ask.until_ms);
  *out.mutable_milestones_ms() = {ask.milestones_ms.begin(), ask.milestones_ms.end()};
  out.set_rung(static_cast<v1::Rung>(ask.rung));
  out.set_reason_code(ask.reason_code);
  out.set_times(ask.times);
  out.set_asked_by(names.code_of(ask.asked_by));
}

CaseExtras::Ask read_ask(const v1::AskDetail& in, Names& names) {
  CaseExtras::Ask ask;
  ask.kind = static_cast<std::uint8_t>(in.kind());
  ask.until_ms = in.until_ms();
  ask.milestones_ms.assign(in.milestones_ms().begin(), in.milestones_ms().end());
  ask.rung = static_cast<std::uint8_t>(in.rung());
  ask.reason_code = in.reason_code();
  ask.times = in.times();
  ask.asked_by = names.id_of(in.asked_by());
  return ask;
}

CaseExtras::Answerer read_answerer(const v1::Holder& in, Names& names) {
  return {names.id_of(in.place()), names.id_of(in.person()), static_cast<std::uint8_t>(in.role()),
          static_cast<std::uint8_t>(in.rung())};
}

void write_pause(const CaseExtras::Pause& pause, v1::PauseState& out) {
  out.set_from_ms(pause.from_ms);
  out.set_to_ms(pause.to_ms);
  out.set_reason_code(pause.reason_code);
  out.set_backlog_at_ms(pause.backlog_at_ms);
}

CaseExtras::Pause read_pause(const v1::PauseState& in) {
  return {in.from_ms(), in.to_ms(), in.backlog_at_ms(), in.reason_code()};
}

namespace {

// The whole is one that is used again: what the case has not must not stay in it.
void write_extras(const Case& from, const Names& names, v1::CaseWhole& whole) {
  if (whole.has_ask()) whole.clear_ask();
  if (whole.has_answerer()) whole.clear_answerer();
  whole.clear_pauses();
  whole.clear_milestones_ms();
  const auto* extras = from.extras.get();
  whole.set_under_plan(extras != nullptr && extras->under_plan);
  if (extras == nullptr) return;
  if (extras->ask) write_ask(*extras->ask, names, *whole.mutable_ask());
  if (extras->answerer) {
    auto& answerer = *whole.mutable_answerer();
    answerer.set_role(static_cast<v1::Role>(extras->answerer->role));
    answerer.set_rung(static_cast<v1::Rung>(extras->answerer->rung));
    answerer.set_place(names.code_of(extras->answerer->place));
    answerer.set_person(names.code_of(extras->answerer->person));
  }
  for (const auto& pause : extras->pauses) write_pause(pause, *whole.add_pauses());
  *whole.mutable_milestones_ms() = {extras->milestones_ms.begin(), extras->milestones_ms.end()};
}

void read_extras(const v1::CaseWhole& whole, Names& names, Case& into) {
  into.extras.reset();
  const bool has_some = whole.has_ask() || whole.has_answerer() || whole.pauses_size() != 0 || whole.under_plan();
  if (!has_some) return;
  auto& extras = into.extras_or_new();
  if (whole.has_ask()) extras.ask = read_ask(whole.ask(), names);
  if (whole.has_answerer()) extras.answerer = read_answerer(whole.answerer(), names);
  for (const auto& pause : whole.pauses()) extras.pauses.push_back(read_pause(pause));
  extras.milestones_ms.assign(whole.milestones_ms().begin(), whole.milestones_ms().end());
  extras.under_plan = whole.under_plan();
}

}  // namespace

void write_whole_but_filed(const Case& from, const std::string& cell, const Names& names, v1::CaseWhole& whole) {
  const auto number = from.number.text();
  whole.set_case_number(number.data(), number.size());
  whole.set_revision(from.revision);
  whole.set_state(from.case_state());
  whole.set_received_at_ms(from.received_at_ms);
  whole.set_first_dispatched_at_ms(from.first_dispatched_at_ms);
  whole.set_cell(cell);
  auto& holder = *whole.mutable_holder();
  holder.set_role(static_cast<v1::Role>(from.holder_role));
  holder.set_rung(static_cast<v1::Rung>(from.holder_rung));
  holder.set_place(names.code_of(from.holder_place));
  holder.set_person(names.code_of(from.holder_person));
  for (const auto& clock : from.clocks) {
    auto& out = *whole.add_clocks();
    out.set_kind(static_cast<v1::ClockKind>(clock.kind));
    out.set_generation(clock.generation);
    out.set_first_due_at_ms(clock.first_due_at_ms);
    out.set_due_at_ms(clock.due_at_ms);
    out.set_outcome(static_cast<v1::ClockOutcome>(clock.outcome));
    out.set_lateness_ms(clock.lateness_ms);
    out.set_policy_version(clock.policy_version);
    out.set_started_at_ms(clock.started_at_ms);
    out.set_span_of(static_cast<v1::SpanOf>(clock.span_of));
    out.set_remind_at_ms(clock.remind_at_ms);
    out.set_reminded(clock.reminded);
    out.set_provisional(clock.provisional);
  }
  whole.set_complex(from.is_complex);
  whole.set_hard(from.hard);
  whole.set_rung(from.highest_rung());
  whole.set_escalation_answered(from.escalation_answered);
  whole.set_ladder_generation(from.ladder_generation);
  whole.set_hops(from.hops);
  whole.set_returns(from.returns);
  whole.set_rework(from.rework);
  whole.set_extensions(from.extensions);
  whole.set_history_digest(from.history_digest);
  whole.set_updated_at_ms(from.updated_at_ms);
  whole.set_on_the_spot(from.on_the_spot);
  whole.set_arrived_at_ms(from.arrived_at_ms);
  whole.set_is_final(from.is_final);
  write_extras(from, names, whole);
  whole.set_parked_from(static_cast<v1::CaseState>(from.parked_from));
}

void write_whole(const Case& from, const std::string& cell, const Names& names, v1::CaseWhole& whole) {
  whole.Clear();
  write_whole_but_filed(from, cell, names, whole);
  whole.mutable_filed()->ParseFromString(from.filed);
}

void read_whole(const v1::CaseWhole& whole, Names& names, Case& into) {
  into.number = CaseNumber(whole.case_number());
  into.filed = whole.filed().SerializeAsString();
  into.clocks.clear();
  for (const auto& in : whole.clocks()) {
    auto& clock = into.clock_or_new(in.kind());
    clock.generation = in.generation();
    clock.first_due_at_ms = in.first_due_at_ms();
    clock.due_at_ms = in.due_at_ms();
    clock.outcome = static_cast<std::uint8_t>(in.outcome());
    clock.lateness_ms = in.lateness_ms();
    clock.policy_version = in.policy_version();
    clock.started_at_ms = in.started_at_ms();
    clock.span_of = static_cast<std::uint8_t>(in.span_of());
    clock.remind_at_ms = in.remind_at_ms();
    clock.reminded = in.reminded();
    clock.provisional = in.provisional();
  }
  into.revision = whole.revision();
  into.history_digest = whole.history_digest();
  into.received_at_ms = whole.received_at_ms();
  into.first_dispatched_at_ms = whole.first_dispatched_at_ms();
  into.updated_at_ms = whole.updated_at_ms();
  into.holder_place = names.id_of(whole.holder().place());
  into.holder_person = names.id_of(whole.holder().person());
  into.holder_role = static_cast<std::uint8_t>(whole.holder().role());
  into.holder_rung = static_cast<std::uint8_t>(whole.holder().rung());
  into.ladder_generation = whole.ladder_generation();
  into.hops = whole.hops();
  into.returns = whole.returns();
  into.rework = whole.rework();
  into.extensions = whole.extensions();
  into.state = static_cast<std::uint8_t>(whole.state());
  into.rung = static_cast<std::uint8_t>(whole.rung());
  into.is_complex = whole.complex();
  into.hard = whole.hard();
  into.escalation_answered = whole.escalation_answered();
  into.on_the_spot = whole.on_the_spot();
  into.arrived_at_ms = whole.arrived_at_ms();
  into.is_final = whole.is_final();
  read_extras(whole, names, into);
  into.parked_from = static_cast<std::uint8_t>(whole.parked_from());
}

namespace {

void encode_list(const std::vector<std::int64_t>& list, Encoder& out) {
  out.number(static_cast<std::uint32_t>(list.size()));
  for (const auto value : list) out.number(value);
}

bool decode_list(Decoder& in, std::vector<std::int64_t>& list) {
  const auto size = in.number<std::uint32_t>();
  if (size > limits::milestones_max) return false;
  for (std::uint32_t i = 0; i < size; ++i) list.push_back(in.number<std::int64_t>());
  return in.ok();
}

void encode_extras(const CaseExtras& extras, const Names& names, Encoder& out) {
  out.number(static_cast<std::uint8_t>(extras.ask.has_value()));
  if (extras.ask) {
    const auto& ask = *extras.ask;
    out.number(ask.kind);
    out.number(ask.rung);
    out.number(ask.times);
    out.number(ask.until_ms);
    encode_list(ask.milestones_ms, out);
    out.bytes(ask.reason_code);
    out.bytes(names.code_of(ask.asked_by));
  }
  out.number(static_cast<std::uint8_t>(extras.answerer.has_value()));
  if (extras.answerer) {
    for (const auto value : {extras.answerer->role, extras.answerer->rung}) out.number(value);
    for (const auto id : {extras.answerer->place, extras.answerer->person}) out.bytes(names.code_of(id));
  }
  out.number(static_cast<std::uint32_t>(extras.pauses.size()));
  for (const auto& pause : extras.pauses) {
    for (const auto value : {pause.from_ms, pause.to_ms, pause.backlog_at_ms}) out.number(value);
    out.bytes(pause.reason_code);
  }
  encode_list(extras.milestones_ms, out);
  out.number(static_cast<std::uint8_t>(extras.under_plan));
}

bool decode_extras(Decoder& in, Names& names, CaseExtras& extras) {
  if (in.number<std::uint8_t>() != 0) {
    extras.ask = CaseExtras::Ask{};
    auto& ask = *extras.ask;
    ask.kind = in.number<std::uint8_t>();
    ask.rung = in.number<std::uint8_t>();
    ask.times = in.number<std::uint32_t>();
    ask.until_ms = in.number<std::int64_t>();
    if (!decode_list(in, ask.milestones_ms)) return false;
    ask.reason_code = in.bytes();
    ask.asked_by = names.id_of(in.bytes());
  }
  if (in.number<std::uint8_t>() != 0) {
    auto& answerer = extras.answerer.emplace(CaseExtras::Answerer{});
    for (auto* value : {&answerer.role, &answerer.rung}) *value = in.number<std::uint8_t>();
    for (auto* id : {&answerer.place, &answerer.person}) *id = names.id_of(in.bytes());
  }
  const auto pauses = in.number<std::uint32_t>();
  if (pauses > limits::pauses_max) return false;
  for (std::uint32_t i = 0; i < pauses && in.ok(); ++i) {
    auto& pause = extras.pauses.emplace_back();
    for (auto* value : {&pause.from_ms, &pause.to_ms, &pause.backlog_at_ms}) *value = in.number<std::int64_t>();
    pause.reason_code = in.bytes();
  }
  if (!decode_list(in, extras.milestones_ms)) return false;
  extras.under_plan = in.number<std::uint8_t>() != 0;
  return in.ok();
}

}  // namespace

void encode(const Case& from, const Names& names, Encoder& out) {
  out.bytes(from.number.text());
  out.bytes(from.filed);
  out.number(static_cast<std::uint32_t>(from.clocks.size()));
  for (const auto& clock : from.clocks) {
    out.number(clock.kind);
    out.number(clock.outcome);
    out.number(clock.generation);
    out.number(clock.policy_version);
    out.number(clock.first_due_at_ms);
    out.number(clock.due_at_ms);
    out.number(clock.lateness_ms);
    out.number(clock.started_at_ms);
    out.number(clock.remind_at_ms);
    out.number(clock.span_of);
    out.number(static_cast<std::uint8_t>(clock.reminded));
    out.number(static_cast<std::uint8_t>(clock.provisional));
  }
  for (const auto value : {from.revision, from.history_digest}) out.number(value);
  for (const auto value : {from.received_at_ms, from.first_dispatched_at_ms, from.updated_at_ms, from.arrived_at_ms}) {
    out.number(value);
  }
  out.bytes(names.code_of(from.holder_place));
  out.bytes(names.code_of(from.holder_person));
  for (const auto value : {from.ladder_generation, from.hops, from.returns, from.rework, from.extensions}) out.number(value);
  for (const auto value : {from.state, from.holder_role, from.holder_rung, from.rung, from.held_clock, from.parked_from}) {
    out.number(value);
  }
  for (const auto value : {from.is_complex, from.hard, from.escalation_answered, from.on_the_spot, from.is_final}) {
    out.number(static_cast<std::uint8_t>(value));
  }
  out.number(static_cast<std::uint8_t>(from.extras != nullptr));
  if (from.extras) encode_extras(*from.extras, names, out);
}

bool decode(Decoder& in, Names& names, Case& into) {
  const auto number = in.bytes();
  if (!CaseNumber::fits(number)) return false;
  into.number = CaseNumber(number);
  into.filed = in.bytes();
  const auto clocks = in.number<std::uint32_t>();
  if (clocks > v1::ClockKind_ARRAYSIZE) return false;
  for (std::uint32_t i = 0; i < clocks && in.ok(); ++i) {
    Clock clock;
    clock.kind = in.number<std::uint8_t>();
    clock.outcome = in.number<std::uint8_t>();
    clock.generation = in.number<std::uint32_t>();
    clock.policy_version = in.number<std::uint64_t>();
    clock.first_due_at_ms = in.number<std::int64_t>();
    clock.due_at_ms = in.number<std::int64_t>();
    clock.lateness_ms = in.number<std::int64_t>();
    clock.started_at_ms = in.number<std::int64_t>();
    clock.remind_at_ms = in.number<std::int64_t>();
    clock.span_of = in.number<std::uint8_t>();
    clock.reminded = in.number<std::uint8_t>() != 0;
    clock.provisional = in.number<std::uint8_t>() != 0;
    into.clocks.push_back(clock);
  }
  for (auto* value : {&into.revision, &into.history_digest}) *value = in.number<std::uint64_t>();
  for (auto* value : {&into.received_at_ms, &into.first_dispatched_at_ms, &into.updated_at_ms, &into.arrived_at_ms}) {
    *value = in.number<std::int64_t>();
  }
  into.holder_place = names.id_of(in.bytes());
  into.holder_person = names.id_of(in.bytes());
  for (auto* value : {&into.ladder_generation, &into.hops, &into.returns, &into.rework, &into.extensions}) {
    *value = in.number<std::uint32_t>();
  }
  for (auto* value : {&into.state, &into.holder_role, &into.holder_rung, &into.rung, &into.held_clock, &into.parked_from}) {
    *value = in.number<std::uint8_t>();
  }
  for (auto* value : {&into.is_complex, &into.hard, &into.escalation_answered, &into.on_the_spot, &into.is_final}) {
    *value = in.number<std::uint8_t>() != 0;
  }
  if (in.number<std::uint8_t>() != 0 && !decode_extras(in, names, into.extras_or_new())) return false;
  return in.ok();
}

}  // namespace huying::cell
