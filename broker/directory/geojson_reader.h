// The events of a JSON parser, turned into features. Owned by read_geojson for one file.
//
// Members may come in any order, so a feature's coordinates are kept as a flat list of vertices beside the places where
// arrays ended, and become polygons when the feature ends and its geometry's type is known.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/directory/geojson.h"
#include "huying/v1/error.pb.h"

namespace huying::directory {

// A feature before it is known which property is the id.
struct RawFeature {
  Feature feature;
  std::optional<std::string> own_id;
  std::map<std::string, std::string, std::less<>> properties;  // of the wanted names only
};

class GeojsonReader {
 public:
  GeojsonReader(std::string_view id_property, Findings& findings);

  // What the parser saw. False stops it; stopped_by() says why.
  bool value_null();
  bool value_boolean(bool value);
  bool value_text(std::string_view value);                    // a string
  bool value_number(double value, std::string decimal_text);  // any number
  bool begin_object();
  bool end_object();
  bool begin_array();
  bool end_array();
  bool key(std::string_view name);

  // After the end: refuses what is no FeatureCollection.
  void finish();
  std::vector<RawFeature>& features() { return features_; }
  const std::string& notice() const { return notice_; }

 private:
  enum class In : std::uint8_t { skipped, collection, features, feature, properties, geometry, coordinates, crs };
  struct ArrayEnd {
    std::size_t depth, vertices;  // of the array that ended; vertices collected by then
  };
  struct Level {
    In in;
    std::string key;
  };

  bool stop(v1::ErrorCode code, std::string what);
  In child(bool is_array) const;
  bool begin(bool is_array);
  void begin_feature();
  bool end_feature();
  bool scalar(std::optional<std::string> text, bool is_true);
  bool crs_name(std::string_view name);
  bool close_coordinates();
  bool close_position();
  struct Fault {
    v1::ErrorCode code;
    std::string what;
  };
  std::optional<Fault> build_shape(dispatch::Shape& shape) const;
  std::string where() const;
  In in() const { return levels_.empty() ? In::skipped : levels_.back().in; }
  std::string_view at_key() const { return levels_.empty() ? std::string_view() : levels_.back().key; }

  std::vector<std::string> wanted_;
  Findings& findings_;
  std::vector<Level> levels_;
  std::vector<RawFeature> features_;
  std::string notice_, collection_type_;
  bool has_features_ = false;

  // Of the feature being read.
  RawFeature raw_;
  std::string feature_type_, geometry_type_;
  bool in_feature_ = false, has_geometry_ = false, has_bad_coordinate_ = false, has_empty_list_ = false;
  bool is_list_empty_ = false;  // the innermost that is open
  std::vector<double> position_;
  std::vector<dispatch::Vertex> vertices_;
  std::vector<ArrayEnd> ends_;
  std::size_t depth_ = 0, number_depth_ = 0;  // of arrays in `coordinates`; where its numbers are, 0: none yet
};

}  // namespace huying::directory
