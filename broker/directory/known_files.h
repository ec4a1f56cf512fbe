// The files of a directory and how large each may be.
#pragma once
#include <string_view>

#include "base/limits.h"

namespace huying::directory {

struct KnownFile {
  std::string_view name;
  std::size_t bytes_max;
  bool is_required;
};

inline constexpr KnownFile known_files[] = {
    {"directory.txtpb", limits::text_file_bytes_max, true}, {"cells.geojson", limits::geojson_bytes_max, true},
    {"people.csv", limits::csv_bytes_max, false},           {"places.csv", limits::csv_bytes_max, false},
    {"policy.txtpb", limits::text_file_bytes_max, false},   {"calendar.txtpb", limits::text_file_bytes_max, false},
};

inline const KnownFile* known_file(std::string_view name) {
  for (const KnownFile& file : known_files)
    if (file.name == name) return &file;
  return nullptr;
}

}  // namespace huying::directory
