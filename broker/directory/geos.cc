#include "broker/directory/geos.h"

namespace huying::directory {

Geos::Geos() : handle_(GEOS_init_r()) { GEOSContext_setErrorMessageHandler_r(handle_, &Geos::on_error, this); }
Geos::~Geos() { GEOS_finish_r(handle_); }

void Geos::on_error(const char* message, void* self) { static_cast<Geos*>(self)->last_error_ = message; }

Geos::Geometry Geos::polygon(const dispatch::Polygon& polygon) const {
  std::vector<Geometry> rings;
  std::vector<double> numbers;
  for (const auto& ring : polygon) {
    numbers.clear();
    for (const auto& vertex : ring) {
      numbers.push_back(vertex.longitude);
      numbers.push_back(vertex.latitude);
    }
    auto* sequence = GEOSCoordSeq_copyFromBuffer_r(handle_, numbers.data(), static_cast<unsigned>(ring.size()), 0, 0);
    if (sequence == nullptr) return own(nullptr);
    rings.push_back(own(GEOSGeom_createLinearRing_r(handle_, sequence)));
    if (!rings.back()) return own(nullptr);
  }
  if (rings.empty()) return own(GEOSGeom_createEmptyPolygon_r(handle_));
  std::vector<GEOSGeometry*> holes;
  for (std::size_t i = 1; i < rings.size(); ++i) holes.push_back(rings[i].release());
  return own(GEOSGeom_createPolygon_r(handle_, rings[0].release(), holes.data(), static_cast<unsigned>(holes.size())));
}

Geos::Geometry Geos::multi_polygon(std::vector<Geometry> polygons) const {
  std::vector<GEOSGeometry*> parts;
  for (auto& polygon : polygons) parts.push_back(polygon.release());
  return own(GEOSGeom_createCollection_r(handle_, GEOS_MULTIPOLYGON, parts.data(), static_cast<unsigned>(parts.size())));
}

void Geos::collect_polygons(const GEOSGeometry* geometry, std::vector<Geometry>& into) const {
  const int type = GEOSGeomTypeId_r(handle_, geometry);
  if (type == GEOS_POLYGON) {
    if (GEOSisEmpty_r(handle_, geometry) == 0) into.push_back(own(GEOSGeom_clone_r(handle_, geometry)));
  } else if (type == GEOS_MULTIPOLYGON || type == GEOS_GEOMETRYCOLLECTION) {
    const int parts = GEOSGetNumGeometries_r(handle_, geometry);
    for (int i = 0; i < parts; ++i) collect_polygons(GEOSGetGeometryN_r(handle_, geometry, i), into);
  }
}

Geos::Geometry Geos::only_polygons(const GEOSGeometry* geometry) const {
  std::vector<Geometry> polygons;
  collect_polygons(geometry, polygons);
  return multi_polygon(std::move(polygons));
}

Geos::Geometry Geos::made_valid(const GEOSGeometry* geometry) const {
  const auto valid = own(GEOSMakeValid_r(handle_, geometry));
  return valid ? only_polygons(valid.get()) : own(nullptr);
}

double Geos::area(const GEOSGeometry* geometry) const {
  double area = 0;
  return geometry != nullptr && GEOSArea_r(handle_, geometry, &area) == 1 ? area : 0;
}

}  // namespace huying::directory
