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

bool Case::ladder_clock_running() const {
  for (const auto kind : {v1::CLOCK_KIND_RUNG, v1::CLOCK_KIND_MONTHLY_FEEDBACK}) {
    if (const auto* found = clock(kind); found != nullptr && found->running()) return true;
  }
  return false;
}

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
  into.parked_from = static_cast<std::uint8_t>(whole.parked_from());
}

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
  }
  for (const auto value : {from.revision, from.history_digest}) out.number(value);
  for (const auto value : {from.received_at_ms, from.first_dispatched_at_ms, from.updated_at_ms}) out.number(value);
  out.bytes(names.code_of(from.holder_place));
  out.bytes(names.code_of(from.holder_person));
  for (const auto value : {from.ladder_generation, from.hops, from.returns, from.rework, from.extensions}) out.number(value);
  for (const auto value : {from.state, from.holder_role, from.holder_rung, from.rung, from.held_clock, from.parked_from}) {
    out.number(value);
  }
  for (const auto value : {from.is_complex, from.hard, from.escalation_answered, from.on_the_spot}) {
    out.number(static_cast<std::uint8_t>(value));
  }
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
    into.clocks.push_back(clock);
  }
  for (auto* value : {&into.revision, &into.history_digest}) *value = in.number<std::uint64_t>();
  for (auto* value : {&into.received_at_ms, &into.first_dispatched_at_ms, &into.updated_at_ms}) {
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
  for (auto* value : {&into.is_complex, &into.hard, &into.escalation_answered, &into.on_the_spot}) {
    *value = in.number<std::uint8_t>() != 0;
  }
  return in.ok();
}

}  // namespace huying::cell
