// A scripted broker in memory, for tests of the hosts' core: a journal a stream, leases, numbered commits, sends, and a
// time of its own that only moves when told. It checks from outside what must never break: commits without gaps (I3),
// a running clock for every open case after every commit (I5), each generation fired once and never early (I6), revisions
// contiguous across cells (I10, I11). The street in it is made up.
#pragma once
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "huying/v1/directory.pb.h"
#include "huying/v1/error.pb.h"
#include "huying/v1/session.pb.h"
#include "workers/host/host_core.h"

namespace huying::host {

// Streams: 1 desk, 2 and 3 in village v1, 4 in community c1.
v1::Configuration made_up_configuration();

inline constexpr std::int64_t day_ms = 24 * 3600 * 1000;
// 2026-11-23 09:00 in Shanghai.
inline constexpr std::int64_t morning_ms = 1795395600000;

struct SeenEvent {
  std::uint32_t stream = 0;
  std::uint64_t sequence = 0;
  v1::CommittedEvent committed;
  v1::CaseEvent event;
};

struct ActionSpec {
  std::string person = "w2";
  std::vector<v1::Role> roles = {v1::ROLE_GRID_WORKER};
  std::string reason_code;
  std::string to_cell;
  v1::Verdict verdict = v1::VERDICT_UNSPECIFIED;
  std::uint64_t expected_revision = 0;
  v1::AskKind asks = v1::ASK_KIND_UNSPECIFIED;
  std::int64_t until_ms = 0;
  std::vector<std::int64_t> milestones_ms;
  bool words = false;
};

struct RequestSpec {
  std::string category = "general";
  v1::Urgency urgency = v1::URGENCY_NORMAL;
  bool solved_on_spot = false;
};

class FakeBroker {
 public:
  explicit FakeBroker(v1::Configuration configuration = made_up_configuration(), std::int64_t now_ms = morning_ms);

  HostCore& host() { return *host_; }
  std::int64_t now_ms() const { return now_ms_; }

  // A new host in the place of the one before, which is forgotten as after a crash; all cells are granted to it.
  void new_host();
  void grant(std::uint32_t stream);
  void revoke(std::uint32_t stream);
  // Without: nothing is delivered and no lease is granted until new_host().
  void crash() { connected_ = false; }

  std::string request(std::uint32_t stream, const RequestSpec& spec = {});
  // The outcome, when it was decided at once.
  std::optional<v1::ActionOutcome> act(const std::string& case_number, v1::ActionKind kind, const ActionSpec& spec = {});
  // The same into a stream that need not have the case (any more).
  std::optional<v1::ActionOutcome> act_in(std::uint32_t stream, const std::string& case_number, v1::ActionKind kind,
                                          const ActionSpec& spec = {});
  void change_configuration(std::uint64_t version, const v1::Configuration& configuration);
  void append(std::uint32_t stream, v1::RecordKind kind, const std::string& payload, const std::string& prior = {});
  v1::Answer ask(std::uint32_t stream, const std::string& case_number, std::vector<v1::Role> roles,
                 const std::string& prior = {});  // of an ended case
  void refuse_next_commit(v1::ErrorCode error) { refuse_with_ = error; }
  void refuse_next_fetch(v1::ErrorCode error) { refuse_fetch_with_ = error; }
  void hold_configuration(bool hold);
  // As a broker that keeps the newest versions only: for older ones it answers with the first that is left.
  void forget_configurations_before(std::uint64_t version) {
    configurations_.erase(configurations_.begin(), configurations_.lower_bound(version));
  }
  void hold_acks(bool hold);
  // The next grant of the stream names its first undecided cause as suspected; then the broker's word on it.
  void suspect(std::uint32_t stream) { streams_.at(stream).suspected = true; }
  void write_suspect(std::uint32_t stream);
  void set_aside(std::uint32_t stream);
  // The next grant of the stream tries its clocks; then the broker's word on the one that its host asked for last.
  void let_clocks_be_tried(std::uint32_t stream) { streams_.at(stream).tries_clocks = true; }
  const std::vector<v1::TryClock>& asked() const { return asked_; }
  void write_suspect_clock();
  void set_clock_aside();
  // The next grant of the stream is of a parked cell: a checkpoint, and nothing is delivered.
  void park(std::uint32_t stream) { streams_.at(stream).parked = true; }
  const std::vector<v1::Folded::Cell>& folded() const { return folded_; }
  void hold_deliveries(bool hold);

  // Moves time; the host is woken whenever it wants to be.
  void advance(std::int64_t ms);
  void advance_to(std::int64_t at_ms) { advance(at_ms - now_ms_); }

  // What was committed.
  const std::vector<SeenEvent>& events() const { return events_; }
  std::vector<v1::EventKind> kinds_of(const std::string& case_number) const;
  const v1::CaseEvent& last(const std::string& case_number) const;
  const v1::CaseEvent& last(const std::string& case_number, v1::EventKind kind) const;
  std::size_t count(const std::string& case_number, v1::EventKind kind) const;
  std::uint32_t stream_of(const std::string& case_number) const { return where_.at(case_number); }
  const std::vector<v1::ClientFrame>& frames() const { return frames_; }
  const std::vector<v1::Commit>& commits() const { return commits_; }
  std::size_t wakes() const { return wakes_; }

