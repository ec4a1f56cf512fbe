// What goes wrong with the open list of a cell on its way to who asked for it.
#include <algorithm>
#include <map>
#include <set>

#include "base/check.h"
#include "tests/sim/breakages/breakage.h"
#include "tests/sim/checkers/seen.h"

namespace huying::sim {
namespace {

// A breakage that changes what the clerk is told.
class ChangedList : public Breakage {
 public:
  using Breakage::Breakage;
  bool changes_frames() const override { return true; }
  void to_client(const std::string& client, std::string& bytes) override {
    if (!client.starts_with("street.supervisor-1#") || !begun()) return;
    v1::BrokerFrame frame;
    HUYING_CHECK(frame.ParseFromString(bytes));
    if (!frame.has_query_reply() || frame.query_reply().error() != 0) return;
    change(*frame.mutable_query_reply());
    bytes = frame.SerializeAsString();
  }

 protected:
  virtual void change(v1::QueryReply& list) = 0;
};

// An open case is not in it any more.
class LostFromTheList final : public ChangedList {
 public:
  using ChangedList::ChangedList;
  void change(v1::QueryReply& list) override {
    if (list.cases().empty()) return;
    list.mutable_cases()->DeleteSubrange(0, 1);
    list.set_total(list.total() - 1);
  }
};

// A case that has ended, as the wall is told, stays in the list in which it was.
class NeverStruckOff final : public ChangedList {
 public:
  using ChangedList::ChangedList;
  void to_client(const std::string& client, std::string& bytes) override {
    if (client.starts_with("wall-1#")) learn(bytes);
    ChangedList::to_client(client, bytes);
  }
  void change(v1::QueryReply& list) override {
    auto& kept = kept_[list.cell()];
    for (const auto& view : list.cases()) kept.try_emplace(view.whole().case_number(), view);
    for (const auto& [number, view] : kept) {
      const bool is_there = std::any_of(list.cases().begin(), list.cases().end(), [&](const v1::CaseView& one) {
        return one.whole().case_number() == number;
      });
      if (is_there || !ended_.contains(number)) continue;
      *list.add_cases() = view;
      list.set_total(list.total() + 1);
    }
  }

 private:
  void learn(const std::string& bytes) {
    v1::BrokerFrame frame;
    HUYING_CHECK(frame.ParseFromString(bytes));
    for (const auto& one : frame.events().events()) {
      v1::CaseEvent event;
      if (one.kind() == v1::EVENT_KIND_UNSPECIFIED || !event.ParseFromString(one.event())) continue;
      if (ends_the_case(event.state()))
        ended_.insert(event.case_number());
      else
        ended_.erase(event.case_number());
    }
  }

  std::map<std::string, std::map<std::string, v1::CaseView>> kept_;  // by cell
  std::set<std::string> ended_;
};

// A case is in it under no clock.
class NoClockInTheList final : public ChangedList {
 public:
  using ChangedList::ChangedList;
  void change(v1::QueryReply& list) override {
    if (list.cases().empty()) return;
    for (auto& clock : *list.mutable_cases(0)->mutable_whole()->mutable_clocks())
      if (clock.outcome() == v1::CLOCK_OUTCOME_UNSPECIFIED) clock.set_outcome(v1::CLOCK_OUTCOME_MOOT);
  }
};

// The answer names another sequence than it rests on.
class AnotherSequence final : public ChangedList {
 public:
  using ChangedList::ChangedList;
  void change(v1::QueryReply& list) override { list.set_sequence(list.sequence() + 1); }
};

template <class One>
std::unique_ptr<Breakage> make(World& world) {
  return std::make_unique<One>(world);
}

}  // namespace

std::vector<NamedBreakage> breakages_of_lists() {
  return {{"lost-from-the-list", make<LostFromTheList>},
          {"never-struck-off", make<NeverStruckOff>},
          {"no-clock-in-the-list", make<NoClockInTheList>},
          {"another-sequence", make<AnotherSequence>}};
}

}  // namespace huying::sim
