// Server-sent events: what is committed reaches who may read it, and nothing is missing between two connections.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "proto/errors.h"
#include "tests/gateway/shell/world.h"

namespace huying::gateway {
namespace {

using testing::HasSubstr;
using testing::Not;

std::size_t count_of(const std::string& text, const std::string& in) {
  std::size_t count = 0;
  for (auto at = in.find(text); at != std::string::npos; at = in.find(text, at + 1)) ++count;
  return count;
}

TEST(GatewayEvents, AStreamTellsWhatItsPersonMayReadAndNothingElse) {
  World world;
  auto worker = world.browser_of("shiqiao-01.worker");
  EventReader stream(worker, world.port(), "/api/v1/events");
  ASSERT_EQ(stream.status(), 200u) << stream.seen();
  ASSERT_TRUE(stream.read_until("event: head")) << stream.seen();
  const auto theirs = world.publish_in("shiqiao-01");
  const auto others = world.publish_in("wenhua-05");
  const auto last = world.publish_in("shiqiao-01");
  ASSERT_TRUE(stream.read_until(last)) << stream.seen();
  EXPECT_THAT(stream.seen(), HasSubstr(theirs));
  EXPECT_THAT(stream.seen(), Not(HasSubstr(others)));
  EXPECT_THAT(stream.seen(), HasSubstr("event: case\ndata: {\"subject\":\"case.410871061.shiqiao.shiqiao-01.filed\""));
  EXPECT_EQ(world.browser().get("/api/v1/events").status, 401u);
}

TEST(GatewayEvents, WhoComesAgainWithTheLastIdMissesNothing) {
  World world;
  auto supervisor = world.browser_of("street.supervisor-1");
  std::string id;
  const auto first = world.publish_in("shiqiao-01");
  {
    EventReader stream(supervisor, world.port(), "/api/v1/events?subjects=case.%3E");
    ASSERT_TRUE(stream.read_until("event: head"));
    const auto second = world.publish_in("shiqiao-01");
    ASSERT_TRUE(stream.read_until(second + "\",\"revision\":\"2\"")) << stream.seen();
    const auto at = stream.seen().size();
    ASSERT_TRUE(wait_until([&] { return stream.seen().find("id: ", at) != std::string::npos || stream.read_until("\n\n"); }));
    EXPECT_THAT(stream.seen(), Not(HasSubstr(first))) << "it began with what came";
    id = stream.last_id();
  }
  ASSERT_FALSE(id.empty());
  std::vector<std::string> meanwhile;
  for (int i = 0; i < 20; ++i) meanwhile.push_back(world.publish_in("liulin-03"));
  // The feed is remembered; then, after a new start of the gateway, the journal has it.
  for (int round = 0; round < 2; ++round) {
    EventReader stream(supervisor, world.port(), "/api/v1/events?subjects=case.%3E", {{"Last-Event-ID", id}});
    ASSERT_EQ(stream.status(), 200u);
    ASSERT_TRUE(stream.read_until(meanwhile.back())) << round;
    for (const auto& number : meanwhile) EXPECT_THAT(stream.seen(), HasSubstr(number)) << round;
    EXPECT_EQ(count_of(meanwhile.front() + "\",\"revision\":\"1\"", stream.seen()), 1u);
    EXPECT_THAT(stream.seen(), Not(HasSubstr("event: lost")));
    if (round == 0) {
      world.stop_gateway();
      world.start_gateway();
    }
  }
}

TEST(GatewayEvents, ATokenOfAnotherHistoryIsTold) {
  World world, other;
  auto here = world.browser_of("street.supervisor-1"), there = other.browser_of("street.supervisor-1");
  EventReader elsewhere(there, other.port(), "/api/v1/events");
  ASSERT_TRUE(elsewhere.read_until("event: head"));
  EventReader stream(here, world.port(), "/api/v1/events?after=" + elsewhere.last_id());
  ASSERT_EQ(stream.status(), 200u);
  EXPECT_TRUE(stream.read_until("event: lost")) << stream.seen();
  EXPECT_TRUE(stream.ended());
  EXPECT_EQ(here.get("/api/v1/events?after=!!").status, 400u);
}

TEST(GatewayEvents, SubjectsThatAreNotTheirsAreRefused) {
  World world;
  auto worker = world.browser_of("shiqiao-01.worker");
  const auto page = worker.get("/api/v1/events?subjects=case.%3E");
  EXPECT_EQ(page.status, 403u) << page.body;
  EXPECT_EQ(page.number(), v1::ERROR_CODE_SUBJECT_NOT_ALLOWED);
  EXPECT_EQ(worker.get("/api/v1/events?subjects=case.A").status, 400u);
}

TEST(GatewayEvents, StreamsOfOnePersonAreBoundedShareAFeedAndEndWithTheLogin) {
  WorldOptions options;
  options.gateway.streams.a_person_max = 3;
  World world(options);
  auto worker = world.browser_of("shiqiao-01.worker");
  EventReader one(worker, world.port(), "/api/v1/events"), two(worker, world.port(), "/api/v1/events"),
      three(worker, world.port(), "/api/v1/events");
  for (auto* stream : {&one, &two, &three}) ASSERT_TRUE(stream->read_until("event: head"));
  world.on_gateway([&] { EXPECT_EQ(world.gateway().streams().feeds(), 1u); });
  EXPECT_EQ(worker.get("/api/v1/events").number(), v1::ERROR_CODE_TOO_MANY_STREAMS);
  auto other = world.browser_of("shiqiao-02.worker");
  EventReader fourth(other, world.port(), "/api/v1/events");
  EXPECT_EQ(fourth.status(), 200u) << "another's are counted apart";
  EXPECT_EQ(worker.ask("DELETE", "/api/v1/session", "", {}).status, 204u);
  for (auto* stream : {&one, &two, &three}) EXPECT_TRUE(stream->ended());
}

TEST(GatewayEvents, SubscriptionsThatNobodyReadsGiveWay) {
  WorldOptions options;
  options.gateway.streams.a_person_max = 2;
  options.gateway.streams.feeds_max = 3;
  World world(options);
  auto worker = world.browser_of("shiqiao-01.worker"), other = world.browser_of("shiqiao-02.worker");
  EventReader own(worker, world.port(), "/api/v1/events");
  ASSERT_TRUE(own.read_until("event: head"));
  for (int i = 0; i < 6; ++i) {
    // The gateway notices a moment later that the one before has gone.
    unsigned status = 0;
    for (int tries = 0; tries < 1'000 && status != 200u; ++tries) {
      EventReader one(worker, world.port(), fmt::format("/api/v1/events?subjects=made-up-{}", i));
      status = one.status();
    }
    EXPECT_EQ(status, 200u) << i;
  }
  world.on_gateway([&] { EXPECT_LE(world.gateway().streams().feeds(), 2u) << "a person's"; });
  EventReader another(other, world.port(), "/api/v1/events");
  EXPECT_EQ(another.status(), 200u) << "others find room";
  world.on_gateway([&] { EXPECT_EQ(world.gateway().streams().feeds(), 3u) << "one that is read stays"; });
}

TEST(GatewayEvents, WhileTheBrokerIsAwayNothingSaysThatAllIsWell) {
  WorldOptions options;
  options.gateway.streams.alive_each = options.gateway.streams.look_each = Milliseconds(50);
  World world(options);
  auto worker = world.browser_of("shiqiao-01.worker");
  EventReader stream(worker, world.port(), "/api/v1/events");
  ASSERT_TRUE(stream.read_until("event: head"));
  ASSERT_TRUE(stream.read_until("\n: \n")) << "a sign of life";
  world.stop_broker();
  // A page that comes anew is told so, as soon as the gateway knows.
  const auto patience = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  unsigned status = 0;
  while (status != 503u && std::chrono::steady_clock::now() < patience)
    status = EventReader(worker, world.port(), "/api/v1/events").status();
  EXPECT_EQ(status, 503u);
  world.start_broker();
  ASSERT_TRUE(wait_until([&] { return world.browser().get("/healthz/ready").status == 200; }));
  const auto number = world.publish_in("shiqiao-01");
  EXPECT_TRUE(stream.read_until(number)) << "the one that stood goes on";
}

}  // namespace
}  // namespace huying::gateway
