// I6 A deadline fires once per generation, never early; its lateness is recorded. Judged on what the commits say:
// due ≤ decided ≤ recorded. At the end no running clock is long overdue. A clock that was never set is I5's business.
#include <fmt/format.h>

#include <map>
#include <set>
#include <tuple>

#include "tests/sim/checkers/checker.h"

namespace huying::sim {
namespace {

using ClockName = std::tuple<std::string, v1::ClockKind, std::uint32_t>;  // case, kind, generation

// What a host may take, at the end, to fire what is due: half a day of a scaled run is thirty seconds.
constexpr std::int64_t overdue_max_ms = 12ll * 3'600'000;

class FiresOnce final : public Checker {
 public:
  explicit FiresOnce(std::vector<Violation>& found) : Checker("I6", found) {}

  void read_back(const JournalView& journal, Reading reading, std::int64_t now_ms) override {
    due_.clear();
    running_.clear();
    fired_.clear();
    for (const auto& record : journal)
      if (record.kind == v1::RECORD_KIND_COMMIT) look_at(record);
    if (reading != Reading::settled) return;
    for (const auto& name : running_)
      if (due_[name] + overdue_max_ms < now_ms)
        broken(fmt::format("{} was due {} ms ago and did not fire", text(name), now_ms - due_[name]));
  }

 private:
  static std::string text(const ClockName& name) {
    return fmt::format("case {}, {} generation {}", std::get<0>(name), v1::ClockKind_Name(std::get<1>(name)),
                       std::get<2>(name));
  }

  void look_at(const SeenRecord& record) {
    const auto commit = commit_of(record);
    if (commit.decided_at_ms() > record.recorded_at_ms)
      broken(fmt::format("stream {} sequence {} was decided {} ms after it was recorded", record.stream.value,
                         record.sequence.value, commit.decided_at_ms() - record.recorded_at_ms));
    for (const auto& event : case_events_of(commit)) {
      for (const auto& ended : event.clocks_ended()) {
        const ClockName name{event.case_number(), ended.kind(), ended.generation()};
        running_.erase(name);
        if (ended.outcome() == v1::CLOCK_OUTCOME_FIRED) fire(name, ended, commit, event);
      }
      for (const auto& set : event.clocks_set()) {
        const ClockName name{event.case_number(), set.kind(), set.generation()};
        due_[name] = set.due_at_ms();
        running_.insert(name);
      }
      if (!ends_the_case(event.state())) continue;
      std::erase_if(running_, [&](const ClockName& name) { return std::get<0>(name) == event.case_number(); });
    }
  }

  void fire(const ClockName& name, const v1::ClockEnded& ended, const v1::Commit& commit, const v1::CaseEvent& event) {
    if (!fired_.insert(name).second) broken(text(name) + " fired twice");
    const auto due = due_.find(name);
    if (due == due_.end()) return;
    if (commit.decided_at_ms() < due->second)
      broken(fmt::format("{} fired {} ms early", text(name), due->second - commit.decided_at_ms()));
    if (event.at_ms() >= due->second && ended.lateness_ms() != event.at_ms() - due->second)
      broken(
          fmt::format("{} fired {} ms late and says {}", text(name), event.at_ms() - due->second, ended.lateness_ms()));
  }

  std::map<ClockName, std::int64_t> due_;
  std::set<ClockName> running_, fired_;
};

}  // namespace

std::unique_ptr<Checker> check_i6(std::vector<Violation>& found) { return std::make_unique<FiresOnce>(found); }

}  // namespace huying::sim
