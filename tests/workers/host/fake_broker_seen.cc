// What tests ask the scripted broker: events that were committed, and folds of its journal.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/workers/host/fake_broker.h"

namespace huying::host {

std::vector<v1::EventKind> FakeBroker::kinds_of(const std::string& case_number) const {
  std::vector<v1::EventKind> kinds;
  for (const auto& seen : events_) {
    if (seen.event.case_number() == case_number) kinds.push_back(seen.event.kind());
  }
  return kinds;
}

const v1::CaseEvent& FakeBroker::last(const std::string& case_number) const {
  for (auto seen = events_.rbegin(); seen != events_.rend(); ++seen) {
    if (seen->event.case_number() == case_number) return seen->event;
  }
  return v1::CaseEvent::default_instance();
}

const v1::CaseEvent& FakeBroker::last(const std::string& case_number, v1::EventKind kind) const {
  for (auto seen = events_.rbegin(); seen != events_.rend(); ++seen) {
    if (seen->event.case_number() == case_number && seen->event.kind() == kind) return seen->event;
  }
  return v1::CaseEvent::default_instance();
}

std::size_t FakeBroker::count(const std::string& case_number, v1::EventKind kind) const {
  const auto kinds = kinds_of(case_number);
  return static_cast<std::size_t>(std::count(kinds.begin(), kinds.end(), kind));
}

void FakeBroker::expect_every_fold_is_the_same() {
  for (const auto& [number, stream] : streams_) {
    EXPECT_EQ(host_->state_of(number).value_or("dropped"), state_of_a_fresh_fold(number)) << "cell " << stream.cell;
  }
}

}  // namespace huying::host
