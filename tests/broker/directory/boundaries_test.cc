// Boundaries that cross themselves or each other, overlap, or leave gaps: refused or warned of, and never measured where that would
// take for ever.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/broker/directory/files.h"

namespace huying::directory {
namespace {

using testing::IsEmpty;

std::string bow_tie(double half_width) {
  const auto x = std::to_string(113.22 + half_width);
  // Two triangles that meet in their middle; the east one is `half_width` degrees wide.
  return "[[113.21,35.2],[" + x + ",35.21],[" + x + ",35.2],[113.21,35.21],[113.21,35.2]]";
}

TEST(Boundaries, AGrosslySelfCrossingRingIsRefused) {
  Files files;
  files.content["cells.geojson"] = collection(feature(R"("id":"a-01")", square(113.2)) + "," +
                                              feature(R"("id":"a-02")", bow_tie(0)));
  EXPECT_TRUE(has(files.load(), v1::ERROR_CODE_RING_INVALID, "feature 2 (a-02)"));
}

TEST(Boundaries, ATangleOfThousandsOfCrossingsIsRefusedWithoutMeasuring) {
  std::string ring = "[";
  for (int i = 0; i < 20'000; ++i) {
    const int x = i * 7919 % 9973, y = i * 6007 % 9967;
    ring += "[" + std::to_string(113.21 + x * 1e-6) + "," + std::to_string(35.2 + y * 1e-6) + "],";
  }
  ring += "[113.21,35.2]]";
  Files files;
  files.content["cells.geojson"] = collection(feature(R"("id":"a-01")", square(113.2)) + "," +
                                              feature(R"("id":"a-02")", ring));
  EXPECT_TRUE(has(files.load(), v1::ERROR_CODE_RING_INVALID, "feature 2 (a-02)"));
}

// Sound in itself: `teeth` strips from a spine, to the north or to the east.
std::string comb(int teeth, bool is_lying) {
  std::string ring = "[";
  const auto add = [&](int x, int y) {
    if (is_lying) std::swap(x, y);
    ring += "[" + std::to_string(113.21 + x * 1e-6) + "," + std::to_string(35.2 + y * 1e-6) + "],";
  };
  const int length = 10 * teeth;
  add(0, -100);
  for (int i = 0; i < teeth; ++i) {
    add(10 * i, 0), add(10 * i, length);
    add(10 * i + 4, length), add(10 * i + 4, 0);
  }
  add(length, 0), add(length, -100), add(0, -100);
  ring.back() = ']';
  return ring;
}

// Half a megabyte of them would be two million pieces, and gigabytes in the process that serves.
TEST(Boundaries, CellsWhoseBordersCrossAMillionTimesAreRefusedWithoutMeasuring) {
  Files files;
  files.content["cells.geojson"] =
      collection(feature(R"("id":"a-01")", comb(1500, false)) + "," + feature(R"("id":"a-02")", comb(1500, true)));
  const auto loaded = files.load();
  EXPECT_TRUE(has(loaded, v1::ERROR_CODE_CELLS_OVERLAP, "feature 1 (a-01)"));
  EXPECT_THAT(texts_of(loaded), testing::Contains(testing::HasSubstr("cannot be measured")));
}

TEST(Boundaries, CellsWhoseBordersCrossAHundredTimesAreMeasured) {
  Files files;
  files.content["cells.geojson"] =
      collection(feature(R"("id":"a-01")", comb(10, false)) + "," + feature(R"("id":"a-02")", comb(10, true)));
  EXPECT_THAT(texts_of(files.load()), testing::Contains(testing::HasSubstr("overlaps a-02 by")));
}

TEST(Boundaries, PolygonsOfOneCellThatCrossAMillionTimesAreRefusedWithoutMeasuring) {
  Files files;
  files.content["cells.geojson"] = collection(
      R"({"type":"Feature","properties":{"id":"a-01"},"geometry":{"type":"MultiPolygon","coordinates":[[)" +
      comb(1500, false) + "],[" + comb(1500, true) + "]]}}," + feature(R"("id":"a-02")", square(113.3)));
  EXPECT_TRUE(has(files.load(), v1::ERROR_CODE_RING_INVALID, "feature 1 (a-01)"));
}

TEST(Boundaries, ASmallSelfCrossingIsAWarning) {
  // The last corner is pulled 1e-6 degrees across the first side: a lobe of about 0.01 by 0.1 m.
  Files files;
  files.content["cells.geojson"] =
      collection(feature(R"("id":"a-01")", square(113.2)) + "," +
                 feature(R"("id":"a-02")",
                         "[[113.21,35.2],[113.22,35.2],[113.22,35.21],[113.215,35.21],[113.215001,35.2100010],"
                         "[113.214999,35.2100010],[113.2150005,35.21],[113.21,35.21],[113.21,35.2]]"));
  const auto loaded = files.load();
  EXPECT_TRUE(loaded.ok()) << testing::PrintToString(texts_of(loaded));
  EXPECT_TRUE(has(loaded, v1::ERROR_CODE_WARNING_RING, "feature 2 (a-02)"));
}

TEST(Boundaries, ARingThatOnlyTouchesItselfIsAWarningHoweverLarge) {
  Files files;
  files.content["cells.geojson"] =
      collection(feature(R"("id":"a-01")", square(113.2)) + "," +
                 feature(R"("id":"a-02")",
                         "[[113.21,35.2],[113.22,35.2],[113.215,35.205],[113.22,35.21],[113.21,35.21],[113.215,35.205],"
                         "[113.21,35.2]]"));
  const auto loaded = files.load();
  EXPECT_TRUE(loaded.ok()) << testing::PrintToString(texts_of(loaded));
  EXPECT_TRUE(has(loaded, v1::ERROR_CODE_WARNING_RING, "a-02"));
}

TEST(Boundaries, OverlapsAreErrorsAboveTheToleranceAndWarningsBelow) {
  Files files;
  const auto overlap_by = [&](double degrees) {
    files.content["cells.geojson"] = collection(feature(R"("id":"a-01")", square(113.2)) + "," +
                                                feature(R"("id":"a-02")", square(113.21 - degrees)));
    return files.load();
  };
  EXPECT_TRUE(has(overlap_by(0.0001), v1::ERROR_CODE_CELLS_OVERLAP, "a-01")) << "about 10,000 m²";
  const auto small = overlap_by(0.000005);
  EXPECT_TRUE(small.ok());
  EXPECT_TRUE(has(small, v1::ERROR_CODE_WARNING_OVERLAP, "a-01")) << "about 500 m²";
  EXPECT_THAT(texts_of(overlap_by(0)), IsEmpty()) << "neighbours that touch do not overlap";
}

TEST(Boundaries, AGapBetweenCellsIsAWarning) {
  Files files;
  files.content["cells.geojson"] = collection(
      R"({"type":"Feature","properties":{"id":"a-01"},"geometry":{"type":"Polygon","coordinates":[)" + square(113.2) +
      ",[[113.203,35.203],[113.206,35.203],[113.206,35.206],[113.203,35.203]]]}}," +
      feature(R"("id":"a-02")", square(113.21)));
  const auto loaded = files.load();
  EXPECT_TRUE(loaded.ok());
  EXPECT_TRUE(has(loaded, v1::ERROR_CODE_WARNING_GAP));
}

}  // namespace
}  // namespace huying::directory