  // A fresh host folds the stream's records; its state, byte for byte.
  std::string state_of_a_fresh_fold(std::uint32_t stream);
  // The same, begun with a checkpoint; `offered` is what the lease says, which need not be one that was made.
  std::string state_of_a_fold_from(std::uint32_t stream, const v1::Checkpoint& offered);
  void expect_every_fold_is_the_same();

  // Hosts from here on make checkpoints after so many records; the newest goes with each grant.
  void take_checkpoints(std::uint64_t after_records);
  // Hosts from here on catch up at this pace, in seconds of the steady clock, and settle first; else as fast as they can.
  void catch_up_at(std::uint32_t a_second, Milliseconds settles) {
    options_.catch_up_a_second = a_second;
    options_.catch_up_settles = settles;
  }
  // Time goes on at once, as when a system's clock that was set forward is believed; the steady clock stands still.
  void leap(std::int64_t ms);
  const std::vector<v1::Checkpoint>& checkpoints_of(std::uint32_t stream) { return checkpoints_[stream]; }
  const std::vector<v1::Trouble>& troubles() const { return troubles_; }
  // What the next grants offer instead.
  void offer(std::uint32_t stream, std::optional<v1::Checkpoint> checkpoint) { offers_[stream] = std::move(checkpoint); }
  std::size_t delivered() const { return delivered_; }

 private:
  struct Record {
    v1::RecordKind kind{};
    std::int64_t recorded_at_ms = 0;
    std::string payload, prior;
  };
  struct Stream {
    std::string cell, unit;
    std::uint32_t grant = 0;
    std::uint64_t commit_number = 0;  // of this grant
    std::vector<Record> records;      // sequence 1 is records[0]
    bool granted = false;
    bool suspected = false, tries_clocks = false, parked = false;
    bool refused = false;             // after a refusal every later commit of the epoch is refused
    std::vector<std::uint64_t> undecided;
  };
  struct Deadline {
    std::uint32_t generation = 0;
    std::int64_t due_at_ms = 0;
    bool running = false;
  };

  void deliver(std::uint32_t stream, std::uint64_t sequence);
  void to_host(v1::BrokerFrame frame);
  void from_host(std::vector<v1::ClientFrame>& out);
  void take(const v1::StoreCheckpoint& stored);
  std::optional<v1::Checkpoint> offer_of(std::uint32_t stream);
  std::string fold(std::uint32_t stream, const std::optional<v1::Checkpoint>& offered);
  void append_beside(std::uint32_t stream, v1::RecordKind kind, const std::string& payload);
  void configuration_part(const v1::FetchConfiguration& fetch);
  void commit(const std::string& bytes);
  void check_event(const SeenEvent& seen);
  void check_after(const v1::Commit& commit);
  v1::BrokerFrame lease_frame(std::uint32_t stream, std::uint32_t grant, const std::optional<v1::Checkpoint>& offered);
  static v1::Delivery delivery_of(const Stream& stream, std::uint32_t number, std::uint64_t sequence, std::uint32_t grant);
  SteadyInstant steady() const;
  void tell(const v1::BrokerFrame& frame, std::vector<v1::ClientFrame>& out);

  std::map<std::uint64_t, v1::Configuration> configurations_;
  std::uint64_t version_ = 1;
  std::int64_t begin_ms_, now_ms_;
  SteadyInstant told_at_;  // the host was told the time
  std::map<std::uint32_t, Stream> streams_;
  std::unique_ptr<HostCore> host_;
  std::deque<v1::BrokerFrame> to_host_;
  bool draining_ = false;
  bool connected_ = false, hold_configuration_ = false, hold_deliveries_ = false, hold_acks_ = false;
  std::vector<v1::BrokerFrame> held_acks_;
  std::vector<v1::FetchConfiguration> held_fetches_;
  std::vector<std::pair<std::uint32_t, std::uint64_t>> held_deliveries_to_;
  std::uint32_t serial_ = 0, action_serial_ = 0;
  v1::ErrorCode refuse_with_ = v1::ERROR_CODE_NONE, refuse_fetch_with_ = v1::ERROR_CODE_NONE;
  std::vector<SeenEvent> events_;
  std::vector<v1::Commit> commits_;
  std::vector<v1::ClientFrame> frames_;
  std::vector<v1::Answer> answers_;
  std::optional<v1::ActionOutcome> outcome_;
  std::size_t wakes_ = 0, delivered_ = 0;
  HostOptions options_{"", 0, ~std::uint64_t{0}, 1'000'000, Milliseconds{0}};
  std::map<std::uint32_t, std::vector<v1::Checkpoint>> checkpoints_;  // by stream, as they came
  std::map<std::uint32_t, std::optional<v1::Checkpoint>> offers_;     // in their place
  std::vector<v1::Trouble> troubles_;
  std::vector<v1::TryClock> asked_;
  std::vector<v1::Folded::Cell> folded_;
  std::map<std::string, std::uint32_t> where_;
  std::map<std::string, std::string> ended_;  // CaseWhole
  std::map<std::string, std::uint64_t> revisions_;
  std::map<std::string, std::map<int, Deadline>> deadlines_;
  std::set<std::tuple<std::string, int, std::uint32_t>> fired_;
};

}  // namespace huying::host
