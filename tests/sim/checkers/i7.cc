// I7 The ladder climbs. A breach that nobody above answers for already, a rung whose time ends, a case flagged hard: each
// asks the next rung, in the same commit, under a clock of that rung and with the next generation; at the top it stays
// under monthly feedback; a case that is parked asks the street or above, anew. An escalation never moves a case. When
// hosts have had time, no clock of the ladder is overdue.
#include <fmt/format.h>

#include <algorithm>

#include "tests/sim/checkers/checker.h"

namespace huying::sim {
namespace {

class TheLadderClimbs final : public Checker {
 public:
  TheLadderClimbs(const Ledger& ledger, std::vector<Violation>& found) : Checker("I7", ledger, found) {}

  void event(const SeenEvent& seen) override {
    const auto& event = seen.event;
    const bool climbs = event.kind() == v1::EVENT_KIND_ESCALATED;
    if (climbs) look_at_climb(seen);
    const bool must_climb = (event.kind() == v1::EVENT_KIND_BREACHED && !seen.before.asked) ||
                            event.kind() == v1::EVENT_KIND_FLAGGED_HARD || event.kind() == v1::EVENT_KIND_PARKED;
    if (must_climb && !next_is_a_climb(seen))
      broken(fmt::format("case {}: {} and nobody above is asked", event.case_number(),
                         v1::EventKind_Name(event.kind()).substr(11)),
             {event.case_number()});
    for (const auto& ended : event.clocks_ended())
      if (is_of_the_ladder(ended.kind()) && ended.outcome() == v1::CLOCK_OUTCOME_FIRED && !climbs)
        broken(text_of(event.case_number(), ended.kind(), ended.generation()) + " ended and the case does not climb",
               {event.case_number()});
  }

  void healed(std::int64_t now_ms, std::int64_t patience_ms) override { look_for_overdue(now_ms, patience_ms); }
  void settled(std::int64_t now_ms, std::int64_t patience_ms) override { look_for_overdue(now_ms, patience_ms); }

 private:
  static bool next_is_a_climb(const SeenEvent& seen) {
    if (seen.index + 1 >= seen.record.events.size()) return false;
    const auto& next = seen.record.events[seen.index + 1];
    return next.kind() == v1::EVENT_KIND_ESCALATED && next.case_number() == seen.event.case_number();
  }

  // The rung from which a case of this cell begins to climb, by the clock that was not met.
  static v1::Rung own_rung(const SeenEvent& seen) {
    const auto clock = seen.event.escalation().clock();
    const bool is_the_units = clock == v1::CLOCK_KIND_VERIFY || clock == v1::CLOCK_KIND_DESK ||
                              clock == v1::CLOCK_KIND_REVIEW || seen.event.state() == v1::CASE_STATE_AT_DESK;
    return is_the_units ? v1::RUNG_UNIT : v1::RUNG_CELL;
  }

  void look_at_climb(const SeenEvent& seen) {
    const auto& event = seen.event;
    const auto& escalation = event.escalation();
    const std::string& number = event.case_number();
    const auto wrong = [&](const std::string& what) { broken("case " + number + " " + what, {number}); };
    const int from = std::max<int>(seen.before.rung, own_rung(seen));
    const bool is_parked = escalation.reason() == v1::ESCALATION_REASON_POISON;
    const int to = is_parked ? std::max<int>(seen.before.rung, v1::RUNG_STREET)
                             : std::min<int>(from + 1, v1::RUNG_DISTRICT);
    if (escalation.to() != to)
      wrong(fmt::format("climbs from {} to {}, not to {}", v1::Rung_Name(static_cast<v1::Rung>(from)),
                        v1::Rung_Name(escalation.to()), v1::Rung_Name(static_cast<v1::Rung>(to))));
    if (seen.committed.rung() != escalation.to()) wrong("climbs and is published under another rung");
    if (escalation.generation() != seen.before.ladder_generation + 1)
      wrong(fmt::format("climbs as generation {} behind {}", escalation.generation(), seen.before.ladder_generation));
    if (seen.before.state != event.state() || seen.before.stream != seen.after.stream)
      wrong("is moved by an escalation");
    const auto clock = escalation.to() == v1::RUNG_DISTRICT ? v1::CLOCK_KIND_MONTHLY_FEEDBACK : v1::CLOCK_KIND_RUNG;
    if (!seen.after.clock(clock).running) wrong(fmt::format("climbs and no {} runs", v1::ClockKind_Name(clock)));
    if (event.holder().place().empty()) wrong("climbs and nobody is named who must answer");
  }

  void look_for_overdue(std::int64_t now_ms, std::int64_t patience_ms) {
    for (const auto& [number, one] : ledger_) {
      for (const auto kind : {v1::CLOCK_KIND_RUNG, v1::CLOCK_KIND_MONTHLY_FEEDBACK}) {
        const LedgerClock& clock = one.clock(kind);
        if (!clock.running || clock.due_at_ms + patience_ms >= now_ms) continue;
        broken(fmt::format("{} was due {} ms ago and the case does not climb", text_of(number, kind, clock.generation),
                           now_ms - clock.due_at_ms),
               {number});
      }
    }
  }
};

}  // namespace

std::unique_ptr<Checker> check_i7(const Street&, const Ledger& ledger, std::vector<Violation>& found) {
  return std::make_unique<TheLadderClimbs>(ledger, found);
}

}  // namespace huying::sim
