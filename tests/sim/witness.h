// Sees all that an outsider can see of a run and tells the checkers: frames, answers, deliveries, the journal through
// the production reader, which processes live. Keeps the ledger and counts. Decides nothing. Owned by the Simulation.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "broker/journal/journal.h"
#include "tests/sim/checkers/checker.h"
#include "tests/sim/world/world.h"

namespace huying::sim {

class Witness {
 public:
  Witness(World& world, const Street& street);

  // The wire.
  void sent(const std::string& client, std::string_view bytes);
  void left(const std::string& client, const v1::BrokerFrame& frame, std::string_view bytes);

  // The journal: what landed since, after each round; all of it, after each start. A journal that is open read-only
  // behind damage is asked whether it answers anything that was not so.
  void landed(journal::Journal& journal);
  void read_back(journal::Journal& journal);
  void read_only(journal::Journal& journal);

  // What reached people and programs.
  void acknowledged(const std::string& source, const v1::Request& request, const v1::PublishAck& ack);
  void answered(const v1::Action& action, const v1::ActionReply& reply);
  void subscribed(const SubscriptionSeen& seen);
  void saw(const std::string& subscriber, const v1::EventDelivery& delivery);
  void queried(const std::string& person, const v1::QueryReply& reply);
  void asked_for_list(std::uint32_t stream, std::int64_t month_ended_ms);
  bool listed(const ListSeen& seen);  // false: ask again
  void fetched(const std::string& person, const v1::Fetch& fetch, const v1::FetchReply& reply);
  void trespassed(const std::string& who, const char* what, std::uint32_t error);
  void folded(StreamId stream, const std::string& owners, const std::string& folded);
  void moment(const Facts& facts);
  void healed(std::int64_t now_ms, std::int64_t patience_ms);
  void settled(std::int64_t now_ms, std::int64_t patience_ms);
  // What only the world itself can be unhappy about: somebody waits for ever, a refusal that nobody expects.
  void unhappy(std::string what, std::vector<std::string> about = {});

  const Ledger& ledger() const { return ledger_; }
  std::size_t open_cases() const { return open_cases_; }  // and requests that are none yet
  std::uint64_t last_sequence(StreamId stream) const;
  const std::vector<Violation>& violations() const { return violations_; }

 private:
  struct Known {
    StreamId stream;
    std::uint64_t sequence = 0, digest = 0;
  };
  using Place = std::pair<std::uint32_t, std::uint64_t>;

  static std::uint64_t digest_of(const journal::Record& record);
  bool is_known(const journal::Record& record, std::size_t& next);
  void take(const journal::Record& record);
  void take_commit();
  void take_event(std::uint32_t index, const v1::ActionStamped* action);
  // All checkers are told of one thing; once something is broken, of nothing more: what comes of it is not news.
  template <class Tell>
  void tell(Tell one) {
    if (!violations_.empty()) return;
    for (auto& checker : checkers_) one(*checker);
  }

  World& world_;
  std::vector<Violation> violations_;
  Ledger ledger_;
  std::size_t open_cases_ = 0;
  std::vector<std::unique_ptr<Checker>> checkers_;
  std::vector<Known> known_;                              // in the journal's order
  std::vector<std::vector<std::uint64_t>> by_stream_;     // digests, by sequence - 1
  std::map<Place, v1::ActionStamped> undecided_actions_;  // causes, forwarded ones too
  Position read_through_;
  SeenRecord record_;  // being looked at
  v1::ClientFrame sent_;
};

}  // namespace huying::sim
