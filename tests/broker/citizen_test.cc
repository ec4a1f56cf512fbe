// A citizen's step is brought by a gateway and is the citizen's alone: whatever the gateway is, may or says, the broker
// stamps ROLE_CITIZEN and no other role.
#include <gmock/gmock.h>

#include "proto/errors.h"
#include "tests/broker/broker_world.h"

namespace huying::broker {
namespace {

using testing::ElementsAre;

class Citizen : public testing::Test {
 protected:
  Citizen() {
    begin();
    case_number = world.publish(1, request_for("r-1", "a-01")).case_number();
  }
  void begin() {
    world.hello(1, "hotline", v1::ROLE_PUBLISHER);
    world.hello(2, "worker-1", v1::ROLE_GRID_WORKER);
    world.hello(4, "gateway", v1::ROLE_GATEWAY);
    world.round();
    for (const auto peer : {1, 2, 4}) world.frames(peer);
  }
  v1::ClientFrame frame(const std::string& id, v1::ActionKind kind, const std::string& person = "citizen") {
    auto out = act_frame(1, id, case_number, kind);
    out.mutable_act()->mutable_action()->set_person(person);
    return out;
  }
  v1::ActionReply say(std::uint64_t peer, const v1::ClientFrame& said) {
    world.action_replies(peer);
    world.say(peer, said);
    world.round();
    const auto replies = world.action_replies(peer);
    EXPECT_EQ(replies.size(), 1u);
    return replies.empty() ? v1::ActionReply() : replies[0];
  }
  // The last action in the stream of a-01.
  v1::ActionStamped stamped() {
    v1::ActionRecord last;
    const auto read = world.journal().read_cell(StreamId(2), Sequence(1), [&](const journal::Record& record) {
      if (record.kind != v1::RECORD_KIND_ACTION) return journal::Sink::more;
      EXPECT_TRUE(last.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size())));
      return journal::Sink::more;
    });
    EXPECT_TRUE(read.has_value());
    return last.stamped();
  }
  void let_gateway_act_for(const std::vector<std::string>& codes) {
    auto configuration = small_configuration();
    for (auto& system : *configuration.mutable_directory()->mutable_systems()) {
      if (system.code() != "gateway") continue;
      system.clear_may_act_for();
      for (const auto& code : codes) system.add_may_act_for(code);
    }
    world.configure(configuration);
  }

  BrokerWorld world;
  std::string case_number;
};

TEST_F(Citizen, IsStampedAsCitizenAndNothingElseForEveryKindOfStep) {
  for (int kind = 1; kind < v1::ActionKind_ARRAYSIZE; ++kind) {
    if (!v1::ActionKind_IsValid(kind)) continue;
    const auto reply = say(4, frame("step-" + std::to_string(kind), static_cast<v1::ActionKind>(kind)));
    if (reply.stage() == v1::ActionReply::REFUSED) continue;  // a field is missing that the kind needs
    const auto step = stamped();
    EXPECT_THAT(step.roles(), ElementsAre(v1::ROLE_CITIZEN));
    EXPECT_EQ(step.actor().role(), v1::ROLE_CITIZEN);
    EXPECT_EQ(step.actor().principal(), "gateway");
    EXPECT_EQ(step.actor().via(), "gateway");
    EXPECT_FALSE(step.actor().for_citizen());
  }
  EXPECT_EQ(stamped().roles_size(), 1);
}

TEST_F(Citizen, AnsweredAsOneKeyOfTheGatewayWhateverIsRetriedAndStarted) {
  EXPECT_EQ(say(4, frame("once", v1::ACTION_KIND_REMIND)).stage(), v1::ActionReply::RECEIVED);
  world.crash_and_restart();
  begin();
  EXPECT_EQ(say(4, frame("once", v1::ACTION_KIND_REMIND)).stage(), v1::ActionReply::RECEIVED);
  EXPECT_EQ(world.journal().last_sequence(StreamId(2)).value, 3u) << "configuration, request, one step";
  EXPECT_EQ(say(4, frame("once", v1::ACTION_KIND_CALL_BACK)).error(), v1::ERROR_CODE_ACTION_DIFFERS);
}

