// What a checker of an invariant is told: only what an outsider sees. Frames on the wire, answers that reached who asked,
// events that a subscriber was handed, the journal as the production reader reads it, and which processes live. One
// checker an invariant, in a file of its own. Owned by the Witness; one thread.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "huying/v1/request.pb.h"
#include "huying/v1/session.pb.h"
#include "tests/sim/checkers/seen.h"
#include "tests/sim/street.h"
#include "tests/sim/world/chance.h"
#include "tests/sim/world/counters.h"

namespace huying::sim {

struct Violation {
  std::string invariant;           // "I1"
  std::string what;
  std::vector<std::string> about;  // words of the story's lines that matter: a case number, a stream, a principal
};

// Which processes live, for those who judge what must happen in time.
struct HostFacts {
  std::string name;             // of this life: "host-1#3"
  bool holds_all = false;       // its capacity is enough for every cell
  bool gone = false;            // dead, stopped, stuck or cut off: it holds nothing
  SteadyInstant healthy_since;  // runs, decides, is reached, in a session; SteadyInstant::max(): not so
};
struct Facts {
  SteadyInstant now;
  SteadyInstant broker_serves_since;  // max(): it does not
  std::vector<HostFacts> hosts;
  bool all_hosts_dead = false;        // no process of a host runs
};

// How somebody subscribes.
struct SubscriptionSeen {
  std::string subscriber;           // principal
  std::vector<std::string> subjects;
  bool from_start = false;
};

// The open list of a cell, as its owner answered it, page by page.
struct ListSeen {
  std::uint32_t stream = 0;
  std::vector<v1::QueryReply> pages;
};

class Checker {
 public:
  Checker(std::string invariant, const Ledger& ledger, std::vector<Violation>& found)
      : ledger_(ledger), invariant_(std::move(invariant)), found_(found) {}
  virtual ~Checker() = default;

  // A frame left the broker for a client ("host-1#3": its third life), whether or not it arrives; or a client.
  virtual void left(const std::string& /*client*/, const v1::BrokerFrame& /*frame*/) {}
  virtual void sent(const std::string& /*client*/, const v1::ClientFrame& /*frame*/) {}

  // The journal. Each record once, when it is durable; then each event of a commit. `lost`: one that was there is not
  // any more, or is another.
  virtual void record(const SeenRecord& /*record*/) {}
  virtual void event(const SeenEvent& /*event*/) {}
  virtual void lost(StreamId /*stream*/, Sequence /*sequence*/, const char* /*how*/) {}

  // What reached people and programs.
  virtual void acknowledged(const std::string& /*source*/, const v1::Request&, const v1::PublishAck&) {}
  virtual void answered(const v1::Action& /*action*/, const v1::ActionReply& /*reply*/) {}
  virtual void subscribed(const SubscriptionSeen&) {}
  virtual void saw(const std::string& /*subscriber*/, const v1::EventDelivery& /*delivery*/) {}
  virtual void queried(const std::string& /*person*/, const v1::QueryReply& /*reply*/) {}
  virtual void fetched(const std::string& /*person*/, const v1::Fetch&, const v1::FetchReply&) {}
  // Somebody who may asks for the open list of a cell, for a month's end (0: for none); and is told all of it. False: it is to
  // be asked for again, because its pages are not of one moment.
  virtual void asked_for_list(std::uint32_t /*stream*/, std::int64_t /*month_ended_ms*/) {}
  virtual bool listed(const ListSeen&) { return true; }
  // Somebody tried what they may not, and this is the answer.
  virtual void trespassed(const std::string& /*who*/, const char* /*what*/, std::uint32_t /*error*/) {}
  // The state of a cell: what its owner has, and what somebody folds who only reads the journal.
  virtual void folded(StreamId /*stream*/, const std::string& /*owners*/, const std::string& /*folded*/) {}

  virtual void moment(const Facts& /*facts*/) {}
  // No more faults, everybody was answered, subscribers had time to read on. `now_ms` is the partition's time, and
  // `patience_ms` of it is what hosts may take to fire what is due.
  virtual void healed(std::int64_t /*now_ms*/, std::int64_t /*patience_ms*/) {}
  // People worked on what was open, for as long as was agreed.
  virtual void settled(std::int64_t /*now_ms*/, std::int64_t /*patience_ms*/) {}

 protected:
  void broken(std::string what, std::vector<std::string> about = {}) {
    constexpr std::size_t enough = 20;
    if (found_.size() < enough) found_.push_back({invariant_, std::move(what), std::move(about)});
  }
  static std::string stream_word(std::uint32_t stream) { return "stream " + std::to_string(stream) + " "; }

  const Ledger& ledger_;

 private:
  std::string invariant_;
  std::vector<Violation>& found_;
};

using MakeChecker = std::unique_ptr<Checker>(const Street&, const Ledger&, std::vector<Violation>&);
MakeChecker check_i1, check_i2, check_i3, check_i4, check_i5, check_i6, check_i7, check_i8, check_i9, check_i10,
    check_i11, check_i12, check_register;

}  // namespace huying::sim
