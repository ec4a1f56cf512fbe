// I5 Always a clock. Folding the events of the journal and nothing else: after every commit each open case it touched
// has a holder and a running clock. At the end every request on disk is such a case, or has ended.
#include <fmt/format.h>

#include <map>
#include <set>

#include "tests/sim/checkers/checker.h"

namespace huying::sim {
namespace {

struct FoldedCase {
  v1::Holder holder;
  std::set<v1::ClockKind> running;
  v1::CaseState state{};
};

class AlwaysAClock final : public Checker {
 public:
  explicit AlwaysAClock(std::vector<Violation>& found) : Checker("I5", found) {}

  void read_back(const JournalView& journal, Reading reading, std::int64_t) override {
    std::map<std::string, FoldedCase> cases;
    std::set<std::string> requests;
    for (const auto& record : journal) {
      if (record.kind == v1::RECORD_KIND_REQUEST) requests.insert(request_of(record).filed().case_number());
      if (record.kind == v1::RECORD_KIND_COMMIT) fold(record, cases);
    }
    if (reading != Reading::settled) return;
    for (const auto& number : requests)
      if (!cases.contains(number)) broken(fmt::format("request {} is on disk and never became a case", number));
  }

 private:
  void fold(const SeenRecord& record, std::map<std::string, FoldedCase>& cases) {
    std::set<std::string> touched;
    for (const auto& event : case_events_of(commit_of(record))) {
      FoldedCase& one = cases[event.case_number()];
      one.state = event.state();
      if (event.has_holder()) one.holder = event.holder();
      for (const auto& ended : event.clocks_ended()) one.running.erase(ended.kind());
      for (const auto& set : event.clocks_set()) one.running.insert(set.kind());
      touched.insert(event.case_number());
    }
    for (const auto& number : touched) {
      const FoldedCase& one = cases[number];
      if (ends_the_case(one.state)) continue;
      if (one.running.empty())
        broken(fmt::format("case {} is open ({}) without a running clock behind stream {} sequence {}", number,
                           v1::CaseState_Name(one.state), record.stream.value, record.sequence.value));
      if (one.holder.role() == v1::ROLE_UNSPECIFIED || one.holder.place().empty())
        broken(fmt::format("case {} is open without a holder behind stream {} sequence {}", number, record.stream.value,
                           record.sequence.value));
    }
  }
};

}  // namespace

std::unique_ptr<Checker> check_i5(std::vector<Violation>& found) { return std::make_unique<AlwaysAClock>(found); }

}  // namespace huying::sim