TEST_F(Citizen, IsBroughtByAGatewayThatMayAndByNobodyElse) {
  EXPECT_EQ(say(1, frame("a", v1::ACTION_KIND_REMIND)).error(), v1::ERROR_CODE_MAY_NOT_ACT_FOR) << "a publisher";
  EXPECT_EQ(say(2, frame("b", v1::ACTION_KIND_REMIND)).error(), v1::ERROR_CODE_MAY_NOT_ACT_FOR) << "a worker";
  let_gateway_act_for({"worker-1"});
  EXPECT_EQ(say(4, frame("c", v1::ACTION_KIND_REMIND)).error(), v1::ERROR_CODE_MAY_NOT_ACT_FOR);
  EXPECT_EQ(say(4, frame("d", v1::ACTION_KIND_ACCEPT, "worker-1")).stage(), v1::ActionReply::RECEIVED);
  EXPECT_THAT(stamped().roles(), ElementsAre(v1::ROLE_GRID_WORKER));
  let_gateway_act_for({"citizen"});
  EXPECT_EQ(say(4, frame("e", v1::ACTION_KIND_REMIND)).stage(), v1::ActionReply::RECEIVED);
  EXPECT_EQ(say(4, frame("f", v1::ACTION_KIND_ACCEPT, "worker-1")).error(), v1::ERROR_CODE_MAY_NOT_ACT_FOR);
  EXPECT_EQ(say(4, frame("g", v1::ACTION_KIND_REMIND, "")).error(), v1::ERROR_CODE_NOT_ALLOWED)
      << "a gateway that names nobody is nobody";
}

// The right is taken away in the very round in which the step comes: it was admitted under the directory before.
TEST_F(Citizen, AStepIsJudgedByTheDirectoryUnderWhichItIsFiled) {
  world.hello(9, "administrator", v1::ROLE_ADMINISTRATOR);
  v1::ClientFrame upload;
  upload.mutable_publish_directory()->set_parts(1);
  world.say(9, upload);
  world.round();
  ASSERT_TRUE(world.core().take_job().has_value());
  auto configuration = small_configuration();
  for (auto& system : *configuration.mutable_directory()->mutable_systems()) system.clear_may_act_for();
  world.core().job_done(validated(configuration));
  const auto before = world.journal().last_sequence(StreamId(2)).value;
  const auto refused = say(4, frame("a", v1::ACTION_KIND_REMIND));
  EXPECT_EQ(refused.stage(), v1::ActionReply::REFUSED) << refused.error();
  EXPECT_EQ(world.journal().last_sequence(StreamId(2)).value, before + 1) << "the new version, and no step";
}

TEST_F(Citizen, SaysNothingThatIsForStaffToSay) {
  const auto refused = [&](auto&& fill) {
    static int serial = 0;
    auto said = frame("f-" + std::to_string(++serial), v1::ACTION_KIND_REMIND);
    fill(*said.mutable_act()->mutable_action());
    return say(4, said).error();
  };
  EXPECT_EQ(refused([](v1::Action& a) { a.add_targets("worker-1"); }), v1::ERROR_CODE_FIELD_INVALID);
  EXPECT_EQ(refused([](v1::Action& a) { a.set_to_cell("a-02"); }), v1::ERROR_CODE_FIELD_INVALID);
  EXPECT_EQ(refused([](v1::Action& a) { a.set_for_citizen(true); }), v1::ERROR_CODE_FIELD_INVALID);
  EXPECT_EQ(refused([](v1::Action& a) { a.set_until_ms(1'900'000'000'000); }), v1::ERROR_CODE_FIELD_INVALID);
  EXPECT_EQ(refused([](v1::Action&) {}), 0u);
}

