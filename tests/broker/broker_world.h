// A broker core on a disk in memory, with peers whose frames the test writes and reads. Rounds are the production ones.
#pragma once
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/broker_core.h"
#include "broker/journal/embedded_journal.h"
#include "broker/round.h"
#include "broker/snapshots.h"
#include "huying/v1/session.pb.h"
#include "tests/broker/journal/memory_disk.h"

namespace huying::broker {

// Two cells a-01 and a-02 (streams 2 and 3) in unit a of street s, and the desk.
v1::Configuration small_configuration();
DirectoryJobResult validated(const v1::Configuration& configuration);

class BrokerWorld {
 public:
  explicit BrokerWorld(bool configured = true, CoreOptions options = {}, std::uint64_t segment_bytes = 1 << 20);

  // Stops without a word and starts again on what the disk holds.
  void crash_and_restart();
  // The same, with the fates that `choose` gives to what was not synced (memory_disk.h).
  void crash_and_restart(const std::function<std::uint64_t(std::uint64_t)>& choose);
  // Stops, and starts again on another folder: a backup that was restored.
  void restart_on(const journal::MemoryDisk& disk);

  // On what the disk holds, read-only.
  void restart_read_only();
  // Ends the broker, for somebody else to have the folder, and starts again.
  void restart_after(const std::function<void()>& others);

  void hello(std::uint64_t peer, const std::string& principal, v1::Role role);
  void say(std::uint64_t peer, const v1::ClientFrame& frame);
  void say_bytes(std::uint64_t peer, std::string_view bytes, std::size_t parts = 1);
  void round();                        // what was said since the last round; answers are kept by peer
  bool try_round();                    // false: the journal or a cursor could not be written; nothing was sent
  // One frame said, and a journal that may have no room.
  bool try_round_waiting(const WaitForRoom& wait, std::uint64_t peer, const v1::ClientFrame& frame);
  void save_cursors();                 // the shell does so each second
  bool anything_unheard() const { return !said_.empty(); }  // did not fit: another round
  // The administrator publishes another directory; it is in force when this returns.
  void configure(const v1::Configuration& configuration);
  void pass(std::chrono::milliseconds time) { steady_ += time, wall_ += time; }

  // Every frame the peer got since it was asked last.
  std::vector<v1::BrokerFrame> frames(std::uint64_t peer);
  // The only answer of that kind among them; fails the test when there is not exactly one.
  v1::PublishAck publish(std::uint64_t peer, const v1::Request& request);
  std::vector<v1::PublishAck> publish_acks(std::uint64_t peer);
  std::vector<v1::ActionReply> action_replies(std::uint64_t peer);
  std::vector<v1::Delivery> deliveries(std::uint64_t peer);
  std::vector<v1::CommitAck> commit_acks(std::uint64_t peer);
  std::vector<v1::EventDelivery> events(std::uint64_t peer);
  std::vector<v1::Refusal> refusals(std::uint64_t peer);

  // A host that holds every cell, with credit, and says that it has folded them.
  std::map<std::string, v1::Lease> host(std::uint64_t peer, const std::string& principal);
  // A commit that consumes a cause and does nothing else, or what the caller adds to it.
  static v1::Commit commit_of(const v1::Lease& lease, std::uint64_t number, std::uint64_t consumes);
  void commit(std::uint64_t peer, const std::vector<v1::Commit>& commits);

  // What a start would find, as a snapshot says it; nothing where its journal cannot be read now (ARCHIVED).
  std::optional<std::string> state_from(ReplayFrom from, Replayed* replayed = nullptr);
  // What the broker that lived it knows, a start from the beginning, and one from the newest snapshot are the same, byte for
  // byte.
  void expect_one_state();

  journal::EmbeddedJournal& journal() { return *journal_; }
  journal::MemoryDisk& disk() { return disk_; }
  BrokerCore& core() { return *core_; }
  SteadyInstant steady() const { return steady_; }
  std::int64_t now_ms() const { return to_ms(wall_); }
  std::size_t bytes_of_round() const { return bytes_of_round_; }  // sent by the last one

 private:
  void open();
  Moment moment() const { return {wall_, steady_}; }

  CoreOptions options_;
  std::uint64_t segment_bytes_;
  journal::MemoryDisk disk_;
  std::unique_ptr<journal::EmbeddedJournal> journal_;
  std::unique_ptr<BrokerCore> core_;
  Term term_;
  Instant wall_ = instant(1'795'400'000'000);
  SteadyInstant steady_{std::chrono::hours(1)};
  std::deque<std::pair<std::uint64_t, std::pair<std::string, std::size_t>>> said_;
  std::map<std::uint64_t, std::vector<v1::BrokerFrame>> got_;
  std::size_t bytes_of_round_ = 0;
  WaitForRoom wait_for_room_;
};

v1::Request request_for(const std::string& source_id, const std::string& cell);
v1::ClientFrame act_frame(std::uint64_t tag, const std::string& action_id, const std::string& number, v1::ActionKind kind);
v1::ClientFrame subscribe_frame(const std::string& name, const std::vector<std::string>& subjects);

}  // namespace huying::broker
