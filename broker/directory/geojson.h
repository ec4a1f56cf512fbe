// Cells as a GeoJSON file (RFC 7946) has them. Pure; any thread.
//
// Read as a stream: memory follows the coordinates, not the text, and nesting is bounded. Any FeatureCollection of
// Polygon and MultiPolygon features will do, with holes, altitudes, foreign members and a UTF-8 byte order mark; a `crs`
// member that names anything but WGS-84 (EPSG:4326, CRS84) is refused.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/directory/findings.h"
#include "broker/dispatch/shape.h"

namespace huying::directory {

struct Feature {
  std::size_t number = 0;               // in the file, from 1
  std::string id;                       // as text; numbers in decimal, exact, "7" for 7.0
  std::optional<std::string> name, unit;  // properties of these names
  bool retired = false;
  dispatch::Shape shape;                // empty: no geometry, allowed for a retired cell only
  std::string where() const;            // cells.geojson: feature 12 (shiqiao-03)
};

struct FeatureFile {
  std::vector<Feature> features;
  std::string notice;                   // a member `notice` of the collection
};

// `id_property` empty: "id", "code", "name", whichever every feature has, else the features' own id member.
// GEOJSON_SYNTAX, GEOJSON_SHAPE, CELL_ID_MISSING, COORDINATE_RANGE, FILE_TOO_LARGE, TOO_MANY_ITEMS.
FeatureFile read_geojson(std::string_view text, std::string_view id_property, Findings& findings);

}  // namespace huying::directory
