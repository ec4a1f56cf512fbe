#include "programs/time_text.h"

#include <gtest/gtest.h>

namespace huying::programs {
namespace {

TEST(TimeText, AnInstantIsReadInEachFormOfRfc3339) {
  const Instant at = instant(1795395600000);  // 2026-11-23T01:00:00Z
  EXPECT_EQ(instant_in("2026-11-23T09:00:00+08:00"), at);
  EXPECT_EQ(instant_in("2026-11-23T01:00:00Z"), at);
  EXPECT_EQ(instant_in("2026-11-22T19:30-05:30"), at);
  EXPECT_EQ(instant_in("2026-11-23T01:00Z"), at);
  EXPECT_EQ(instant_in("2026-11-23T01:00:00.250Z"), at + Milliseconds(250));
}

TEST(TimeText, WhatIsNoInstantIsRefused) {
  for (const auto* text : {"", "now", "infinite-future", "2026-11-23", "2026-11-23T09:00:00", "2026-11-23 09:00:00Z",
                           "2026-02-30T09:00:00Z", "2026-11-23T25:00:00Z", "2026-11-23T09:00:00Z ",
                           " 2026-11-23T09:00:00Z", "2026-11-23T09:00:00+08:00 and more", "12026-11-23T09:00:00Z"})
    EXPECT_FALSE(instant_in(text)) << text;
}

TEST(TimeText, ALocalTimeHasNoOffsetAndItsDayExists) {
  EXPECT_EQ(local_ms_in("1970-01-01T08:30"), 30'600'000);
  EXPECT_EQ(local_ms_in("1970-01-01 08:30:15"), 30'615'000);
  for (const char* text : {"", "2026-02-30T10:00", "2026-02-28T24:30", "2026-02-28T10:00+08:00", "2026-02-28", "now",
                           " 2026-02-28T10:00", "2026-02-28T10:00 "})
    EXPECT_EQ(local_ms_in(text), std::nullopt) << text;
}

}  // namespace
}  // namespace huying::programs
