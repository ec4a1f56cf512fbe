// I2 Nothing twice. The same (source, source_id) with the same content has one number for good and one record; with
// other content it is refused, naming the number. An action is recorded once, a cause is decided once.
#include <fmt/format.h>

#include <map>
#include <set>

#include "huying/v1/error.pb.h"
#include "tests/sim/checkers/checker.h"

namespace huying::sim {
namespace {

using Name = std::pair<std::string, std::string>;

class NothingTwice final : public Checker {
 public:
  explicit NothingTwice(std::vector<Violation>& found) : Checker("I2", found) {}

  void acknowledged(const std::string& source, const v1::Request& request, const v1::PublishAck& ack) override {
    const Name name{source, request.source_id()};
    if (ack.error() != 0 && ack.error() != v1::ERROR_CODE_CONTENT_DIFFERS) return;
    const auto [at, fresh] = numbers_.try_emplace(name, ack.case_number());
    if (!fresh && at->second != ack.case_number())
      broken(
          fmt::format("({}, {}) was given {} and then {}", source, request.source_id(), at->second, ack.case_number()));
    if (ack.error() != 0) return;
    const auto [content, first] = contents_.try_emplace(name, request.text().plain());
    if (!first && content->second != request.text().plain())
      broken(fmt::format("({}, {}) was acknowledged with two contents", source, request.source_id()));
  }

  void answered(const v1::Action& action, const v1::ActionReply& reply) override {
    if (reply.stage() != v1::ActionReply::DECIDED) return;
    const auto [at, fresh] =
        outcomes_.try_emplace({action.person(), action.action_id()}, reply.outcome().SerializeAsString());
    if (!fresh && at->second != reply.outcome().SerializeAsString())
      broken(fmt::format("action {} of {} was answered in two ways", action.action_id(), action.person()));
  }

  void read_back(const JournalView& journal, Reading, std::int64_t) override {
    std::map<Name, std::string> requests;
    std::set<std::string> numbers;
    std::set<Name> actions;
    std::set<std::pair<std::uint32_t, std::uint64_t>> consumed;
    for (const auto& record : journal) {
      if (record.kind == v1::RECORD_KIND_REQUEST) look_at_request(request_of(record), requests, numbers);
      if (record.kind == v1::RECORD_KIND_ACTION) {
        const auto stamped = action_of(record).stamped();
        if (!actions.emplace(stamped.actor().principal(), stamped.action_id()).second)
          broken(fmt::format("action {} of {} has two records", stamped.action_id(), stamped.actor().principal()));
      }
      if (record.kind != v1::RECORD_KIND_COMMIT) continue;
      const auto commit = commit_of(record);
      if (commit.consumes() != 0 && !consumed.emplace(record.stream.value, commit.consumes()).second)
        broken(fmt::format("stream {}: cause {} was decided twice", record.stream.value, commit.consumes()));
    }
    for (const auto& [name, number] : numbers_) {
      const auto at = requests.find(name);
      if (at != requests.end() && at->second != number)
        broken(fmt::format("({}, {}) was given {} and is recorded as {}", name.first, name.second, number, at->second));
    }
  }

 private:
  void look_at_request(const v1::RequestRecord& record, std::map<Name, std::string>& requests,
                       std::set<std::string>& numbers) {
    const auto& number = record.filed().case_number();
    const Name name{record.private_part().source(), record.private_part().source_id()};
    const auto [at, fresh] = requests.try_emplace(name, number);
    if (!fresh) broken(fmt::format("({}, {}) has two records, {} and {}", name.first, name.second, at->second, number));
    if (!numbers.insert(number).second) broken(fmt::format("{} is the number of two requests", number));
  }

  std::map<Name, std::string> numbers_, contents_;
  std::map<Name, std::string> outcomes_;
};

}  // namespace

std::unique_ptr<Checker> check_i2(std::vector<Violation>& found) { return std::make_unique<NothingTwice>(found); }

}  // namespace huying::sim
