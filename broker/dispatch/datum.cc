#include "broker/dispatch/datum.h"

#include <cmath>
#include <numbers>

namespace huying::dispatch {
namespace {

constexpr double pi = std::numbers::pi;
// Krasovsky 1940, as the public algorithm has it.
constexpr double semi_major_axis = 6378245.0;
constexpr double eccentricity_squared = 0.00669342162296594323;
constexpr double bd09_pi = pi * 3000.0 / 180.0;

double shift_latitude(double x, double y) {
  return -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * std::sqrt(std::fabs(x)) +
         (20.0 * std::sin(6.0 * x * pi) + 20.0 * std::sin(2.0 * x * pi)) * 2.0 / 3.0 +
         (20.0 * std::sin(y * pi) + 40.0 * std::sin(y / 3.0 * pi)) * 2.0 / 3.0 +
         (160.0 * std::sin(y / 12.0 * pi) + 320.0 * std::sin(y * pi / 30.0)) * 2.0 / 3.0;
}

double shift_longitude(double x, double y) {
  return 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * std::sqrt(std::fabs(x)) +
         (20.0 * std::sin(6.0 * x * pi) + 20.0 * std::sin(2.0 * x * pi)) * 2.0 / 3.0 +
         (20.0 * std::sin(x * pi) + 40.0 * std::sin(x / 3.0 * pi)) * 2.0 / 3.0 +
         (150.0 * std::sin(x / 12.0 * pi) + 300.0 * std::sin(x / 30.0 * pi)) * 2.0 / 3.0;
}

Degrees shifted(Degrees wgs84) {
  const double x = wgs84.longitude - 105.0, y = wgs84.latitude - 35.0;
  const double phi = wgs84.latitude / 180.0 * pi;
  const double sine = std::sin(phi);
  const double magic = 1 - eccentricity_squared * sine * sine;
  const double root = std::sqrt(magic);
  const double latitude =
      shift_latitude(x, y) * 180.0 / ((semi_major_axis * (1 - eccentricity_squared)) / (magic * root) * pi);
  const double longitude = shift_longitude(x, y) * 180.0 / (semi_major_axis / root * std::cos(phi) * pi);
  return {wgs84.latitude + latitude, wgs84.longitude + longitude};
}

// Finds what `forward` maps to `target`. Both shifts change slowly, so each round gains three digits or more.
template <class Forward>
Degrees inverse(Degrees target, Forward forward) {
  constexpr double close_enough_degrees = 1e-10;
  constexpr int rounds_max = 30;
  Degrees guess = target;
  for (int round = 0; round < rounds_max; ++round) {
    const Degrees there = forward(guess);
    const double latitude = target.latitude - there.latitude, longitude = target.longitude - there.longitude;
    guess.latitude += latitude;
    guess.longitude += longitude;
    if (std::fabs(latitude) < close_enough_degrees && std::fabs(longitude) < close_enough_degrees) break;
  }
  return guess;
}

}  // namespace

bool is_shifted_in_gcj02(Degrees point) {
  return point.longitude >= 72.004 && point.longitude <= 137.8347 && point.latitude >= 0.8293 &&
         point.latitude <= 55.8271;
}

Degrees gcj02_from_wgs84(Degrees wgs84) { return is_shifted_in_gcj02(wgs84) ? shifted(wgs84) : wgs84; }

Degrees wgs84_from_gcj02(Degrees gcj02) { return is_shifted_in_gcj02(gcj02) ? inverse(gcj02, shifted) : gcj02; }

Degrees bd09_from_gcj02(Degrees gcj02) {
  const double x = gcj02.longitude, y = gcj02.latitude;
  const double radius = std::sqrt(x * x + y * y) + 0.00002 * std::sin(y * bd09_pi);
  const double angle = std::atan2(y, x) + 0.000003 * std::cos(x * bd09_pi);
  return {radius * std::sin(angle) + 0.006, radius * std::cos(angle) + 0.0065};
}

Degrees gcj02_from_bd09(Degrees bd09) { return inverse(bd09, bd09_from_gcj02); }

bool in_range(Degrees point) {
  return std::isfinite(point.latitude) && std::isfinite(point.longitude) && std::fabs(point.latitude) <= 90 &&
         std::fabs(point.longitude) <= 180;
}

std::optional<Degrees> to_wgs84(Degrees point, v1::Datum datum) {
  if (!in_range(point)) return std::nullopt;
  Degrees out = point;
  switch (datum) {
    case v1::DATUM_WGS84:
      return point;
    case v1::DATUM_GCJ02:
      out = wgs84_from_gcj02(point);
      break;
    case v1::DATUM_BD09:
      out = wgs84_from_gcj02(gcj02_from_bd09(point));
      break;
    default:
      return std::nullopt;
  }
  if (!in_range(out)) return std::nullopt;
  return out;
}

}  // namespace huying::dispatch
