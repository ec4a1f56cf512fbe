// I8 To zero. A case ends only as closed, void or not accepted, each with who, when and why, in an event that holds it
// whole; and nothing happens to it afterwards, but that what was closed is reopened. When people have worked on what was open, nothing is open.
#include <fmt/format.h>

#include <set>

#include "tests/sim/checkers/checker.h"

namespace huying::sim {
namespace {

class ToZero final : public Checker {
 public:
  ToZero(const Ledger& ledger, std::vector<Violation>& found) : Checker("I8", ledger, found) {}

  void event(const SeenEvent& seen) override {
    const auto& number = seen.event.case_number();
    const bool is_reopened =
        seen.event.kind() == v1::EVENT_KIND_REOPENED && seen.before.state == v1::CASE_STATE_CLOSED && !seen.after.ended();
    if (seen.before.ended() && !is_reopened)
      broken(fmt::format("case {} has ended and {} happens to it", number,
                         v1::EventKind_Name(seen.event.kind()).substr(11)),
             {number});
    if (seen.after.ended()) look_at_end(seen);
    if (seen.index + 1 == seen.record.events.size()) look_at_effects(seen.record);
  }

  void settled(std::int64_t, std::int64_t) override {
    std::size_t open = 0;
    std::string first;
    for (const auto& [number, one] : ledger_) {
      if (one.ended()) continue;
      if (open++ == 0) first = number;
    }
    if (open != 0)
      broken(fmt::format("{} cases are open though people worked on all they were shown, one of them {} in {}", open,
                         first, v1::CaseState_Name(ledger_.at(first).state)),
             {first});
  }

 private:
  void look_at_end(const SeenEvent& seen) {
    const auto& event = seen.event;
    const auto& whole = event.whole();
    const auto wrong = [&](const char* what) {
      broken(fmt::format("case {} ends {}", event.case_number(), what), {event.case_number()});
    };
    if (!event.has_whole() || whole.case_number() != event.case_number()) return wrong("and the event does not hold it");
    if (whole.state() != event.state() || whole.revision() != event.revision()) wrong("and is held as it was before");
    if (event.actor().principal().empty() || whole.ended_by().principal() != event.actor().principal())
      wrong("and nobody says who ended it");
    if (event.at_ms() <= 0) wrong("and nobody says when");
    if (event.reason().reason_code().empty() && !event.reason().has_words()) wrong("and nobody says why");
  }

  void look_at_effects(const SeenRecord& record) {
    std::set<std::string> told, ended;
    for (const auto& effect : record.commit.effects())
      if (effect.kind() == v1::CaseEffect::ENDED) told.insert(effect.case_number());
    for (const auto& event : record.events)
      if (ends_the_case(event.state()) && event.kind() != v1::EVENT_KIND_ACTION_REFUSED) ended.insert(event.case_number());
    if (told == ended) return;
    const std::string number = told.empty() ? *ended.begin() : *told.begin();
    broken(fmt::format("case {}: the broker is told otherwise of its end than subscribers are", number), {number});
  }
};

}  // namespace

std::unique_ptr<Checker> check_i8(const Street&, const Ledger& ledger, std::vector<Violation>& found) {
  return std::make_unique<ToZero>(ledger, found);
}

}  // namespace huying::sim