TEST_F(Citizen, IsToldOfTheirCaseAfterItsEndAndStaffWhatMayBeDoneWithIt) {
  const auto lease = world.host(5, "host-1").at("a-01");
  auto commit = world.commit_of(lease, 1, 1);
  world.commit(5, {commit});
  commit = world.commit_of(lease, 2, 2);
  auto& effect = *commit.add_effects();
  effect.set_case_number(case_number);
  effect.set_kind(v1::CaseEffect::ENDED);
  v1::CaseEvent event;
  event.set_case_number(case_number);
  event.mutable_whole()->set_case_number(case_number);
  event.mutable_whole()->set_state(v1::CASE_STATE_CLOSED);
  auto& committed = *commit.add_events();
  committed.set_kind(v1::EVENT_KIND_CLOSED);
  committed.set_event(event.SerializeAsString());
  world.commit(5, {commit});
  const auto query = [&](std::uint64_t peer, const char* person) {
    v1::ClientFrame frame;
    frame.mutable_query()->set_person(person);
    frame.mutable_query()->set_case_number(case_number);
    world.frames(peer), world.frames(5);
    world.say(peer, frame);
    world.round();
    v1::Ask ask;
    for (const auto& got : world.frames(5))
      if (got.has_ask()) ask = got.ask();
    return ask;
  };
  const auto told = [&](std::uint64_t peer) {
    v1::QueryReply reply;
    for (const auto& got : world.frames(peer))
      if (got.has_query_reply()) reply = got.query_reply();
    return reply;
  };
  const auto is_shown = [&](const v1::QueryReply& reply) {
    EXPECT_EQ(reply.error(), 0u);
    EXPECT_EQ(reply.cell(), "a-01");
    return reply.cases_size() == 1 && reply.cases(0).whole().state() == v1::CASE_STATE_CLOSED;
  };
  EXPECT_EQ(query(4, "citizen").query_id(), 0u) << "theirs waits for no host";
  EXPECT_TRUE(is_shown(told(4)));

  // To staff its cell says what may be done with it.
  const auto answer = [&](const v1::Ask& ask, auto fill) {
    v1::ClientFrame answered;
    auto& into = *answered.mutable_answer();
    into.set_query_id(ask.query_id());
    into.set_stream(ask.stream());
    *into.mutable_epoch() = lease.epoch();
    fill(into);
    world.say(5, answered);
    world.round();
    return told(2);
  };
  const auto ask = query(2, "");
  EXPECT_EQ(ask.case_number(), case_number);
  EXPECT_EQ(ask.roles(0), v1::ROLE_GRID_WORKER);
  auto reply = answer(ask, [&](v1::Answer& into) {
    into.set_total(1);
    EXPECT_TRUE(into.add_cases()->mutable_whole()->ParseFromString(ask.prior()));
    into.mutable_cases(0)->add_allowed(v1::ACTION_KIND_REOPEN);
  });
  ASSERT_TRUE(is_shown(reply));
  EXPECT_EQ(reply.cases(0).allowed(0), v1::ACTION_KIND_REOPEN);
  // Without it where the host knows nothing of it, where the lease it answers by is no more, where it says nothing, where there is none.
  reply = answer(query(2, ""), [](v1::Answer& into) { into.set_error(v1::ERROR_CODE_CASE_UNKNOWN); });
  ASSERT_TRUE(is_shown(reply));
  EXPECT_TRUE(reply.cases(0).allowed().empty());
  EXPECT_TRUE(is_shown(answer(query(2, ""), [](v1::Answer& into) { into.mutable_epoch()->set_grant(99); })));
  EXPECT_NE(query(2, "").query_id(), 0u);
  EXPECT_EQ(told(2).cases_size(), 0);
  for (int second = 0; second < 11; ++second) {
    world.pass(std::chrono::seconds(1));
    v1::ClientFrame beat;
    beat.mutable_heartbeat();
    for (const auto peer : {2u, 5u}) world.say(peer, beat);
    world.round();
  }
  EXPECT_TRUE(is_shown(told(2)));
  v1::ClientFrame goodbye;
  goodbye.mutable_goodbye();
  world.say(5, goodbye);
  world.round();
  EXPECT_EQ(query(2, "").query_id(), 0u);
  EXPECT_TRUE(is_shown(told(2)));
}

