// I5 Always a clock. After every commit each open case that it touched has a named holder and a running clock; the three
// clocks start once, at the first dispatch, the desk's at intake; a resolved case is under its verify clock. When people
// have had time, every request on disk is a case. A parked case is under a clock of the ladder; it is parked by the commit that
// follows the broker's word on its clock, and by nothing else, and goes back to where it was. Whatever cause is set aside, the
// desk has a case of it.
#include <fmt/format.h>

#include <map>
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
    if (event.kind() == v1::EVENT_KIND_PARKED) look_at_parking(seen);
    if (event.kind() == v1::EVENT_KIND_UNPARKED && parked_from_[event.case_number()] != event.state())
      broken(fmt::format("case {} goes on as {}, and was parked as {}", event.case_number(),
                         v1::CaseState_Name(event.state()), v1::CaseState_Name(parked_from_[event.case_number()])),
             {event.case_number()});
  }

  void record(const SeenRecord& record) override {
    const auto word = words_.find(record.stream.value);
    if (record.kind == v1::RECORD_KIND_COMMIT && word != words_.end()) {
      const auto& clock = word->second;
      const bool parks = !record.events.empty() && record.events[0].kind() == v1::EVENT_KIND_PARKED &&
                         record.events[0].case_number() == clock.case_number();
      if (!parks)
        broken(fmt::format("case {} is not parked by the commit behind the word on its clock", clock.case_number()),
               {clock.case_number()});
      told_.push_back(clock);
      words_.erase(word);
    }
    const bool skips_a_cause = record.kind == v1::RECORD_KIND_SET_ASIDE && record.set_aside.cause() != 0;
    if (skips_a_cause && !goes_to_desk(record.stream.value, record.set_aside.cause()))
      broken(fmt::format("cause {} of stream {} is set aside and the desk has no case of it", record.set_aside.cause(),
                         record.stream.value),
             {stream_word(record.stream.value)});
    to_desk_ = what_goes_to_desk(record);
    if (record.kind == v1::RECORD_KIND_SET_ASIDE && record.set_aside.has_clock())
      words_[record.stream.value] = record.set_aside.clock();
  }

  void healed(std::int64_t now_ms, std::int64_t patience_ms) override {
    for (const auto& [number, one] : ledger_)
      if (one.state == v1::CASE_STATE_UNSPECIFIED && one.requested_at_ms + patience_ms < now_ms)
        broken(fmt::format("request {} is on disk and never became a case", number), {number});
  }

 private:
  using Cause = std::pair<std::uint32_t, std::uint64_t>;  // stream, sequence

  // The cause of which a record makes a case of the desk, one that is on its way there, or one that it was at its door.
  static Cause what_goes_to_desk(const SeenRecord& record) {
    const auto& matter = record.request.filed().filed().set_aside();
    if (matter.cause() != 0) return {matter.stream(), matter.cause()};
    const bool is_case = record.message.has_set_aside() || record.message.transfer().reason_code() == "set_aside";
    if (!is_case || record.stream != desk_stream) return {};
    return {record.message.from_stream(), record.message.from_sequence()};
  }
  // In the record before. What is set aside at the desk's own door goes there once more, as the cause that it was first.
  bool goes_to_desk(std::uint32_t stream, std::uint64_t cause) const {
    return to_desk_ == Cause{stream, cause} || (stream == desk_stream.value && to_desk_.second != 0);
  }

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

  void look_at_parking(const SeenEvent& seen) {
    const auto& breach = seen.event.breach();
    const auto& number = seen.event.case_number();
    const bool is_told = !told_.empty() && told_.back().case_number() == number &&
                         told_.back().kind() == breach.clock() && told_.back().generation() == breach.generation();
    if (!is_told)
      broken(fmt::format("{} parks its case, and nobody set it aside", text_of(number, breach.clock(), breach.generation())),
             {number});
    if (seen.before.state != v1::CASE_STATE_PARKED) parked_from_[number] = seen.before.state;
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
    const bool asked = one.clock(v1::CLOCK_KIND_RUNG).running || one.clock(v1::CLOCK_KIND_MONTHLY_FEEDBACK).running;
    if (one.state == v1::CASE_STATE_PARKED && !asked)
      broken(fmt::format("case {} is parked and no clock of the ladder runs {}", one.number, where), {one.number});
    const bool to_be_checked = one.state == v1::CASE_STATE_RESOLVED || one.state == v1::CASE_STATE_VERIFIED;
    const auto& verify = one.clock(v1::CLOCK_KIND_VERIFY);
    if (to_be_checked && !verify.running && !verify.fired)
      broken(fmt::format("case {} is resolved without its verify clock {}", one.number, where), {one.number});
    if (one.state == v1::CASE_STATE_SHELVED && !one.clock(v1::CLOCK_KIND_REVIEW).running)
      broken(fmt::format("case {} is shelved without a running review clock {}", one.number, where), {one.number});
  }

  std::set<std::string> dispatched_;
  Cause to_desk_;                                       // in the record before, of what was set aside
  std::map<std::uint32_t, v1::ClockName> words_;        // by stream: not followed by a commit yet
  std::vector<v1::ClockName> told_;
  std::map<std::string, v1::CaseState> parked_from_;    // by case
};

}  // namespace

std::unique_ptr<Checker> check_i5(const Street&, const Ledger& ledger, std::vector<Violation>& found) {
  return std::make_unique<AlwaysAClock>(ledger, found);
}

}  // namespace huying::sim
