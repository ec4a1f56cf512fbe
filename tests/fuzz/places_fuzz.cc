// Any bytes as places.csv. Each place that is accepted is found by its name and by each alias in an address that is that name.
#include <algorithm>

#include "base/check.h"
#include "broker/directory/places.h"
#include "broker/dispatch/gazetteer.h"
#include "tests/fuzz/findings_check.h"
#include "tests/fuzz/input.h"

namespace huying::fuzz {
namespace {

void check_found(const v1::Directory& directory) {
  dispatch::Gazetteer gazetteer;
  for (int i = 0; i < directory.places_size(); ++i) {
    gazetteer.add_place(directory.places(i).name(), static_cast<std::uint32_t>(i));
    for (const auto& alias : directory.places(i).aliases()) gazetteer.add_place(alias, static_cast<std::uint32_t>(i));
  }
  const auto check = [&](std::string_view name, int place) {
    const auto cells = gazetteer.cells_in(name);
    HUYING_CHECK(std::count(cells.begin(), cells.end(), static_cast<std::uint32_t>(place)) == 1, "place {} is not found", place);
  };
  for (int i = 0; i < directory.places_size(); ++i) {
    check(directory.places(i).name(), i);
    for (const auto& alias : directory.places(i).aliases()) check(alias, i);
  }
}

}  // namespace
}  // namespace huying::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace huying;
  fuzz::Input input(data, size);
  v1::Directory directory;
  directory::Findings findings;
  const auto lines = directory::read_places(input.rest(), directory, findings);
  fuzz::check_findings(findings.take());
  HUYING_CHECK(lines.size() == static_cast<std::size_t>(directory.places_size()));
  for (const auto& place : directory.places()) HUYING_CHECK(is_clean_text(place.name()) && !place.cell().empty());
  fuzz::check_found(directory);
  return 0;
}
