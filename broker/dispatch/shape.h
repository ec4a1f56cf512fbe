// What a cell covers, in whole 1e-7 degrees of WGS-84 (about 1 cm). Plain values; any thread.
#pragma once
#include <cstdint>
#include <vector>

#include "huying/v1/directory.pb.h"

namespace huying::dispatch {

inline constexpr double units_per_degree = 1e7;

struct Vertex {
  std::int32_t longitude = 0;
  std::int32_t latitude = 0;
  friend bool operator==(const Vertex&, const Vertex&) = default;
};

using Ring = std::vector<Vertex>;      // closed: the first vertex is the last
using Polygon = std::vector<Ring>;     // the shell, then holes
using Shape = std::vector<Polygon>;

// Degrees within ±180 and ±90, rounded to the nearest unit. The caller has checked the range.
Vertex to_vertex(double latitude, double longitude);

// As directory.proto stores rings: the first pair whole, then differences (modulo 2^32, so that any step fits).
void encode_shape(const Shape& shape, v1::Cell& cell);
Shape decode_shape(const v1::Cell& cell);

// Metres in one unit of longitude and of latitude, on the WGS-84 ellipsoid at a latitude.
struct MetresPerUnit {
  double longitude = 0, latitude = 0;
};
MetresPerUnit metres_per_unit(std::int32_t latitude);

}  // namespace huying::dispatch
