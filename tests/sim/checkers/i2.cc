// I2 Nothing twice. The same (source, source_id) with the same content has one number for good and one record; with
// other content it is refused, naming the number. An action is recorded once and decided once, a cause is consumed once, a
// commit is taken once, a revision of a case is told once.
#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <fmt/format.h>

#include <map>
#include <set>
#include <tuple>

#include "huying/v1/error.pb.h"
#include "tests/sim/checkers/checker.h"

namespace huying::sim {
namespace {

using Name = std::pair<std::string, std::string>;

class NothingTwice final : public Checker {
 public:
  NothingTwice(const Ledger& ledger, std::vector<Violation>& found) : Checker("I2", ledger, found) {}

  void acknowledged(const std::string& source, const v1::Request& request, const v1::PublishAck& ack) override {
    if (ack.error() != 0 && ack.error() != v1::ERROR_CODE_CONTENT_DIFFERS) return;
    const Name name{source, request.source_id()};
    const auto [at, fresh] = numbers_.try_emplace(name, ack.case_number());
    if (!fresh && at->second != ack.case_number())
      broken(fmt::format("({}, {}) was given {} and then {}", name.first, name.second, at->second, ack.case_number()),
             {at->second, ack.case_number()});
    if (ack.error() != 0) return;
    const auto digest = key_of(request.text().plain(), "");
    const auto [content, first] = contents_.try_emplace(key_of(name.first, name.second), digest);
    if (!first && content->second != digest)
      broken(fmt::format("({}, {}) was acknowledged with two contents", name.first, name.second), {ack.case_number()});
  }

  void answered(const v1::Action& action, const v1::ActionReply& reply) override {
    // What was set aside is not decided; it may be, later.
    if (reply.stage() != v1::ActionReply::DECIDED || reply.error() == v1::ERROR_CODE_SET_ASIDE) return;
    const auto outcome = key_of(reply.outcome().SerializeAsString(), "");
    const auto [at, fresh] = outcomes_.try_emplace(key_of(action.person(), action.action_id()), outcome);
    if (!fresh && at->second != outcome)
      broken(fmt::format("action {} of {} was answered in two ways", action.action_id(), action.person()),
             {action.action_id(), action.case_number()});
  }

  void record(const SeenRecord& record) override {
    if (record.kind == v1::RECORD_KIND_REQUEST) look_at_request(record);
    if (record.kind == v1::RECORD_KIND_ACTION) {
      const auto& stamped = record.action.stamped();
      if (!actions_.insert(key_of(stamped.actor().principal(), stamped.action_id())).second)
        broken(fmt::format("action {} of {} has two records", stamped.action_id(), stamped.actor().principal()),
               {stamped.action_id()});
    }
    if (record.kind == v1::RECORD_KIND_COMMIT) look_at_commit(record);
  }

  void event(const SeenEvent& seen) override {
    const auto& event = seen.event;
    if (event.revision() <= seen.before.revision)
      broken(fmt::format("case {}: revision {} is told behind revision {}", event.case_number(), event.revision(),
                         seen.before.revision),
             {event.case_number()});
    if (seen.action == nullptr || seen.index != 0) return;
    if (!decided_.insert(key_of(seen.action->actor().principal(), seen.action->action_id())).second)
      broken(fmt::format("action {} of {} is decided twice", seen.action->action_id(), seen.action->actor().principal()),
             {seen.action->action_id(), event.case_number()});
  }

 private:
  void look_at_request(const SeenRecord& record) {
    const auto& number = record.request.filed().case_number();
    const Name name{record.request.private_part().source(), record.request.private_part().source_id()};
    const auto [at, fresh] = requests_.try_emplace(name, number);
    if (!fresh)
      broken(fmt::format("({}, {}) has two records, {} and {}", name.first, name.second, at->second, number),
             {at->second, number});
    if (!recorded_numbers_.insert(number).second)
      broken(fmt::format("{} is the number of two requests", number), {number});
    const auto told = numbers_.find(name);
    if (told != numbers_.end() && told->second != number)
      broken(fmt::format("({}, {}) was given {} and is recorded as {}", name.first, name.second, told->second, number),
             {number});
  }

  void look_at_commit(const SeenRecord& record) {
    const auto& commit = record.commit;
    const auto stream = record.stream.value;
    if (commit.consumes() != 0 && !consumed_.insert(key_of("", stream, commit.consumes())).second)
      broken(fmt::format("stream {}: cause {} is decided twice", stream, commit.consumes()), {stream_word(stream)});
    std::uint64_t& last = last_commit_[{stream, record.epoch.term, record.epoch.grant}];
    if (commit.commit_number() <= last)
      broken(fmt::format("stream {}: commit {} of epoch {}.{} is taken twice", stream, commit.commit_number(),
                         record.epoch.term, record.epoch.grant),
             {stream_word(stream)});
    last = commit.commit_number();
  }

  std::map<Name, std::string> numbers_, requests_;
  absl::flat_hash_map<std::uint64_t, std::uint64_t> contents_, outcomes_;  // digests, by name
  std::set<std::string> recorded_numbers_;
  absl::flat_hash_set<std::uint64_t> actions_, decided_, consumed_;
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, std::uint64_t> last_commit_;
};

}  // namespace

std::unique_ptr<Checker> check_i2(const Street&, const Ledger& ledger, std::vector<Violation>& found) {
  return std::make_unique<NothingTwice>(ledger, found);
}

}  // namespace huying::sim
