#include <gtest/gtest.h>

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

}  // namespace
}  // namespace huying::broker
