// places.csv, the gazetteer: name,cell,aliases; aliases are separated by ';' (or '；'). Pure; any thread.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "broker/directory/findings.h"

namespace huying::directory {

// Appends places to `directory`; the answer holds the line of each. The same name may stand in several cells: an
// address that names it goes to the desk. PLACE_INVALID, CSV_SYNTAX, CSV_COLUMN, FILE_TOO_LARGE.
std::vector<std::size_t> read_places(std::string_view text, v1::Directory& directory, Findings& findings);

struct PlaceRow {
  std::string name, cell;
};
// Rows to be put behind those of `places_csv`, in the order of its columns; with a header where it is empty. Begins with a
// line feed where the last line has none.
std::string place_rows(const std::vector<PlaceRow>& rows, std::string_view places_csv, Findings& findings);

}  // namespace huying::directory
