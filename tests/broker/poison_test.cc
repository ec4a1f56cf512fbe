// Causes that end whoever decides them: suspected, tried alone, set aside, and what a person sees of them.
#include "base/limits.h"
#include "huying/v1/error.pb.h"
#include "tests/broker/leasing_world.h"

namespace huying::broker {
namespace {

constexpr std::uint32_t desk = 1, a01 = 2, a02 = 3;

class PoisonedStreet : public LeasingWorld {
 protected:
  PoisonedStreet() {
    join(5, "host-1");
    join(6, "host-2");
    run(seconds(1));
  }
  void publish_poison(const std::string& id, const std::string& cell, std::uint32_t stream,
                      Poison how = Poison::ends_host) {
    publish(id, cell);
    world.round();
    poison_last_of(stream, how);
  }
  // Nothing is undecided in the cell.
  bool is_worked_off(std::uint32_t stream) {
    const auto now = status();
    for (const auto& lease : now.leases())
      if (lease.stream() == stream) return lease.undecided() == 0 && !lease.host().empty();
    return false;
  }
  std::string number_of_last_request(std::uint32_t stream) {
    return last<v1::RequestRecord>(stream, v1::RECORD_KIND_REQUEST).filed().case_number();
  }
};

TEST_F(PoisonedStreet, TheThirdUncleanEndSetsTheCauseAsideTheCellGoesOnAndTheDeskHasACaseOfIt) {
  publish_poison("bad", "a-01", a01);
  const auto number = number_of_last_request(a01);
  publish("good", "a-01");
  EXPECT_EQ(run_and_restart_the_dead(seconds(60)), 3u);

  EXPECT_EQ(kinds(a01)[v1::RECORD_KIND_SUSPECT], limits::suspect_times_max);
  ASSERT_EQ(kinds(a01)[v1::RECORD_KIND_SET_ASIDE], 1u);
  EXPECT_EQ(last<v1::SetAside>(a01, v1::RECORD_KIND_SET_ASIDE).cause(), poison.begin()->first.second);
  EXPECT_TRUE(is_worked_off(a01)) << "what was behind it is decided";
  const auto told = last<v1::CellMessage>(desk, v1::RECORD_KIND_MESSAGE).set_aside().filed();
  EXPECT_EQ(told.case_number(), number);
  EXPECT_EQ(told.filed().set_aside().cell(), "a-01");
  EXPECT_EQ(told.filed().set_aside().times(), limits::suspect_times_max);
  EXPECT_TRUE(is_worked_off(desk));
  EXPECT_EQ(coverage()[v1::Coverage::CAUSE_SET_ASIDE], 1u);
  EXPECT_EQ(coverage()[v1::Coverage::HOST_LOST], 0u) << "every cell had a host within 10 s all the time";
}

TEST_F(PoisonedStreet, WhatWasHandedOverInTheSameMomentIsNotSetAsideWithIt) {
  for (int i = 0; i < 20; ++i) publish("good-" + std::to_string(i), "b-" + std::to_string(i));
  publish("good", "a-02");
  publish_poison("bad", "a-01", a01);
  run_and_restart_the_dead(seconds(90));
  EXPECT_EQ(coverage()[v1::Coverage::CAUSE_SET_ASIDE], 1u);
  EXPECT_EQ(kinds(a01)[v1::RECORD_KIND_SET_ASIDE], 1u);
  EXPECT_TRUE(is_worked_off(a02));
  for (std::uint32_t i = 0; i < 20; ++i) EXPECT_TRUE(is_worked_off(10 + i)) << i;
}

TEST_F(PoisonedStreet, ACauseThatIsDecidedUnderSuspicionIsSuspectedNoMore) {
  publish_poison("bad once", "a-01", a01);
  run(seconds(1));
  poison.clear();  // the build that could not decide it was replaced
  run_and_restart_the_dead(seconds(20));
  EXPECT_TRUE(is_worked_off(a01));
  EXPECT_EQ(kinds(a01)[v1::RECORD_KIND_SET_ASIDE], 0u);
  publish_poison("bad", "a-01", a01);
  EXPECT_EQ(run_and_restart_the_dead(seconds(60)), 3u) << "another cause is counted from the start";
}

// Poison that takes the broker with it, as in one process with its host, is counted across starts.
TEST_F(PoisonedStreet, TimesAreCountedAcrossStartsOfTheBroker) {
  publish_poison("bad", "a-01", a01);
  for (std::uint32_t start = 1; start <= limits::suspect_times_max; ++start) {
    run(seconds(1));
    hosts.clear();
    world.crash_and_restart();
    join(10 + start, "host-1");
    run(seconds(1));
    EXPECT_EQ(kinds(a01)[v1::RECORD_KIND_SUSPECT], start);
    EXPECT_EQ(last<v1::Suspect>(a01, v1::RECORD_KIND_SUSPECT).times(), start);
  }
  hosts.clear();
  world.crash_and_restart();
  join(20, "host-1");
  run(seconds(2));
  EXPECT_FALSE(hosts.at(20).is_dead);
  EXPECT_EQ(kinds(a01)[v1::RECORD_KIND_SET_ASIDE], 1u);
  hosts.clear();
  world.crash_and_restart();
  auto& after = join(21, "host-1");
  run(seconds(2));
  EXPECT_FALSE(after.is_dead) << "a start knows what was set aside";
  EXPECT_TRUE(is_worked_off(a01));
}

TEST_F(PoisonedStreet, ABrokerThatStoppedCleanlySuspectsNobodyAfterwards) {
  hosts.at(5).decides = hosts.at(6).decides = false;
  publish("r-1", "a-01");
  run(seconds(1));
  world.core().stop_intake();
  world.round();
  hosts.clear();
  world.crash_and_restart();
  auto& host = join(10, "host-1");
  run(seconds(1));
  EXPECT_EQ(host.leases.at(a01).suspect_cause(), 0u);
  EXPECT_EQ(kinds(a01)[v1::RECORD_KIND_SUSPECT], 0u);
  EXPECT_TRUE(is_worked_off(a01));
}

TEST_F(PoisonedStreet, AHostThatSaysGoodbyeAccusesNobody) {
  hosts.at(5).decides = hosts.at(6).decides = false;
  publish("r-1", "a-01");
  run(seconds(1));
  for (const std::uint64_t peer : {5, 6}) {
    v1::ClientFrame frame;
    frame.mutable_goodbye();
    world.say(peer, frame);
  }
  hosts.clear();
  auto& host = join(10, "host-1");
  run(seconds(1));
  EXPECT_EQ(host.leases.at(a01).suspect_cause(), 0u);
  EXPECT_TRUE(is_worked_off(a01));
}

TEST_F(PoisonedStreet, ACauseThatNoHostCanReadIsSetAsideWithoutAnybodyLosingMoreThanItsCell) {
  publish_poison("bad", "a-01", a01, Poison::is_unreadable);
  run(seconds(30));
  EXPECT_EQ(kinds(a01)[v1::RECORD_KIND_SET_ASIDE], 1u);
  EXPECT_TRUE(is_worked_off(a01));
  EXPECT_EQ(hosts.at(5).revoked + hosts.at(6).revoked, 3u);
}

TEST_F(PoisonedStreet, ACauseThatLeadsToWhatTheContractForbidsIsSetAside) {
  publish_poison("bad", "a-01", a01, Poison::is_decided_wrongly);
  run(seconds(30));
  EXPECT_EQ(kinds(a01)[v1::RECORD_KIND_SET_ASIDE], 1u);
  EXPECT_TRUE(is_worked_off(a01));
  EXPECT_EQ(refused, 3u);
}

TEST_F(PoisonedStreet, AStepThatIsSetAsideIsAnsweredAndIsAMatterOfTheDeskThatLetsItBeDecidedAgainOnce) {
  world.hello(2, "worker-1", v1::ROLE_GRID_WORKER);
  publish("r-1", "a-01");
  run(seconds(1));
  const auto number = number_of_last_request(a01);
  world.say(2, act_frame(7, "step-1", number, v1::ACTION_KIND_ACCEPT));
  world.round();
  poison_last_of(a01);
  for (int second = 0; second < 60; ++second) {
    v1::ClientFrame beat;
    beat.mutable_heartbeat();
    world.say(2, beat);
    run_and_restart_the_dead(seconds(1));
  }
  const auto replies = world.action_replies(2);
  ASSERT_EQ(replies.size(), 2u);
  EXPECT_EQ(replies[0].stage(), v1::ActionReply::RECEIVED);
  EXPECT_EQ(replies[1].stage(), v1::ActionReply::DECIDED);
  EXPECT_EQ(replies[1].error(), v1::ERROR_CODE_SET_ASIDE);

  const auto matter = last<v1::RequestRecord>(desk, v1::RECORD_KIND_REQUEST).filed();
  EXPECT_NE(matter.case_number(), number) << "a case of its own; the first stays where it is";
  EXPECT_EQ(matter.filed().set_aside().case_number(), number);
  EXPECT_EQ(matter.filed().source(), "broker");
  v1::ActionStamped step;
  ASSERT_TRUE(step.ParseFromString(matter.filed().set_aside().step()));
  EXPECT_EQ(step.action_id(), "step-1");

  // Asked for again, also after a restart, it has the same answer.
  hosts.clear();
  world.crash_and_restart();
  world.hello(2, "worker-1", v1::ROLE_GRID_WORKER);
  world.say(2, act_frame(8, "step-1", number, v1::ACTION_KIND_ACCEPT));
  world.round();
  EXPECT_EQ(world.action_replies(2).back().error(), v1::ERROR_CODE_SET_ASIDE);

  // The desk's host sends it on, once; then it is decided in the cell like any other.
  const auto leases = world.host(30, "host-3");
  world.frames(30);
  const auto sending_on = [&](std::uint64_t count) {
    auto commit = world.commit_of(leases.at("desk"), count, 0);
    auto& send = *commit.add_sends();
    send.set_to_stream(a01);
    *send.mutable_message()->mutable_forwarded_action() = step;
    return commit;
  };
  world.commit(30, {sending_on(1)});
  EXPECT_EQ(world.commit_acks(30).at(0).error(), 0u);
  const auto cause = world.deliveries(30).back();
  EXPECT_EQ(cause.kind(), v1::RECORD_KIND_MESSAGE);
  auto decided = world.commit_of(leases.at("a-01"), 1, cause.sequence());
  decided.mutable_outcome()->set_state(v1::CASE_STATE_ACCEPTED);
  decided.set_decided_person("worker-1");
  decided.set_decided_action_id("step-1");
  world.commit(30, {decided});
  EXPECT_EQ(world.commit_acks(30).at(0).error(), 0u);
  world.say(2, act_frame(9, "step-1", number, v1::ACTION_KIND_ACCEPT));
  world.round();
  EXPECT_EQ(world.action_replies(2).back().outcome().state(), v1::CASE_STATE_ACCEPTED);
  world.commit(30, {sending_on(2)});
  EXPECT_EQ(world.commit_acks(30).at(0).error(), v1::ERROR_CODE_COMMIT_INVALID) << "once";
}

TEST_F(PoisonedStreet, ACaseOnItsWayThatItsCellCannotTakeGoesToTheDesk) {
  auto& first = hosts.at(5).leases.contains(a01) ? hosts.at(5) : hosts.at(6);
  auto commit = world.commit_of(first.leases.at(a01), ++first.commits[a01], 0);
  auto& send = *commit.add_sends();
  send.set_to_stream(a02);
  send.mutable_message()->mutable_transfer()->mutable_whole()->set_case_number("SS-261123-1-1");
  auto& effect = *commit.add_effects();
  effect.set_kind(v1::CaseEffect::MOVED_TO);
  effect.set_case_number("SS-261123-1-1");
  effect.set_to_stream(a02);
  world.commit(first.peer, {commit});
  poison_last_of(a02);
  run_and_restart_the_dead(seconds(60));
  EXPECT_EQ(kinds(a02)[v1::RECORD_KIND_SET_ASIDE], 1u);
  const auto message = last<v1::CellMessage>(desk, v1::RECORD_KIND_MESSAGE);
  EXPECT_EQ(message.transfer().whole().case_number(), "SS-261123-1-1");
  EXPECT_EQ(message.transfer().reason_code(), "set_aside");
  EXPECT_TRUE(is_worked_off(a02) && is_worked_off(desk));
}

TEST_F(PoisonedStreet, WhatTheDeskCannotTakeEitherComesOnceMoreWithNothingButItsNumber) {
  publish_poison("bad", "a-01", a01);
  const auto number = number_of_last_request(a01);
  is_poisoned_at_desk = true;
  EXPECT_EQ(run_and_restart_the_dead(seconds(180)), 6u);
  EXPECT_EQ(kinds(desk)[v1::RECORD_KIND_SET_ASIDE], 1u);
  const auto bare = last<v1::CellMessage>(desk, v1::RECORD_KIND_MESSAGE).set_aside().filed();
  EXPECT_EQ(bare.case_number(), number);
  EXPECT_EQ(bare.filed().source(), "");
  EXPECT_EQ(bare.filed().set_aside().cell(), "a-01");
  EXPECT_TRUE(is_worked_off(desk));
}

// A cell cannot go on without a configuration: it is tried with pauses, and announced.
TEST_F(PoisonedStreet, AConfigurationIsNeverSetAsideAndItsCellIsAnnounced) {
  auto configuration = many_cells();
  configuration.mutable_directory()->mutable_people(0)->set_absent(true);
  for (auto& [peer, host] : hosts) host.decides = false;
  world.configure(configuration);
  poison_last_of(a01, Poison::is_unreadable);
  for (auto& [peer, host] : hosts) host.decides = true;
  run(seconds(60));
  EXPECT_EQ(kinds(a01)[v1::RECORD_KIND_SET_ASIDE], 0u);
  EXPECT_EQ(coverage()[v1::Coverage::CELL_PARKED], 1u);
  EXPECT_LE(kinds(a01)[v1::RECORD_KIND_SUSPECT], 20u) << "with pauses";
  poison.clear();
  run(seconds(20));
  EXPECT_TRUE(is_worked_off(a01));
  EXPECT_EQ(coverage()[v1::Coverage::CELL_UNPARKED], 1u);
}

TEST_F(PoisonedStreet, ACellThatNoHostCanFoldIsParkedAnnouncedAndSeen) {
  const auto owner = [&]() -> FakeHost& { return hosts.at(5).leases.contains(a01) ? hosts.at(5) : hosts.at(6); };
  for (int i = 0; i < 5; ++i) {
    v1::ClientFrame told;
    auto& trouble = *told.mutable_trouble();
    trouble.set_kind(v1::Trouble::FOLD_UNREADABLE);
    trouble.set_stream(a01);
    *trouble.mutable_epoch() = owner().leases.at(a01).epoch();
    trouble.set_sequence(1);
    world.say(owner().peer, told);
    run(milliseconds(200));
  }
  EXPECT_EQ(hosts.at(5).revoked + hosts.at(6).revoked, 2u) << "tried twice more, then it stays";
  EXPECT_EQ(coverage()[v1::Coverage::CELL_PARKED], 1u);
  run(seconds(30));
  EXPECT_EQ(hosts.at(5).revoked + hosts.at(6).revoked, 2u);
  const auto now = status();
  for (const auto& lease : now.leases()) EXPECT_EQ(lease.parked(), lease.stream() == a01) << lease.cell();
}

}  // namespace
}  // namespace huying::broker
