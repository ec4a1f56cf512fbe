// I1 Acknowledged is on disk. Whatever left the broker (acknowledgement, delivery, event, answer) rests on a record
// that is in the journal after any crash.
#include <fmt/format.h>

#include <map>
#include <set>

#include "tests/sim/checkers/checker.h"

namespace huying::sim {
namespace {

using Place = std::pair<std::uint32_t, std::uint64_t>;  // stream, sequence

class AcknowledgedIsOnDisk final : public Checker {
 public:
  explicit AcknowledgedIsOnDisk(std::vector<Violation>& found) : Checker("I1", found) {}

  void left(const std::string&, const v1::BrokerFrame& frame) override {
    for (const auto& ack : frame.publish_acks().acks())
      if (ack.error() == 0) numbers_.insert(ack.case_number());
    for (const auto& delivery : frame.deliveries().deliveries())
      places_.emplace(Place{delivery.stream(), delivery.sequence()}, "a delivery to a host");
    for (const auto& event : frame.events().events())
      places_.emplace(Place{event.stream(), event.sequence()}, "an event to a subscriber");
    for (const auto& ack : frame.commit_acks().acks())
      if (ack.error() == 0) places_.emplace(Place{ack.stream(), ack.sequence()}, "the acknowledgement of a commit");
  }

  void answered(const v1::Action& action, const v1::ActionReply& reply) override {
    const Name name{action.person(), action.action_id()};
    if (reply.stage() == v1::ActionReply::RECEIVED) received_.insert(name);
    if (reply.stage() == v1::ActionReply::DECIDED) decided_.insert(name);
  }

  void read_back(const JournalView& journal, Reading, std::int64_t) override {
    std::set<std::string> numbers;
    std::set<Place> places;
    std::set<Name> actions, decided;
    std::map<Place, Name> action_at;
    for (const auto& record : journal) {
      const Place place{record.stream.value, record.sequence.value};
      places.insert(place);
      if (record.kind == v1::RECORD_KIND_REQUEST) numbers.insert(request_of(record).filed().case_number());
      if (record.kind == v1::RECORD_KIND_ACTION) {
        const auto stamped = action_of(record).stamped();
        action_at[place] = {stamped.actor().principal(), stamped.action_id()};
        actions.insert(action_at[place]);
      }
      if (record.kind != v1::RECORD_KIND_COMMIT) continue;
      const auto commit = commit_of(record);
      if (!commit.decided_action_id().empty()) decided.emplace(commit.decided_person(), commit.decided_action_id());
      const auto cause = action_at.find({record.stream.value, commit.consumes()});
      if (cause != action_at.end() && !commit.outcome().forwarded()) decided.insert(cause->second);
    }
    for (const auto& number : numbers_)
      if (!numbers.contains(number)) broken(fmt::format("case {} was acknowledged and is not in the journal", number));
    for (const auto& [place, what] : places_)
      if (!places.contains(place))
        broken(fmt::format("{} left the broker and its record, stream {} sequence {}, is not in the journal", what,
                           place.first, place.second));
    for (const auto& [person, id] : received_)
      if (!actions.contains({person, id}))
        broken(fmt::format("action {} of {} was received and is not in the journal", id, person));
    for (const auto& [person, id] : decided_)
      if (!decided.contains({person, id}))
        broken(fmt::format("action {} of {} was decided and no commit says so", id, person));
  }

 private:
  using Name = std::pair<std::string, std::string>;  // person, action_id
  std::set<std::string> numbers_;
  std::map<Place, const char*> places_;
  std::set<Name> received_, decided_;
};

}  // namespace

std::unique_ptr<Checker> check_i1(std::vector<Violation>& found) {
  return std::make_unique<AcknowledgedIsOnDisk>(found);
}

}  // namespace huying::sim
