// Are shapes too tangled to be measured? Repairing a ring, or intersecting two shapes, costs memory by the crossings of
// their edges, which grow with the square of their size; shapes of a real map have a handful, or as many as the border that
// two of them drew apart has vertices. Pure; any thread.
#pragma once
#include "broker/directory/geos.h"
#include "broker/dispatch/shape.h"

namespace huying::directory {

inline constexpr std::size_t crossings_max = 1000;
inline constexpr std::size_t repaired_vertices_max = 50'000;

// True when the polygon's edges cross each other more often than crossings_max, or there are too many to look.
bool is_tangled(const Geos& geos, const dispatch::Polygon& polygon);

// How often edges of the one cross or touch edges of the other, not counting ends that they share; counts up to `most`.
std::size_t crossings_between(const Geos& geos, const dispatch::Shape& one, const dispatch::Shape& other,
                              std::size_t most);

}  // namespace huying::directory
