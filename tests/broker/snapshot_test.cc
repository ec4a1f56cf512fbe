// A start from a snapshot and a start from the beginning give the same state, byte for byte, over histories in which
// everything happens that a record can tell; and a snapshot that is not good costs time and nothing else.
#include <gtest/gtest.h>

#include <random>

#include "broker/snapshots.h"
#include "tests/broker/broker_world.h"

namespace huying::broker {
namespace {

constexpr std::uint64_t publisher = 1, person = 2, first_host = 10;

std::string state_from(BrokerWorld& world, ReplayFrom from, Replayed* replayed = nullptr) {
  return world.state_from(from, replayed).value_or("unreadable");
}

void expect_same(BrokerWorld& world) { world.expect_one_state(); }

// Lives at random: requests, steps, decisions, ends, moves, directories, hosts that die with a cause, clean and unclean stops.
class Life {
 public:
  explicit Life(std::uint64_t seed) : random_(seed) {
    world.hello(publisher, "hotline", v1::ROLE_PUBLISHER);
    world.round();
    connect_host();
  }

  void go_on() {
    switch (random_() % 12) {
      case 0:
      case 1:
      case 2:
      case 3: return publish();
      case 4:
      case 5:
      case 6: return decide();
      case 7: return act();
      case 8: return lose_host();
      case 9: return configure();
      case 10: return restart();
      default: return snapshot();
    }
  }

  BrokerWorld world;
  std::uint64_t restarts_from_snapshot = 0;

 private:
  std::uint64_t pick(std::uint64_t sides) { return random_() % sides; }

  void connect_host() {
    leases_ = world.host(++host_, "host-1");
    numbers_.clear();
    undecided_.clear();
    hear();
  }
  void hear() {
    for (const auto& delivery : world.deliveries(host_))
      if (delivery.kind() != v1::RECORD_KIND_COMMIT && delivery.kind() != v1::RECORD_KIND_SUSPECT &&
          delivery.kind() != v1::RECORD_KIND_SET_ASIDE)
        undecided_[delivery.stream()].push_back(delivery);
  }
  void publish() {
    v1::ClientFrame frame;
    frame.mutable_publish()->set_tag(++tag_);
    *frame.mutable_publish()->mutable_request() = request_for("r-" + std::to_string(tag_), pick(2) != 0 ? "a-01" : "a-02");
    world.say(publisher, frame);
    world.round();
    for (const auto& ack : world.publish_acks(publisher))
      if (ack.error() == 0) cases_.push_back(ack.case_number());
    hear();
  }
  void act() {
    if (cases_.empty()) return;
    world.hello(person, "worker-1", v1::ROLE_GRID_WORKER);
    ++tag_;
    world.say(person, act_frame(tag_, "act-" + std::to_string(tag_), cases_[pick(cases_.size())], v1::ACTION_KIND_ACCEPT));
    world.round();
    hear();
  }
  const v1::Lease* lease_of(std::uint32_t stream) const {
    for (const auto& [cell, lease] : leases_)
      if (lease.stream() == stream) return &lease;
    return nullptr;
  }
  void decide() {
    for (auto& [stream, causes] : undecided_) {
      const v1::Lease* lease = lease_of(stream);
      if (causes.empty() || lease == nullptr) continue;
      auto commit = BrokerWorld::commit_of(*lease, ++numbers_[stream], causes.front().sequence());
      if (!cases_.empty() && pick(2) == 0) {
        auto& effect = *commit.add_effects();
        effect.set_case_number(cases_[pick(cases_.size())]);
        constexpr v1::CaseEffect::Kind kinds[] = {v1::CaseEffect::ENDED, v1::CaseEffect::MOVED_TO, v1::CaseEffect::OPENED};
        effect.set_kind(kinds[pick(3)]);  // opened: perhaps again
        if (effect.kind() == v1::CaseEffect::MOVED_TO) effect.set_to_stream(2 + static_cast<std::uint32_t>(pick(2)));
      }
      causes.erase(causes.begin());
      world.commit(host_, {commit});
      hear();
      if (pick(2) == 0) return;
    }
  }
  void lose_host() {  // silent with what it was handed: the first undecided cause is suspected
    world.pass(std::chrono::seconds(20));
    world.round();
    connect_host();
  }
  void configure() {
    auto configuration = small_configuration();
    auto& cell = *configuration.mutable_directory()->add_cells();
    cell.set_stream(10 + static_cast<std::uint32_t>(++directories_));
    cell.set_code("a-" + std::to_string(10 + directories_));
    cell.set_unit("a");
    for (std::uint64_t i = 1; i < directories_; ++i) {
      auto& before = *configuration.mutable_directory()->add_cells();
      before.set_stream(10 + static_cast<std::uint32_t>(i));
      before.set_code("a-" + std::to_string(10 + i));
      before.set_unit(pick(2) == 0 ? "a" : "desk");
    }
    world.configure(configuration);
    hear();
  }
  void restart() {
    if (pick(2) == 0) {
      world.core().stop_intake();
      world.round();
      (void)world.journal().close(instant(world.now_ms()));
      write_snapshot(world.core(), world.journal());
    }
    Replayed replayed;
    expect_same(world);
    state_from(world, ReplayFrom::snapshot, &replayed);
    restarts_from_snapshot += replayed.from_snapshot;
    world.crash_and_restart([this](std::uint64_t sides) { return pick(sides); });
    world.hello(publisher, "hotline", v1::ROLE_PUBLISHER);
    world.round();
    connect_host();
  }
  void snapshot() {
    write_snapshot(world.core(), world.journal());
    expect_same(world);
  }

