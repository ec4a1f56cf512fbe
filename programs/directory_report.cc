#include "programs/directory_report.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <tuple>
#include <utility>

#include "broker/dispatch/datum.h"
#include "broker/dispatch/shape.h"
#include "programs/route_lines.h"

namespace huying::programs {
namespace {

using dispatch::Vertex;
using nlohmann::json;

constexpr std::size_t shared_requests_min = 5;
constexpr double shared_share_min = 0.02;

double border_kilometres(const v1::Directory& directory) {
  using Edge = std::tuple<std::int32_t, std::int32_t, std::int32_t, std::int32_t>;
  absl::flat_hash_set<Edge> seen;
  double metres = 0;
  for (const auto& cell : directory.cells()) {
    if (cell.retired()) continue;
    for (const auto& polygon : dispatch::decode_shape(cell))
      for (const auto& ring : polygon)
        for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
          Vertex a = ring[i], b = ring[i + 1];
          if (std::tie(a.longitude, a.latitude) > std::tie(b.longitude, b.latitude)) std::swap(a, b);
          if (!seen.emplace(a.longitude, a.latitude, b.longitude, b.latitude).second) continue;
          const auto scale = dispatch::metres_per_unit(a.latitude);
          metres += std::hypot((static_cast<double>(b.longitude) - a.longitude) * scale.longitude,
                               (static_cast<double>(b.latitude) - a.latitude) * scale.latitude);
        }
  }
  return metres / 1000;
}

v1::Datum datum_of(const json& point) {
  const auto name = point.find("datum");
  if (name == point.end() || !name->is_string()) return v1::DATUM_WGS84;
  std::string text = name->get<std::string>();
  if (text.starts_with("DATUM_")) text.erase(0, 6);
  return datum_named(text);
}

// {"lat","lon"} as route reads them, or a request's location.point as publish does.
std::optional<dispatch::Degrees> point_of(const json& line) {
  const json* point = &line;
  const char *latitude = "lat", *longitude = "lon";
  if (const auto location = line.find("location"); location != line.end() && location->is_object()) {
    const auto inner = location->find("point");
    if (inner == location->end() || !inner->is_object()) return std::nullopt;
    point = &*inner;
    latitude = "latitude";
    longitude = "longitude";
  }
  const auto y = point->find(latitude), x = point->find(longitude);
  if (y == point->end() || x == point->end() || !y->is_number() || !x->is_number()) return std::nullopt;
  return dispatch::to_wgs84({y->get<double>(), x->get<double>()}, datum_of(*point));
}

}  // namespace

DirectorySummary summary_of(const v1::Configuration& configuration) {
  const auto& directory = configuration.directory();
  DirectorySummary summary;
  for (const auto& cell : directory.cells()) {
    if (cell.code() == "desk") continue;
    ++(cell.retired() ? summary.retired : summary.cells);
  }
  for (const auto& unit : directory.units()) summary.units += unit.kind() != v1::UNIT_KIND_DESK;
  summary.people = static_cast<std::size_t>(directory.people_size());
  summary.places = static_cast<std::size_t>(directory.places_size());
  summary.systems = static_cast<std::size_t>(directory.systems_size());
  summary.rules = static_cast<std::size_t>(configuration.policy().rules_size());
  summary.categories = static_cast<std::size_t>(configuration.policy().categories_size());
  summary.border_kilometres = border_kilometres(directory);
  return summary;
}

Proposal propose_default_points(std::istream& lines) {
  Proposal proposal;
  absl::flat_hash_map<std::pair<std::int32_t, std::int32_t>, std::size_t> counts;
  std::string line;
  while (std::getline(lines, line)) {
    if (proposal.lines == 0 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    ++proposal.lines;
    const json parsed = line.size() > route_line_bytes_max ? json(json::value_t::discarded)
                                                           : json::parse(line, nullptr, false);
    if (parsed.is_discarded() || !parsed.is_object()) {
      ++proposal.unreadable;
      continue;
    }
    const auto point = point_of(parsed);
    if (!point) continue;
    ++proposal.with_point;
    const auto at = dispatch::to_vertex(point->latitude, point->longitude);
    ++counts[{at.latitude, at.longitude}];
  }
  const auto least = std::max(shared_requests_min, static_cast<std::size_t>(
                                  std::ceil(static_cast<double>(proposal.with_point) * shared_share_min)));
  for (const auto& [at, count] : counts)
    if (count >= least)
      proposal.points.push_back({at.first / dispatch::units_per_degree, at.second / dispatch::units_per_degree, count});
  std::sort(proposal.points.begin(), proposal.points.end(), [](const ProposedPoint& a, const ProposedPoint& b) {
    return std::tie(b.requests, a.latitude, a.longitude) < std::tie(a.requests, b.latitude, b.longitude);
  });
  return proposal;
}

std::string as_text(const ProposedPoint& point, std::size_t of) {
  return fmt::format("default_points {{ latitude: {:.7f} longitude: {:.7f} note: \"{} of {} requests\" }}", point.latitude,
                     point.longitude, point.requests, of);
}

}  // namespace huying::programs
