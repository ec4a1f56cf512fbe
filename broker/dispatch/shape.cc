#include "broker/dispatch/shape.h"

#include <cmath>
#include <numbers>

namespace huying::dispatch {

Vertex to_vertex(double latitude, double longitude) {
  return {static_cast<std::int32_t>(std::llround(longitude * units_per_degree)),
          static_cast<std::int32_t>(std::llround(latitude * units_per_degree))};
}

namespace {

std::int32_t wrapping_add(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b));
}

std::int32_t wrapping_subtract(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) - static_cast<std::uint32_t>(b));
}

}  // namespace

void encode_shape(const Shape& shape, v1::Cell& cell) {
  cell.clear_polygons();
  for (const Polygon& polygon : shape) {
    auto* stored = cell.add_polygons();
    for (const Ring& ring : polygon) {
      auto& coordinates = *stored->add_rings()->mutable_coordinates();
      coordinates.Reserve(static_cast<int>(ring.size() * 2));
      Vertex before;
      for (const Vertex& vertex : ring) {
        coordinates.Add(wrapping_subtract(vertex.longitude, before.longitude));
        coordinates.Add(wrapping_subtract(vertex.latitude, before.latitude));
        before = vertex;
      }
    }
  }
}

Shape decode_shape(const v1::Cell& cell) {
  Shape shape;
  for (const auto& stored : cell.polygons()) {
    Polygon& polygon = shape.emplace_back();
    for (const auto& ring : stored.rings()) {
      Ring& out = polygon.emplace_back();
      out.reserve(static_cast<std::size_t>(ring.coordinates_size()) / 2);
      Vertex at;
      for (int i = 0; i + 1 < ring.coordinates_size(); i += 2) {
        at.longitude = wrapping_add(at.longitude, ring.coordinates(i));
        at.latitude = wrapping_add(at.latitude, ring.coordinates(i + 1));
        out.push_back(at);
      }
    }
  }
  return shape;
}

// Series of the WGS-84 ellipsoid, as in the NGA's "Length of a degree" calculator: better than 1 cm a degree.
MetresPerUnit metres_per_unit(std::int32_t latitude) {
  const double phi = latitude / units_per_degree * std::numbers::pi / 180;
  const double c = std::cos(phi), c2 = c * c;
  const double cos2 = 2 * c2 - 1, cos3 = (4 * c2 - 3) * c, cos4 = 8 * c2 * (c2 - 1) + 1;
  return {(111412.84 * c - 93.5 * cos3) / units_per_degree,
          (111132.92 - 559.82 * cos2 + 1.175 * cos4) / units_per_degree};
}

}  // namespace huying::dispatch
