#include "tests/bench/bench_directory.h"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <iterator>

#include "proto/errors.h"

namespace huying::bench {
namespace {

constexpr std::uint32_t cells_a_unit = 8;
// 1e-7 degrees; a cell is about 500 m wide, so that its middle is far from every border.
constexpr std::int64_t west = 1'131'000'000, south = 351'000'000, width = 55'000, height = 45'000;

constexpr const char* policy_text = R"(# Made up for measuring: ordinary clocks, and a rule that closes a matter when it is resolved.
name: "bench"
default_rule: "no-check"
rules {
  name: "no-check"
  source: "made up; the days are those of the shipped policy"
  arrange       { count: 1 unit: SPAN_UNIT_NATURAL_DAY first_day: FIRST_DAY_COUNTED day_end: DAY_END_MIDNIGHT }
  feed_back     { count: 3 unit: SPAN_UNIT_NATURAL_DAY first_day: FIRST_DAY_COUNTED day_end: DAY_END_MIDNIGHT }
  solve         { count: 7 unit: SPAN_UNIT_NATURAL_DAY first_day: FIRST_DAY_COUNTED day_end: DAY_END_MIDNIGHT }
  solve_complex { count: 1 unit: SPAN_UNIT_NATURAL_MONTH first_day: FIRST_DAY_COUNTED day_end: DAY_END_MIDNIGHT }
  verify        { count: 3 unit: SPAN_UNIT_NATURAL_DAY first_day: FIRST_DAY_COUNTED day_end: DAY_END_MIDNIGHT }
  desk          { count: 1 unit: SPAN_UNIT_NATURAL_DAY first_day: FIRST_DAY_COUNTED day_end: DAY_END_MIDNIGHT }
  ladder {
    unit     { count: 1 unit: SPAN_UNIT_NATURAL_DAY first_day: FIRST_DAY_COUNTED day_end: DAY_END_MIDNIGHT }
    street   { count: 1 unit: SPAN_UNIT_NATURAL_DAY first_day: FIRST_DAY_COUNTED day_end: DAY_END_MIDNIGHT }
    district { count: 1 unit: SPAN_UNIT_NATURAL_DAY first_day: FIRST_DAY_COUNTED day_end: DAY_END_MIDNIGHT }
    monthly  { count: 1 unit: SPAN_UNIT_NATURAL_MONTH first_day: FIRST_DAY_COUNTED day_end: DAY_END_MIDNIGHT }
  }
  close_on_resolve: true
}
categories { code: "general" name: "其他" }
)";

std::string directory_text(std::uint32_t cells) {
  std::string out = fmt::format(
      "# Made up for measuring.\nstreet: \"{}\"\nstreet_name: \"测试街道\"\nstreet_short: \"BN\"\ndistrict: \"bench-district\"\n"
      "district_name: \"测试区\"\ntime_zone: \"Asia/Shanghai\"\ndemonstration: true\ncell_id_property: \"id\"\n"
      "notice: \"Made up for measuring. 仅供测量，全部虚构。\"\n",
      street_code);
  for (std::uint32_t i = 0; i < cells; i += cells_a_unit)
    out += fmt::format("units {{ code: \"{0}\" name: \"{0}\" kind: UNIT_KIND_COMMUNITY }}\n", unit_of_cell(i));
  const auto system = [&out](const char* code, const char* role, const char* rest) {
    out += fmt::format("systems {{ code: \"{0}\" title: \"{0}\" role: {1} {2} }}\n", code, role, rest);
  };
  system(publisher_code, "ROLE_PUBLISHER", "may_act_for: \"*\"");
  system(observer_code, "ROLE_OBSERVER", "");
  system(administrator_code, "ROLE_ADMINISTRATOR", "");
  system(host_code, "ROLE_HOST", "");
  system(gateway_code, "ROLE_GATEWAY", "may_act_for: \"*\"");
  return out;
}

std::string degrees(std::int64_t e7) { return fmt::format("{}.{:07}", e7 / 10'000'000, e7 % 10'000'000); }

std::string cells_text(std::uint32_t cells) {
  const auto columns = static_cast<std::uint32_t>(std::ceil(std::sqrt(cells)));
  std::string out = "{\"type\": \"FeatureCollection\", \"notice\": \"Made up for measuring.\", \"features\": [\n";
  for (std::uint32_t i = 0; i < cells; ++i) {
    const auto x = degrees(west + width * (i % columns)), y = degrees(south + height * (i / columns));
    const auto east = degrees(west + width * (i % columns + 1)), north = degrees(south + height * (i / columns + 1));
    out += fmt::format(
        "{}{{\"type\": \"Feature\", \"properties\": {{\"id\": \"{}\", \"name\": \"{}\", \"unit\": \"{}\"}}, \"geometry\": "
        "{{\"type\": \"Polygon\", \"coordinates\": [[[{},{}],[{},{}],[{},{}],[{},{}],[{},{}]]]}}}}",
        i == 0 ? "" : ",\n", cell_code(i), cell_code(i), unit_of_cell(i), x, y, east, y, east, north, x, north, x, y);
  }
  return out + "\n]}\n";
}

std::string people_text(std::uint32_t cells, std::uint32_t people_a_cell) {
  std::string out = "code,title,role,place,deputy,absent\n";
  for (std::uint32_t cell = 0; cell < cells; ++cell)
    for (std::uint32_t place = 0; place < people_a_cell; ++place)
      out += fmt::format("{0},{0},grid_worker,{1},{2},no\n", person_code(cell, place), cell_code(cell), place == 0 ? "no" : "yes");
  return out;
}

Result<void> write(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) return fail(v1::ERROR_CODE_JOURNAL_WRITE_FAILED, path);
  return {};
}

}  // namespace

std::string cell_code(std::uint32_t index) { return fmt::format("c{:05}", index + 1); }
std::string unit_of_cell(std::uint32_t index) { return fmt::format("u{:04}", index / cells_a_unit + 1); }
std::string worker_code(std::uint32_t index) { return cell_code(index) + ".worker"; }

std::string person_code(std::uint32_t cell, std::uint32_t place) {
  if (place == 0) return worker_code(cell);
  return cell_code(cell) + ".deputy" + (place == 1 ? "" : fmt::format("-{}", place));
}

Result<void> write_directory(const std::string& folder, std::uint32_t cells, std::uint32_t people_a_cell) {
  const std::pair<const char*, std::string> files[] = {{"directory.txtpb", directory_text(cells)},
                                                       {"cells.geojson", cells_text(cells)},
                                                       {"people.csv", people_text(cells, people_a_cell)},
                                                       {"places.csv", "name,cell,aliases\n"},
                                                       {"policy.txtpb", policy_text}};
  for (const auto& [name, text] : files)
    if (auto written = write(folder + "/" + name, text); !written) return written;
  return {};
}

}  // namespace huying::bench
