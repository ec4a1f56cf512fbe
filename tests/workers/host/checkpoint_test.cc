// Goal: a checkpoint is what its records fold to, whoever folds on from it (I9), it is made when it is worth it and
// never with something under way, and one that is of no use costs a fold and nothing else. Method: random lives of a
// made-up street, with hosts that are replaced in between; each checkpoint that was made is folded on from beside
// them.
#include <gtest/gtest.h>

#include <random>

#include "proto/checkpoint_size.h"
#include "tests/workers/host/fake_broker.h"
#include "workers/cell/cell_state.h"

namespace huying::host {
namespace {

using namespace v1;
constexpr std::uint64_t never = ~std::uint64_t{0};

// Steps of whoever may and may not, requests, time, moves among four cells, new hosts.
void live(FakeBroker& broker, std::mt19937& random, int steps) {
  static const std::vector<std::pair<std::string, v1::Role>> people = {
      {"w2", ROLE_GRID_WORKER}, {"u1", ROLE_UNIT_SUPERVISOR}, {"s1", ROLE_STREET_SUPERVISOR},
      {"q1", ROLE_DISTRICT_SUPERVISOR}, {"k1", ROLE_DESK}, {"p", ROLE_CITIZEN}};
  static const std::vector<std::string> cells = {"v1-01", "v1-02", "c1-01", "desk", ""};
  std::vector<std::string> numbers;
  for (int step = 0; step < steps; ++step) {
    const auto what = random() % 20;
    if (what < 3 || numbers.empty()) {
      numbers.push_back(broker.request(1 + random() % 4, {.category = random() % 4 == 0 ? "tidy" : "general",
                                                          .urgency = URGENCY_NORMAL,
                                                          .solved_on_spot = random() % 6 == 0}));
    } else if (what < 17) {
      const auto& who = people[random() % people.size()];
      ActionSpec spec{who.first, {who.second}, random() % 3 == 0 ? "" : "because", cells[random() % cells.size()]};
      spec.verdict = random() % 2 == 0 ? VERDICT_PASSED : VERDICT_FAILED;
      const auto& number = numbers[random() % numbers.size()];
      const auto kind = static_cast<ActionKind>(1 + random() % (random() % 4 == 0 ? 27 : 11));
      broker.act(number, kind, spec);
    } else if (what == 17) {
      broker.new_host();
    } else {
      broker.advance(static_cast<std::int64_t>(random() % (2 * day_ms)));
    }
  }
}

TEST(Checkpoint, EachIsWhatItsRecordsFoldToAndFoldsOnToTheSameBytes) {
  std::size_t made = 0, moves = 0;
  for (unsigned seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    FakeBroker broker;
    broker.take_checkpoints(1 + random() % 12);
    live(broker, random, 150);
    for (std::uint32_t stream = 1; stream <= 4; ++stream) {
      const auto from_the_start = broker.state_of_a_fresh_fold(stream);
      EXPECT_EQ(broker.host().state_of(stream), from_the_start);
      for (const auto& checkpoint : broker.checkpoints_of(stream)) {
        ++made;
        EXPECT_EQ(checkpoint.state_version(), cell::state_version);
        EXPECT_EQ(broker.state_of_a_fold_from(stream, checkpoint), from_the_start) << "from " << checkpoint.through();
      }
    }
    for (const auto& seen : broker.events()) moves += seen.event.kind() == EVENT_KIND_TRANSFERRED_IN;
    if (HasFailure()) break;
  }
  EXPECT_GT(made, 1'000u);
  EXPECT_GT(moves, 40u) << "nothing moved, so nothing shows that moves are remembered";
}

TEST(Checkpoint, ATakeoverFoldsOnFromItAndIsHandedOnlyWhatCameAfter) {
  FakeBroker broker;
  broker.take_checkpoints(8);
  for (int i = 0; i < 40; ++i) broker.request(2);
  ASSERT_FALSE(broker.checkpoints_of(2).empty());
  const auto state = broker.host().state_of(2);
  const auto before = broker.delivered();
  broker.grant(2);
  EXPECT_LE(broker.delivered() - before, 40u) << "of 82 records";
  EXPECT_EQ(broker.host().state_of(2), state);
  broker.expect_every_fold_is_the_same();
}

TEST(Checkpoint, WhereACaseWentIsRememberedAcrossIt) {
  FakeBroker broker;
  broker.take_checkpoints(1);
  const auto number = broker.request(1);
  ASSERT_EQ(broker.act(number, ACTION_KIND_ASSIGN, {"k1", {ROLE_DESK}, "because", "v1-01"})->error(), 0u);
  ASSERT_EQ(broker.stream_of(number), 2u);
  ASSERT_EQ(broker.checkpoints_of(1).back().through(), 6u) << "three causes, each with its commit";
  broker.new_host();
  // A step that was sent to the desk, or set aside there, before.
  const auto outcome = broker.act_in(1, number, ACTION_KIND_ACCEPT);
  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(outcome->error(), 0u) << "it was sent on to the cell that has the case";
  EXPECT_EQ(outcome->state(), CASE_STATE_ACCEPTED);
}

TEST(Checkpoint, NoneIsMadeWhileAnAcknowledgementIsMissing) {
  FakeBroker broker;
  broker.take_checkpoints(1);
  const auto before = broker.checkpoints_of(2).size();
  broker.hold_acks(true);
  for (int i = 0; i < 10; ++i) broker.request(2);
  EXPECT_EQ(broker.checkpoints_of(2).size(), before);
  broker.hold_acks(false);
  ASSERT_GT(broker.checkpoints_of(2).size(), before);
  EXPECT_EQ(broker.state_of_a_fold_from(2, broker.checkpoints_of(2).back()), broker.state_of_a_fresh_fold(2));
}

TEST(Checkpoint, NoneIsMadeBeforeSoManyRecordsWereFolded) {
  FakeBroker broker;
  broker.take_checkpoints(100);
  for (int i = 0; i < 45; ++i) broker.request(2);
  EXPECT_TRUE(broker.checkpoints_of(2).empty());
  for (int i = 0; i < 10; ++i) broker.request(2);
  EXPECT_EQ(broker.checkpoints_of(2).size(), 1u);
}

TEST(Checkpoint, AHostThatLeavesSaysWhatSavesTheNextOneAFold) {
  FakeBroker broker;
  broker.take_checkpoints(100);
  for (int i = 0; i < 10; ++i) broker.request(2);
  ASSERT_TRUE(broker.checkpoints_of(2).empty());
  std::vector<v1::ClientFrame> said;
  broker.host().leave(said);
  ASSERT_EQ(said.size(), 1u) << "of the other cells nothing is worth it";
  EXPECT_EQ(said.front().checkpoint().stream(), 2u);
  EXPECT_EQ(broker.state_of_a_fold_from(2, said.front().checkpoint().checkpoint()), broker.state_of_a_fresh_fold(2));
}

class AUselessCheckpoint : public testing::TestWithParam<void (*)(v1::Checkpoint&)> {};

TEST_P(AUselessCheckpoint, is_said_and_the_cell_is_whole_when_it_is_granted_without) {
  FakeBroker broker;
  broker.take_checkpoints(4);
  for (int i = 0; i < 20; ++i) broker.request(2);
  auto bad = broker.checkpoints_of(2).back();
  GetParam()(bad);
  broker.offer(2, bad);
  broker.grant(2);
  ASSERT_EQ(broker.troubles().size(), 1u);
  EXPECT_EQ(broker.troubles().front().kind(), v1::Trouble::FOLD_UNREADABLE);
  EXPECT_EQ(broker.troubles().front().stream(), 2u);
  EXPECT_EQ(broker.troubles().front().sequence(), bad.through());
  broker.offer(2, std::nullopt);
  broker.grant(2);
  EXPECT_EQ(broker.troubles().size(), 1u);
  broker.expect_every_fold_is_the_same();
}

INSTANTIATE_TEST_SUITE_P(
    AHostMeets, AUselessCheckpoint,
    testing::Values([](v1::Checkpoint& bad) { bad.set_state_version(bad.state_version() + 1); },
                    [](v1::Checkpoint& bad) { bad.mutable_state()->resize(bad.state().size() / 2); },
                    [](v1::Checkpoint& bad) { bad.clear_state(); },
                    [](v1::Checkpoint& bad) { bad.mutable_state()->append("and more"); }));

TEST(Checkpoint, AStateThatDoesNotFitIntoAFrameHasNone) {
  FakeBroker broker;
  broker.take_checkpoints(never);
  while (broker.host().state_of(2)->size() <= checkpoint_state_bytes_max)
    for (int i = 0; i < 500; ++i) broker.request(2);
  broker.take_checkpoints(1);
  broker.request(2);
  EXPECT_FALSE(broker.checkpoints_of(3).empty());
  EXPECT_TRUE(broker.checkpoints_of(2).empty());
}

}  // namespace
}  // namespace huying::host
