#include "workers/host/configurations.h"

#include <gtest/gtest.h>

#include "tests/workers/host/fake_broker.h"

namespace huying::host {
namespace {

using Frames = std::vector<v1::ClientFrame>;

v1::ConfigurationReply part(std::uint64_t version, std::uint32_t number, std::uint32_t parts = 2) {
  const auto bytes = made_up_configuration().SerializeAsString();
  const auto size = (bytes.size() + parts - 1) / parts;
  v1::ConfigurationReply reply;
  reply.set_version(version);
  reply.set_part(number);
  reply.set_parts(parts);
  reply.set_bytes(bytes.substr(number * size, size));
  return reply;
}

std::pair<std::uint64_t, std::uint32_t> asked(const Frames& frames) {
  EXPECT_EQ(frames.size(), 1u);
  if (frames.empty()) return {};
  return {frames.back().fetch_configuration().version(), frames.back().fetch_configuration().part()};
}

TEST(Configurations, AVersionThatIsNotKeptComesAsALaterOneAndSaysSo) {
  Configurations configurations;
  Frames out;
  configurations.want(1, out);
  out.clear();
  EXPECT_FALSE(configurations.take(part(5, 0), out));
  EXPECT_EQ(asked(out), std::pair(std::uint64_t{1}, 1u));
  EXPECT_TRUE(configurations.take(part(5, 1), out));
  ASSERT_NE(configurations.find(1), nullptr);
  EXPECT_EQ(configurations.find(1)->version(), 5u);
  EXPECT_EQ(configurations.find(5), nullptr) << "nobody asked for it";
}

// Two are on their way, and the broker answers both with the same: in the order in which they were asked for.
TEST(Configurations, AnswersAreToldApartByTheirOrder) {
  Configurations configurations;
  Frames out;
  configurations.want(1, out);
  configurations.want(5, out);
  EXPECT_FALSE(configurations.take(part(5, 0), out));
  EXPECT_FALSE(configurations.take(part(5, 0), out));
  EXPECT_TRUE(configurations.take(part(5, 1), out));
  EXPECT_TRUE(configurations.take(part(5, 1), out));
  EXPECT_EQ(configurations.find(1)->version(), 5u);
  EXPECT_EQ(configurations.find(5)->version(), 5u);
  EXPECT_FALSE(configurations.take(part(5, 1), out)) << "nothing was asked";
}

// Between two parts another version was published: what the first was of is not kept any more.
TEST(Configurations, PartsOfTwoVersionsAreNeverJoined) {
  Configurations configurations;
  Frames out;
  configurations.want(1, out);
  EXPECT_FALSE(configurations.take(part(1, 0), out));
  out.clear();
  EXPECT_FALSE(configurations.take(part(2, 1), out));
  EXPECT_EQ(asked(out), std::pair(std::uint64_t{1}, 0u)) << "from the first part";
  EXPECT_FALSE(configurations.take(part(2, 0), out));
  EXPECT_TRUE(configurations.take(part(2, 1), out));
  EXPECT_EQ(configurations.find(1)->version(), 2u);
}

TEST(Configurations, ANewSessionAsksForEverythingAnewAndForgetsWhatTheOldOneAsked) {
  Configurations configurations;
  Frames out;
  configurations.want(1, out);
  EXPECT_FALSE(configurations.take(part(1, 0), out));
  out.clear();
  configurations.ask_again(out);
  EXPECT_EQ(asked(out), std::pair(std::uint64_t{1}, 0u));
  EXPECT_FALSE(configurations.take(part(1, 1), out)) << "of the session before";
  EXPECT_FALSE(configurations.take(part(1, 0), out));
  EXPECT_TRUE(configurations.take(part(1, 1), out));
}

}  // namespace
}  // namespace huying::host
