#include <gtest/gtest.h>

#include "base/limits.h"
#include "proto/errors.h"
#include "tests/broker/broker_world.h"

namespace huying::broker {
namespace {

v1::ClientFrame upload(std::uint64_t tag, std::uint32_t part, std::uint32_t parts, const std::string& bytes) {
  v1::ClientFrame frame;
  auto& publish = *frame.mutable_publish_directory();
  publish.set_tag(tag);
  publish.set_part(part);
  publish.set_parts(parts);
  publish.set_bytes(bytes);
  return frame;
}

TEST(Configuring, AnUploadBecomesAJobAndAGoodVersionReachesEveryCellAndSurvivesACrash) {
  BrokerWorld world;
  world.hello(1, "administrator", v1::ROLE_ADMINISTRATOR);
  world.say(1, upload(4, 0, 1, v1::DirectoryFiles().SerializeAsString()));
  world.round();
  const auto job = world.core().take_job();
  ASSERT_TRUE(job.has_value());
  auto configuration = small_configuration();
  auto& cell = *configuration.mutable_directory()->add_cells();
  cell.set_code("a-03");
  cell.set_unit("a");
  cell.set_stream(4);
  auto result = validated(configuration);
  result.id = job->id;
  world.core().job_done(std::move(result));
  do world.round();
  while (world.core().work_left());
  bool done = false;
  for (const auto& frame : world.frames(1))
    if (frame.has_publish_directory() && frame.publish_directory().done()) {
      EXPECT_EQ(frame.publish_directory().error(), 0u);
      EXPECT_EQ(frame.publish_directory().version(), 2u);
      done = true;
    }
  EXPECT_TRUE(done);
  for (int restarted = 0; restarted < 2; ++restarted) {
    for (const std::uint32_t stream : {1u, 2u, 3u}) EXPECT_EQ(world.journal().last_sequence(StreamId(stream)).value, 2u);
    EXPECT_EQ(world.journal().last_sequence(StreamId(4)).value, 1u);
    world.crash_and_restart();
  }
  world.hello(2, "hotline", v1::ROLE_PUBLISHER);
  world.round();
  world.frames(2);
  EXPECT_EQ(world.publish(2, request_for("r", "a-03")).error(), 0u);
}

// What is in force already, and what is to be checked only, changes nothing and tells no cell.
TEST(Configuring, AnUnchangedOrOnlyCheckedVersionIsNotPutInForce) {
  BrokerWorld world;
  world.hello(1, "administrator", v1::ROLE_ADMINISTRATOR);
  const auto answered = [&](bool check_only, const v1::Configuration& configuration) {
    auto frame = upload(4, 0, 1, v1::DirectoryFiles().SerializeAsString());
    frame.mutable_publish_directory()->set_check_only(check_only);
    world.say(1, frame);
    world.round();
    const auto job = world.core().take_job();
    EXPECT_TRUE(job.has_value());
    auto result = validated(configuration);
    result.id = job->id;
    world.core().job_done(std::move(result));
    do world.round();
    while (world.core().work_left());
    v1::PublishDirectoryReply reply;
    for (const auto& got : world.frames(1))
      if (got.has_publish_directory() && got.publish_directory().done()) reply = got.publish_directory();
    return reply;
  };
  const auto unchanged = answered(false, small_configuration());
  EXPECT_TRUE(unchanged.unchanged());
  EXPECT_EQ(unchanged.version(), 1u);
  auto other = small_configuration();
  other.mutable_directory()->set_street_name("another name");
  const auto checked = answered(true, other);
  EXPECT_EQ(checked.error(), 0u);
  EXPECT_FALSE(checked.unchanged());
  EXPECT_EQ(checked.version(), 1u) << "the one in force";
  for (const std::uint32_t stream : {1u, 2u, 3u}) EXPECT_EQ(world.journal().last_sequence(StreamId(stream)).value, 1u);
}

TEST(Configuring, ABrokenVersionReplacesNothing) {
  BrokerWorld world;
  world.hello(1, "administrator", v1::ROLE_ADMINISTRATOR);
  world.say(1, upload(4, 0, 1, v1::DirectoryFiles().SerializeAsString()));
  world.round();
  world.frames(1);
  auto job = world.core().take_job();
  ASSERT_TRUE(job.has_value());
  world.core().job_done(perform(*job));  // no file at all
  world.round();
  const auto frames = world.frames(1);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].publish_directory().error(), v1::ERROR_CODE_FILE_MISSING);
  EXPECT_GT(frames[0].publish_directory().findings_size(), 0);
  world.hello(2, "hotline", v1::ROLE_PUBLISHER);
  world.round();
  world.frames(2);
  EXPECT_EQ(world.publish(2, request_for("r", "a-01")).error(), 0u);
}

