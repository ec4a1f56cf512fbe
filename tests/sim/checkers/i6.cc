// I6 A deadline fires once per generation, never early; its lateness is recorded. Judged on what the commits say: due ≤
// decided ≤ recorded. When hosts have had time, no clock of a stage is long overdue (the ladder's are I7's business, a
// clock that was never set I5's). While a case is parked none of its stages' clocks fires.
#include <absl/container/flat_hash_set.h>
#include <fmt/format.h>

#include "tests/sim/checkers/checker.h"

namespace huying::sim {
namespace {

class FiresOnce final : public Checker {
 public:
  FiresOnce(const Ledger& ledger, std::vector<Violation>& found) : Checker("I6", ledger, found) {}

  void record(const SeenRecord& record) override {
    if (record.kind != v1::RECORD_KIND_COMMIT) return;
    if (record.commit.decided_at_ms() > record.recorded_at_ms)
      broken(fmt::format("stream {} sequence {} was decided {} ms after it was recorded", record.stream.value,
                         record.sequence.value, record.commit.decided_at_ms() - record.recorded_at_ms),
             {stream_word(record.stream.value)});
  }

  void event(const SeenEvent& seen) override {
    for (const auto& ended : seen.event.clocks_ended())
      if (ended.outcome() == v1::CLOCK_OUTCOME_FIRED) fire(seen, ended);
    if (seen.event.kind() == v1::EVENT_KIND_ESCALATED) look_at_lateness(seen.event);
  }

  void healed(std::int64_t now_ms, std::int64_t patience_ms) override { look_for_overdue(now_ms, patience_ms); }
  void settled(std::int64_t now_ms, std::int64_t patience_ms) override { look_for_overdue(now_ms, patience_ms); }

 private:
  // Who subscribes to escalations alone reads there how late the clock was that led to it.
  void look_at_lateness(const v1::CaseEvent& event) {
    const auto& escalation = event.escalation();
    const auto reason = escalation.reason();
    const bool is_of_clock = reason == v1::ESCALATION_REASON_BREACH || reason == v1::ESCALATION_REASON_UNANSWERED ||
                             reason == v1::ESCALATION_REASON_MONTHLY;
    const bool is_right = escalation.due_at_ms() + escalation.lateness_ms() == event.at_ms() && escalation.lateness_ms() >= 0;
    if (is_of_clock && !is_right)
      broken(fmt::format("case {} is escalated at {} by a clock that was due at {} and late by {}", event.case_number(),
                         event.at_ms(), escalation.due_at_ms(), escalation.lateness_ms()),
             {event.case_number()});
  }

  void fire(const SeenEvent& seen, const v1::ClockEnded& ended) {
    const auto& number = seen.event.case_number();
    const std::string text = text_of(number, ended.kind(), ended.generation());
    if (!fired_.insert(key_of(number, ended.kind(), ended.generation())).second) broken(text + " fired twice", {number});
    const LedgerClock& clock = seen.before.clock(ended.kind());
    if (clock.generation != ended.generation()) return broken(text + " fired and was never set", {number});
    if (seen.before.state == v1::CASE_STATE_PARKED && !is_of_the_ladder(ended.kind()))
      broken(text + " fired while its case is parked", {number});
    const auto due = clock.due_at_ms;
    if (seen.record.commit.decided_at_ms() < due)
      broken(fmt::format("{} fired {} ms early", text, due - seen.record.commit.decided_at_ms()), {number});
    if (seen.event.at_ms() >= due && ended.lateness_ms() != seen.event.at_ms() - due)
      broken(fmt::format("{} fired {} ms late and says {}", text, seen.event.at_ms() - due, ended.lateness_ms()),
             {number});
  }

  void look_for_overdue(std::int64_t now_ms, std::int64_t patience_ms) {
    for (const auto& [number, one] : ledger_) {
      for (int kind = 1; kind < v1::ClockKind_ARRAYSIZE; ++kind) {
        const LedgerClock& clock = one.clock(static_cast<v1::ClockKind>(kind));
        if (!clock.running || is_of_the_ladder(static_cast<v1::ClockKind>(kind))) continue;
        if (clock.due_at_ms + patience_ms >= now_ms || one.state == v1::CASE_STATE_PARKED) continue;
        broken(fmt::format("{} was due {} ms ago and did not fire",
                           text_of(number, static_cast<v1::ClockKind>(kind), clock.generation), now_ms - clock.due_at_ms),
               {number});
      }
    }
  }

  absl::flat_hash_set<std::uint64_t> fired_;  // by case, kind and generation
};

}  // namespace

std::unique_ptr<Checker> check_i6(const Street&, const Ledger& ledger, std::vector<Violation>& found) {
  return std::make_unique<FiresOnce>(ledger, found);
}

}  // namespace huying::sim
