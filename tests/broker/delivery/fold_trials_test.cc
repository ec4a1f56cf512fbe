#include "broker/delivery/fold_trials.h"

#include <gtest/gtest.h>

namespace huying::delivery {
namespace {

TEST(FoldWidth, AllAtFirstThenASixteenthThenASixteenthOfThatAtLastOneAlone) {
  EXPECT_EQ(fold_width(0, 10'000), 10'000u);
  EXPECT_EQ(fold_width(1, 10'000), 625u);
  EXPECT_EQ(fold_width(2, 10'000), 39u);
  EXPECT_EQ(fold_width(3, 10'000), 1u);
  EXPECT_EQ(fold_width(100, 10'000), 1u);
}

TEST(FoldWidth, AFewCellsAreFoldedOneAfterAnother) {
  for (const std::uint32_t times : {1u, 2u, 3u}) EXPECT_EQ(fold_width(times, 9), 1u);
}

}  // namespace
}  // namespace huying::delivery