TEST(Configuring, PartsOutOfOrderAndStrangersAreRefused) {
  BrokerWorld world;
  world.hello(1, "administrator", v1::ROLE_ADMINISTRATOR);
  world.hello(2, "hotline", v1::ROLE_PUBLISHER);
  world.say(1, upload(4, 1, 2, "x"));
  world.say(2, upload(4, 0, 1, "x"));
  world.round();
  const auto error = [&](std::uint64_t peer) {
    for (const auto& frame : world.frames(peer))
      if (frame.has_publish_directory()) return frame.publish_directory().error();
    return 0u;
  };
  EXPECT_EQ(error(1), v1::ERROR_CODE_UPLOAD_OUT_OF_ORDER);
  EXPECT_EQ(error(2), v1::ERROR_CODE_NOT_ALLOWED);
}

TEST(Configuring, HostsFetchAVersionWithoutGeometryOrPlaces) {
  BrokerWorld world;
  world.host(5, "host-1");
  world.frames(5);
  v1::ClientFrame frame;
  frame.mutable_fetch_configuration()->set_version(1);
  world.say(5, frame);
  world.round();
  v1::Configuration got;
  for (const auto& one : world.frames(5))
    if (one.has_configuration()) {
      EXPECT_EQ(one.configuration().parts(), 1u);
      ASSERT_TRUE(got.ParseFromString(one.configuration().bytes()));
    }
  EXPECT_EQ(got.directory().cells_size(), 3);
  EXPECT_EQ(got.directory().places_size(), 0);
}

