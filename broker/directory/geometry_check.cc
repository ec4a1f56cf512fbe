#include "broker/directory/geometry_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "broker/directory/geos.h"
#include "broker/directory/tangle.h"

namespace huying::directory {
namespace {

constexpr double noticed_m2 = 0.01;         // rounding to 1e-7 degrees alone makes less
constexpr std::size_t pairs_a_cell_max = 64;
constexpr std::size_t gaps_listed_max = 20;
// Two cells that drew their common border apart cross once for each of its vertices at most.
constexpr std::size_t crossings_at_least = 10'000, crossings_a_vertex = 4;

class GeometryCheck {
 public:
  GeometryCheck(const std::vector<CheckedCell>& cells, double tolerance_m2, Findings& findings)
      : cells_(cells), tolerance_m2_(tolerance_m2), findings_(findings) {}
  void run();

 private:
  struct Measured {
    Geos::Geometry valid;
    std::optional<std::string> fault;  // in words
    double fault_area = 0;             // square units; infinite: cannot be measured
  };
  Measured measure(const dispatch::Polygon& polygon) const;
  Geos::Geometry collected(std::vector<Geos::Geometry> parts) const;
  Geos::Geometry joined(const GEOSGeometry* collection) const;
  Geos::Geometry joined_parts(const CheckedCell& cell, std::vector<Geos::Geometry> polygons) const;
  Geos::Geometry check_rings(const CheckedCell& cell);
  std::string fault_in_words(const GEOSGeometry* geometry) const;
  void check_overlaps();
  void check_pair(std::size_t a, std::size_t b);
  void check_gaps();
  double square_metres(double square_units) const { return square_units * square_metres_a_unit_; }

