#include "workers/ladder/ladder.h"

#include <gtest/gtest.h>

namespace huying::ladder {
namespace {

TEST(Ladder, ClimbsOneRungAtATimeAndStaysAtTheTop) {
  auto rung = v1::RUNG_UNSPECIFIED;
  for (const auto expected : {v1::RUNG_UNIT, v1::RUNG_STREET, v1::RUNG_DISTRICT, v1::RUNG_DISTRICT}) {
    rung = climb(rung, v1::RUNG_CELL);
    EXPECT_EQ(rung, expected);
  }
}

TEST(Ladder, PassesOverWhoeverHeldTheMatter) {
  EXPECT_EQ(climb(v1::RUNG_UNSPECIFIED, own_rung(v1::CLOCK_KIND_ARRANGE)), v1::RUNG_UNIT);
  EXPECT_EQ(climb(v1::RUNG_UNSPECIFIED, own_rung(v1::CLOCK_KIND_VERIFY)), v1::RUNG_STREET);
  EXPECT_EQ(climb(v1::RUNG_UNSPECIFIED, own_rung(v1::CLOCK_KIND_DESK)), v1::RUNG_STREET);
  EXPECT_EQ(climb(v1::RUNG_STREET, own_rung(v1::CLOCK_KIND_SOLVE)), v1::RUNG_DISTRICT);
}

TEST(Ladder, TheTopIsAskedEachMonthTheOthersOnce) {
  EXPECT_EQ(clock_at(v1::RUNG_UNIT), v1::CLOCK_KIND_RUNG);
  EXPECT_EQ(clock_at(v1::RUNG_STREET), v1::CLOCK_KIND_RUNG);
  EXPECT_EQ(clock_at(v1::RUNG_DISTRICT), v1::CLOCK_KIND_MONTHLY_FEEDBACK);
  v1::Ladder ladder;
  EXPECT_EQ(&span_at(ladder, v1::RUNG_DISTRICT), &ladder.monthly());
  EXPECT_EQ(&promise_span(ladder, v1::RUNG_DISTRICT), &ladder.district());
  EXPECT_EQ(&span_at(ladder, v1::RUNG_STREET), &ladder.street());
  EXPECT_EQ(&span_at(ladder, v1::RUNG_UNIT), &ladder.unit());
}

TEST(Ladder, EveryRungHasItsSupervisorAndBack) {
  for (const auto rung : {v1::RUNG_UNIT, v1::RUNG_STREET, v1::RUNG_DISTRICT}) EXPECT_EQ(rung_of(supervisor_of(rung)), rung);
  EXPECT_EQ(rung_of(v1::ROLE_GRID_WORKER), v1::RUNG_UNSPECIFIED);
  EXPECT_EQ(rung_of(v1::ROLE_DESK), v1::RUNG_UNSPECIFIED);
}

}  // namespace
}  // namespace huying::ladder
