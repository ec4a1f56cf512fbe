// What a broker answers of segments that were archived: known for good, else where it is and how to bring it back.
#include <gmock/gmock.h>

#include "broker/journal/archive.h"
#include "broker/journal/format.h"
#include "proto/errors.h"
#include "tests/broker/subscribing_world.h"

namespace huying::broker {
namespace {

using testing::HasSubstr;

constexpr int requests_in_all = 60;
constexpr const char* archive = "/archive";

v1::Request request_number(int n) {
  auto request = request_for("r-" + std::to_string(n), "a-01");
  request.mutable_text()->set_plain(std::string(900, 'w') + std::to_string(n));
  return request;
}

class Archived : public testing::Test {
 protected:
  Archived() : world(true, {}, 32 << 10) {
    greet();
    for (int n = 0; n < requests_in_all; ++n) numbers.push_back(world.publish(1, request_number(n)).case_number());
  }
  void greet() {
    world.hello(1, "hotline", v1::ROLE_PUBLISHER);
    world.hello(2, "street-1", v1::ROLE_STREET_SUPERVISOR);
    world.hello(3, "worker-1", v1::ROLE_GRID_WORKER);
    world.round();
    for (const auto peer : {1, 2, 3}) world.frames(peer);
  }
  // All but the segment that is written to.
  void archive_all() {
    world.restart_after([&] {
      const auto names = world.disk().list("/data/journal").value();
      std::uint32_t last = 0;
      for (const auto& name : names)
        if (const auto part = journal::parse_part_name(name)) last = part->segment;
      ASSERT_GT(last, 1u);
      const auto done = journal::archive_journal(world.disk(), "/data", archive, {.segment = last, .time = {}});
      ASSERT_TRUE(done) << done.error().detail;
      ASSERT_EQ(done->last_segment, last - 1);
    });
    greet();
  }
  void rename_archive(const std::string& from, const std::string& to) {
    for (const auto& path : world.disk().files()) {
      if (!path.starts_with(from + "/")) continue;
      world.disk().set_contents(to + path.substr(from.size()), world.disk().contents(path));
      ASSERT_TRUE(world.disk().remove(path));
    }
  }
  void take_archive_away() { rename_archive(archive, "/away"); }
  void bring_archive_back() { rename_archive("/away", archive); }
  v1::FetchReply fetch(const std::string& number) {
    v1::ClientFrame frame;
    frame.mutable_fetch()->set_case_number(number);
    frame.mutable_fetch()->set_part(v1::FETCH_PART_TEXT);
    world.say(3, frame);
    world.round();
    for (const auto& answer : world.frames(3))
      if (answer.has_fetch_reply()) return answer.fetch_reply();
    ADD_FAILURE() << "no answer";
    return {};
  }