// A gateway draws the map: it asks for the shapes, in force, and nobody else gets them.
TEST(Configuring, AGatewayFetchesTheVersionInForceWithItsGeometryAfterARestartToo) {
  BrokerWorld world;
  auto configuration = small_configuration();
  configuration.mutable_directory()->set_street_name("with shapes");
  auto& ring = *configuration.mutable_directory()->mutable_cells(1)->add_polygons()->add_rings();
  for (const int step : {1'131'000'000, 351'000'000, 10'000, 0, 0, 10'000, -10'000, -10'000}) ring.add_coordinates(step);
  world.configure(configuration);
  const auto fetched = [&](std::uint64_t peer, std::uint64_t version) {
    world.frames(peer);
    v1::ClientFrame frame;
    frame.mutable_fetch_configuration()->set_version(version);
    frame.mutable_fetch_configuration()->set_with_geometry(true);
    world.say(peer, frame);
    world.round();
    v1::ConfigurationReply reply;
    for (const auto& one : world.frames(peer))
      if (one.has_configuration()) reply = one.configuration();
    return reply;
  };
  for (int restarts = 0; restarts < 2; ++restarts) {
    world.hello(4, "gateway", v1::ROLE_GATEWAY);
    world.host(5, "host-1");
    world.round();
    for (const std::uint64_t version : {0u, 2u}) {
      const auto reply = fetched(4, version);
      EXPECT_EQ(reply.error(), 0u);
      EXPECT_EQ(reply.version(), 2u);
      ASSERT_EQ(reply.parts(), 1u);
      v1::Configuration got;
      ASSERT_TRUE(got.ParseFromString(reply.bytes()));
      EXPECT_EQ(got.directory().street_name(), "with shapes");
      EXPECT_EQ(got.directory().cells(1).polygons_size(), 1);
    }
    EXPECT_EQ(fetched(4, 1).error(), v1::ERROR_CODE_NO_CONFIGURATION) << "of another than that in force no shapes are kept";
    const auto refused = fetched(5, 0);
    EXPECT_EQ(refused.error(), v1::ERROR_CODE_NOT_ALLOWED);
    EXPECT_TRUE(refused.bytes().empty());
    world.crash_and_restart();
  }
}

// Sixteen versions are kept. In the place of an older one comes the oldest that is left, under its own number, so that a
// host does not take the new rules for those which a cell went by.
TEST(Configuring, AVersionThatIsNotKeptIsAnsweredByTheOldestThatIsAndSaysWhichItIs) {
  BrokerWorld world;
  for (int version = 2; version <= 20; ++version) {
    auto configuration = small_configuration();
    configuration.mutable_directory()->set_street_name("name " + std::to_string(version));
    world.configure(configuration);
  }
  for (int restarts = 0; restarts < 2; ++restarts) {
    world.host(5, "host-1");
    for (const std::uint64_t asked : {1u, 4u, 5u, 20u}) {
      world.frames(5);
      v1::ClientFrame frame;
      frame.mutable_fetch_configuration()->set_version(asked);
      world.say(5, frame);
      world.round();
      v1::ConfigurationReply reply;
      for (const auto& one : world.frames(5))
        if (one.has_configuration()) reply = one.configuration();
      const auto expected = std::max<std::uint64_t>(asked, 5);
      EXPECT_EQ(reply.error(), 0u);
      EXPECT_EQ(reply.version(), expected) << asked;
      v1::Configuration got;
      ASSERT_TRUE(got.ParseFromString(reply.bytes()));
      EXPECT_EQ(got.directory().street_name(), "name " + std::to_string(expected));
    }
    world.crash_and_restart();
  }
}

// The directory under which a frame is judged is the one under which it is filed, be it that it changes in that round.
TEST(Configuring, APersonWhomANewDirectoryDoesNotHaveIsToldAndActsNoMore) {
  BrokerWorld world;
  world.hello(1, "administrator", v1::ROLE_ADMINISTRATOR);
  world.hello(2, "hotline", v1::ROLE_PUBLISHER);
  world.hello(3, "worker-1", v1::ROLE_GRID_WORKER);
  world.round();
  world.frames(2);
  const auto number = world.publish(2, request_for("r-1", "a-01")).case_number();
  world.say(1, upload(4, 0, 1, v1::DirectoryFiles().SerializeAsString()));
  world.round();
  ASSERT_TRUE(world.core().take_job().has_value());
  auto configuration = small_configuration();
  ASSERT_EQ(configuration.directory().people(0).code(), "worker-1");
  configuration.mutable_directory()->mutable_people()->DeleteSubrange(0, 1);
  world.core().job_done(validated(configuration));
  world.frames(3);
  world.say(3, act_frame(1, "step-1", number, v1::ACTION_KIND_ACCEPT));
  world.round();
  EXPECT_FALSE(world.core().has_session(PeerId(3)));
  const auto refusals = world.refusals(3);
  ASSERT_GE(refusals.size(), 1u);
  EXPECT_EQ(refusals[0].error(), v1::ERROR_CODE_UNKNOWN_PRINCIPAL);
  EXPECT_TRUE(refusals[0].session_over());
  EXPECT_TRUE(world.action_replies(3).empty());
}

TEST(Configuring, AnAdministratorWhoIsNoneAnyMorePublishesNothingMore) {
  BrokerWorld world;
  world.hello(1, "administrator", v1::ROLE_ADMINISTRATOR);
  world.round();
  auto configuration = small_configuration();
  for (auto& person : *configuration.mutable_directory()->mutable_people())
    if (person.code() == "administrator") person.mutable_posts(0)->set_role(v1::ROLE_STREET_SUPERVISOR);
  world.configure(configuration);
  EXPECT_EQ(world.refusals(1).at(0).error(), v1::ERROR_CODE_ROLE_NOT_HELD);
  world.say(1, upload(4, 0, 1, v1::DirectoryFiles().SerializeAsString()));
  world.round();
  EXPECT_FALSE(world.core().take_job().has_value());
  EXPECT_EQ(world.refusals(1).at(0).error(), v1::ERROR_CODE_NO_SESSION);
}

TEST(Configuring, OfSeveralUploadsOnlyAsManyBytesAreHeldAsTwoMayHave) {
  BrokerWorld world;
  const std::string part(limits::upload_part_bytes, 'x');
  std::size_t held = 0;
  std::uint32_t refused = 0;
  for (std::uint64_t peer = 1; peer <= 3; ++peer) world.hello(peer, "administrator", v1::ROLE_ADMINISTRATOR);
  world.round();
  v1::ClientFrame heartbeat;
  heartbeat.mutable_heartbeat();
  for (std::uint64_t peer = 1; peer <= 3; ++peer)
    for (std::uint32_t i = 0; i < 190; ++i) {
      world.say(peer, upload(peer, i, 200, part));
      world.round();
      for (const auto& frame : world.frames(peer)) {
        if (!frame.has_publish_directory()) continue;
        if (frame.publish_directory().error() == 0) held += part.size();
        if (frame.publish_directory().error() == v1::ERROR_CODE_BUSY) ++refused;
      }
    }
  EXPECT_GT(refused, 0u);
  EXPECT_LE(held, 3 * limits::directory_files_bytes_max);
}

}  // namespace
}  // namespace huying::broker
