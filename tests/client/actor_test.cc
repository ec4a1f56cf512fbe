#include "client/actor.h"

#include <gtest/gtest.h>

#include "client/directory_upload.h"
#include "base/limits.h"
#include "proto/errors.h"
#include "tests/client/recorded_sink.h"

namespace huying::client {
namespace {

v1::BrokerFrame reply(std::uint64_t tag, v1::ActionReply::Stage stage, std::uint32_t error = 0) {
  v1::BrokerFrame frame;
  auto& one = *frame.mutable_action_replies()->add_replies();
  one.set_tag(tag);
  one.set_stage(stage);
  one.set_error(error);
  return frame;
}

struct ActorTest : testing::Test {
  RecordedSink sink;
  Actor actor{sink};
  std::vector<v1::ActionReply> replies;
  std::uint64_t act() {
    v1::Action action;
    action.set_action_id("a-1");
    actor.act(action, [this](const auto& one) { replies.push_back(one); });
    return sink.sent.back().act().tag();
  }
};

TEST_F(ActorTest, IsAnsweredTwice) {
  const auto tag = act();
  actor.on_frame(reply(tag, v1::ActionReply::RECEIVED));
  actor.on_frame(reply(tag, v1::ActionReply::DECIDED, v1::ERROR_CODE_STATE_REFUSES));
  ASSERT_EQ(replies.size(), 2u);
  EXPECT_EQ(replies[1].error(), static_cast<std::uint32_t>(v1::ERROR_CODE_STATE_REFUSES));
  EXPECT_EQ(actor.unanswered(), 0u);
}

TEST_F(ActorTest, SendsAnUndecidedActionAgainAndTellsReceivedOnce) {
  const auto tag = act();
  actor.on_frame(reply(tag, v1::ActionReply::RECEIVED));
  sink.take();
  actor.on_lost();
  actor.on_welcome({});
  ASSERT_EQ(sink.sent.size(), 1u);
  EXPECT_EQ(sink.sent[0].act().action().action_id(), "a-1");
  actor.on_frame(reply(tag, v1::ActionReply::RECEIVED));
  actor.on_frame(reply(tag, v1::ActionReply::DECIDED));
  EXPECT_EQ(replies.size(), 2u);
}

TEST_F(ActorTest, ARefusalIsTheOnlyAnswer) {
  const auto tag = act();
  actor.on_frame(reply(tag, v1::ActionReply::REFUSED, v1::ERROR_CODE_NOT_YOUR_CELL));
  actor.on_frame(reply(tag, v1::ActionReply::DECIDED));
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_EQ(replies[0].stage(), v1::ActionReply::REFUSED);
}

TEST_F(ActorTest, ABusyBrokerIsAskedAgainAfterTheTimeGivenAndNotBefore) {
  const auto tag = act();
  auto busy = reply(tag, v1::ActionReply::REFUSED, v1::ERROR_CODE_BUSY);
  busy.mutable_action_replies()->mutable_replies(0)->set_retry_after_ms(1'000);
  sink.take();
  actor.on_frame(busy);
  const SteadyInstant start{std::chrono::hours(1)};
  actor.on_tick(start);
  actor.on_lost();
  actor.on_welcome({});
  actor.on_tick(start + Milliseconds(999));
  EXPECT_TRUE(sink.take().empty());
  actor.on_tick(start + Milliseconds(1'500));
  ASSERT_EQ(sink.take().size(), 1u);
  EXPECT_TRUE(replies.empty()) << "busy is not an answer";
  actor.on_frame(reply(tag, v1::ActionReply::RECEIVED));
  EXPECT_EQ(replies.size(), 1u);
}

TEST_F(ActorTest, AsksAgainWhileTheCellHasNoOwner) {
  std::vector<v1::QueryReply> answers;
  v1::Query query;
  query.set_case_number("WY-261123-0042-7");
  actor.query(query, [&](const auto& one) { answers.push_back(one); });
  v1::BrokerFrame frame;
  frame.mutable_query_reply()->set_tag(sink.take().at(0).query().tag());
  frame.mutable_query_reply()->set_error(v1::ERROR_CODE_NO_OWNER);
  actor.on_frame(frame);
  EXPECT_TRUE(answers.empty());
  EXPECT_TRUE(sink.take().empty()) << "not at once";
  actor.on_tick({});
  ASSERT_EQ(sink.sent.size(), 1u);
  frame.mutable_query_reply()->clear_error();
  actor.on_frame(frame);
  EXPECT_EQ(answers.size(), 1u);
}

// The time is that of the ticks, not of a clock of its own: a run of the simulator would else differ from the next.
TEST_F(ActorTest, SaysThatTheCellHasNoOwnerWhenItHadNoneForTheTakeoversTime) {
  std::vector<v1::QueryReply> answers;
  actor.query({}, [&](const auto& one) { answers.push_back(one); });
  const auto nobody_owns_it = [&] {
    v1::BrokerFrame frame;
    frame.mutable_query_reply()->set_tag(sink.take().at(0).query().tag());
    frame.mutable_query_reply()->set_error(v1::ERROR_CODE_NO_OWNER);
    actor.on_frame(frame);
  };
  const SteadyInstant begin{std::chrono::hours(3)};
  nobody_owns_it();
  actor.on_tick(begin);
  nobody_owns_it();
  actor.on_tick(begin + limits::takeover_max - std::chrono::milliseconds(1));
  nobody_owns_it();
  EXPECT_TRUE(answers.empty());
  actor.on_tick(begin + limits::takeover_max);
  nobody_owns_it();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].error(), static_cast<std::uint32_t>(v1::ERROR_CODE_NO_OWNER));
}

TEST_F(ActorTest, ARefusalByTagAnswersAQuestionInItsOwnForm) {
  std::vector<v1::FetchReply> answers;
  actor.fetch({}, [&](const auto& one) { answers.push_back(one); });
  v1::BrokerFrame frame;
  frame.mutable_refusal()->set_tag(sink.sent[0].fetch().tag());
  frame.mutable_refusal()->set_error(v1::ERROR_CODE_NOT_ALLOWED);
  actor.on_frame(frame);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].error(), static_cast<std::uint32_t>(v1::ERROR_CODE_NOT_ALLOWED));
}

TEST(DirectoryUpload, SendsAPartWhenTheOneBeforeWasReceivedAndStartsAnewInANewSession) {
  RecordedSink sink;
  v1::DirectoryFiles files;
  auto& file = *files.add_files();
  file.set_name("cells.geojson");
  file.set_content(std::string(limits::upload_part_bytes * 2, 'x'));
  std::vector<v1::PublishDirectoryReply> answers;
  DirectoryUpload upload(sink, files, UploadMode::publish, [&](const auto& one) { answers.push_back(one); });
  ASSERT_EQ(upload.parts(), 3u);
  const auto received = [&](std::uint32_t part) {
    v1::BrokerFrame frame;
    frame.mutable_publish_directory()->set_tag(upload_tag);
    frame.mutable_publish_directory()->set_received_part(part + 1);
    upload.on_frame(frame);
  };
  upload.on_welcome({});
  received(0);
  ASSERT_EQ(sink.sent.size(), 2u);
  upload.on_lost();
  sink.take();
  upload.on_welcome({});
  for (std::uint32_t part = 0; part < 3; ++part) received(part);
  std::string joined;
  for (const auto& frame : sink.sent) joined += frame.publish_directory().bytes();
  EXPECT_EQ(joined, files.SerializeAsString());
  v1::BrokerFrame done;
  done.mutable_publish_directory()->set_tag(upload_tag);
  done.mutable_publish_directory()->set_done(true);
  done.mutable_publish_directory()->set_version(4);
  upload.on_frame(done);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].version(), 4u);
}

}  // namespace
}  // namespace huying::client