  BrokerWorld world;
  std::vector<std::string> numbers;
};

TEST_F(Archived, ARequestThatComesAgainHasItsNumberForGood) {
  archive_all();
  take_archive_away();
  for (int n = 0; n < requests_in_all; ++n) {
    const auto ack = world.publish(1, request_number(n));
    EXPECT_EQ(ack.error(), 0u) << n << " " << ack.detail();
    EXPECT_TRUE(ack.known());
    EXPECT_EQ(ack.case_number(), numbers[static_cast<std::size_t>(n)]);
    EXPECT_EQ(ack.cell(), "a-01");
    EXPECT_EQ(ack.rule(), v1::DISPATCH_RULE_EXPLICIT);
  }
  auto other = request_number(0);
  other.mutable_text()->set_plain("other words");
  const auto refused = world.publish(1, other);
  EXPECT_EQ(refused.error(), v1::ERROR_CODE_CONTENT_DIFFERS);
  EXPECT_EQ(refused.case_number(), numbers[0]);
}

TEST_F(Archived, ASubscriberIsToldWhereItIsAndOthersGoOn) {
  archive_all();
  auto old = subscribe_frame("old", {"case.>"});
  old.mutable_subscribe()->set_start(true);
  world.say(2, old);
  world.say(3, subscribe_frame("new", {"case.s.a.a-01.>"}));
  do world.round();
  while (world.core().work_left());
  const auto refusals = world.refusals(2);
  ASSERT_EQ(refusals.size(), 1u);
  EXPECT_EQ(refusals[0].error(), v1::ERROR_CODE_ARCHIVED);
  EXPECT_EQ(refusals[0].name(), "old");
  EXPECT_FALSE(refusals[0].session_over());
  EXPECT_THAT(refusals[0].detail(), HasSubstr("huying journal unarchive --data /data --from /archive"));
  EXPECT_TRUE(world.refusals(3).empty());
}

TEST_F(Archived, WhatTheWorkNeedsIsReadThereAndRefusedByNumberWhileItIsAway) {
  archive_all();
  EXPECT_EQ(fetch(numbers[0]).text().plain(), request_number(0).text().plain());
  take_archive_away();
  const auto refused = fetch(numbers[0]);
  EXPECT_EQ(refused.error(), v1::ERROR_CODE_ARCHIVED);
  EXPECT_THAT(refused.detail(), HasSubstr("huying journal unarchive"));
  EXPECT_EQ(fetch(numbers.back()).error(), 0u) << "what is here is answered";
}

TEST_F(Archived, ACellWhoseFoldNeedsItWaitsAnnouncedAndGoesOnWhenItIsBack) {
  archive_all();
  take_archive_away();
  auto coverage = subscribe_frame("coverage", {"coverage.>"});
  coverage.mutable_subscribe()->clear_cursor();
  coverage.mutable_subscribe()->set_head(true);
  world.say(2, coverage);
  world.round();
  ASSERT_EQ(world.host(5, "host-1").size(), 3u);
  for (int i = 0; i < 3; ++i) {
    world.pass(std::chrono::milliseconds(60));
    world.round();
  }
  EXPECT_TRUE(world.deliveries(5).empty()) << "each begins with a record that is archived";
  std::size_t parked = 0;
  for (const auto& event : world.events(2)) {
    v1::Coverage told;
    ASSERT_TRUE(told.ParseFromString(event.event()));
    parked += told.change() == v1::Coverage::CELL_PARKED;
  }
  EXPECT_EQ(parked, 3u);
  v1::ClientFrame query;
  query.mutable_query()->set_case_number(numbers[0]);
  world.say(3, query);
  world.round();
  EXPECT_EQ(world.frames(3).back().query_reply().error(), v1::ERROR_CODE_ARCHIVED);

  bring_archive_back();
  std::size_t delivered = 0;
  for (int i = 0; i < 40; ++i) {
    world.pass(std::chrono::milliseconds(100));
    v1::ClientFrame wake;
    wake.mutable_wake()->set_next_wake_within_ms(4'000);
    world.say(5, wake);
    world.round();
    delivered += world.deliveries(5).size();
  }
  EXPECT_GE(delivered, static_cast<std::size_t>(requests_in_all)) << "all of it, once it can be read";
}

TEST_F(Archived, ACaseThatEndedThereIsRefusedByNumberWhileItIsAway) {
  const auto lease = world.host(5, "host-1").at("a-01");
  auto commit = world.commit_of(lease, 1, 1);
  auto& effect = *commit.add_effects();
  effect.set_kind(v1::CaseEffect::ENDED);
  effect.set_case_number(numbers[0]);
  world.commit(5, {commit});
  for (int n = requests_in_all; n < 2 * requests_in_all; ++n) world.publish(1, request_number(n));
  archive_all();
  take_archive_away();
  v1::ClientFrame query;
  query.mutable_query()->set_case_number(numbers[0]);
  world.say(3, query);
  world.say(3, act_frame(4, "late", numbers[0], v1::ACTION_KIND_REOPEN));
  world.round();
  std::uint32_t asked = 0, acted = 0;
  for (const auto& frame : world.frames(3)) {
    if (frame.has_query_reply()) asked = frame.query_reply().error();
    for (const auto& reply : frame.action_replies().replies()) acted = reply.error();
  }
  EXPECT_EQ(asked, v1::ERROR_CODE_ARCHIVED);
  EXPECT_EQ(acted, v1::ERROR_CODE_ARCHIVED);
}

TEST_F(Archived, ReadOnlyStartsWithoutItAndSaysWhatIsMissing) {
  archive_all();
  take_archive_away();
  world.restart_read_only();
  world.hello(9, "administrator", v1::ROLE_ADMINISTRATOR);
  world.round();
  const auto frames = world.frames(9);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_THAT(frames[0].welcome().missing(), HasSubstr("batches 1 to "));
}

}  // namespace
}  // namespace huying::broker
