// I5 Always a clock. After every commit each open case that it touched has a named holder and a running clock; the three
// clocks start once, at the first dispatch, the desk's at intake; a resolved case is under its verify clock. When people
// have had time, every request on disk is a case.
#include <fmt/format.h>

#include <set>

#include "tests/sim/checkers/checker.h"

namespace huying::sim {
namespace {

class AlwaysAClock final : public Checker {
 public:
  AlwaysAClock(const Ledger& ledger, std::vector<Violation>& found) : Checker("I5", ledger, found) {}

  void event(const SeenEvent& seen) override {
    const auto& event = seen.event;
    look_at_starts(seen);
    if (seen.index + 1 == seen.record.events.size()) look_at_commit(seen.record);
    if (event.kind() == v1::EVENT_KIND_DISPATCHED) dispatched_.insert(event.case_number());
  }

  void healed(std::int64_t now_ms, std::int64_t patience_ms) override {
    for (const auto& [number, one] : ledger_)
      if (one.state == v1::CASE_STATE_UNSPECIFIED && one.requested_at_ms + patience_ms < now_ms)
        broken(fmt::format("request {} is on disk and never became a case", number), {number});
  }

 private:
  void look_at_starts(const SeenEvent& seen) {
    const auto& event = seen.event;
    std::set<v1::ClockKind> set;
    for (const auto& clock : event.clocks_set()) {
      set.insert(clock.kind());
      const bool of_dispatch = clock.kind() == v1::CLOCK_KIND_ARRANGE || clock.kind() == v1::CLOCK_KIND_FEED_BACK;
      // Resumed after a pause, reckoned anew, and under a plan month after month: the same clock goes on.
      const bool again = of_dispatch && clock.reason() == v1::CLOCK_REASON_STARTED && seen.before.clock(clock.kind()).generation != 0;
      const bool solve_again = clock.kind() == v1::CLOCK_KIND_SOLVE && event.kind() == v1::EVENT_KIND_DISPATCHED &&
                               seen.before.clock(clock.kind()).generation != 0;
      if (again || solve_again)
        broken(text_of(event.case_number(), clock.kind(), clock.generation()) + " is started a second time",
               {event.case_number()});
    }
    if (event.kind() == v1::EVENT_KIND_DISPATCHED && !dispatched_.contains(event.case_number()) &&
        !(set.contains(v1::CLOCK_KIND_ARRANGE) && set.contains(v1::CLOCK_KIND_FEED_BACK) &&
          set.contains(v1::CLOCK_KIND_SOLVE)))
      broken(fmt::format("case {} is dispatched and not all three clocks start", event.case_number()),
             {event.case_number()});
    if (event.kind() == v1::EVENT_KIND_FILED && event.state() == v1::CASE_STATE_AT_DESK &&
        !set.contains(v1::CLOCK_KIND_DESK))
      broken(fmt::format("case {} is filed at the desk without the desk's clock", event.case_number()),
             {event.case_number()});
  }

  void look_at_commit(const SeenRecord& record) {
    std::set<std::string> touched;
    for (const auto& event : record.events)
      if (event.kind() != v1::EVENT_KIND_ACTION_REFUSED) touched.insert(event.case_number());
    for (const auto& number : touched) look_at_case(ledger_.at(number), record);
  }

  void look_at_case(const LedgerCase& one, const SeenRecord& record) {
    if (one.ended()) return;
    const auto where = fmt::format("behind stream {} sequence {}", record.stream.value, record.sequence.value);
    if (!one.any_clock_runs())
      broken(fmt::format("case {} is open ({}) without a running clock {}", one.number, v1::CaseState_Name(one.state),
                         where),
             {one.number});
    if (one.holder.role() == v1::ROLE_UNSPECIFIED || one.holder.place().empty())
      broken(fmt::format("case {} is open without a holder {}", one.number, where), {one.number});
    const bool to_be_checked = one.state == v1::CASE_STATE_RESOLVED || one.state == v1::CASE_STATE_VERIFIED;
    const auto& verify = one.clock(v1::CLOCK_KIND_VERIFY);
    if (to_be_checked && !verify.running && !verify.fired)
      broken(fmt::format("case {} is resolved without its verify clock {}", one.number, where), {one.number});
    if (one.state == v1::CASE_STATE_SHELVED && !one.clock(v1::CLOCK_KIND_REVIEW).running)
      broken(fmt::format("case {} is shelved without a running review clock {}", one.number, where), {one.number});
  }

  std::set<std::string> dispatched_;
};

}  // namespace

std::unique_ptr<Checker> check_i5(const Street&, const Ledger& ledger, std::vector<Violation>& found) {
  return std::make_unique<AlwaysAClock>(ledger, found);
}

}  // namespace huying::sim
