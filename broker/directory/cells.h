// From features to cells: codes, units, streams. Pure; any thread.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <string>
#include <string_view>
#include <vector>

#include "broker/directory/geojson.h"

namespace huying::directory {

// One token of a subject: 1 to `max` bytes of [a-z0-9_-].
bool is_token(std::string_view text, std::size_t max);

// A token for any id: "south-boston" for "South Boston"; with a digest of the id where letters were lost.
std::string code_for_id(const std::string& id);

// How other files may name a cell: by its code or by the id of the GeoJSON file.
class CellNames {
 public:
  explicit CellNames(const v1::Directory& directory);
  const v1::Cell* find(std::string_view name) const;

 private:
  absl::flat_hash_map<std::string_view, const v1::Cell*> cells_;  // the directory must outlive this
};

// Adds unit `desk` and cell `desk`, then a cell a feature, with the streams of `before` or new ones. CELL_ID_MISSING,
// CELL_ID_DOUBLE, CELL_REUSED, GEOJSON_SHAPE, DIRECTORY_INVALID. Keeps the shapes in `file`.
void add_cells(FeatureFile& file, const v1::Configuration* before, v1::Directory& directory, Findings& findings);

}  // namespace huying::directory
