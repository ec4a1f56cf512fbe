#include "tests/bench/restart.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace huying::bench {
namespace {

// Small, with the real processes: everything is measured, and each kind of start finds the same cases open. No time is judged.
TEST(Restart, EachKindOfStartFindsTheSameCasesAndSaysWhatItCost) {
  RestartOptions options;
  options.cases = 2'000;
  options.open_cases = 50;
  options.cells = 6;
  options.runs = 1;
  options.program = HUYING_PROGRAM;
  const auto figures = run_restart(options);
  ASSERT_TRUE(figures.has_value()) << figures.error().detail;
  EXPECT_EQ(figures->open_cases, options.open_cases);
  for (const auto& start : figures->starts) {
    EXPECT_GT(start.opened_ms, 0);
    EXPECT_GE(start.decided_ms, start.answered_ms);
    EXPECT_GE(start.answered_ms, start.opened_ms + start.replayed_ms);
    EXPECT_GT(start.broker_memory_bytes, 0u);
    EXPECT_GT(start.broker_read_bytes, 0u);
  }
  const auto json = nlohmann::json::parse(json_line(*figures));
  EXPECT_EQ(json.at("open_cases"), options.open_cases);
  EXPECT_EQ(json.at("starts").size(), start_kinds.size());
  EXPECT_NE(table(*figures).find(name_of(StartKind::journal_alone)), std::string::npos);
}

}  // namespace
}  // namespace huying::bench