TEST_F(Citizen, ReachesOnlyACaseByItsNumber) {
  auto mistyped = frame("a", v1::ACTION_KIND_REMIND);
  auto& number = *mistyped.mutable_act()->mutable_action()->mutable_case_number();
  number.back() = number.back() == '9' ? '0' : static_cast<char>(number.back() + 1);
  EXPECT_EQ(say(4, mistyped).error(), v1::ERROR_CODE_CASE_NUMBER_INVALID);

  const auto ask = [&](auto&& fill) {
    v1::ClientFrame query;
    query.mutable_query()->set_person("citizen");
    fill(*query.mutable_query());
    world.frames(4);
    world.say(4, query);
    world.round();
    for (const auto& got : world.frames(4))
      if (got.has_query_reply()) return got.query_reply().error();
    return 0u;
  };
  EXPECT_EQ(ask([](v1::Query& q) { q.set_cell("a-01"); }), v1::ERROR_CODE_NOT_ALLOWED);
  EXPECT_EQ(ask([](v1::Query&) {}), v1::ERROR_CODE_NOT_ALLOWED);
  world.host(5, "host-1");
  EXPECT_EQ(ask([&](v1::Query& q) { q.set_case_number(case_number); }), 0u);
  v1::Ask asked;
  for (const auto& got : world.frames(5))
    if (got.has_ask()) asked = got.ask();
  EXPECT_THAT(asked.roles(), ElementsAre(v1::ROLE_CITIZEN)) << "what is allowed is told by this role";

  v1::ClientFrame fetch;
  fetch.mutable_fetch()->set_person("citizen");
  fetch.mutable_fetch()->set_case_number(case_number);
  const auto fetched = [&] {
    world.say(4, fetch);
    world.round();
    v1::FetchReply reply;
    for (const auto& got : world.frames(4))
      if (got.has_fetch_reply()) reply = got.fetch_reply();
    return reply;
  };
  for (const auto part : {v1::FETCH_PART_CONTACT, v1::FETCH_PART_LOCATION}) {
    fetch.mutable_fetch()->set_part(part);
    EXPECT_EQ(fetched().error(), v1::ERROR_CODE_NOT_ALLOWED);
  }
  fetch.mutable_fetch()->set_part(v1::FETCH_PART_TEXT);
  EXPECT_EQ(fetched().error(), 0u) << "their own words";
}

TEST_F(Citizen, ReadsTheWordsThatAreForThemAndNoneOfStaff) {
  const auto other_case = world.publish(1, request_for("r-2", "a-01")).case_number();
  const auto words_of = [&](v1::ActionKind kind, const std::string& id, const std::string& person = "worker-1",
                            bool for_citizen = false, bool by_another = false) {
    auto said = frame(id, kind, person);
    said.mutable_act()->mutable_action()->mutable_words()->set_plain("words of " + id);
    said.mutable_act()->mutable_action()->set_for_citizen(for_citizen);
    EXPECT_EQ(say(4, said).stage(), v1::ActionReply::RECEIVED) << id;
    v1::ClientFrame fetch;
    fetch.mutable_fetch()->set_person("citizen");
    fetch.mutable_fetch()->set_case_number(by_another ? other_case : case_number);
    fetch.mutable_fetch()->set_part(v1::FETCH_PART_ACTION_WORDS);
    fetch.mutable_fetch()->set_cell("a-01");
    fetch.mutable_fetch()->set_sequence(world.journal().last_sequence(StreamId(2)).value);
    world.say(4, fetch);
    world.round();
    v1::FetchReply reply;
    for (const auto& got : world.frames(4))
      if (got.has_fetch_reply()) reply = got.fetch_reply();
    return reply;
  };
  EXPECT_EQ(words_of(v1::ACTION_KIND_RESOLVE, "solved").text().plain(), "words of solved");
  EXPECT_EQ(words_of(v1::ACTION_KIND_NOT_ACCEPT, "refused").text().plain(), "words of refused");
  for (const auto kind : {v1::ACTION_KIND_ADD_NOTE, v1::ACTION_KIND_ESCALATE, v1::ACTION_KIND_RETURN})
    EXPECT_EQ(words_of(kind, "note-" + std::to_string(kind)).error(), v1::ERROR_CODE_NOT_ALLOWED);
  EXPECT_EQ(words_of(v1::ACTION_KIND_ADD_NOTE, "for-them", "worker-1", true).error(), v1::ERROR_CODE_NOT_ALLOWED)
      << "staff wrote it down";
  EXPECT_EQ(words_of(v1::ACTION_KIND_ADD_NOTE, "own", "citizen").text().plain(), "words of own");
  EXPECT_EQ(words_of(v1::ACTION_KIND_ADD_NOTE, "own-of-another", "citizen", false, true).error(), v1::ERROR_CODE_CASE_UNKNOWN)
      << "of this case alone";
}

}  // namespace
}  // namespace huying::broker
