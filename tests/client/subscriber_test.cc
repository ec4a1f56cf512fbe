#include "client/subscriber.h"

#include <gtest/gtest.h>

#include "proto/errors.h"
#include "proto/event_cost.h"
#include "tests/client/recorded_sink.h"

namespace huying::client {
namespace {

// A frame of events numbered first … last by consumer_sequence, all of stream 2, each its own record.
v1::BrokerFrame events(std::uint64_t first, std::uint64_t last, std::uint64_t sequence_offset = 100) {
  v1::BrokerFrame frame;
  frame.mutable_events()->set_name("board");
  for (auto n = first; n <= last; ++n) {
    auto& event = *frame.mutable_events()->add_events();
    event.set_consumer_sequence(n);
    event.set_stream(2);
    event.set_sequence(n + sequence_offset);
  }
  return frame;
}

v1::BrokerFrame subscribed(std::uint64_t generation, std::uint64_t next) {
  v1::BrokerFrame frame;
  frame.mutable_subscribed()->set_name("board");
  frame.mutable_subscribed()->set_generation(generation);
  frame.mutable_subscribed()->set_next_consumer_sequence(next);
  return frame;
}

struct SubscriberTest : testing::Test {
  SubscriberTest() {
    options.subscribe.set_name("board");
    options.subscribe.add_subjects("escalation.>");
    options.subscribe.set_start(true);
    options.credit_messages = 10;
  }
  void begin() {
    subscriber.emplace(sink, options,
                       SubscriberCallbacks{.on_event = [this](const auto& event) { take(event.sequence()); },
                                           .on_progress = {},
                                           .on_subscribed = {},
                                           .on_gap = [this](auto expected, auto found) { gaps.emplace_back(expected, found); },
                                           .on_refused = [this](const Error& error) { refused = error; }});
    subscriber->on_welcome({});
  }
  void take(std::uint64_t sequence) {
    seen.push_back(sequence);
    if (sequence == end_at) subscriber->end();
  }
  RecordedSink sink;
  SubscriberOptions options;
  std::vector<std::uint64_t> seen;
  std::uint64_t end_at = 0;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> gaps;
  std::optional<Error> refused;
  std::optional<Subscriber> subscriber;
};

TEST_F(SubscriberTest, HandsOnEachEventOnceAndAcknowledgesCumulatively) {
  begin();
  EXPECT_TRUE(sink.take().at(0).subscribe().start());
  subscriber->on_frame(subscribed(1, 1));
  subscriber->on_frame(events(1, 3));
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{101, 102, 103}));
  const auto sent = sink.take();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].acknowledge_events().consumer_sequence(), 3u);
  EXPECT_EQ(sent[0].acknowledge_events().generation(), 1u);
}

TEST_F(SubscriberTest, EndedByAnEventAcknowledgesThatOneAndHandsOnNoMore) {
  begin();
  sink.take();
  subscriber->on_frame(subscribed(1, 1));
  end_at = 102;
  subscriber->on_frame(events(1, 5));
  subscriber->on_frame(events(6, 7));
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{101, 102}));
  const auto sent = sink.take();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].acknowledge_events().consumer_sequence(), 2u);
}

TEST_F(SubscriberTest, WhatIsHeldIsAcknowledgedWhenItIsReleased) {
  begin();
  subscriber->on_frame(subscribed(1, 1));
  subscriber->hold();
  sink.take();
  subscriber->on_frame(events(1, 3));
  subscriber->on_frame(events(4, 4));
  EXPECT_TRUE(sink.take().empty()) << "they would be lost with the process";
  subscriber->release();
  const auto sent = sink.take();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].acknowledge_events().consumer_sequence(), 4u);
  subscriber->release();
  EXPECT_TRUE(sink.take().empty());
}

TEST_F(SubscriberTest, DropsARepeat) {
  begin();
  subscriber->on_frame(subscribed(1, 1));
  subscriber->on_frame(events(1, 3));
  subscriber->on_frame(events(2, 4));
  EXPECT_EQ(seen.size(), 4u);
  EXPECT_EQ(subscriber->repeats(), 2u);
  EXPECT_TRUE(gaps.empty());
}

