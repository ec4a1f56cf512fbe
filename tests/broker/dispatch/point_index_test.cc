// Goal: our point test agrees with GEOS wherever GEOS is certain, and gives exactly one owner where it is not.
// Method: a plane of cells that share their vertices, drawn at random from a seed; points anywhere, on shared vertices
// and on lattice points of shared edges. Distances are compared with GEOS's in a plane of metres.
#include "broker/dispatch/point_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "broker/directory/geos.h"

namespace huying::dispatch {
namespace {

constexpr std::int32_t west = 1'131'700'000, south = 351'750'000;

// A jittered lattice of n by n quadrilaterals; with `fine` edges are short enough to hold lattice points.
struct Plane {
  int n;
  std::vector<Vertex> corners;
  std::vector<Shape> shapes;
  Vertex corner(int row, int column) const { return corners[static_cast<std::size_t>(row * (n + 1) + column)]; }
  Plane(int cells, std::int32_t step, unsigned seed) : n(cells) {
    std::mt19937 random(seed);
    std::uniform_int_distribution<std::int32_t> jitter(-step / 3, step / 3);
    for (int row = 0; row <= n; ++row)
      for (int column = 0; column <= n; ++column)
        corners.push_back({west + column * step + jitter(random), south + row * step + jitter(random)});
    for (int row = 0; row < n; ++row)
      for (int column = 0; column < n; ++column)
        shapes.push_back({{{corner(row, column), corner(row, column + 1), corner(row + 1, column + 1),
                            corner(row + 1, column), corner(row, column)}}});
  }
};

directory::Geos::Geometry point_of(const directory::Geos& geos, Vertex v) {
  return geos.own(GEOSGeom_createPointFromXY_r(geos.handle(), v.longitude, v.latitude));
}

TEST(PointIndex, AgreesWithGeosOnRandomPoints) {
  const directory::Geos geos;
  const Plane plane(8, 60'000, 7);
  const PointIndex index(plane.shapes);
  std::vector<directory::Geos::Geometry> cells;
  for (const auto& shape : plane.shapes) cells.push_back(geos.polygon(shape[0]));
  std::mt19937 random(11);
  std::uniform_int_distribution<std::int32_t> anywhere(-60'000, 9 * 60'000);
  for (int i = 0; i < 4000; ++i) {
    const Vertex at{west + anywhere(random), south + anywhere(random)};
    const auto point = point_of(geos, at);
    Cells expected;
    bool on_border = false;
    for (std::uint32_t cell = 0; cell < cells.size(); ++cell) {
      if (GEOSContains_r(geos.handle(), cells[cell].get(), point.get()) == 1) expected.push_back(cell);
      on_border = on_border || GEOSTouches_r(geos.handle(), cells[cell].get(), point.get()) == 1;
    }
    const auto owners = index.owners(at);
    if (on_border) continue;
    EXPECT_EQ(owners, expected) << at.longitude << ", " << at.latitude;
  }
}

TEST(PointIndex, APointOnASharedBorderHasExactlyOneOwner) {
  const Plane plane(6, 40, 3);  // tiny cells: every lattice point is tried, many lie on edges
  const PointIndex index(plane.shapes);
  const directory::Geos geos;
  std::vector<directory::Geos::Geometry> cells;
  for (const auto& shape : plane.shapes) cells.push_back(geos.polygon(shape[0]));
  int on_borders = 0;
  for (std::int32_t x = 20; x < 220; ++x)
    for (std::int32_t y = 20; y < 220; ++y) {
      const Vertex at{west + x, south + y};
      const auto point = point_of(geos, at);
      int covering = 0;
      for (const auto& cell : cells) covering += GEOSCovers_r(geos.handle(), cell.get(), point.get()) == 1;
      ASSERT_GE(covering, 1) << "the point should lie inside the plane";
      on_borders += covering > 1;
      EXPECT_EQ(index.owners(at).size(), 1u) << x << ", " << y << " covered by " << covering;
    }
  EXPECT_GT(on_borders, 50) << "the test must meet borders";
}

TEST(PointIndex, EverySharedVertexHasExactlyOneOwner) {
  const Plane plane(12, 50'000, 5);
  const PointIndex index(plane.shapes);
  for (int row = 1; row < plane.n; ++row)
    for (int column = 1; column < plane.n; ++column)
      EXPECT_EQ(index.owners(plane.corner(row, column)).size(), 1u) << row << ", " << column;
}

TEST(PointIndex, HolesAndSecondPolygonsAreRespected) {
  const auto square = [](std::int32_t at, std::int32_t size) {
    return Ring{{west + at, south + at}, {west + at + size, south + at}, {west + at + size, south + at + size},
                {west + at, south + at + size}, {west + at, south + at}};
  };
  // Cell 0: a frame and an island in its hole's middle. Cell 1 fills the rest of the hole.
  const std::vector<Shape> shapes{{{square(0, 1000), square(200, 600)}, {square(400, 200)}},
                                  {{square(200, 600), square(400, 200)}}};
  const PointIndex index(shapes);
  const auto owner = [&](std::int32_t x) { return index.owners({west + x, south + x}); };
  EXPECT_EQ(owner(100), Cells{0});
  EXPECT_EQ(owner(300), Cells{1});
  EXPECT_EQ(owner(500), Cells{0});
  EXPECT_EQ(owner(900), Cells{0});
  EXPECT_EQ(owner(200), Cells{1}) << "a half-open border belongs to the north-east";
  EXPECT_EQ(owner(1000), Cells{});
}

TEST(PointIndex, CrossProductsOfAWholeHemisphereDoNotOverflow) {
  const std::vector<Shape> shapes{{{{{-1'800'000'000, -900'000'000}, {1'800'000'000, -900'000'000},
                                     {1'800'000'000, 900'000'000}, {-1'800'000'000, -900'000'000}}}}};
  const PointIndex index(shapes);
  EXPECT_EQ(index.owners({1'799'999'000, 0}), Cells{0});
  EXPECT_EQ(index.owners({-1'799'999'000, 0}), Cells{});
  EXPECT_EQ(index.owners({10, -1}), Cells{0});
  EXPECT_EQ(index.owners({-10, 1}), Cells{});
}

TEST(PointIndex, TheNearestOtherCellIsTheOneGeosFinds) {
  const directory::Geos geos;
  const Plane plane(8, 60'000, 9);
  const PointIndex index(plane.shapes);
  std::mt19937 random(13);
  std::uniform_int_distribution<std::int32_t> inside(30'000, 450'000);
  for (int i = 0; i < 300; ++i) {
    const Vertex at{west + inside(random), south + inside(random)};
    const auto owners = index.owners(at);
    const auto near = index.nearest(at, owners);
    const auto scale = metres_per_unit(at.latitude);
    double expected = INFINITY;  // GEOS, in metres around the point
    for (std::uint32_t cell = 0; cell < plane.shapes.size(); ++cell) {
      if (std::find(owners.begin(), owners.end(), cell) != owners.end()) continue;
      std::vector<double> numbers;
      for (const Vertex& v : plane.shapes[cell][0][0]) {
        numbers.push_back((v.longitude - at.longitude) * scale.longitude);
        numbers.push_back((v.latitude - at.latitude) * scale.latitude);
      }
      auto* sequence = GEOSCoordSeq_copyFromBuffer_r(geos.handle(), numbers.data(),
                                                     static_cast<unsigned>(numbers.size() / 2), 0, 0);
      const auto ring = geos.own(GEOSGeom_createLinearRing_r(geos.handle(), sequence));
      const auto origin = geos.own(GEOSGeom_createPointFromXY_r(geos.handle(), 0, 0));
      double distance = 0;
      ASSERT_EQ(GEOSDistance_r(geos.handle(), ring.get(), origin.get(), &distance), 1);
      expected = std::min(expected, distance);
    }
    EXPECT_NEAR(near.metres, expected, 1e-6);
  }
}

TEST(PointIndex, WithinListsEveryCellThatNearAndNearestFirst) {
  const Plane plane(4, 60'000, 2);
  const PointIndex index(plane.shapes);
  const auto all = index.within(plane.corner(2, 2), 0.01);
  EXPECT_EQ(all.size(), 4u) << "four cells meet at an inner corner";
  const auto far = index.within(plane.corner(2, 2), 5000);
  EXPECT_EQ(far.size(), 16u);
  EXPECT_TRUE(std::is_sorted(far.begin(), far.end(), [](const Near& a, const Near& b) { return a.metres < b.metres; }));
}

TEST(PointIndex, AnEmptyIndexOwnsNothing) {
  const PointIndex index({});
  EXPECT_TRUE(index.owners({west, south}).empty());
  EXPECT_TRUE(std::isinf(index.nearest({west, south}, {}).metres));
  EXPECT_TRUE(index.within({west, south}, 100).empty());
}

TEST(Shape, EncodingAndDecodingGiveTheSameRingsEvenAcrossTheWorld) {
  const Shape shape{{{{-1'800'000'000, -900'000'000}, {1'800'000'000, 900'000'000}, {3, 4}, {-1'800'000'000, -900'000'000}},
                     {{1, 2}, {3, 4}, {5, 7}, {1, 2}}},
                    {{{west, south}, {west + 1, south}, {west, south + 1}, {west, south}}}};
  v1::Cell cell;
  encode_shape(shape, cell);
  EXPECT_EQ(decode_shape(cell), shape);
}

}  // namespace
}  // namespace huying::dispatch