  std::mt19937_64 random_;
  std::uint64_t host_ = first_host, tag_ = 0, directories_ = 0;
  std::map<std::string, v1::Lease> leases_;
  std::map<std::uint32_t, std::uint64_t> numbers_;
  std::map<std::uint32_t, std::vector<v1::Delivery>> undecided_;
  std::vector<std::string> cases_;
};

TEST(Snapshot, AStartFromOneGivesTheStateThatTheWholeJournalGivesByteForByte) {
  std::uint64_t from_snapshot = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Life life(seed);
    for (int step = 0; step < 150; ++step) life.go_on();
    expect_same(life.world);
    from_snapshot += life.restarts_from_snapshot;
    if (HasFailure()) return;
  }
  EXPECT_GT(from_snapshot, 20u);
}

struct Snapshotted : testing::Test {
  Snapshotted() {
    world.hello(publisher, "hotline", v1::ROLE_PUBLISHER);
    world.round();
    for (int i = 0; i < 5; ++i) world.publish(publisher, request_for("r-" + std::to_string(i), "a-01"));
    EXPECT_TRUE(write_snapshot(world.core(), world.journal()));
    for (int i = 5; i < 8; ++i) world.publish(publisher, request_for("r-" + std::to_string(i), "a-02"));
  }
  journal::Checkpoint stored() { return *world.journal().latest_checkpoint(partition_stream); }
  Replayed replayed() {
    Replayed replayed;
    EXPECT_EQ(state_from(world, ReplayFrom::snapshot, &replayed), state_from(world, ReplayFrom::beginning));
    return replayed;
  }
  BrokerWorld world;
};

TEST_F(Snapshotted, OnlyWhatCameBehindItIsReplayed) {
  EXPECT_TRUE(replayed().from_snapshot);
  EXPECT_EQ(replayed().records, 3u);
}

TEST_F(Snapshotted, OfAnotherVersionIsPassedOver) {
  auto other = stored();
  ++other.state_version;
  ASSERT_TRUE(world.journal().store_checkpoint(partition_stream, other));
  EXPECT_FALSE(replayed().from_snapshot);
}

TEST_F(Snapshotted, CutShortAnywhereIsPassedOver) {
  const auto whole = stored();
  for (std::size_t bytes = 0; bytes < whole.state.size(); bytes += 7) {
    auto shorter = whole;
    shorter.state.resize(bytes);
    ASSERT_TRUE(world.journal().store_checkpoint(partition_stream, shorter));
    EXPECT_FALSE(replayed().from_snapshot) << bytes;
  }
}

TEST_F(Snapshotted, OfAnotherHistoryIsPassedOver) {
  const auto kept = stored();
  BrokerWorld other;  // its records lie elsewhere, or say something else
  ASSERT_TRUE(other.journal().store_checkpoint(partition_stream, kept));
  Replayed replayed;
  state_from(other, ReplayFrom::snapshot, &replayed);
  EXPECT_FALSE(replayed.from_snapshot);
}

TEST_F(Snapshotted, ABitThatFlippedInItsFileIsNoticed) {
  const std::string path = "/data/checkpoints/00000000.checkpoint";
  const std::string whole = world.disk().contents(path);
  for (std::size_t at = 0; at < whole.size(); at += 5) {
    auto bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 4);
    world.disk().set_contents(path, std::move(bytes));
    EXPECT_FALSE(replayed().from_snapshot) << at;
  }
}

TEST_F(Snapshotted, BehindACleanStopNothingIsReplayedAndNothingIsSuspected) {
  world.core().stop_intake();
  world.round();
  ASSERT_TRUE(write_snapshot(world.core(), world.journal()));
  EXPECT_EQ(replayed().records, 0u);
  world.crash_and_restart();
  EXPECT_EQ(world.core().snapshot().value_or(""), state_from(world, ReplayFrom::beginning));
}

TEST_F(Snapshotted, OneIsDueWhenTheTailIsLongAndAtOnceWhenTheBrokerIsNeverIdle) {
  CoreOptions options;
  options.snapshot_after_records = 40;
  BrokerWorld busy(true, options);
  busy.hello(publisher, "hotline", v1::ROLE_PUBLISHER);
  busy.round();
  (void)write_snapshot(busy.core(), busy.journal());
  using Due = BrokerCore::SnapshotDue;
  auto leases = busy.host(first_host, "host-1");
  std::uint64_t next = 0;
  const auto live_through = [&](std::uint64_t cases) {  // a request, and the commit that ends its case
    for (std::uint64_t i = 0; i < cases; ++i) {
      const auto ack = busy.publish(publisher, request_for("r-" + std::to_string(++next), "a-01"));
      const auto last = busy.journal().last_sequence(StreamId(2)).value;
      auto commit = BrokerWorld::commit_of(leases.at("a-01"), next, last);
      commit.add_effects()->set_case_number(ack.case_number());
      commit.mutable_effects(0)->set_kind(v1::CaseEffect::ENDED);
      busy.commit(first_host, {commit});
    }
  };
  // The directory was told to the cell: what waits there is decided first.
  std::uint64_t waits = 1;
  busy.journal().read_cell(StreamId(2), Sequence(1), [&](const journal::Record& record) {
    waits = record.sequence.value;
    return journal::Sink::more;
  });
  busy.commit(first_host, {BrokerWorld::commit_of(leases.at("a-01"), ++next, waits)});
  EXPECT_EQ(busy.core().snapshot_due(), Due::no);
  live_through(40);
  EXPECT_EQ(busy.core().snapshot_due(), Due::when_idle);
  live_through(150);
  EXPECT_EQ(busy.core().snapshot_due(), Due::now);
  ASSERT_TRUE(write_snapshot(busy.core(), busy.journal()));
  EXPECT_EQ(busy.core().snapshot_due(), Due::no);
}

}  // namespace
}  // namespace huying::broker