TEST_F(SubscriberTest, TellsAHoleAndAsksForItAgainFromTheCursor) {
  begin();
  subscriber->on_frame(subscribed(1, 1));
  subscriber->on_frame(events(1, 2));
  sink.take();
  subscriber->on_frame(events(4, 5));
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps[0], std::pair(std::uint64_t{3}, std::uint64_t{4}));
  EXPECT_EQ(seen.size(), 2u) << "nothing behind the hole is handed on";
  const auto sent = sink.take();
  ASSERT_TRUE(sent.back().has_subscribe());
  EXPECT_TRUE(sent.back().subscribe().cursor());
  subscriber->on_frame(events(6, 6));  // still on its way: belongs to before
  subscriber->on_frame(subscribed(1, 3));
  subscriber->on_frame(events(3, 6));
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{101, 102, 103, 104, 105, 106}));
}

TEST_F(SubscriberTest, ProgressBeyondWhatCameIsAHole) {
  begin();
  subscriber->on_frame(subscribed(1, 1));
  auto frame = events(1, 2);
  frame.mutable_events()->mutable_progress()->set_through_consumer_sequence(3);
  subscriber->on_frame(frame);
  EXPECT_EQ(gaps.size(), 1u);
}

TEST_F(SubscriberTest, ACursorAheadOfWhatWasSeenIsAHole) {
  begin();
  subscriber->on_frame(subscribed(1, 1));
  subscriber->on_frame(events(1, 2));
  subscriber->on_lost();
  subscriber->on_welcome({});
  subscriber->on_frame(subscribed(1, 5));
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps[0], std::pair(std::uint64_t{3}, std::uint64_t{5}));
}

TEST_F(SubscriberTest, GoesOnAtItsCursorAfterALostConnection) {
  begin();
  subscriber->on_frame(subscribed(1, 1));
  subscriber->on_frame(events(1, 3));
  subscriber->on_lost();
  sink.take();
  subscriber->on_welcome({});
  EXPECT_TRUE(sink.take().at(0).subscribe().cursor());
  subscriber->on_frame(subscribed(1, 2));  // an acknowledgement was lost
  subscriber->on_frame(events(2, 4));
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{101, 102, 103, 104}));
  EXPECT_TRUE(gaps.empty());
}

TEST_F(SubscriberTest, WithoutANameGoesOnAtTheLastTokenAndDropsWhatItRepeats) {
  options.subscribe.clear_name();
  begin();
  auto first = subscribed(1, 1);
  first.mutable_subscribed()->clear_name();
  subscriber->on_frame(first);
  auto frame = events(1, 3);
  frame.mutable_events()->clear_name();
  frame.mutable_events()->mutable_progress()->set_through_consumer_sequence(3);
  frame.mutable_events()->mutable_progress()->set_resume_token("token-3");
  subscriber->on_frame(frame);
  auto after = events(4, 5);
  after.mutable_events()->clear_name();
  subscriber->on_frame(after);
  subscriber->on_lost();
  sink.take();
  subscriber->on_welcome({});
  EXPECT_EQ(sink.take().at(0).subscribe().token(), "token-3");
  first.mutable_subscribed()->set_generation(2);
  subscriber->on_frame(first);
  auto again = events(1, 3, 103);  // records 104, 105, 106: two were seen
  again.mutable_events()->clear_name();
  subscriber->on_frame(again);
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{101, 102, 103, 104, 105, 106}));
  EXPECT_EQ(subscriber->repeats(), 2u);
}

TEST_F(SubscriberTest, GivesCreditBackWhenHalfIsUsed) {
  begin();
  subscriber->on_frame(subscribed(1, 1));
  subscriber->on_frame(events(1, 4));
  for (const auto& frame : sink.take()) EXPECT_FALSE(frame.has_credit());
  subscriber->on_frame(events(5, 6));
  const auto sent = sink.take();
  ASSERT_TRUE(sent.back().has_credit());
  EXPECT_EQ(sent.back().credit().messages(), 6u);
  EXPECT_EQ(sent.back().credit().name(), "board");
}

TEST_F(SubscriberTest, GivesBackExactlyWhatTheEventsCost) {
  options.credit_messages = 1'000'000;
  options.credit_bytes = 10'000;
  begin();
  subscriber->on_frame(subscribed(1, 1));
  sink.take();
  std::uint64_t cost = 0, given = 0;
  for (std::uint64_t n = 1; n <= 200; ++n) {
    auto frame = events(n, n);
    auto& event = *frame.mutable_events()->mutable_events(0);
    event.set_subject("escalation.unit.s.a.a-01");
    event.set_event(std::string(n, 'e'));
    cost += event_cost(event.subject(), event.event());
    subscriber->on_frame(frame);
    for (const auto& said : sink.take())
      if (said.has_credit()) given += said.credit().bytes();
    EXPECT_LE(given, cost);
    EXPECT_LT(cost - given, options.credit_bytes / 2) << "never starved";
  }
}

