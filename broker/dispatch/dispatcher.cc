#include "broker/dispatch/dispatcher.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

#include "broker/dispatch/datum.h"
#include "broker/dispatch/gazetteer.h"
#include "broker/dispatch/point_index.h"
#include "broker/dispatch/reasons.h"

namespace huying::dispatch {
namespace {

constexpr double border_metres_default = 10;
constexpr std::size_t candidates_max = 16;  // the desk reads them; a point in more overlaps tells nothing

// What one of the three says.
struct Evidence {
  bool given = false;
  std::optional<std::uint32_t> certain;
  std::vector<Near> candidates;  // nearest first
  double border = -1;                        // metres; negative: none
  std::string_view reason;
};

std::int64_t centimetres(double metres) {
  return std::isfinite(metres) && metres >= 0 ? std::llround(metres * 100) : -1;
}

}  // namespace

struct Dispatcher::Index {
  struct CellInfo {
    std::string code;
    StreamId stream;
    bool retired = false;
  };
  struct DefaultPoint {
    Vertex at;
    double radius_metres = 1;
  };

  explicit Index(const v1::Directory& directory, std::optional<double> border);

  Evidence by_name(const Place& place) const;
  Evidence by_point(const Place& place) const;
  Evidence by_address(const Place& place) const;
  Evidence by_open_owners(Vertex at, const Cells& owners) const;
  Evidence by_nobody(Vertex at) const;
  bool is_default_point(Vertex at) const;
  Decision certain(std::uint32_t cell, v1::DispatchRule rule, double border, std::string_view reason) const;
  Decision desk(const Evidence* const (&evidence)[3], std::string reason) const;

