// Any bytes as cells.geojson of an otherwise sound directory. What is accepted can be dispatched by: every point has an
// answer, which is the desk or a cell of the file.
#include <absl/container/flat_hash_set.h>

#include "base/check.h"
#include "broker/dispatch/dispatcher.h"
#include "broker/dispatch/shape.h"
#include "tests/broker/directory/files.h"
#include "tests/fuzz/findings_check.h"
#include "tests/fuzz/input.h"

namespace huying::fuzz {
namespace {

void check_dispatch(const v1::Directory& directory) {
  absl::flat_hash_set<std::string> codes;
  for (const auto& cell : directory.cells()) HUYING_CHECK(codes.insert(cell.code()).second, "{} twice", cell.code());
  const dispatch::Dispatcher dispatcher(directory);
  for (const auto& cell : directory.cells()) {
    for (const auto& polygon : dispatch::decode_shape(cell)) {
      for (const auto& vertex : polygon.front()) {
        dispatch::Place place;
        place.has_point = true;
        place.latitude = vertex.latitude / dispatch::units_per_degree;
        place.longitude = vertex.longitude / dispatch::units_per_degree;
        place.datum = v1::DATUM_WGS84;
        HUYING_CHECK(codes.contains(dispatcher.route(place).cell));
        place.latitude = 0.5 * (place.latitude + 35.205);
        HUYING_CHECK(codes.contains(dispatcher.route(place).cell));
      }
    }
  }
}

}  // namespace
}  // namespace huying::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace huying;
  fuzz::Input input(data, size);
  directory::Files files;
  files.content.erase("people.csv");
  files.content.erase("places.csv");
  files.content["cells.geojson"] = std::string(input.rest());
  const auto loaded = files.load();
  if (fuzz::check_findings(loaded.findings)) fuzz::check_dispatch(loaded.configuration.directory());
  return 0;
}
