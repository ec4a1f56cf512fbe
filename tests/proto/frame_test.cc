#include "proto/frame.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "proto/errors.h"

namespace huying {
namespace {

TEST(Frame, OpensWhatWasWrittenWithoutParsingIt) {
  v1::ClientFrame frame;
  frame.mutable_wake()->set_next_wake_within_ms(77);
  const std::string bytes = frame.SerializeAsString();
  const auto body = open_client_frame(bytes);
  ASSERT_TRUE(body.has_value());
  EXPECT_EQ(body->field, v1::ClientFrame::kWakeFieldNumber);
  v1::Wake wake;
  ASSERT_TRUE(wake.ParseFromArray(body->bytes.data(), static_cast<int>(body->bytes.size())));
  EXPECT_EQ(wake.next_wake_within_ms(), 77u);
}

TEST(Frame, EveryCutAndEveryFrameWithTwoBodiesIsUnreadable) {
  v1::ClientFrame frame;
  frame.mutable_hello()->set_principal("hotline-12345");
  const std::string bytes = frame.SerializeAsString();
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) EXPECT_FALSE(open_client_frame(bytes.substr(0, cut)).has_value()) << cut;
  EXPECT_EQ(open_client_frame(bytes + bytes).error().code, v1::ERROR_CODE_FRAME_UNREADABLE);
  EXPECT_EQ(open_client_frame(std::string(limits::frame_bytes_max + 1, 'x')).error().code, v1::ERROR_CODE_FRAME_TOO_LARGE);
}

TEST(Frame, ABrokerFrameIsTheSameWhetherWrittenByHandOrByProtobuf) {
  v1::PublishAcks acks;
  acks.add_acks()->set_case_number("WY-261123-0001-9");
  std::string bytes;
  write_broker_frame(1'795'400'000'000, v1::BrokerFrame::kPublishAcksFieldNumber, acks, bytes);
  v1::BrokerFrame parsed;
  ASSERT_TRUE(parsed.ParseFromString(bytes));
  EXPECT_EQ(parsed.now_ms(), 1'795'400'000'000);
  EXPECT_EQ(parsed.publish_acks().acks(0).case_number(), "WY-261123-0001-9");
  const auto opened = open_broker_frame(bytes);
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ(opened->now_ms, parsed.now_ms());
  EXPECT_EQ(opened->body.bytes, acks.SerializeAsString());
  EXPECT_EQ(parsed.SerializeAsString(), bytes);
}

TEST(Frame, CommitsAreSeenAsTheyLieInTheFrame) {
  v1::Commits frame;
  frame.set_next_wake_within_ms(4000);
  frame.add_commits("one");
  frame.add_commits("");
  frame.add_commits("three");
  const std::string bytes = frame.SerializeAsString();
  CommitsView view;
  for (int times = 0; times < 2; ++times) {
    ASSERT_TRUE(open_commits(bytes, view).has_value());
    EXPECT_EQ(view.next_wake_within_ms, 4000u);
    EXPECT_EQ(view.commits, (std::vector<std::string_view>{"one", "", "three"}));
  }
  EXPECT_FALSE(open_commits(std::string_view(bytes).substr(0, bytes.size() - 1), view).has_value());
  EXPECT_FALSE(open_commits(bytes + std::string("\x18\x01"), view).has_value()) << "a field that nobody knows";
}

TEST(Frame, UnknownFieldsAreSeenAtAnyDepth) {
  v1::Publish publish;
  publish.mutable_request()->mutable_location()->mutable_point()->set_latitude(1);
  EXPECT_FALSE(has_unknown_fields(publish));
  auto* point = publish.mutable_request()->mutable_location()->mutable_point();
  point->GetReflection()->MutableUnknownFields(point)->AddVarint(99, 1);
  EXPECT_TRUE(has_unknown_fields(publish));
}

}  // namespace
}  // namespace huying
