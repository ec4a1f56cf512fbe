// Checkpoints that a host makes, taken, handed out again, and folded on from beside it.
#include <gtest/gtest.h>

#include "tests/workers/host/fake_broker.h"

namespace huying::host {

void FakeBroker::take_checkpoints(std::uint64_t after_records) {
  options_.checkpoint_after_records = after_records;
  new_host();
}

void FakeBroker::take(const v1::StoreCheckpoint& stored) {
  const auto& stream = streams_.at(stored.stream());
  auto& taken = checkpoints_[stored.stream()];
  EXPECT_EQ(stored.epoch().grant(), stream.grant);
  EXPECT_LE(stored.checkpoint().through(), stream.records.size());
  if (!taken.empty()) { EXPECT_GE(stored.checkpoint().through(), taken.back().through()) << "it goes backwards"; }
  for (const auto cause : stream.undecided) EXPECT_GT(cause, stored.checkpoint().through()) << "a cause is undecided";
  taken.push_back(stored.checkpoint());
}

std::optional<v1::Checkpoint> FakeBroker::offer_of(std::uint32_t stream) {
  if (const auto offered = offers_.find(stream); offered != offers_.end()) return offered->second;
  const auto& taken = checkpoints_[stream];
  return taken.empty() ? std::nullopt : std::optional(taken.back());
}

std::string FakeBroker::state_of_a_fresh_fold(std::uint32_t stream) { return fold(stream, std::nullopt); }

std::string FakeBroker::state_of_a_fold_from(std::uint32_t stream, const v1::Checkpoint& offered) {
  return fold(stream, offered);
}

std::string FakeBroker::fold(std::uint32_t number, const std::optional<v1::Checkpoint>& offered) {
  HostCore fresh{HostOptions{}};
  fresh.connected(steady());
  std::vector<v1::ClientFrame> out;
  auto& stream = streams_.at(number);
  auto lease = lease_frame(number, 1'000'000, offered);
  lease.set_now_ms(now_ms_);
  fresh.receive(lease, steady(), out);
  for (std::uint64_t sequence = offered ? offered->through() + 1 : 1; sequence <= stream.records.size(); ++sequence) {
    v1::BrokerFrame frame;
    frame.set_now_ms(now_ms_);
    *frame.mutable_deliveries()->add_deliveries() = delivery_of(stream, number, sequence, 1'000'000);
    fresh.receive(frame, steady(), out);
  }
  return fresh.state_of(number).value_or("not held");
}

}  // namespace huying::host
