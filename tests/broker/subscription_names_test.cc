// Goal: a name belongs to one principal, is taken over, given up and bounded in number; who loses the right to read is told.
#include "base/limits.h"
#include "proto/errors.h"
#include "tests/broker/subscribing_world.h"

namespace huying::broker {
namespace {

class SubscriptionNames : public SubscribingWorld {
 protected:
  std::vector<v1::Subscribed> subscribed(std::uint64_t peer) {
    std::vector<v1::Subscribed> out;
    for (const auto& frame : world.frames(peer))
      if (frame.has_subscribed()) out.push_back(frame.subscribed());
    return out;
  }
  std::uint32_t refusal(std::uint64_t peer) {
    const auto refusals = world.refusals(peer);
    return refusals.empty() ? 0 : refusals.back().error();
  }
  v1::ClientFrame unsubscribe(const std::string& name, bool forget) {
    v1::ClientFrame frame;
    frame.mutable_unsubscribe()->set_name(name);
    frame.mutable_unsubscribe()->set_forget(forget);
    return frame;
  }
  void say(std::uint64_t peer, const v1::ClientFrame& frame) {
    world.say(peer, frame);
    world.round();
  }
};

TEST_F(SubscriptionNames, the_first_session_is_told_by_name_and_sent_nothing_more) {
  world.hello(12, "street-1", v1::ROLE_STREET_SUPERVISOR);
  say(2, subscribe_frame("wall", {"case.>"}));
  commit_events({{v1::EVENT_KIND_ACCEPTED, {}}});
  EXPECT_EQ(world.events(2).size(), 1u);
  world.frames(2);
  say(12, subscribe_frame("wall", {"case.>"}));
  const auto told = world.refusals(2);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].error(), std::uint32_t{v1::ERROR_CODE_SUBSCRIPTION_TAKEN_OVER});
  EXPECT_EQ(told[0].name(), "wall");
  EXPECT_FALSE(told[0].session_over());
  world.round();
  EXPECT_EQ(world.events(12).size(), 1u) << "what the first did not acknowledge comes to the second";
  acknowledge(2, "wall", 1);
  EXPECT_EQ(refusal(2), std::uint32_t{v1::ERROR_CODE_SUBSCRIPTION_UNKNOWN}) << "it is not the first's to acknowledge";
}

TEST_F(SubscriptionNames, a_session_has_one_subscription_without_a_name) {
  say(2, subscribe_frame("", {"case.>"}));
  say(2, subscribe_frame("", {"case.>"}));
  world.round();
  commit_events({{v1::EVENT_KIND_ACCEPTED, {}}});
  EXPECT_EQ(world.events(2).size(), 1u) << "not once for each";
}

TEST_F(SubscriptionNames, unsubscribed_it_is_silent_and_goes_on_at_its_cursor_later) {
  say(2, subscribe_frame("wall", {"case.>"}));
  world.frames(2);
  say(2, unsubscribe("wall", false));
  const auto frames = world.frames(2);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].unsubscribed().name(), "wall");
  commit_events({{v1::EVENT_KIND_ACCEPTED, {}}});
  EXPECT_TRUE(world.events(2).empty());
  say(2, subscribe_frame("wall", {"case.>"}));
  world.round();
  EXPECT_EQ(world.events(2).size(), 1u);
}

TEST_F(SubscriptionNames, a_forgotten_name_is_new_even_after_a_restart_and_anybodys) {
  say(2, subscribe_frame("wall", {"case.>"}));
  world.frames(2);
  say(2, unsubscribe("wall", true));
  EXPECT_TRUE(world.frames(2).at(0).unsubscribed().forgotten());
  world.crash_and_restart();
  begin();
  world.hello(13, "desk-1", v1::ROLE_DESK);
  say(13, subscribe_frame("wall", {"case.>"}));
  EXPECT_EQ(subscribed(13).at(0).begin(), v1::Subscribed::NEW_NAME);
}

TEST_F(SubscriptionNames, only_its_principal_forgets_a_name) {
  world.hello(13, "desk-1", v1::ROLE_DESK);
  say(2, subscribe_frame("wall", {"case.>"}));
  say(13, unsubscribe("wall", true));
  EXPECT_EQ(refusal(13), std::uint32_t{v1::ERROR_CODE_NAME_TAKEN});
  say(13, unsubscribe("nothing", true));
  EXPECT_EQ(refusal(13), std::uint32_t{v1::ERROR_CODE_SUBSCRIPTION_UNKNOWN});
}

