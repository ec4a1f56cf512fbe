// Goal: a peer that does not read costs a bounded number of bytes, and one that reads again gets everything in order.
// Method: the queue behind it is a number of frames that the test gives room for.
#include "broker/peer_queues.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace huying::broker {
namespace {

using Keep = PeerQueues::Keep;
using Sent = PeerQueues::Sent;

struct PeerQueuesTest : testing::Test {
  std::map<PeerId, std::size_t> room;  // frames that the queue of a peer takes; a peer that is not here is gone
  std::map<PeerId, std::vector<std::string>> sent;
  PeerQueues queues{[this](PeerId peer, const std::string& bytes) {
    const auto at = room.find(peer);
    if (at == room.end()) return Sent::gone;
    if (at->second == 0) return Sent::full;
    --at->second;
    sent[peer].push_back(bytes);
    return Sent::yes;
  }};
  const PeerId slow{1}, other{2};
};

TEST_F(PeerQueuesTest, what_does_not_leave_at_once_leaves_later_in_order_and_delays_nobody_else) {
  room = {{slow, 1}, {other, 9}};
  for (const auto* word : {"1", "2", "3"}) EXPECT_TRUE(queues.send(slow, word, Keep::yes));
  EXPECT_TRUE(queues.send(other, "here", Keep::yes));
  EXPECT_EQ(sent[other], std::vector<std::string>{"here"});
  EXPECT_EQ(queues.bytes_waiting(), 2u);
  room[slow] = 1;
  EXPECT_TRUE(queues.flush().empty());
  EXPECT_TRUE(queues.anything_waits());
  room[slow] = 5;
  EXPECT_TRUE(queues.send(slow, "4", Keep::yes)) << "behind what waits";
  queues.flush();
  EXPECT_EQ(sent[slow], (std::vector<std::string>{"1", "2", "3", "4"}));
  EXPECT_FALSE(queues.anything_waits());
  EXPECT_EQ(queues.bytes_waiting(), 0u);
}

TEST_F(PeerQueuesTest, beyond_the_bound_a_peer_is_given_up_and_nothing_of_it_is_kept) {
  room = {{slow, 0}, {other, 0}};
  queues.send(other, "waits", Keep::yes);
  const std::string frame(limits::MiB, 'x');
  for (std::size_t i = 0; i < limits::peer_backlog_bytes_max / limits::MiB; ++i)
    ASSERT_TRUE(queues.send(slow, std::string(frame), Keep::yes));
  EXPECT_FALSE(queues.send(slow, "y", Keep::yes));
  EXPECT_EQ(queues.bytes_waiting(), 5u) << "of the other";
}

TEST_F(PeerQueuesTest, for_somebody_without_a_session_nothing_is_kept) {
  room = {{slow, 0}};
  EXPECT_TRUE(queues.send(slow, "refused", Keep::no));
  EXPECT_FALSE(queues.anything_waits());
}

TEST_F(PeerQueuesTest, who_went_is_told_once_and_forgotten) {
  EXPECT_FALSE(queues.send(slow, "1", Keep::yes)) << "gone before anything waited";
  room = {{slow, 0}};
  queues.send(slow, "1", Keep::yes);
  room.clear();
  EXPECT_EQ(queues.flush(), std::vector<PeerId>{slow});
  EXPECT_TRUE(queues.flush().empty());
  EXPECT_EQ(queues.bytes_waiting(), 0u);
}

}  // namespace
}  // namespace huying::broker