TEST_F(SubscriberTest, ANameThatTheBrokerDoesNotKnowAnyMoreGoesOnAtTheLastToken) {
  begin();
  subscriber->on_frame(subscribed(1, 1));
  auto frame = events(1, 2);
  frame.mutable_events()->mutable_progress()->set_through_consumer_sequence(2);
  frame.mutable_events()->mutable_progress()->set_resume_token("token-2");
  subscriber->on_frame(frame);
  subscriber->on_lost();
  sink.take();
  subscriber->on_welcome({});
  const auto said = sink.take().at(0).subscribe();
  EXPECT_TRUE(said.cursor());
  EXPECT_EQ(said.last_token(), "token-2");
  auto lost = subscribed(900, 1);
  lost.mutable_subscribed()->set_begin(v1::Subscribed::CURSOR_LOST);
  subscriber->on_frame(lost);
  subscriber->on_frame(events(1, 2, 102));  // records 103 and 104
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{101, 102, 103, 104}));
  EXPECT_TRUE(gaps.empty());
}

TEST_F(SubscriberTest, ANameThatIsNewToTheBrokerThoughItWasSubscribedIsAHole) {
  begin();
  subscriber->on_frame(subscribed(1, 1));
  subscriber->on_frame(events(1, 2));
  subscriber->on_lost();
  subscriber->on_welcome({});
  auto anew = subscribed(900, 1);
  anew.mutable_subscribed()->set_begin(v1::Subscribed::NEW_NAME);
  subscriber->on_frame(anew);
  EXPECT_EQ(gaps.size(), 1u);
}

TEST_F(SubscriberTest, ARefusalForNowIsAskedAgainAfterTheTimeGivenAndALittleMore) {
  begin();
  sink.take();
  v1::BrokerFrame frame;
  frame.mutable_refusal()->set_error(v1::ERROR_CODE_TOO_MANY_SUBSCRIPTIONS);
  frame.mutable_refusal()->set_name("board");
  frame.mutable_refusal()->set_retry_after_ms(1000);
  subscriber->on_frame(frame);
  EXPECT_FALSE(refused);
  const SteadyInstant now{std::chrono::hours(1)};
  subscriber->on_tick(now);
  subscriber->on_tick(now + Milliseconds(999));
  EXPECT_TRUE(sink.take().empty());
  subscriber->on_tick(now + Milliseconds(1500));
  ASSERT_EQ(sink.take().size(), 1u);
  subscriber->on_tick(now + Milliseconds(9000));
  EXPECT_TRUE(sink.take().empty()) << "asked once";
}

// Found by the simulator: a session that lived on, and a subscription of it that waited for ever.
TEST_F(SubscriberTest, ASubscribeThatNothingAnswersIsSentAgain) {
  begin();
  sink.take();
  const SteadyInstant now{std::chrono::hours(1)};
  subscriber->on_tick(now);
  subscriber->on_tick(now + limits::takeover_max - Milliseconds(1));
  EXPECT_TRUE(sink.take().empty());
  subscriber->on_tick(now + limits::takeover_max);
  const auto again = sink.take();
  ASSERT_EQ(again.size(), 1u);
  EXPECT_TRUE(again[0].has_subscribe());
  subscriber->on_frame(subscribed(1, 1));
  subscriber->on_tick(now + 3 * limits::takeover_max);
  subscriber->on_tick(now + 5 * limits::takeover_max);
  EXPECT_TRUE(sink.take().empty()) << "it is answered";
}

TEST_F(SubscriberTest, ARefusedSubscriptionIsOver) {
  begin();
  v1::BrokerFrame frame;
  frame.mutable_refusal()->set_error(v1::ERROR_CODE_SUBJECT_NOT_ALLOWED);
  frame.mutable_refusal()->set_name("another");
  subscriber->on_frame(frame);
  ASSERT_FALSE(refused) << "of another subscription of the session";
  frame.mutable_refusal()->set_name("board");
  subscriber->on_frame(frame);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, static_cast<std::uint32_t>(v1::ERROR_CODE_SUBJECT_NOT_ALLOWED));
  sink.take();
  subscriber->on_welcome({});
  EXPECT_TRUE(sink.take().empty());
}

}  // namespace
}  // namespace huying::client
