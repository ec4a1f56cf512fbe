// What goes wrong with commits on their way from a host to the broker.
#include "base/check.h"
#include "huying/v1/record.pb.h"
#include "tests/sim/breakages/breakage.h"
#include "tests/sim/checkers/seen.h"

namespace huying::sim {
namespace {

constexpr std::int64_t clock_ahead_ms = 10ll * 3'600'000;

// A breakage that changes commits.
class Changing : public Breakage {
 public:
  using Breakage::Breakage;
  bool changes_frames() const override { return true; }

  void to_broker(const std::string& client, std::string& bytes) override {
    if (!is_host(client) || !begun()) return;
    v1::ClientFrame frame;
    HUYING_CHECK(frame.ParseFromString(bytes));
    bool changed = false;
    for (auto& one : *frame.mutable_commits()->mutable_commits()) {
      v1::Commit commit;
      HUYING_CHECK(commit.ParseFromString(one));
      if (!change(commit)) continue;
      one = commit.SerializeAsString();
      changed = true;
    }
    if (changed) bytes = frame.SerializeAsString();
  }

 protected:
  virtual bool change(v1::Commit& commit) = 0;
  // Changes the event at `index` by `how`.
  template <class How>
  static void change_event(v1::Commit& commit, int index, How how) {
    auto& committed = *commit.mutable_events(index);
    v1::CaseEvent event;
    HUYING_CHECK(event.ParseFromString(committed.event()));
    how(event);
    committed.set_event(event.SerializeAsString());
  }
  static int find(const v1::Commit& commit, v1::EventKind kind) {
    for (int i = 0; i < commit.events_size(); ++i)
      if (commit.events(i).kind() == kind) return i;
    return -1;
  }
};

// One event of a kind is changed on its way.
struct EventChange {
  v1::EventKind kind;
  bool only_last;  // of its commit: another clock follows where a case is solved on the spot
  void (*how)(v1::CaseEvent& event);
};

template <const EventChange& one>
class ChangedEvent final : public Changing {
 public:
  using Changing::Changing;
  bool change(v1::Commit& commit) override {
    const int index = find(commit, one.kind);
    if (index < 0 || (one.only_last && index + 1 < commit.events_size())) return false;
    change_event(commit, index, one.how);
    return true;
  }
};

// I5: the clocks of a dispatched case are lost.
constexpr EventChange dropped_clock{v1::EVENT_KIND_DISPATCHED, true, [](v1::CaseEvent& e) { e.clear_clocks_set(); }};

// I5: nobody holds a case.
constexpr EventChange nobody_holds{v1::EVENT_KIND_DISPATCHED, true,
                                   [](v1::CaseEvent& e) { e.mutable_holder()->clear_place(); }};

// I5: a clock that a new policy or calendar moves says that it starts.
constexpr EventChange started_again{v1::EVENT_KIND_CLOCK_CHANGED, false, [](v1::CaseEvent& e) {
                                      for (auto& clock : *e.mutable_clocks_set())
                                        clock.set_reason(v1::CLOCK_REASON_STARTED);
                                    }};

// I8: a case ends and nobody says who ended it.
constexpr EventChange ended_by_nobody{v1::EVENT_KIND_CLOSED, false, [](v1::CaseEvent& e) {
                                        e.clear_actor();
                                        e.mutable_whole()->clear_ended_by();
                                      }};

// I10: a case ends, and its first due times are later than they were.
constexpr EventChange erased_first_due{v1::EVENT_KIND_CLOSED, false, [](v1::CaseEvent& e) {
                                         for (auto& clock : *e.mutable_whole()->mutable_clocks())
                                           clock.set_first_due_at_ms(clock.first_due_at_ms() + 3'600'000);
                                       }};

// I5: a case is parked for a clock that nobody set aside.
constexpr EventChange parked_by_nobody{v1::EVENT_KIND_PARKED, false, [](v1::CaseEvent& e) {
                                         e.mutable_breach()->set_generation(e.breach().generation() + 1);
                                       }};

// I5: a clock is set aside and its case goes on, under nothing.
class NeverParked final : public Changing {
 public:
  using Changing::Changing;
  bool change(v1::Commit& commit) override {
    if (find(commit, v1::EVENT_KIND_PARKED) < 0) return false;
    commit.clear_events();
    return true;
  }
};

// I6: a breach is told twice.
class FiredTwice final : public Changing {
 public:
  using Changing::Changing;
  bool change(v1::Commit& commit) override {
    const int index = find(commit, v1::EVENT_KIND_BREACHED);
    if (index < 0) return false;
    *commit.add_events() = v1::CommittedEvent(commit.events(index));
    const int added = commit.events_size() - 1;
    change_event(commit, added, [&](v1::CaseEvent& event) {
      event.set_revision(event.revision() + static_cast<std::uint64_t>(added - index));
    });
    return true;
  }
};

// I6: how late a clock fired is another than it was.
constexpr EventChange wrong_lateness{v1::EVENT_KIND_BREACHED, false, [](v1::CaseEvent& e) {
                                       for (auto& clock : *e.mutable_clocks_ended())
                                         clock.set_lateness_ms(clock.lateness_ms() + 1000);
                                     }};

// I6: … and is right there, but not in the escalation that it led to.
constexpr EventChange wrong_lateness_above{v1::EVENT_KIND_ESCALATED, false, [](v1::CaseEvent& e) {
                                             auto& escalation = *e.mutable_escalation();
                                             escalation.set_lateness_ms(escalation.lateness_ms() + 1000);
                                           }};

// I6: a case is parked for a clock of a stage, and that clock fires in the same commit.
class FiredWhileParked final : public Changing {
 public:
  using Changing::Changing;
  bool change(v1::Commit& commit) override {
    const int parked = find(commit, v1::EVENT_KIND_PARKED), climbs = find(commit, v1::EVENT_KIND_ESCALATED);
    if (parked < 0 || climbs < parked) return false;
    v1::BreachDetail breach;
    change_event(commit, parked, [&](v1::CaseEvent& event) { breach = event.breach(); });
    if (is_of_the_ladder(breach.clock())) return false;
    change_event(commit, climbs, [&](v1::CaseEvent& event) {
      auto& ended = *event.add_clocks_ended();
      ended.set_kind(breach.clock());
      ended.set_generation(breach.generation());
      ended.set_outcome(v1::CLOCK_OUTCOME_FIRED);
      ended.set_lateness_ms(event.at_ms() - breach.due_at_ms());
    });
    return true;
  }
};

// I6: a host's clock is ahead and the broker is not told.
class FiredEarly final : public Changing {
 public:
  using Changing::Changing;
  void to_client(const std::string& client, std::string& bytes) override {
    if (!is_host(client)) return;
    v1::BrokerFrame frame;
    HUYING_CHECK(frame.ParseFromString(bytes));
    true_now_ms_ = std::max(true_now_ms_, frame.now_ms());
    if (!begun()) return;
    frame.set_now_ms(frame.now_ms() + clock_ahead_ms);
    bytes = frame.SerializeAsString();
  }
  bool change(v1::Commit& commit) override {  // it claims to be of now; what it fires is due hours ahead
    commit.set_decided_at_ms(std::min(commit.decided_at_ms(), true_now_ms_));
    return true;
  }

