// What a host says and when: credit, configuration, promises, leases, refusals.
#include <gmock/gmock.h>

#include <random>

#include "tests/workers/host/fake_broker.h"

namespace huying::host {
namespace {

using enum v1::ActionKind;
using enum v1::EventKind;

TEST(Conversation, AfterWelcomeCreditIsGivenAndTheConfigurationAskedFor) {
  FakeBroker broker;
  EXPECT_TRUE(broker.frames().at(0).has_credit());
  EXPECT_GT(broker.frames().at(0).credit().messages(), 0u);
  EXPECT_TRUE(broker.frames().at(1).has_fetch_configuration());
  EXPECT_EQ(broker.host().cells(), 5u);
}

TEST(Conversation, CreditComesBackAsDeliveriesAreWorkedOff) {
  FakeBroker broker;
  std::uint64_t given = 0;
  for (int i = 0; i < 10'000; ++i) broker.request(2, {.category = "tidy", .solved_on_spot = true});
  for (const auto& frame : broker.frames()) given += frame.credit().messages();
  EXPECT_GE(given, 10'000u);
}

TEST(Conversation, NothingIsDecidedUntilTheConfigurationIsThereAndThenInOrder) {
  FakeBroker broker;
  broker.hold_configuration(true);
  broker.change_configuration(2, made_up_configuration());
  const auto first = broker.request(2), second = broker.request(2);
  EXPECT_TRUE(broker.kinds_of(first).empty());
  EXPECT_EQ(broker.ask(2, "", {v1::ROLE_OBSERVER}).total(), 0u) << "questions are answered meanwhile";
  broker.hold_configuration(false);
  EXPECT_EQ(broker.count(first, EVENT_KIND_DISPATCHED), 1u);
  EXPECT_EQ(broker.count(second, EVENT_KIND_DISPATCHED), 1u);
  EXPECT_EQ(broker.last(second).clocks_set(0).policy_version(), 2u);
  broker.expect_every_fold_is_the_same();
}

std::size_t fetches_of(const FakeBroker& broker, std::uint64_t version) {
  std::size_t count = 0;
  for (const auto& frame : broker.frames())
    count += frame.has_fetch_configuration() && frame.fetch_configuration().version() == version &&
             frame.fetch_configuration().part() == 0;
  return count;
}

TEST(Conversation, AConfigurationOnItsWayIsNotBegunAgain) {
  FakeBroker broker;
  broker.hold_configuration(true);
  broker.change_configuration(2, made_up_configuration());
  broker.advance(10 * day_ms);
  EXPECT_EQ(fetches_of(broker, 2), 1u);
}

TEST(Conversation, AConfigurationThatTheBrokerCouldNotGiveIsAskedForAgain) {
  FakeBroker broker;
  broker.refuse_next_fetch(v1::ERROR_CODE_NO_CONFIGURATION);
  broker.change_configuration(2, made_up_configuration());
  const auto number = broker.request(4);
  EXPECT_EQ(broker.count(number, EVENT_KIND_DISPATCHED), 0u);
  broker.advance(day_ms);
  EXPECT_EQ(fetches_of(broker, 2), 2u);
  EXPECT_EQ(broker.count(number, EVENT_KIND_DISPATCHED), 1u);
}

TEST(Conversation, AConfigurationThatNoCellGoesByIsLetGo) {
  FakeBroker broker;
  broker.revoke(2);
  const auto number = broker.request(2);
  broker.change_configuration(2, made_up_configuration());
  broker.advance(10 * day_ms);
  ASSERT_EQ(fetches_of(broker, 1), 1u);
  broker.grant(2);
  EXPECT_EQ(fetches_of(broker, 1), 2u) << "this cell is behind, and needs it again";
  EXPECT_EQ(broker.last(number).clocks_set(0).policy_version(), 1u);
  EXPECT_EQ(broker.count(number, EVENT_KIND_DISPATCHED), 1u);
}

TEST(Conversation, AHostWithoutWorkPromisesAgainAtEachHeartbeat) {
  FakeBroker broker;
  const auto before = broker.wakes();
  broker.advance(10 * day_ms);  // ten seconds of the broker's own, at the rate of the test
  EXPECT_GE(broker.wakes(), before + 19);
  for (const auto& frame : broker.frames()) {
    EXPECT_LE(frame.wake().next_wake_within_ms(), 4000u);
  }
}

// Found by the simulator (network, seed 31): records of a fold that came in another order made another state.
TEST(Conversation, AFoldWithAHoleEndsTheSessionInPlaceOfAnotherState) {
  HostCore host({"test", 0});
  const SteadyInstant now{std::chrono::seconds(1)};
  std::vector<v1::ClientFrame> said;
  host.connected(now);
  v1::BrokerFrame frame;
  auto& lease = *frame.mutable_leases()->add_granted();
  lease.set_stream(2);
  lease.set_cell("v1-01");
  lease.mutable_epoch()->set_term(1);
  lease.mutable_epoch()->set_grant(1);
  lease.set_end_sequence(3);
  host.receive(frame, now, said);
  frame.Clear();
  for (const std::uint64_t sequence : {1, 3}) {
    auto& delivery = *frame.mutable_deliveries()->add_deliveries();
    delivery.set_stream(2);
    delivery.set_grant(1);
    delivery.set_sequence(sequence);
    delivery.set_kind(v1::RECORD_KIND_SUSPECT);
  }
  host.receive(frame, now, said);
  ASSERT_FALSE(said.empty());
  EXPECT_TRUE(said.back().has_goodbye());
  EXPECT_EQ(host.state_of(2), std::nullopt);
  EXPECT_EQ(host.next_wake(), SteadyInstant::max()) << "until it is connected again";
}

TEST(Conversation, ARefusedCommitDropsTheCellUntilItIsGrantedAgain) {
  FakeBroker broker;
  const auto number = broker.request(2);
  broker.refuse_next_commit(v1::ERROR_CODE_STALE_EPOCH);
  EXPECT_EQ(broker.act(number, ACTION_KIND_ACCEPT), std::nullopt);
  EXPECT_EQ(broker.host().cells(), 4u);
  EXPECT_EQ(broker.host().state_of(2), std::nullopt);
  broker.request(2);
  EXPECT_EQ(broker.count(number, EVENT_KIND_ACCEPTED), 0u);
  broker.grant(2);
  EXPECT_EQ(broker.count(number, EVENT_KIND_ACCEPTED), 1u) << "decided from where the journal is";
  EXPECT_EQ(broker.host().open_cases(), 2u);
  broker.expect_every_fold_is_the_same();
}

TEST(Conversation, ACommitAheadOfTheBrokersClockMakesTheHostTakeItsTimeAnew) {
  FakeBroker broker;
  const auto number = broker.request(2);
  broker.refuse_next_commit(v1::ERROR_CODE_CLOCK_AHEAD);
  broker.act(number, ACTION_KIND_ACCEPT);
  broker.grant(2);
  EXPECT_EQ(broker.count(number, EVENT_KIND_ACCEPTED), 1u);
}

TEST(Conversation, WhatWasOnItsWayUnderALeaseThatIsOverIsNotTaken) {
  FakeBroker broker;
  const auto number = broker.request(2);
  broker.grant(2);
  v1::BrokerFrame late;  // of the grant before: the broker sent it before it knew
  late.set_now_ms(broker.now_ms());
  auto& delivery = *late.mutable_deliveries()->add_deliveries();
  delivery.set_stream(2);
  delivery.set_grant(1);
  delivery.set_sequence(1'000);
  delivery.set_kind(v1::RECORD_KIND_REQUEST);
  delivery.set_payload("not to be read");
  std::vector<v1::ClientFrame> out;
  broker.host().receive(late, SteadyInstant{std::chrono::hours{1}}, out);
  EXPECT_EQ(broker.act(number, ACTION_KIND_ACCEPT)->state(), v1::CASE_STATE_ACCEPTED) << "the cell goes on in its order";
}

TEST(Conversation, ARevokedCellIsForgottenAndItsClocksDoNotFireHere) {
  FakeBroker broker;
  const auto number = broker.request(2);
  broker.revoke(2);
  broker.advance(3 * day_ms);
  EXPECT_EQ(broker.count(number, EVENT_KIND_BREACHED), 0u);
  broker.grant(2);
  broker.advance(60'000);
  EXPECT_EQ(broker.count(number, EVENT_KIND_BREACHED), 2u) << "caught up, once";
}

TEST(Conversation, ACauseThatCannotBeReadParksItsCellAndNoOther) {
  FakeBroker broker;
  broker.append(2, v1::RECORD_KIND_REQUEST, "\xff\xff not a message");
  const auto here = broker.request(2), there = broker.request(3);
  EXPECT_TRUE(broker.kinds_of(here).empty());
  EXPECT_EQ(broker.count(there, EVENT_KIND_DISPATCHED), 1u);
}

TEST(Conversation, HostileFramesAreSurvived) {
  FakeBroker broker;
  std::mt19937 random(7);
  std::vector<v1::ClientFrame> out;
  for (int i = 0; i < 2000; ++i) {
    v1::BrokerFrame frame;
    frame.set_now_ms(broker.now_ms());
    auto& delivery = *frame.mutable_deliveries()->add_deliveries();
    delivery.set_stream(random() % 8);
    delivery.set_grant(1);
    delivery.set_sequence(random() % 100);
    delivery.set_kind(static_cast<v1::RecordKind>(random() % 26));
    std::string bytes(random() % 40, '\0');
    for (auto& byte : bytes) byte = static_cast<char>(random());
    delivery.set_payload(bytes);
    delivery.set_prior(bytes);
    broker.host().receive(frame, SteadyInstant{std::chrono::hours{1}}, out);
  }
  SUCCEED();
}

// Random lives, and after each the state of the host equals a fresh fold of the journal, byte for byte (I9).
TEST(Conversation, FoldingTheJournalEqualsDecidingForRandomLives) {
  const std::vector<std::pair<std::string, v1::Role>> people = {
      {"w2", v1::ROLE_GRID_WORKER}, {"u1", v1::ROLE_UNIT_SUPERVISOR}, {"s1", v1::ROLE_STREET_SUPERVISOR},
      {"q1", v1::ROLE_DISTRICT_SUPERVISOR}, {"k1", v1::ROLE_DESK}, {"p", v1::ROLE_CITIZEN}};
  const std::vector<std::string> cells = {"v1-01", "v1-02", "c1-01", "desk", ""};
  std::size_t done = 0, fired = 0, ended = 0;
  for (unsigned seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    FakeBroker broker;
    std::vector<std::string> numbers;
    for (int step = 0; step < 150; ++step) {
      const auto what = random() % 20;
      if (what < 3 || numbers.empty()) {
        numbers.push_back(broker.request(1 + random() % 4, {.category = random() % 4 == 0 ? "tidy" : "general",
                                                            .urgency = v1::URGENCY_NORMAL,
                                                            .solved_on_spot = random() % 6 == 0}));
      } else if (what < 17) {
        const auto& who = people[random() % people.size()];
        ActionSpec spec{who.first, {who.second}, random() % 3 == 0 ? "" : "because", cells[random() % cells.size()]};
        spec.verdict = random() % 2 == 0 ? v1::VERDICT_PASSED : v1::VERDICT_FAILED;
        const auto& number = numbers[random() % numbers.size()];
        const auto kind = static_cast<v1::ActionKind>(1 + random() % (random() % 4 == 0 ? 27 : 11));
        const auto outcome = broker.act(number, kind, spec);
        done += outcome && outcome->error() == 0;
      } else if (what == 17) {
        broker.new_host();
      } else {
        broker.advance(static_cast<std::int64_t>(random() % (2 * day_ms)));
      }
    }
    broker.expect_every_fold_is_the_same();
    for (const auto& seen : broker.events()) {
      fired += seen.event.kind() == EVENT_KIND_BREACHED;
      ended += seen.event.kind() == EVENT_KIND_CLOSED;
    }
    if (testing::Test::HasFailure()) break;
  }
  EXPECT_GT(done, 400u) << "the lives were dull";
  EXPECT_GT(fired, 400u);
  EXPECT_GT(ended, 40u);
}

}  // namespace
}  // namespace huying::host
