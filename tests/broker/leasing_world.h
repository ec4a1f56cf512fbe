// A street of many cells with hosts that are only their frames, over virtual time: for tests of leases and of poison.
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/broker/broker_world.h"

namespace huying::broker {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A host that takes every lease, and decides what it is handed as long as it is told to.
struct FakeHost {
  std::uint64_t peer = 0;
  std::map<std::uint32_t, v1::Lease> leases;
  std::map<std::uint32_t, std::uint64_t> commits;
  std::map<std::uint32_t, std::vector<std::uint64_t>> causes;  // handed over, not consumed
  std::set<std::uint32_t> awaiting;                            // a Suspect record: nothing is decided there
  std::map<std::uint32_t, std::uint64_t> trying;               // number of the commit to be acknowledged first
  std::map<std::uint32_t, std::uint64_t> delivered;            // sequence, by stream
  std::set<std::uint32_t> parks;                               // whose clock was set aside: a commit is due that says so
  std::set<std::uint32_t> folding, clocks_asked;               // not told of yet; TryClock was said
  std::string program = "fake";
  std::set<std::uint32_t> stuck_in;                            // decides nothing there
  std::size_t decides_a_round = SIZE_MAX;                      // of all that it was handed; another is slow
  std::size_t left_in_round = 0;
  bool decides = true, promises = true, beats = true, folds = true;
  bool is_dead = false;  // by a poisoned cause; says nothing any more
  std::size_t granted = 0, revoked = 0;
};

class LeasingWorld : public testing::Test {
 protected:
  // What a poisoned cause does to the host that decides it.
  enum class Poison { ends_host, is_unreadable, is_decided_wrongly };

  LeasingWorld();
  void TearDown() override { world.expect_one_state(); }

  FakeHost& join(std::uint64_t peer, const std::string& principal, std::uint32_t capacity = 0);
  void leave(std::uint64_t peer) { hosts.erase(peer); }  // without a word
  // Rounds of 100 ms; everybody speaks in each.
  void run(milliseconds time);
  // The same, and whoever dies of poison is started again. Answers how many died.
  std::size_t run_and_restart_the_dead(milliseconds time);
  void publish(const std::string& id, const std::string& cell);
  // A clock of the cell is due: fired by whoever holds it, on trial or not.
  void let_fall_due(std::uint32_t stream, const std::string& case_number);
  // The cause that came last in the stream.
  void poison_last_of(std::uint32_t stream, Poison how = Poison::ends_host);

  std::size_t held() const;
  // Coverage records of the partition's stream, by change.
  std::map<int, std::size_t> coverage();
  // Records of a stream, by kind.
  std::map<int, std::size_t> kinds(std::uint32_t stream);
  template <class Message>
  Message last(std::uint32_t stream, v1::RecordKind kind) {
    Message found;
    each(stream, [&](const journal::Record& record) {
      const auto size = static_cast<int>(record.payload.size());
      if (record.kind == kind) { EXPECT_TRUE(found.ParseFromArray(record.payload.data(), size)); }
    });
    return found;
  }
  v1::StatusReply status();

  static constexpr std::uint32_t many = 200;  // cells beside the desk and two
  static constexpr std::size_t cells = many + 3;
  static v1::Configuration many_cells();

  BrokerWorld world;
  std::map<std::uint64_t, FakeHost> hosts;
  std::map<std::pair<std::uint32_t, std::uint64_t>, Poison> poison;  // stream and sequence
  std::map<std::uint32_t, v1::ClockName> due;                // by stream
  std::set<std::uint32_t> poisoned_clocks, misfiring_clocks;  // streams
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::string> poisoned_folds;  // stream and sequence: program that dies
  std::map<std::string, std::string> programs;               // of a principal, where it is not "fake"
  bool is_poisoned_at_desk = false;  // what was set aside elsewhere ends the desk's host as well
  std::size_t refused = 0;

 private:
  void speak(FakeHost& host);
  void decide(FakeHost& host, std::uint32_t stream, std::vector<std::uint64_t>& causes, v1::ClientFrame& frame);
  void fire(FakeHost& host, std::uint32_t stream, v1::ClientFrame& frame);
  bool suffer(FakeHost& host, std::uint32_t stream, std::uint64_t sequence, v1::ClientFrame& frame);
  void listen(FakeHost& host);
  void take(FakeHost& host, const v1::Delivery& delivery);
  void grant(FakeHost& host, const v1::Lease& lease);
  void tell_folded(FakeHost& host);
  void each(std::uint32_t stream, const std::function<void(const journal::Record&)>& use);

  std::map<std::uint64_t, std::string> principals_;
};

}  // namespace huying::broker
