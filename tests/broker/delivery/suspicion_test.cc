#include "broker/delivery/suspicion.h"

#include <gtest/gtest.h>

namespace huying::delivery {
namespace {

TEST(SuspectStep, TheFirstTimeEverySuspectIsTriedAtOnceThenOneByOneAndTheThirdUncleanEndSetsItAside) {
  for (const bool is_free : {true, false}) {
    EXPECT_EQ(next_step(0, true, is_free), SuspectStep::try_alone);
    EXPECT_EQ(next_step(1, true, is_free), is_free ? SuspectStep::try_alone : SuspectStep::wait);
    EXPECT_EQ(next_step(2, true, is_free), SuspectStep::set_aside);
  }
}

TEST(SuspectStep, WhatCannotBeACaseOfTheDeskIsTriedOnAndOn) {
  for (const std::uint32_t times : {2u, 3u, 100u}) {
    EXPECT_EQ(next_step(times, false, true), SuspectStep::try_alone);
    EXPECT_EQ(next_step(times, false, false), SuspectStep::wait);
  }
}

}  // namespace
}  // namespace huying::delivery