  double border_metres;
  std::vector<CellInfo> cells;
  absl::flat_hash_map<std::string, std::uint32_t> by_code;  // also by the id of the file
  std::uint32_t desk_cell = 0;
  PointIndex open, retired;  // numbered as `cells`
  std::vector<DefaultPoint> default_points;
  Gazetteer gazetteer;
};

namespace {

std::vector<Shape> shapes_of(const v1::Directory& directory, bool retired) {
  std::vector<Shape> shapes;
  for (const auto& cell : directory.cells())
    shapes.push_back(cell.retired() == retired ? decode_shape(cell) : Shape{});
  return shapes;
}

}  // namespace

Dispatcher::Index::Index(const v1::Directory& directory, std::optional<double> border)
    : border_metres(border.value_or(directory.has_border_metres() ? directory.border_metres() : border_metres_default)),
      open(shapes_of(directory, false)),
      retired(shapes_of(directory, true)) {
  for (const auto& cell : directory.cells()) {
    const auto number = static_cast<std::uint32_t>(cells.size());
    cells.push_back({cell.code(), StreamId{cell.stream()}, cell.retired()});
    by_code[cell.code()] = number;
    if (cell.code() == "desk") desk_cell = number;
  }
  if (!by_code.contains("desk")) {  // a directory made by hand, in a test
    desk_cell = static_cast<std::uint32_t>(cells.size());
    by_code["desk"] = desk_cell;
    cells.push_back({"desk", desk_stream, false});
  }
  for (int i = 0; i < directory.cells_size(); ++i)
    if (!directory.cells(i).id().empty()) by_code.try_emplace(directory.cells(i).id(), static_cast<std::uint32_t>(i));
  for (const auto& point : directory.default_points()) {
    if (!in_range({point.latitude(), point.longitude()})) continue;
    const double radius = point.radius_metres() == 0 ? 1 : point.radius_metres();
    default_points.push_back({to_vertex(point.latitude(), point.longitude()), radius});
  }
  gazetteer.add_alias(directory.district_name());
  gazetteer.add_alias(directory.street_name());
  for (const auto& alias : directory.district_aliases()) gazetteer.add_alias(alias.name());
  for (const auto& place : directory.places()) {
    const auto cell = by_code.find(place.cell());
    if (cell == by_code.end()) continue;
    gazetteer.add_place(place.name(), cell->second);
    for (const auto& alias : place.aliases()) gazetteer.add_place(alias, cell->second);
  }
}

Evidence Dispatcher::Index::by_name(const Place& place) const {
  Evidence evidence;
  if (place.cell.empty()) return evidence;
  evidence.given = true;
  const auto cell = by_code.find(absl::string_view(place.cell.data(), place.cell.size()));
  if (cell == by_code.end()) {
    evidence.reason = reasons::cell_unknown;
    return evidence;
  }
  evidence.candidates.push_back({cell->second, 0});
  if (cells[cell->second].retired) {
    evidence.reason = reasons::cell_retired;
    return evidence;
  }
  evidence.certain = cell->second;
  evidence.reason = reasons::cell_named;
  return evidence;
}

bool Dispatcher::Index::is_default_point(Vertex at) const {
  if (default_points.empty()) return false;
  const auto scale = metres_per_unit(at.latitude);
  return std::any_of(default_points.begin(), default_points.end(), [&](const DefaultPoint& point) {
    const double x = (static_cast<double>(point.at.longitude) - at.longitude) * scale.longitude;
    const double y = (static_cast<double>(point.at.latitude) - at.latitude) * scale.latitude;
    return x * x + y * y <= point.radius_metres * point.radius_metres;
  });
}

Evidence Dispatcher::Index::by_point(const Place& place) const {
  Evidence evidence;
  if (!place.has_point) return evidence;
  evidence.given = true;
  const auto wgs84 = to_wgs84({place.latitude, place.longitude}, place.datum);
  if (!wgs84) {
    evidence.reason = in_range({place.latitude, place.longitude})
                          ? reasons::datum_unknown
                          : reasons::point_invalid;
    return evidence;
  }
  const Vertex at = to_vertex(wgs84->latitude, wgs84->longitude);
  if (is_default_point(at)) {
    evidence.reason = reasons::point_default;
    return evidence;
  }
  const auto owners = open.owners(at);
  evidence = owners.empty() ? by_nobody(at) : by_open_owners(at, owners);
  evidence.given = true;
  return evidence;
}

Evidence Dispatcher::Index::by_open_owners(Vertex at, const Cells& owners) const {
  Evidence evidence;
  for (const auto owner : owners) evidence.candidates.push_back({owner, 0});
  if (owners.size() > 1) {
    evidence.border = 0;
    evidence.reason = reasons::point_in_overlap;
    return evidence;
  }
  evidence.border = open.nearest(at, owners).metres;
  if (border_metres > 0 && evidence.border <= border_metres) {
    for (const auto& near : open.within(at, border_metres))
      if (near.cell != owners[0]) evidence.candidates.push_back(near);
    evidence.reason = reasons::point_near_border;
    return evidence;
  }
  evidence.certain = owners[0];
  evidence.reason = reasons::point_inside;
  return evidence;
}

Evidence Dispatcher::Index::by_nobody(Vertex at) const {
  Evidence evidence;
  if (border_metres > 0) evidence.candidates = open.within(at, border_metres);
  evidence.border = open.nearest(at, {}).metres;
  const auto owners = retired.owners(at);
  for (const auto owner : owners) evidence.candidates.push_back({owner, 0});
  evidence.reason = !owners.empty()                 ? reasons::point_in_retired
                    : !evidence.candidates.empty() ? reasons::point_outside_near
                                                    : reasons::point_outside;
  return evidence;
}

Evidence Dispatcher::Index::by_address(const Place& place) const {
  Evidence evidence;
  if (place.address.empty()) return evidence;
  evidence.given = true;
  const auto found = gazetteer.cells_in(place.address);
  for (const auto cell : found) evidence.candidates.push_back({cell, 0});
  if (found.empty()) {
    evidence.reason = reasons::address_unknown;
  } else if (found.size() > 1) {
    evidence.reason = reasons::address_of_several;
  } else if (cells[found[0]].retired) {
    evidence.reason = reasons::address_of_retired;
  } else {
    evidence.certain = found[0];
    evidence.reason = reasons::address_of_cell;
  }
  return evidence;
}

Decision Dispatcher::Index::certain(std::uint32_t cell, v1::DispatchRule rule, double border,
                                    std::string_view reason) const {
  Decision decision;
  decision.cell = cells[cell].code;
  decision.stream = cells[cell].stream;
  decision.rule = cell == desk_cell ? v1::DISPATCH_RULE_DESK : rule;
  decision.candidates.push_back({decision.cell, 0});
  decision.border_centimetres = centimetres(border);
  decision.reason = reason;
  return decision;
}

Decision Dispatcher::Index::desk(const Evidence* const (&evidence)[3], std::string reason) const {
  Decision decision;
  decision.cell = cells[desk_cell].code;
  decision.stream = cells[desk_cell].stream;
  decision.rule = v1::DISPATCH_RULE_DESK;
  decision.reason = std::move(reason);
  for (const Evidence* one : evidence) {
    if (one->border >= 0) decision.border_centimetres = centimetres(one->border);
    for (const auto& near : one->candidates) {
      const std::string& code = cells[near.cell].code;
      const bool known = std::any_of(decision.candidates.begin(), decision.candidates.end(),
                                     [&](const Candidate& candidate) { return candidate.cell == code; });
      if (!known && near.cell != desk_cell && decision.candidates.size() < candidates_max)
        decision.candidates.push_back({code, centimetres(near.metres)});
    }
  }
  std::stable_sort(decision.candidates.begin(), decision.candidates.end(), [](const Candidate& a, const Candidate& b) {
    return a.distance_centimetres < b.distance_centimetres;
  });
  return decision;
}

Place::Place(const v1::Location& location)
    : cell(location.cell()), address(location.address()), has_point(location.has_point()),
      latitude(location.point().latitude()), longitude(location.point().longitude()), datum(location.point().datum()) {}

Dispatcher::Dispatcher(const v1::Directory& directory, std::optional<double> border_metres)
    : index_(std::make_unique<const Index>(directory, border_metres)) {}
Dispatcher::~Dispatcher() = default;
Dispatcher::Dispatcher(Dispatcher&&) noexcept = default;

Decision Dispatcher::route(const Place& place) const {
  const Evidence by_name = index_->by_name(place);
  const Evidence by_point = index_->by_point(place);
  const Evidence by_address = index_->by_address(place);
  const Evidence* const all[] = {&by_name, &by_point, &by_address};
  constexpr v1::DispatchRule rules[] = {v1::DISPATCH_RULE_EXPLICIT, v1::DISPATCH_RULE_POINT,
                                        v1::DISPATCH_RULE_ADDRESS};
  const Evidence* chosen = nullptr;
  v1::DispatchRule rule{};
  for (std::size_t i = 0; i < 3; ++i) {
    if (!all[i]->certain) continue;
    if (chosen != nullptr && *chosen->certain != *all[i]->certain)
      return index_->desk(all, std::string(reasons::ways_differ));
    if (chosen != nullptr) continue;
    chosen = all[i];
    rule = rules[i];
  }
  if (chosen != nullptr) return index_->certain(*chosen->certain, rule, by_point.border, chosen->reason);
  std::string reason;
  for (const Evidence* one : all)
    if (one->given) reason += fmt::format("{}{}", reason.empty() ? "" : reasons::separator, one->reason);
  return index_->desk(all, reason.empty() ? std::string(reasons::no_place) : std::move(reason));
}

}  // namespace huying::dispatch