  const std::vector<CheckedCell>& cells_;
  double tolerance_m2_;
  Findings& findings_;
  Geos geos_;
  std::vector<Geos::Geometry> valid_;  // of each cell; null where there is nothing to compare
  double square_metres_a_unit_ = 1;    // at the middle of what is checked now
  std::size_t crossings_left_ = 0;     // of different cells' edges: what their overlaps may cost in all
};

double unit_area_at(const dispatch::Shape& shape) {
  if (shape.empty() || shape[0].empty() || shape[0][0].empty()) return 0;
  const auto scale = dispatch::metres_per_unit(shape[0][0][0].latitude);
  return scale.longitude * scale.latitude;
}

std::string GeometryCheck::fault_in_words(const GEOSGeometry* geometry) const {
  char* reason = nullptr;
  GEOSGeometry* location = nullptr;
  GEOSisValidDetail_r(geos_.handle(), geometry, 0, &reason, &location);
  std::string words = reason != nullptr ? reason : "invalid";
  GEOSFree_r(geos_.handle(), reason);
  const auto point = geos_.own(location);
  double x = 0, y = 0;
  if (point && GEOSGeomGetX_r(geos_.handle(), point.get(), &x) == 1 &&
      GEOSGeomGetY_r(geos_.handle(), point.get(), &y) == 1)
    words += fmt::format(" at {:.7f}, {:.7f}", y / dispatch::units_per_degree, x / dispatch::units_per_degree);
  return words;
}

// What is wrong with one polygon, and how much of it.
GeometryCheck::Measured GeometryCheck::measure(const dispatch::Polygon& polygon) const {
  auto geometry = geos_.polygon(polygon);
  if (!geometry) return {geos_.own(nullptr), geos_.last_error(), INFINITY};
  if (GEOSisValid_r(geos_.handle(), geometry.get()) == 1) return {std::move(geometry), std::nullopt, 0};
  Measured measured{geos_.own(nullptr), fault_in_words(geometry.get()), 0};
  if (is_tangled(geos_, polygon)) {
    measured.fault_area = INFINITY;
    return measured;
  }
  double expected = 0;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const auto alone = geos_.polygon({polygon[i]});
    const auto even_odd = alone ? geos_.made_valid(alone.get()) : geos_.own(nullptr);
    const double area = geos_.area(even_odd.get());
    measured.fault_area += std::fabs(geos_.area(alone.get()) - area) / 2;  // GEOS's area of a ring is |signed|
    expected += i == 0 ? area : -area;
  }
  measured.valid = geos_.made_valid(geometry.get());
  if (!measured.valid)
    measured.fault_area = INFINITY;
  else if (polygon.size() > 1)
    measured.fault_area += std::fabs(geos_.area(measured.valid.get()) - expected) / 2;
  return measured;
}

Geos::Geometry GeometryCheck::collected(std::vector<Geos::Geometry> geometries) const {
  std::vector<GEOSGeometry*> parts;
  for (auto& part : geometries) parts.push_back(part.release());
  return geos_.own(GEOSGeom_createCollection_r(geos_.handle(), GEOS_GEOMETRYCOLLECTION, parts.data(),
                                               static_cast<unsigned>(parts.size())));
}

Geos::Geometry GeometryCheck::joined(const GEOSGeometry* collection) const {
  const auto geometry = geos_.own(GEOSUnaryUnion_r(geos_.handle(), collection));
  return geometry ? geos_.only_polygons(geometry.get()) : geos_.own(nullptr);
}

// Of one cell, each of them sound; mostly they lie apart. Null: they cross each other too often to be joined.
Geos::Geometry GeometryCheck::joined_parts(const CheckedCell& cell, std::vector<Geos::Geometry> polygons) const {
  const auto all = collected(std::move(polygons));
  auto apart = geos_.only_polygons(all.get());
  if (apart && GEOSisValid_r(geos_.handle(), apart.get()) == 1) return apart;
  dispatch::Polygon rings;
  for (const auto& polygon : *cell.shape) rings.insert(rings.end(), polygon.begin(), polygon.end());
  return is_tangled(geos_, rings) ? geos_.own(nullptr) : joined(all.get());
}

Geos::Geometry GeometryCheck::check_rings(const CheckedCell& cell) {
  square_metres_a_unit_ = unit_area_at(*cell.shape);
  std::vector<Geos::Geometry> polygons;
  std::optional<std::string> fault;
  double fault_area = 0, area = 0;
  for (const auto& polygon : *cell.shape) {
    auto measured = measure(polygon);
    if (measured.fault && !fault) fault = measured.fault;
    fault_area += measured.fault_area;
    if (measured.valid) {
      area += geos_.area(measured.valid.get());
      polygons.push_back(geos_.only_polygons(measured.valid.get()));
    }
  }
  if (polygons.empty() && !fault) return geos_.own(nullptr);
  auto whole = polygons.size() == 1 ? std::move(polygons[0]) : joined_parts(cell, std::move(polygons));
  const double doubled = whole ? area - geos_.area(whole.get()) : INFINITY;
  if (square_metres(doubled) > noticed_m2) {
    fault_area += doubled;
    if (!fault) fault = "polygons of the cell overlap each other";
  }
  if (whole && !fault && square_metres(geos_.area(whole.get())) < noticed_m2) {
    fault = "the shape has no area";
    fault_area = INFINITY;
  }
  if (!fault) return whole;
  const double fault_m2 = square_metres(fault_area);
  const bool is_gross = !(fault_m2 <= tolerance_m2_);
  const auto size = std::isfinite(fault_m2) ? fmt::format("about {:.3g} m²", fault_m2) : std::string("not measurable");
  findings_.add(is_gross ? v1::ERROR_CODE_RING_INVALID : v1::ERROR_CODE_WARNING_RING, cell.where,
                fmt::format("{}; {}, tolerated up to {} m²", *fault, size, tolerance_m2_));
  return is_gross ? geos_.own(nullptr) : std::move(whole);
}

void GeometryCheck::check_pair(std::size_t a, std::size_t b) {
  const auto crossings = crossings_between(geos_, *cells_[a].shape, *cells_[b].shape, crossings_left_);
  if (crossings >= crossings_left_)
    return findings_.add(v1::ERROR_CODE_CELLS_OVERLAP, cells_[a].where,
                         fmt::format("its border crosses that of {} so often that the overlap cannot be measured",
                                     cells_[b].code));
  crossings_left_ -= crossings;
  auto common = geos_.own(GEOSIntersection_r(geos_.handle(), valid_[a].get(), valid_[b].get()));
  if (!common) common = geos_.own(GEOSIntersectionPrec_r(geos_.handle(), valid_[a].get(), valid_[b].get(), 1));
  square_metres_a_unit_ = unit_area_at(*cells_[a].shape);
  const double area = common ? square_metres(geos_.area(common.get())) : INFINITY;
  if (area < noticed_m2) return;
  const bool is_gross = area > tolerance_m2_;
  findings_.add(is_gross ? v1::ERROR_CODE_CELLS_OVERLAP : v1::ERROR_CODE_WARNING_OVERLAP, cells_[a].where,
                fmt::format("overlaps {} by {:.3g} m², tolerated up to {} m²", cells_[b].code, area, tolerance_m2_));
}

void GeometryCheck::check_overlaps() {
  const auto destroy = [&](GEOSSTRtree* tree) { GEOSSTRtree_destroy_r(geos_.handle(), tree); };
  const std::unique_ptr<GEOSSTRtree, decltype(destroy)> tree(GEOSSTRtree_create_r(geos_.handle(), 10), destroy);
  for (std::size_t i = 0; i < valid_.size(); ++i)
    if (valid_[i]) GEOSSTRtree_insert_r(geos_.handle(), tree.get(), valid_[i].get(), &valid_[i]);
  std::size_t pairs_left = cells_.size() * pairs_a_cell_max;
  std::vector<std::size_t> neighbours;
  struct Visit {
    const Geos::Geometry* first;
    std::size_t after, room;
    std::vector<std::size_t>& into;
  };
  for (std::size_t i = 0; i < valid_.size() && !findings_.is_full(); ++i) {
    if (!valid_[i]) continue;
    neighbours.clear();
    Visit visit{valid_.data(), i, pairs_left, neighbours};
    const auto collect = [](void* item, void* state) {
      auto& v = *static_cast<Visit*>(state);
      const auto index = static_cast<std::size_t>(static_cast<const Geos::Geometry*>(item) - v.first);
      if (index > v.after && v.into.size() < v.room) v.into.push_back(index);
    };
    GEOSSTRtree_query_r(geos_.handle(), tree.get(), valid_[i].get(), collect, &visit);
    pairs_left -= neighbours.size();
    std::sort(neighbours.begin(), neighbours.end());
    for (const auto other : neighbours)
      if (!findings_.is_full()) check_pair(i, other);
    if (pairs_left == 0) {
      findings_.add(v1::ERROR_CODE_CELLS_OVERLAP, cells_[i].where,
                    "the cells' bounding boxes overlap so often that they cannot be a division of a street");
      return;
    }
  }
}

void GeometryCheck::check_gaps() {
  std::vector<Geos::Geometry> cells;
  for (auto& cell : valid_)
    if (cell) cells.push_back(std::move(cell));
  const auto street = joined(collected(std::move(cells)).get());
  if (!street) return;
  struct Gap {
    double area_m2, latitude, longitude;
  };
  std::vector<Gap> gaps;
  for (int i = 0; i < GEOSGetNumGeometries_r(geos_.handle(), street.get()); ++i) {
    const auto* polygon = GEOSGetGeometryN_r(geos_.handle(), street.get(), i);
    if (GEOSGeomTypeId_r(geos_.handle(), polygon) != GEOS_POLYGON) continue;
    for (int j = 0; j < GEOSGetNumInteriorRings_r(geos_.handle(), polygon); ++j) {
      const auto* ring = GEOSGetInteriorRingN_r(geos_.handle(), polygon, j);
      const auto hole =
          geos_.own(GEOSGeom_createPolygon_r(geos_.handle(), GEOSGeom_clone_r(geos_.handle(), ring), nullptr, 0));
      double x = 0, y = 0;
      GEOSCoordSeq_getXY_r(geos_.handle(), GEOSGeom_getCoordSeq_r(geos_.handle(), ring), 0, &x, &y);
      const auto scale = dispatch::metres_per_unit(static_cast<std::int32_t>(y));
      const double area = geos_.area(hole.get()) * scale.latitude * scale.longitude;
      if (area >= noticed_m2) gaps.push_back({area, y / dispatch::units_per_degree, x / dispatch::units_per_degree});
    }
  }
  std::sort(gaps.begin(), gaps.end(), [](const Gap& a, const Gap& b) { return a.area_m2 > b.area_m2; });
  for (std::size_t i = 0; i < std::min(gaps.size(), gaps_listed_max); ++i)
    findings_.add(v1::ERROR_CODE_WARNING_GAP, "cells.geojson",
                  fmt::format("a gap of {:.3g} m² between cells at {:.7f}, {:.7f}", gaps[i].area_m2, gaps[i].latitude,
                              gaps[i].longitude));
  if (gaps.size() > gaps_listed_max)
    findings_.add(v1::ERROR_CODE_WARNING_GAP, "cells.geojson",
                  fmt::format("{} more gaps, all smaller", gaps.size() - gaps_listed_max));
}

void GeometryCheck::run() {
  crossings_left_ = crossings_at_least;
  for (const auto& cell : cells_)
    for (const auto& polygon : *cell.shape)
      for (const auto& ring : polygon) crossings_left_ += crossings_a_vertex * ring.size();
  for (const CheckedCell& cell : cells_) {
    if (findings_.is_full()) return;
    auto valid = check_rings(cell);
    valid_.push_back(cell.retired ? geos_.own(nullptr) : std::move(valid));
  }
  check_overlaps();
  if (!findings_.has_errors()) check_gaps();
}

}  // namespace

void check_geometry(const std::vector<CheckedCell>& cells, double tolerance_m2, Findings& findings) {
  GeometryCheck(cells, tolerance_m2, findings).run();
}

}  // namespace huying::directory
