// Is an invalid ring too tangled to be measured? Repairing a ring costs memory by its crossings, which grow with the
// square of its size; a ring of a real map has a handful. Pure; any thread.
#pragma once
#include "broker/directory/geos.h"
#include "broker/dispatch/shape.h"

namespace huying::directory {

inline constexpr std::size_t crossings_max = 1000;
inline constexpr std::size_t repaired_vertices_max = 50'000;

// True when the polygon's edges cross each other more often than crossings_max, or there are too many to look.
bool is_tangled(const Geos& geos, const dispatch::Polygon& polygon);

}  // namespace huying::directory
