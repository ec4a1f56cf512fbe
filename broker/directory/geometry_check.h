// Are the shapes sound, and do they tile? By GEOS, on load. Pure; any thread.
//
// A fault's size is the area on whose owner two readings of the shape would differ: of a ring, half of what the signed
// area and the even-odd area differ by (the lobe of a bow tie, a patch wound twice; nothing for a ring that only touches
// itself). Faults and overlaps up to the tolerance are warnings, above it errors. Small faults are repaired (MakeValid)
// only for measuring: dispatch takes the rings as they are, even-odd, which is what MakeValid makes of them.
#pragma once
#include <string>
#include <vector>

#include "broker/directory/findings.h"
#include "broker/dispatch/shape.h"

namespace huying::directory {

struct CheckedCell {
  std::string where;  // for findings
  std::string code;
  bool retired = false;  // its rings are checked; it may lie under others
  const dispatch::Shape* shape = nullptr;
};

// RING_INVALID, CELLS_OVERLAP; WARNING_RING, WARNING_OVERLAP, WARNING_GAP.
void check_geometry(const std::vector<CheckedCell>& cells, double tolerance_m2, Findings& findings);

}  // namespace huying::directory
