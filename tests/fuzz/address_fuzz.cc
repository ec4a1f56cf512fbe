// Any gazetteer and any address. An answer names each of its cells once, and none that was not given.
//
// Input: lines. Those before an empty one are places, by turns of four cells; one that begins with '=' is another name
// of the district. What comes after the empty line is the address.
#include <set>

#include "base/check.h"
#include "broker/dispatch/gazetteer.h"
#include "tests/fuzz/input.h"

namespace huying::fuzz {
namespace {

constexpr std::uint32_t cells = 4;

std::string_view take_line(std::string_view& text) {
  const auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

}  // namespace
}  // namespace huying::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace huying;
  fuzz::Input input(data, size);
  auto text = input.rest();
  std::vector<std::string_view> places;
  dispatch::Gazetteer gazetteer;
  for (auto line = fuzz::take_line(text); !line.empty(); line = fuzz::take_line(text)) {
    if (line.starts_with('='))
      gazetteer.add_alias(line.substr(1));
    else
      places.push_back(line);
  }
  for (std::size_t i = 0; i < places.size(); ++i)
    gazetteer.add_place(places[i], static_cast<std::uint32_t>(i % fuzz::cells));
  const auto found = gazetteer.cells_in(text);
  for (const auto cell : found) HUYING_CHECK(cell < fuzz::cells && cell < places.size());
  HUYING_CHECK(std::set(found.begin(), found.end()).size() == found.size(), "a cell twice");
  return 0;
}
