// What `huying directory check` tells about a directory. Without the command line, so that tests can ask. Any thread.
#pragma once
#include <cstddef>
#include <istream>
#include <string>
#include <vector>

#include "broker/directory/directory_files.h"

namespace huying::programs {

struct DirectorySummary {
  std::size_t cells = 0, retired = 0, units = 0, people = 0, places = 0, systems = 0, rules = 0, categories = 0;
  double border_kilometres = 0;  // every border once, the outer one too, where neighbours share their vertices
};
DirectorySummary summary_of(const v1::Configuration& configuration);

// A point that so many requests share that it cannot be their place.
struct ProposedPoint {
  double latitude = 0, longitude = 0;  // WGS-84
  std::size_t requests = 0;
};
struct Proposal {
  std::size_t lines = 0, unreadable = 0, with_point = 0;
  std::vector<ProposedPoint> points;  // most requests first
};
// JSON lines as `route --input` or `publish` read them. A point is proposed when at least 5 requests and 2 % of those
// with a point share it to the last digit.
Proposal propose_default_points(std::istream& lines);
std::string as_text(const ProposedPoint& point, std::size_t of);  // a line for directory.txtpb

}  // namespace huying::programs
