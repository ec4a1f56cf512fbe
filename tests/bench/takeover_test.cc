#include "tests/bench/takeover.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace huying::bench {
namespace {

// What is measured is what it says: two ways to the same cell.
TEST(Takeover, WithACheckpointOnlyWhatCameAfterItIsHandedOver) {
  TakeoverOptions options;
  options.records = 3'000;
  const auto figures = run_takeover(options);
  ASSERT_TRUE(figures.has_value()) << figures.error().detail;
  EXPECT_EQ(figures->open_cases, options.open_cases);
  EXPECT_EQ(figures->from_the_start.records, figures->records);
  EXPECT_LT(figures->with_checkpoint.records, 1'100u) << "two bursts of requests, each with its commit, at most";
  const auto json = nlohmann::json::parse(json_line(*figures));
  EXPECT_EQ(json.at("records"), figures->records);
  EXPECT_NE(table(*figures).find("with the newest checkpoint"), std::string::npos);
}

}  // namespace
}  // namespace huying::bench
