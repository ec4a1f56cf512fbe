// A ledger on a real SQLite file in a folder of its own, and events as cells write them, made up.
#pragma once
#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gateway/ledger/ledger.h"

namespace huying::ledger {

class LedgerFolder {
 public:
  LedgerFolder() { open(); }
  ~LedgerFolder() { std::filesystem::remove_all(folder_); }
  LedgerFolder(const LedgerFolder&) = delete;
  LedgerFolder& operator=(const LedgerFolder&) = delete;

  void open(const std::string& street = "s") {
    ledger_.reset();
    auto opened = Ledger::open(path_, street);
    ASSERT_TRUE(opened) << opened.error().detail;
    ledger_ = std::move(*opened);
  }

  v1::CaseEvent event(const std::string& number, v1::EventKind kind, v1::CaseState state) {
    v1::CaseEvent made;
    made.set_case_number(number);
    made.set_revision(++revisions_[number]);
    made.set_kind(kind);
    made.set_state(state);
    made.set_at_ms(now_ms_ += 60'000);
    return made;
  }
  void add(const v1::CaseEvent& made, const std::string& cell = "a-01") {
    v1::EventDelivery delivery;
    delivery.set_subject("case.s." + cell.substr(0, cell.find('-')) + "." + cell + ".x");
    delivery.set_stream(static_cast<std::uint32_t>(streams_.try_emplace(cell, streams_.size() + 2).first->second));
    delivery.set_sequence(++sequence_);
    delivery.set_event(made.SerializeAsString());
    waiting_.push_back(delivery);
  }
  void add_coverage(const std::string& cell, v1::Coverage::Change change) {
    v1::Coverage coverage;
    coverage.set_change(change);
    v1::EventDelivery delivery;
    delivery.set_subject("coverage.s." + cell);
    delivery.set_sequence(++sequence_);
    delivery.set_recorded_at_ms(now_ms_);
    delivery.set_event(coverage.SerializeAsString());
    waiting_.push_back(delivery);
  }
  void take() {
    const auto taken = ledger_->take(waiting_, "token " + std::to_string(sequence_));
    ASSERT_TRUE(taken) << taken.error().detail;
    all_.insert(all_.end(), waiting_.begin(), waiting_.end());
    waiting_.clear();
  }

  static v1::ClockSet* set_clock(v1::CaseEvent& made, v1::ClockKind kind, std::uint32_t generation, std::int64_t due,
                                 v1::ClockReason reason = v1::CLOCK_REASON_STARTED) {
    auto* clock = made.add_clocks_set();
    clock->set_kind(kind);
    clock->set_generation(generation);
    clock->set_first_due_at_ms(1'000);
    clock->set_due_at_ms(due);
    clock->set_reason(reason);
    return clock;
  }
  static void end_clock(v1::CaseEvent& made, v1::ClockKind kind, std::uint32_t generation, v1::ClockOutcome outcome,
                        std::int64_t lateness = 0) {
    auto* clock = made.add_clocks_ended();
    clock->set_kind(kind);
    clock->set_generation(generation);
    clock->set_outcome(outcome);
    clock->set_lateness_ms(lateness);
  }

  // A life with much in it: late feedback, an extension, a hand-over, a check that failed, the end.
  void live(const std::string& number) {
    auto filed = event(number, v1::EVENT_KIND_FILED, v1::CASE_STATE_DISPATCHED);
    filed.mutable_filed()->set_category("roads");
    filed.mutable_filed()->set_source("hotline");
    filed.mutable_filed()->set_rule(v1::DISPATCH_RULE_POINT);
    add(filed);
    auto dispatched = event(number, v1::EVENT_KIND_DISPATCHED, v1::CASE_STATE_DISPATCHED);
    dispatched.mutable_holder()->set_role(v1::ROLE_GRID_WORKER);
    dispatched.mutable_holder()->set_rung(v1::RUNG_CELL);
    dispatched.mutable_holder()->set_place("a-01");
    set_clock(dispatched, v1::CLOCK_KIND_FEED_BACK, 1, 3'000);
    set_clock(dispatched, v1::CLOCK_KIND_SOLVE, 1, 7'000);
    add(dispatched);
    auto breached = event(number, v1::EVENT_KIND_BREACHED, v1::CASE_STATE_DISPATCHED);
    end_clock(breached, v1::CLOCK_KIND_FEED_BACK, 1, v1::CLOCK_OUTCOME_FIRED, 5);
    add(breached);
    auto escalated = event(number, v1::EVENT_KIND_ESCALATED, v1::CASE_STATE_DISPATCHED);
    escalated.mutable_escalation()->set_to(v1::RUNG_UNIT);
    escalated.mutable_holder()->set_role(v1::ROLE_UNIT_SUPERVISOR);
    add(escalated);
    auto fed_back = event(number, v1::EVENT_KIND_FED_BACK, v1::CASE_STATE_FED_BACK);
    end_clock(fed_back, v1::CLOCK_KIND_FEED_BACK, 1, v1::CLOCK_OUTCOME_LATE, 90);
    fed_back.mutable_actor()->set_principal("a-01.worker");
    fed_back.mutable_actor()->set_role(v1::ROLE_GRID_WORKER);
    add(fed_back);
    auto granted = event(number, v1::EVENT_KIND_EXTENSION_GRANTED, v1::CASE_STATE_FED_BACK);
    granted.mutable_ask()->set_times(1);
    set_clock(granted, v1::CLOCK_KIND_SOLVE, 2, 9'000, v1::CLOCK_REASON_EXTENDED);
    add(granted);
    auto out = event(number, v1::EVENT_KIND_TRANSFERRED_OUT, v1::CASE_STATE_DISPATCHED);
    out.mutable_move()->set_hops(1);
    add(out);
    auto in = event(number, v1::EVENT_KIND_TRANSFERRED_IN, v1::CASE_STATE_DISPATCHED);
    in.mutable_holder()->set_place("a-02");
    add(in, "a-02");
    add(event(number, v1::EVENT_KIND_RESOLVED, v1::CASE_STATE_RESOLVED), "a-02");
    auto rework = event(number, v1::EVENT_KIND_REWORK, v1::CASE_STATE_REWORK);
    rework.mutable_check()->set_times(1);
    add(rework, "a-02");
    add(event(number, v1::EVENT_KIND_RESOLVED, v1::CASE_STATE_RESOLVED), "a-02");
    auto called = event(number, v1::EVENT_KIND_CALLED_BACK, v1::CASE_STATE_VERIFIED);
    called.mutable_check()->set_verdict(v1::VERDICT_PASSED);
    called.mutable_check()->set_satisfaction(3);
    add(called, "a-02");
    auto closed = event(number, v1::EVENT_KIND_CLOSED, v1::CASE_STATE_CLOSED);
    end_clock(closed, v1::CLOCK_KIND_SOLVE, 2, v1::CLOCK_OUTCOME_MET);
    add(closed, "a-02");
  }

  // A case that its worker has, under one clock that is due then.
  void begin(const std::string& number, const std::string& cell, std::int64_t due, const std::string& category = "road",
             v1::ClockKind kind = v1::CLOCK_KIND_SOLVE) {
    auto filed = event(number, v1::EVENT_KIND_FILED, v1::CASE_STATE_DISPATCHED);
    filed.mutable_filed()->set_category(category);
    filed.mutable_filed()->set_source("hotline");
    filed.mutable_filed()->set_rule(v1::DISPATCH_RULE_POINT);
    add(filed, cell);
    auto dispatched = event(number, v1::EVENT_KIND_DISPATCHED, v1::CASE_STATE_DISPATCHED);
    dispatched.mutable_holder()->set_role(v1::ROLE_GRID_WORKER);
    dispatched.mutable_holder()->set_rung(v1::RUNG_CELL);
    dispatched.mutable_holder()->set_place(cell);
    dispatched.mutable_holder()->set_person(cell + ".worker");
    set_clock(dispatched, kind, 1, due);
    add(dispatched, cell);
  }
  void escalate(const std::string& number, const std::string& cell, v1::Rung to, std::uint32_t generation, std::int64_t climbs) {
    auto escalated = event(number, v1::EVENT_KIND_ESCALATED, v1::CASE_STATE_ACCEPTED);
    escalated.mutable_escalation()->set_to(to);
    auto* answerer = escalated.mutable_holder();
    answerer->set_role(to == v1::RUNG_UNIT     ? v1::ROLE_UNIT_SUPERVISOR
                       : to == v1::RUNG_STREET ? v1::ROLE_STREET_SUPERVISOR
                                               : v1::ROLE_DISTRICT_SUPERVISOR);
    answerer->set_rung(to);
    answerer->set_place("s");
    answerer->set_person("s-2");
    set_clock(escalated, v1::CLOCK_KIND_RUNG, generation, climbs);
    add(escalated, cell);
  }
  void shelve(const std::string& number, const std::string& cell, std::int64_t review) {
    auto shelved = event(number, v1::EVENT_KIND_SHELVED, v1::CASE_STATE_SHELVED);
    end_clock(shelved, v1::CLOCK_KIND_SOLVE, 1, v1::CLOCK_OUTCOME_PAUSED);
    set_clock(shelved, v1::CLOCK_KIND_REVIEW, 1, review);
    add(shelved, cell);
  }
  void end(const std::string& number, const std::string& cell, v1::CaseState as = v1::CASE_STATE_CLOSED) {
    auto ended = event(number, v1::EVENT_KIND_CLOSED, as);
    end_clock(ended, v1::CLOCK_KIND_SOLVE, 1, v1::CLOCK_OUTCOME_MET);
    add(ended, cell);
  }
  SQLite::Database reader() const { return std::move(**open_reader(path_)); }

  std::string read(const std::string& sql) {
    SQLite::Database reader(path_, SQLite::OPEN_READONLY);
    SQLite::Statement rows(reader, sql);
    std::string text;
    while (rows.executeStep()) {
      for (int i = 0; i < rows.getColumnCount(); ++i) text += (i == 0 ? "" : "|") + rows.getColumn(i).getString();
      text += "\n";
    }
    return text;
  }

  const std::string folder_ = [] {
    std::string path = "/tmp/huying-ledger-XXXXXX";
    return std::string(::mkdtemp(path.data()));
  }();
  const std::string path_ = folder_ + "/ledger.sqlite";
  std::unique_ptr<Ledger> ledger_;
  std::vector<v1::EventDelivery> waiting_, all_;
  std::map<std::string, std::uint64_t> revisions_;
  std::map<std::string, std::size_t> streams_;
  std::uint64_t sequence_ = 0;
  std::int64_t now_ms_ = 1'795'000'000'000;
};

}  // namespace huying::ledger
