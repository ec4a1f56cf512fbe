#include "tests/bench/ledger_history.h"

#include <fmt/format.h>

#include <array>

namespace huying::bench {
namespace {

using std::chrono::hours;

constexpr std::array categories{"sanitation", "road", "drainage", "noise", "dispute", "water-power", "lighting", "property"};
constexpr std::array category_names{"市容环境", "道路设施", "排水与积水", "噪声扰民", "矛盾纠纷", "供水供电", "路灯照明", "物业服务"};
constexpr std::uint32_t cells_a_unit = 5;

void set_clock(v1::CaseEvent& event, v1::ClockKind kind, std::uint32_t generation, Instant due) {
  auto* clock = event.add_clocks_set();
  clock->set_kind(kind);
  clock->set_generation(generation);
  clock->set_first_due_at_ms(to_ms(due));
  clock->set_due_at_ms(to_ms(due));
  clock->set_reason(v1::CLOCK_REASON_STARTED);
  clock->set_started_at_ms(event.at_ms());
}

void end_clock(v1::CaseEvent& event, v1::ClockKind kind, std::uint32_t generation, v1::ClockOutcome outcome) {
  auto* clock = event.add_clocks_ended();
  clock->set_kind(kind);
  clock->set_generation(generation);
  clock->set_outcome(outcome);
}

void set_holder(v1::CaseEvent& event, v1::Role role, v1::Rung rung, const std::string& place) {
  auto* holder = event.mutable_holder();
  holder->set_role(role);
  holder->set_rung(rung);
  holder->set_place(place);
  holder->set_person(place + (rung == v1::RUNG_CELL ? ".worker" : ".supervisor"));
}

}  // namespace

std::string LedgerHistory::unit_of(std::uint32_t cell) { return fmt::format("u{:03}", cell / cells_a_unit); }
std::string LedgerHistory::cell_of(std::uint32_t cell) { return fmt::format("{}-{:02}", unit_of(cell), cell % cells_a_unit + 1); }

std::vector<ledger::Name> LedgerHistory::names() const {
  std::vector<ledger::Name> names;
  for (std::uint32_t cell = 0; cell < cells_; ++cell) {
    const auto unit = unit_of(cell);
    names.push_back({ledger::NameKind::cell, cell_of(cell), unit, fmt::format("第{}村 {:02} 网格", cell / cells_a_unit, cell % cells_a_unit + 1), ""});
    if (cell % cells_a_unit == 0) names.push_back({ledger::NameKind::unit, unit, "", fmt::format("第{}村", cell / cells_a_unit), ""});
  }
  for (std::size_t i = 0; i < categories.size(); ++i)
    names.push_back({ledger::NameKind::category, categories[i], "", category_names[i], ""});
  return names;
}

v1::CaseEvent LedgerHistory::event(Case& one, v1::EventKind kind, v1::CaseState state) {
  v1::CaseEvent made;
  made.set_case_number(one.number);
  made.set_revision(++one.revision);
  made.set_kind(kind);
  made.set_state(state);
  made.set_at_ms(to_ms(one.at));
  return made;
}

void LedgerHistory::add(const Case& one, const v1::CaseEvent& event) {
  v1::EventDelivery delivery;
  delivery.set_subject(fmt::format("case.s.{}.{}.x", unit_of(one.cell), cell_of(one.cell)));
  delivery.set_stream(one.cell + 2);
  delivery.set_sequence(++sequences_[one.cell]);
  delivery.set_recorded_at_ms(event.at_ms());
  delivery.set_event(event.SerializeAsString());
  one.out->push_back(std::move(delivery));
}

void LedgerHistory::begin(Case& one) {
  auto filed = event(one, v1::EVENT_KIND_FILED, v1::CASE_STATE_DISPATCHED);
  filed.mutable_filed()->set_category(categories[one_of(categories.size())]);
  filed.mutable_filed()->set_source("hotline");
  filed.mutable_filed()->set_rule(v1::DISPATCH_RULE_POINT);
  add(one, filed);
  auto dispatched = event(one, v1::EVENT_KIND_DISPATCHED, v1::CASE_STATE_DISPATCHED);
  set_holder(dispatched, v1::ROLE_GRID_WORKER, v1::RUNG_CELL, cell_of(one.cell));
  set_clock(dispatched, v1::CLOCK_KIND_ARRANGE, 1, one.at + hours(24));
  set_clock(dispatched, v1::CLOCK_KIND_FEED_BACK, 1, one.at + hours(72));
  set_clock(dispatched, v1::CLOCK_KIND_SOLVE, 1, one.at + hours(168));
  add(one, dispatched);
  one.at += hours(1 + one_of(20));
  auto accepted = event(one, v1::EVENT_KIND_ACCEPTED, v1::CASE_STATE_ACCEPTED);
  end_clock(accepted, v1::CLOCK_KIND_ARRANGE, 1, one_of(30) == 0 ? v1::CLOCK_OUTCOME_LATE : v1::CLOCK_OUTCOME_MET);
  add(one, accepted);
}

void LedgerHistory::work_and_close(Case& one) {
  one.at += hours(1 + one_of(40));
  auto fed_back = event(one, v1::EVENT_KIND_FED_BACK, v1::CASE_STATE_FED_BACK);
  end_clock(fed_back, v1::CLOCK_KIND_FEED_BACK, 1, one_of(15) == 0 ? v1::CLOCK_OUTCOME_LATE : v1::CLOCK_OUTCOME_MET);
  add(one, fed_back);
  one.at += hours(1 + one_of(90));
  auto resolved = event(one, v1::EVENT_KIND_RESOLVED, v1::CASE_STATE_RESOLVED);
  end_clock(resolved, v1::CLOCK_KIND_SOLVE, 1, one_of(10) == 0 ? v1::CLOCK_OUTCOME_LATE : v1::CLOCK_OUTCOME_MET);
  set_clock(resolved, v1::CLOCK_KIND_VERIFY, 1, one.at + hours(72));
  add(one, resolved);
  one.at += hours(1 + one_of(30));
  auto called = event(one, v1::EVENT_KIND_CALLED_BACK, v1::CASE_STATE_VERIFIED);
  called.mutable_check()->set_verdict(one_of(12) == 0 ? v1::VERDICT_FAILED : v1::VERDICT_PASSED);
  called.mutable_check()->set_satisfaction(one_of(4));
  add(one, called);
  auto closed = event(one, v1::EVENT_KIND_CLOSED, one_of(50) == 0 ? v1::CASE_STATE_VOID : v1::CASE_STATE_CLOSED);
  end_clock(closed, v1::CLOCK_KIND_VERIFY, 1, v1::CLOCK_OUTCOME_MET);
  add(one, closed);
}

void LedgerHistory::leave_open(Case& one) {
  if (one.at + hours(72) < now_) {  // nobody fed back
    one.at += hours(72);
    auto breached = event(one, v1::EVENT_KIND_BREACHED, v1::CASE_STATE_ACCEPTED);
    end_clock(breached, v1::CLOCK_KIND_FEED_BACK, 1, v1::CLOCK_OUTCOME_FIRED);
    add(one, breached);
    if (one_of(8) != 0) return;
    auto escalated = event(one, v1::EVENT_KIND_ESCALATED, v1::CASE_STATE_ACCEPTED);
    const auto rung = static_cast<v1::Rung>(v1::RUNG_UNIT + one_of(3));
    escalated.mutable_escalation()->set_to(rung);
    set_holder(escalated, v1::ROLE_UNIT_SUPERVISOR, rung, unit_of(one.cell));
    set_clock(escalated, v1::CLOCK_KIND_RUNG, 1, now_ + hours(one_of(48)));
    add(one, escalated);
  } else if (one_of(10) == 0) {
    auto shelved = event(one, v1::EVENT_KIND_SHELVED, v1::CASE_STATE_SHELVED);
    for (const auto kind : {v1::CLOCK_KIND_FEED_BACK, v1::CLOCK_KIND_SOLVE}) end_clock(shelved, kind, 1, v1::CLOCK_OUTCOME_PAUSED);
    set_clock(shelved, v1::CLOCK_KIND_REVIEW, 1, now_ + hours(24 * 30));
    add(one, shelved);
  }
}

void LedgerHistory::live(std::uint32_t serial, Instant filed, bool open, std::vector<v1::EventDelivery>& out) {
  Case one{fmt::format("WY-{:06}-{:04}-0", 250'000 + serial / 10'000, serial % 10'000), one_of(cells_), 0, filed, &out};
  begin(one);
  open ? leave_open(one) : work_and_close(one);
}

}  // namespace huying::bench
