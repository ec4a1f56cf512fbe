// What a host commits, taken and checked from outside.
#include <gtest/gtest.h>

#include "tests/workers/host/fake_broker.h"

namespace huying::host {

void FakeBroker::commit(const std::string& bytes) {
  v1::Commit commit;
  ASSERT_TRUE(commit.ParseFromString(bytes));
  auto& stream = streams_.at(commit.stream());
  v1::BrokerFrame frame;
  auto& ack = *frame.mutable_commit_acks()->add_acks();
  ack.set_stream(commit.stream());
  ack.set_grant(commit.epoch().grant());
  ack.set_commit_number(commit.commit_number());
  const auto refuse_with = std::exchange(refuse_with_, v1::ERROR_CODE_NONE);
  if (refuse_with != v1::ERROR_CODE_NONE || stream.refused || commit.epoch().grant() != stream.grant) {
    stream.refused = true;
    ack.set_error(static_cast<std::uint32_t>(refuse_with == v1::ERROR_CODE_NONE ? v1::ERROR_CODE_STALE_EPOCH : refuse_with));
    return to_host(frame);
  }
  EXPECT_EQ(commit.commit_number(), stream.commit_number + 1) << "a gap";
  stream.commit_number = commit.commit_number();
  EXPECT_LE(commit.decided_at_ms(), now_ms_) << "ahead of the broker's clock";
  if (commit.consumes() != 0) {
    ASSERT_FALSE(stream.undecided.empty());
    EXPECT_EQ(commit.consumes(), stream.undecided.front());
    stream.undecided.erase(stream.undecided.begin());
  }
  stream.records.push_back({v1::RECORD_KIND_COMMIT, now_ms_, bytes, {}});
  ack.set_sequence(stream.records.size());
  if (commit.has_outcome() && !commit.outcome().forwarded()) outcome_ = commit.outcome();
  for (const auto& committed : commit.events()) {
    SeenEvent seen{commit.stream(), stream.records.size(), committed, {}};
    ASSERT_TRUE(seen.event.ParseFromString(committed.event()));
    EXPECT_EQ(seen.event.kind(), committed.kind());
    check_event(seen);
    events_.push_back(std::move(seen));
  }
  for (const auto& effect : commit.effects()) {
    if (effect.kind() == v1::CaseEffect::OPENED) {
      where_[effect.case_number()] = commit.stream();
      ended_.erase(effect.case_number());
    }
    if (effect.kind() == v1::CaseEffect::MOVED_TO) where_[effect.case_number()] = effect.to_stream();
    if (effect.kind() == v1::CaseEffect::ENDED) {
      ended_[effect.case_number()] = last(effect.case_number()).whole().SerializeAsString();
    }
  }
  check_after(commit);
  commits_.push_back(commit);
  const auto sequence = stream.records.size();
  if (hold_acks_)
    held_acks_.push_back(frame);
  else
    to_host(frame);
  for (auto send : commit.sends()) {
    send.mutable_message()->set_from_sequence(sequence);
    append(send.to_stream(), v1::RECORD_KIND_MESSAGE, send.message().SerializeAsString());
  }
}

void FakeBroker::check_event(const SeenEvent& seen) {
  const auto& event = seen.event;
  if (event.kind() == v1::EVENT_KIND_ACTION_REFUSED) {
    EXPECT_EQ(event.revision(), 0u);
    EXPECT_TRUE(seen.committed.actor_only());
    return;
  }
  auto& revision = revisions_[event.case_number()];
  EXPECT_EQ(event.revision(), revision + 1) << event.ShortDebugString();
  revision = event.revision();
  auto& deadlines = deadlines_[event.case_number()];
  for (const auto& ended : event.clocks_ended()) {
    auto& deadline = deadlines[ended.kind()];
    EXPECT_EQ(ended.generation(), deadline.generation);
    deadline.running = false;
    if (ended.outcome() != v1::CLOCK_OUTCOME_FIRED) continue;
    EXPECT_GE(event.at_ms(), deadline.due_at_ms) << "fired early (I6)";
    EXPECT_TRUE(fired_.insert({event.case_number(), ended.kind(), ended.generation()}).second) << "fired twice (I6)";
    EXPECT_EQ(ended.lateness_ms(), event.at_ms() - deadline.due_at_ms);
  }
  for (const auto& set : event.clocks_set()) {
    auto& deadline = deadlines[set.kind()];
    EXPECT_EQ(set.generation(), deadline.generation + 1) << event.ShortDebugString();
    deadline = {set.generation(), set.due_at_ms(), true};
  }
}

void FakeBroker::check_after(const v1::Commit& commit) {
  for (const auto& committed : commit.events()) {
    v1::CaseEvent event;
    ASSERT_TRUE(event.ParseFromString(committed.event()));
    if (committed.actor_only() || ended_.contains(event.case_number())) continue;
    bool runs = false;
    for (const auto& [kind, deadline] : deadlines_[event.case_number()]) runs |= deadline.running;
    EXPECT_TRUE(runs) << "an open case without a clock (I5): " << event.ShortDebugString();
  }
}

}  // namespace huying::host
