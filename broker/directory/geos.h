// GEOS's C interface with owners. One Geos a call of ours; one thread at a time may use it.
#pragma once
#include <geos_c.h>

#include <memory>
#include <string>
#include <vector>

#include "broker/dispatch/shape.h"

namespace huying::directory {

class Geos {
 public:
  Geos();
  ~Geos();
  Geos(const Geos&) = delete;
  Geos& operator=(const Geos&) = delete;

  struct Release {
    GEOSContextHandle_t handle;
    void operator()(GEOSGeometry* geometry) const { GEOSGeom_destroy_r(handle, geometry); }
  };
  // Null where GEOS failed; last_error() says why.
  using Geometry = std::unique_ptr<GEOSGeometry, Release>;

  GEOSContextHandle_t handle() const { return handle_; }
  const std::string& last_error() const { return last_error_; }

  Geometry own(GEOSGeometry* geometry) const { return Geometry(geometry, Release{handle_}); }
  // In units of 1e-7 degrees, exact. Rings must be closed and have four vertices or more.
  Geometry polygon(const dispatch::Polygon& polygon) const;
  Geometry multi_polygon(std::vector<Geometry> polygons) const;
  // The polygons of a geometry that may be a collection; lines and points are dropped.
  Geometry only_polygons(const GEOSGeometry* geometry) const;
  Geometry made_valid(const GEOSGeometry* geometry) const;  // only its polygons
  double area(const GEOSGeometry* geometry) const;          // in square units

 private:
  static void on_error(const char* message, void* self);
  void collect_polygons(const GEOSGeometry* geometry, std::vector<Geometry>& into) const;
  GEOSContextHandle_t handle_;
  std::string last_error_;
};

}  // namespace huying::directory
