// I1 Acknowledged is on disk. Whatever leaves the broker (acknowledgement, delivery, event, answer) rests on a record that
// is in the journal when it leaves; and what was in the journal once is there, unchanged, after every crash.
#include <absl/container/flat_hash_set.h>
#include <fmt/format.h>

#include <map>

#include "huying/v1/error.pb.h"
#include "tests/sim/checkers/checker.h"

namespace huying::sim {
namespace {

class AcknowledgedIsOnDisk final : public Checker {
 public:
  AcknowledgedIsOnDisk(const Ledger& ledger, std::vector<Violation>& found) : Checker("I1", ledger, found) {}

  void record(const SeenRecord& record) override {
    last_[record.stream.value] = record.sequence.value;
    if (record.kind == v1::RECORD_KIND_ACTION) {
      const auto& stamped = record.action.stamped();
      actions_.insert(key_of(stamped.actor().principal(), stamped.action_id()));
    }
    look_for_steps_set_aside(record);
    if (record.kind == v1::RECORD_KIND_TERM) ++terms_;
  }

  void event(const SeenEvent& seen) override {
    if (seen.action != nullptr) decided_.insert(key_of(seen.action->actor().principal(), seen.action->action_id()));
  }

  void left(const std::string& client, const v1::BrokerFrame& frame) override {
    for (const auto& ack : frame.publish_acks().acks())
      if (ack.error() == 0 && !ledger_.contains(ack.case_number()))
        broken(fmt::format("case {} is acknowledged to {} and is not in the journal", ack.case_number(), client),
               {ack.case_number()});
    for (const auto& one : frame.deliveries().deliveries()) rests_on(one.stream(), one.sequence(), "a delivery", client);
    for (const auto& one : frame.events().events()) rests_on(one.stream(), one.sequence(), "an event", client);
    for (const auto& ack : frame.commit_acks().acks())
      if (ack.error() == 0) rests_on(ack.stream(), ack.sequence(), "the acknowledgement of a commit", client);
    for (const auto& lease : frame.leases().granted()) rests_on(lease.stream(), lease.end_sequence(), "a lease", client);
    for (const auto& view : frame.query_reply().cases()) answer_rests_on_disk(view.whole(), client);
    if (frame.welcome().term() > terms_)
      broken(fmt::format("{} is welcomed in term {}, which is not in the journal", client, frame.welcome().term()));
  }

  void answered(const v1::Action& action, const v1::ActionReply& reply) override {
    const auto name = key_of(action.person(), action.action_id());
    if (reply.stage() == v1::ActionReply::RECEIVED && !actions_.contains(name))
      broken(fmt::format("action {} of {} was received and is not in the journal", action.action_id(), action.person()),
             {action.action_id(), action.case_number()});
    // A refused step is journalled as a commit too, but is no event of a case.
    if (reply.stage() == v1::ActionReply::DECIDED && reply.error() == 0 && !decided_.contains(name))
      broken(fmt::format("action {} of {} was decided and no commit says so", action.action_id(), action.person()),
             {action.action_id(), action.case_number()});
    if (reply.error() == v1::ERROR_CODE_SET_ASIDE && !set_aside_.contains(name))
      broken(fmt::format("action {} of {} was set aside and no record says so", action.action_id(), action.person()),
             {action.action_id(), action.case_number()});
  }

  void lost(StreamId stream, Sequence sequence, const char* how) override {
    broken(fmt::format("stream {} sequence {} was on disk and {}", stream.value, sequence.value, how),
           {stream_word(stream.value)});
  }

 private:
  void look_for_steps_set_aside(const SeenRecord& record) {
    const auto stream = record.stream.value;
    const bool is_sent_on = record.kind == v1::RECORD_KIND_MESSAGE && record.message.has_forwarded_action();
    if (record.kind == v1::RECORD_KIND_ACTION || is_sent_on) {
      const auto& step = is_sent_on ? record.message.forwarded_action() : record.action.stamped();
      steps_[{stream, record.sequence.value}] = key_of(step.actor().principal(), step.action_id());
    }
    if (record.kind == v1::RECORD_KIND_COMMIT) steps_.erase({stream, record.commit.consumes()});
    if (record.kind != v1::RECORD_KIND_SET_ASIDE) return;
    if (const auto step = steps_.extract({stream, record.set_aside.cause()})) set_aside_.insert(step.mapped());
  }

  void rests_on(std::uint32_t stream, std::uint64_t sequence, const char* what, const std::string& client) {
    if (sequence <= last_[stream]) return;
    broken(fmt::format("{} leaves for {} and rests on stream {} sequence {}, which is not in the journal", what, client,
                       stream, sequence),
           {stream_word(stream), client});
  }

  void answer_rests_on_disk(const v1::CaseWhole& whole, const std::string& client) {
    const auto at = ledger_.find(whole.case_number());
    if (at != ledger_.end() && whole.revision() <= at->second.revision) return;
    broken(fmt::format("{} is told of case {} in revision {}, which is not in the journal", client, whole.case_number(),
                       whole.revision()),
           {whole.case_number()});
  }

  std::map<std::uint32_t, std::uint64_t> last_;  // sequence, by stream
  absl::flat_hash_set<std::uint64_t> actions_, decided_, set_aside_;  // by person and action_id
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::uint64_t> steps_;  // undecided, by stream and sequence
  std::uint32_t terms_ = 0;
};

}  // namespace

std::unique_ptr<Checker> check_i1(const Street&, const Ledger& ledger, std::vector<Violation>& found) {
  return std::make_unique<AcknowledgedIsOnDisk>(ledger, found);
}

}  // namespace huying::sim
