#include "broker/directory/geojson_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/limits.h"
#include "base/text.h"

namespace huying::directory {
namespace {

constexpr std::size_t levels_max = 64;
constexpr std::size_t property_bytes_max = 256;
constexpr std::size_t position_numbers_max = 8;

std::string shown(std::string_view text) { return quotable(text, 40); }

bool means_yes(std::string_view text) { return text == "true" || text == "yes" || text == "1"; }

}  // namespace

GeojsonReader::GeojsonReader(std::string_view id_property, Findings& findings)
    : wanted_{"name", "unit"}, findings_(findings) {
  if (id_property.empty())
    wanted_.insert(wanted_.end(), {"id", "code"});
  else
    wanted_.emplace_back(id_property);
}

bool GeojsonReader::stop(v1::ErrorCode code, std::string what) {
  findings_.add(code, in_feature_ ? where() : "cells.geojson", std::move(what));
  return false;
}

std::string GeojsonReader::where() const { return fmt::format("cells.geojson: feature {}", features_.size() + 1); }

GeojsonReader::In GeojsonReader::child(bool is_array) const {
  if (levels_.empty()) return is_array ? In::skipped : In::collection;
  switch (in()) {
    case In::collection:
      if (is_array) return at_key() == "features" ? In::features : In::skipped;
      return at_key() == "crs" ? In::crs : In::skipped;
    case In::features:
      return is_array ? In::skipped : In::feature;
    case In::feature:
      if (is_array) return In::skipped;
      return at_key() == "properties" ? In::properties : at_key() == "geometry" ? In::geometry : In::skipped;
    case In::geometry:
      return is_array && at_key() == "coordinates" ? In::coordinates : In::skipped;
    case In::coordinates:
      return is_array ? In::coordinates : In::skipped;
    case In::crs:
      return !is_array && at_key() == "properties" ? In::crs : In::skipped;
    default:
      return In::skipped;
  }
}

bool GeojsonReader::begin(bool is_array) {
  if (levels_.size() >= levels_max) return stop(v1::ERROR_CODE_GEOJSON_SHAPE, "nested deeper than 64 levels");
  const In entered = child(is_array);
  if (in() == In::features && entered != In::feature)
    return stop(v1::ERROR_CODE_GEOJSON_SHAPE, "`features` holds something that is not an object");
  if (in() == In::coordinates && entered != In::coordinates)
    return stop(v1::ERROR_CODE_GEOJSON_SHAPE, "`coordinates` holds an object");
  if (entered == In::features) {
    if (has_features_) return stop(v1::ERROR_CODE_GEOJSON_SHAPE, "`features` stands there twice");
    has_features_ = true;
  }
  if (entered == In::feature) begin_feature();
  if (entered == In::geometry) {
    has_geometry_ = true;
    geometry_type_.clear();
  }
  if (entered == In::coordinates) {
    if (depth_ == 0) {
      vertices_.clear();
      ends_.clear();
      number_depth_ = 0;
      has_empty_list_ = false;
    }
    position_.clear();
    ++depth_;
    is_list_empty_ = true;
  }
  levels_.push_back({entered, {}});
  return true;
}

bool GeojsonReader::begin_object() { return begin(false); }
bool GeojsonReader::begin_array() { return begin(true); }

bool GeojsonReader::end_object() {
  const In left = in();
  levels_.pop_back();
  return left != In::feature || end_feature();
}

bool GeojsonReader::end_array() {
  const In left = in();
  levels_.pop_back();
  return left != In::coordinates || close_coordinates();
}

bool GeojsonReader::key(std::string_view name) {
  levels_.back().key.assign(name.substr(0, property_bytes_max));
  return true;
}

bool GeojsonReader::close_coordinates() {
  const std::size_t depth = depth_--;
  has_empty_list_ = has_empty_list_ || is_list_empty_;
  is_list_empty_ = false;
  if (has_empty_list_) return true;  // a fault of the feature, whatever else it holds
  if (depth == number_depth_) return close_position();
  ends_.push_back({depth, vertices_.size()});
  return true;
}

bool GeojsonReader::close_position() {
  if (position_.size() < 2)
    return stop(v1::ERROR_CODE_GEOJSON_SHAPE, "a position needs a longitude and a latitude");
  const double longitude = position_[0], latitude = position_[1];
  position_.clear();
  if (!(std::fabs(longitude) <= 180 && std::fabs(latitude) <= 90)) {
    if (!has_bad_coordinate_)
      findings_.add(v1::ERROR_CODE_COORDINATE_RANGE, where(),
                    fmt::format("position {}, {} is not a longitude and a latitude in degrees; export in EPSG:4326",
                                longitude, latitude));
    has_bad_coordinate_ = true;
    return !findings_.is_full();
  }
  vertices_.push_back(dispatch::to_vertex(latitude, longitude));
  return true;
}

bool GeojsonReader::value_number(double value, std::string decimal_text) {
  if (in() != In::coordinates) return scalar(std::move(decimal_text), value == 1);
  if (number_depth_ == 0) number_depth_ = depth_;
  if (number_depth_ != depth_ || position_.size() >= position_numbers_max)
    return stop(v1::ERROR_CODE_GEOJSON_SHAPE, "`coordinates` is not nested as a Polygon or MultiPolygon is");
  position_.push_back(value);
  is_list_empty_ = false;
  return true;
}

bool GeojsonReader::value_null() { return scalar(std::nullopt, false); }
bool GeojsonReader::value_boolean(bool value) { return scalar(value ? "true" : "false", value); }
bool GeojsonReader::value_text(std::string_view value) {
  if (in() == In::crs && at_key() == "name") return crs_name(value);
  return scalar(std::string(value.substr(0, property_bytes_max + 1)), means_yes(value));
}

bool GeojsonReader::crs_name(std::string_view name) {
  if (name.find("CRS84") != std::string_view::npos || name.ends_with(":4326") || name == "WGS84") return true;
  return stop(v1::ERROR_CODE_COORDINATE_RANGE,
              fmt::format("the file says it is in {}; export it in EPSG:4326 (WGS-84)", shown(name)));
}

bool GeojsonReader::scalar(std::optional<std::string> text, bool is_true) {
  switch (in()) {
    case In::collection:
      if (at_key() == "type" && text) collection_type_ = shown(*text);
      if (at_key() == "notice" && text) notice_ = *text;
      if (at_key() == "features") return stop(v1::ERROR_CODE_GEOJSON_SHAPE, "`features` is not a list");
      return true;
    case In::features:
      return stop(v1::ERROR_CODE_GEOJSON_SHAPE, "`features` holds something that is not an object");
    case In::feature:
      if (at_key() == "type" && text) feature_type_ = shown(*text);
      if (at_key() == "id") raw_.own_id = std::move(text);
      return true;
    case In::properties: {
      const auto name = at_key();
      if (name == "retired") raw_.feature.retired = is_true;
      if (text && std::find(wanted_.begin(), wanted_.end(), name) != wanted_.end())
        raw_.properties.insert_or_assign(std::string(name), std::move(*text));
      return true;
    }
    case In::geometry:
      if (at_key() == "type" && text) geometry_type_ = shown(*text);
      return true;
    case In::coordinates:
      return stop(v1::ERROR_CODE_GEOJSON_SHAPE, "`coordinates` holds something that is not a number");
    default:
      return true;
  }
}

void GeojsonReader::begin_feature() {
  raw_ = {};
  feature_type_.clear();
  geometry_type_.clear();
  in_feature_ = true;
  has_geometry_ = has_bad_coordinate_ = has_empty_list_ = is_list_empty_ = false;
  vertices_.clear();
  ends_.clear();
  depth_ = number_depth_ = 0;
}

bool GeojsonReader::end_feature() {
  Feature& feature = raw_.feature;
  feature.number = features_.size() + 1;
  if (feature_type_ != "Feature") return stop(v1::ERROR_CODE_GEOJSON_SHAPE, "its type is not Feature");
  if (has_geometry_ && !has_bad_coordinate_)
    if (const auto fault = build_shape(feature.shape)) findings_.add(fault->code, where(), fault->what);
  in_feature_ = false;
  features_.push_back(std::move(raw_));
  if (features_.size() > limits::cells_max)
    return stop(v1::ERROR_CODE_TOO_MANY_ITEMS, fmt::format("more than {} features", limits::cells_max));
  return !findings_.is_full();
}

std::optional<GeojsonReader::Fault> GeojsonReader::build_shape(dispatch::Shape& shape) const {
  const bool is_polygon = geometry_type_ == "Polygon";
  if (!is_polygon && geometry_type_ != "MultiPolygon")
    return Fault{v1::ERROR_CODE_GEOJSON_SHAPE,
                 fmt::format("its geometry is '{}', not a Polygon or MultiPolygon", geometry_type_)};
  const std::size_t depth = is_polygon ? 3 : 4;
  if (number_depth_ != depth)
    return Fault{v1::ERROR_CODE_GEOJSON_SHAPE, fmt::format("`coordinates` is not nested as a {} is", geometry_type_)};
  if (has_empty_list_) return Fault{v1::ERROR_CODE_GEOJSON_SHAPE, "`coordinates` holds an empty list"};
  std::size_t first = 0;
  shape.emplace_back();
  for (const ArrayEnd& end : ends_) {
    if (end.depth == depth - 2) shape.emplace_back();
    if (end.depth != depth - 1) continue;
    if (end.vertices - first < 4)
      return Fault{v1::ERROR_CODE_GEOJSON_SHAPE, "a ring needs at least four positions"};
    dispatch::Ring ring(vertices_.begin() + static_cast<std::ptrdiff_t>(first),
                        vertices_.begin() + static_cast<std::ptrdiff_t>(end.vertices));
    first = end.vertices;
    if (ring.front() != ring.back())
      return Fault{v1::ERROR_CODE_RING_INVALID, "a ring is not closed: its last position must be its first"};
    shape.back().push_back(std::move(ring));
  }
  shape.pop_back();
  return std::nullopt;
}

void GeojsonReader::finish() {
  in_feature_ = false;
  if (collection_type_ != "FeatureCollection" || !has_features_)
    stop(v1::ERROR_CODE_GEOJSON_SHAPE,
         fmt::format("the file is '{}', not a FeatureCollection with `features`", collection_type_));
  else if (features_.empty())
    stop(v1::ERROR_CODE_GEOJSON_SHAPE, "the file holds no feature");
}

}  // namespace huying::directory