TEST_F(SubscriptionNames, too_many_of_a_principal_are_refused_with_a_hint_and_another_has_room) {
  world.hello(13, "desk-1", v1::ROLE_DESK);
  std::uint64_t peer = 100;
  for (std::size_t n = 0; n < limits::names_a_principal_max; ++n) {
    if (n % limits::subscriptions_a_session_max == 0) world.hello(++peer, "street-1", v1::ROLE_STREET_SUPERVISOR);
    world.say(peer, subscribe_frame("n-" + std::to_string(n), {"case.>"}));
    if (n % 64 == 63) world.round();
  }
  world.round();
  for (std::uint64_t one = 101; one <= peer; ++one) EXPECT_EQ(refusal(one), 0u);
  world.hello(++peer, "street-1", v1::ROLE_STREET_SUPERVISOR);
  say(peer, subscribe_frame("one-more", {"case.>"}));
  const auto refused = world.refusals(peer);
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0].error(), std::uint32_t{v1::ERROR_CODE_TOO_MANY_SUBSCRIPTIONS});
  EXPECT_GT(refused[0].retry_after_ms(), 0u);
  EXPECT_EQ(refused[0].name(), "one-more");
  say(peer, subscribe_frame("n-0", {"case.>"}));
  EXPECT_EQ(subscribed(peer).size(), 1u) << "one that is held already needs no room";
  say(13, subscribe_frame("another", {"case.>"}));
  EXPECT_EQ(subscribed(13).size(), 1u);
  say(peer, unsubscribe("n-1", true));
  say(peer, subscribe_frame("one-more", {"case.>"}));
  EXPECT_EQ(subscribed(peer).size(), 1u);
}

TEST_F(SubscriptionNames, too_many_of_a_session_are_refused) {
  for (std::size_t n = 0; n < limits::subscriptions_a_session_max; ++n)
    world.say(2, subscribe_frame("n-" + std::to_string(n), {"case.>"}));
  say(2, subscribe_frame("one-more", {"case.>"}));
  EXPECT_EQ(refusal(2), std::uint32_t{v1::ERROR_CODE_TOO_MANY_SUBSCRIPTIONS});
}

TEST_F(SubscriptionNames, subjects_that_are_too_long_or_too_many_are_refused_by_number_and_say_why) {
  say(2, subscribe_frame("long", {std::string(limits::subject_bytes_max + 1, 'a')}));
  auto refused = world.refusals(2);
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0].error(), std::uint32_t{v1::ERROR_CODE_SUBJECT_INVALID});
  EXPECT_NE(refused[0].detail().find("257 bytes"), std::string::npos) << refused[0].detail();
  say(2, subscribe_frame("many", std::vector<std::string>(limits::subjects_max + 1, "case.>")));
  EXPECT_EQ(refusal(2), std::uint32_t{v1::ERROR_CODE_TOO_MANY_ITEMS});
  say(2, subscribe_frame("No Name!", {"case.>"}));
  EXPECT_EQ(refusal(2), std::uint32_t{v1::ERROR_CODE_FIELD_INVALID});
  say(2, subscribe_frame(std::string(65, 'n'), {"case.>"}));
  EXPECT_EQ(refusal(2), std::uint32_t{v1::ERROR_CODE_FIELD_INVALID});
}

TEST_F(SubscriptionNames, who_loses_the_cell_by_a_new_directory_loses_the_subscription_and_is_told) {
  say(3, subscribe_frame("mine", {"case.s.a.a-01.>"}));
  world.frames(3);
  auto configuration = small_configuration();
  for (auto& person : *configuration.mutable_directory()->mutable_people())
    if (person.code() == "worker-1") person.mutable_posts(0)->set_place("a-02");
  world.configure(configuration);
  EXPECT_EQ(refusal(3), std::uint32_t{v1::ERROR_CODE_SUBJECT_NOT_ALLOWED});
  commit_events({{v1::EVENT_KIND_ACCEPTED, {}}});
  EXPECT_TRUE(world.events(3).empty());
}

}  // namespace
}  // namespace huying::broker