 private:
  std::int64_t true_now_ms_ = 0;
};

// I7: an escalation that nobody answered asks the same rung again.
class NoClimb final : public Changing {
 public:
  using Changing::Changing;
  bool change(v1::Commit& commit) override {
    const int index = find(commit, v1::EVENT_KIND_ESCALATED);
    if (index < 0) return false;
    bool changed = false;
    change_event(commit, index, [&](v1::CaseEvent& event) {
      auto& escalation = *event.mutable_escalation();
      changed = escalation.reason() == v1::ESCALATION_REASON_UNANSWERED && escalation.from() != escalation.to();
      if (changed) escalation.set_to(escalation.from());
    });
    if (changed) commit.mutable_events(index)->set_rung(v1::RUNG_UNIT);
    return changed;
  }
};

template <class One>
std::unique_ptr<Breakage> make(World& world) {
  return std::make_unique<One>(world);
}

}  // namespace

std::vector<NamedBreakage> breakages_of_commits() {
  return {{"dropped-clock", make<ChangedEvent<dropped_clock>>},
          {"parked-by-nobody", make<ChangedEvent<parked_by_nobody>>},
          {"never-parked", make<NeverParked>},
          {"nobody-holds", make<ChangedEvent<nobody_holds>>},
          {"fired-twice", make<FiredTwice>},
          {"fired-early", make<FiredEarly>},
          {"fired-while-parked", make<FiredWhileParked>},
          {"wrong-lateness", make<ChangedEvent<wrong_lateness>>},
          {"wrong-lateness-above", make<ChangedEvent<wrong_lateness_above>>},
          {"started-again", make<ChangedEvent<started_again>>},
          {"no-climb", make<NoClimb>},
          {"ended-by-nobody", make<ChangedEvent<ended_by_nobody>>},
          {"erased-first-due", make<ChangedEvent<erased_first_due>>}};
}

}  // namespace huying::sim
