#include "broker/dispatch/datum.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "broker/dispatch/shape.h"

namespace huying::dispatch {
namespace {

double metres_between(Degrees a, Degrees b) {
  const auto scale = metres_per_unit(to_vertex(a.latitude, a.longitude).latitude);
  return std::hypot((a.longitude - b.longitude) * units_per_degree * scale.longitude,
                    (a.latitude - b.latitude) * units_per_degree * scale.latitude);
}

TEST(Datum, PublishedVectorsOfGcj02AreMet) {
  const std::pair<Degrees, Degrees> vectors[] = {
      {{31.1774276, 121.5272106}, {31.17530398, 121.53154186}},
      {{22.543847, 113.912316}, {22.54079613, 113.91717658}},
      {{39.911954, 116.377817}, {39.91334546, 116.38404723}},
  };
  for (const auto& [wgs84, gcj02] : vectors) {
    EXPECT_LT(metres_between(gcj02_from_wgs84(wgs84), gcj02), 0.05);
    EXPECT_LT(metres_between(wgs84_from_gcj02(gcj02), wgs84), 0.14);
  }
}

TEST(Datum, TheShiftsAroundTheDemonstrationZoneAreAsMeasured) {
  const Degrees here{35.2, 113.2};
  const auto gcj02 = gcj02_from_wgs84(here);
  EXPECT_GT(metres_between(here, gcj02), 575);
  EXPECT_LT(metres_between(here, gcj02), 606);
  const auto bd09 = bd09_from_gcj02(gcj02);
  EXPECT_GT(metres_between(here, bd09), 1000);
  EXPECT_LT(metres_between(here, bd09), 1400);
}

TEST(Datum, InversesLeadBackWithinAMillimetreAllOverTheCountry) {
  for (double latitude = 4; latitude < 54; latitude += 1.7)
    for (double longitude = 74; longitude < 135; longitude += 2.3) {
      const Degrees point{latitude, longitude};
      const auto gcj02 = gcj02_from_wgs84(point);
      const auto there = to_wgs84(gcj02, v1::DATUM_GCJ02);
      ASSERT_TRUE(there);
      EXPECT_LT(metres_between(*there, point), 0.001) << latitude << ", " << longitude;
      const auto from_bd09 = to_wgs84(bd09_from_gcj02(gcj02), v1::DATUM_BD09);
      ASSERT_TRUE(from_bd09);
      EXPECT_LT(metres_between(*from_bd09, point), 0.001) << latitude << ", " << longitude;
    }
}

TEST(Datum, OutsideChinaGcj02IsWgs84) {
  const Degrees boston{42.3594, -71.0587};
  const auto there = to_wgs84(boston, v1::DATUM_GCJ02);
  ASSERT_TRUE(there);
  EXPECT_EQ(there->latitude, boston.latitude);
  EXPECT_EQ(there->longitude, boston.longitude);
}

TEST(Datum, AnUnknownDatumIsNeverGuessed) {
  EXPECT_FALSE(to_wgs84({35.2, 113.2}, v1::DATUM_UNSPECIFIED));
  EXPECT_FALSE(to_wgs84({35.2, 113.2}, static_cast<v1::Datum>(9)));
}

TEST(Datum, WhatIsNoPointIsRefused) {
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinite = std::numeric_limits<double>::infinity();
  for (const auto datum : {v1::DATUM_WGS84, v1::DATUM_GCJ02, v1::DATUM_BD09})
    for (const Degrees bad : {Degrees{nan, 1}, {1, nan}, {infinite, 1}, {90.1, 1}, {1, -180.1}})
      EXPECT_FALSE(to_wgs84(bad, datum));
}

}  // namespace
}  // namespace huying::dispatch
