#include "tests/bench/ledger_load.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace huying::bench {
namespace {

// What is measured are answers about the history that was made.
TEST(LedgerLoad, AsksASmallStreetForEachAnswer) {
  LedgerOptions options;
  options.cases = 1'500;
  options.open_cases = 1'000;
  options.cells = 20;
  options.runs = 1;
  const auto figures = run_ledger(options);
  ASSERT_TRUE(figures.has_value()) << figures.error().detail;
  EXPECT_EQ(figures->open_cases, 1'000u);
  EXPECT_GT(figures->late, 0u);
  EXPECT_GT(figures->escalated, 0u);
  EXPECT_GT(figures->events, 500u * 7);
  const auto json = nlohmann::json::parse(json_line(*figures));
  for (const auto& one : json.at("answers")) EXPECT_EQ(one.at("rows") == 0, one.at("answer") == "search, found nowhere") << one;
  EXPECT_NE(table(*figures).find("register.xlsx"), std::string::npos);
}

}  // namespace
}  // namespace huying::bench
