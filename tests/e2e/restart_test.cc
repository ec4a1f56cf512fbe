// Goal: a restart of the broker in the middle of everything doubles and loses nothing (I2, I11), with publisher,
// subscriber and host as processes or sessions of their own that live on.
#include <gtest/gtest.h>

#include <csignal>
#include <set>

#include "tests/e2e/lines.h"
#include "tests/e2e/outside_parts.h"
#include "tests/e2e/wenyuan.h"

namespace huying::e2e {
namespace {

std::vector<v1::Request> requests(std::size_t how_many) {
  const char* cells[] = {"shiqiao-01", "shiqiao-02", "liulin-01", "wenhua-05"};
  std::vector<v1::Request> made;
  for (std::size_t i = 0; i < how_many; ++i) made.push_back(request_in_cell("r-" + std::to_string(i), cells[i % 4]));
  return made;
}

class Restart : public testing::Test {
 protected:
  void SetUp() override {
    broker_ = place_.serve({"--directory", wenyuan()}, "broker");
    host_ = place_.start({"worker", "--endpoint", place_.endpoint(), "--as", "host-1"});
  }

  void kill_and_restart() {
    broker_->signal(SIGKILL);
    ASSERT_EQ(broker_->wait(), (Ended{-1, SIGKILL}));
    broker_ = place_.serve({}, "broker");
  }

  v1::ActionReply accept_as(const std::string& action_id, const std::string& number) {
    auto reply = act(place_, "shiqiao-01.worker", "accept", number, {"--action-id", action_id});
    reply.clear_tag();
    return reply;
  }

  Place place_;
  std::unique_ptr<Process> broker_, host_;
};

TEST_F(Restart, a_window_of_unanswered_requests_is_resumed_and_nothing_is_doubled_or_missed) {
  constexpr std::size_t count = 400, killed_at = 150;
  Outside outside(place_.endpoint());
  Publishing publishing(outside, "hotline-12345");
  Listening listening(outside, "street.supervisor-1", v1::ROLE_STREET_SUPERVISOR, "restart", "case.>");
  publishing.on_answer([&] {
    if (publishing.acknowledged() == killed_at) broker_->signal(SIGKILL);
  });
  publishing.publish(requests(count));
  ASSERT_TRUE(outside.run_until([&] { return !broker_->is_running(); }));
  EXPECT_LT(publishing.answers().size(), count);
  broker_ = place_.serve({}, "broker");
  ASSERT_TRUE(outside.run_until([&] { return publishing.is_done(); }));
  EXPECT_EQ(publishing.acknowledged(), count);
  ASSERT_TRUE(outside.run_until([&] { return listening.count(v1::EVENT_KIND_DISPATCHED) >= count; }));

  Publishing again(outside, "hotline-12345");
  again.publish(requests(count));
  ASSERT_TRUE(outside.run_until([&] { return again.is_done(); }));
  EXPECT_EQ(again.numbers(), publishing.numbers());
  for (const auto& [tag, ack] : again.answers()) EXPECT_TRUE(ack.known()) << tag;
  EXPECT_EQ(status(place_).requests(), count);

  std::set<std::string> numbers;
  for (const auto& [id, number] : publishing.numbers()) numbers.insert(number);
  EXPECT_EQ(numbers.size(), count);
  EXPECT_EQ(listening.heard().size(), 2 * count);  // filed and dispatched
  EXPECT_EQ(listening.count(v1::EVENT_KIND_FILED), count);
  EXPECT_EQ(contradiction_in(listening.heard()), "");
  EXPECT_TRUE(listening.is_contiguous());
  EXPECT_EQ(listening.gaps(), 0u);
  EXPECT_GE(listening.dials(), 2u);
  EXPECT_TRUE(host_->is_running());
}

TEST_F(Restart, an_action_sent_again_after_the_restart_gets_the_same_answer) {
  Outside outside(place_.endpoint());
  Publishing publishing(outside, "hotline-12345");
  publishing.publish(requests(1));
  ASSERT_TRUE(outside.run_until([&] { return publishing.is_done(); }));
  const auto number = publishing.numbers().at("r-0");
  const auto first = accept_as("once", number);
  ASSERT_EQ(error_of(first), 0u) << first.ShortDebugString();
  ASSERT_EQ(first.stage(), v1::ActionReply::DECIDED);

  kill_and_restart();
  const auto again = accept_as("once", number);
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString()) << first.DebugString() << again.DebugString();
  EXPECT_EQ(show(place_, "shiqiao-01.worker", number).whole().revision(), first.outcome().revision());
  const auto refused = accept_as("twice", number);
  EXPECT_EQ(error_of(refused), std::uint32_t{v1::ERROR_CODE_STATE_REFUSES});
  kill_and_restart();
  EXPECT_EQ(accept_as("twice", number).SerializeAsString(), refused.SerializeAsString());
}

}  // namespace
}  // namespace huying::e2e
