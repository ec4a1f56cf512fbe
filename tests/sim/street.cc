#include "tests/sim/street.h"

#include <fmt/format.h>

#include "base/check.h"

namespace huying::sim {
namespace {

constexpr double side = 0.005;  // degrees, about half a kilometre

constexpr std::string_view directory_head = R"(street: "900000001"
street_name: "模拟街道"
street_short: "SI"
district: "900000"
district_name: "模拟区"
time_zone: "Asia/Shanghai"
demonstration: true
cell_id_property: "id"
notice: "Made up by the simulator. 模拟器虚构。"
systems { code: "hotline-1" title: "热线" role: ROLE_PUBLISHER }
systems { code: "programme-1" title: "小程序" role: ROLE_PUBLISHER may_act_for: "*" }
systems { code: "gateway-1" title: "网关" role: ROLE_GATEWAY may_act_for: "*" }
systems { code: "wall-1" title: "大屏" role: ROLE_OBSERVER }
)";

std::string square(const SimulatedCell& cell) {
  const double west = cell.longitude - side / 2, east = cell.longitude + side / 2;
  const double south = cell.latitude - side / 2, north = cell.latitude + side / 2;
  return fmt::format(
      R"({{"type":"Feature","properties":{{"id":"{}","name":"{}","unit":"{}"}},"geometry":{{"type":"Polygon","coordinates":)"
      R"([[[{:.4f},{:.4f}],[{:.4f},{:.4f}],[{:.4f},{:.4f}],[{:.4f},{:.4f}],[{:.4f},{:.4f}]]]}}}})",
      cell.code, cell.code, cell.unit, west, south, east, south, east, north, west, north, west, south);
}

}  // namespace

Street::Street(std::uint32_t cells) {
  for (std::uint32_t i = 0; i < cells; ++i)
    cells_.push_back(
        {fmt::format("cell-{:02}", i + 1), fmt::format("village-{}", i / 3 + 1), 35.0025, 113.0025 + side * i});
}

const SimulatedCell* Street::find(std::string_view code) const {
  for (const auto& cell : cells_)
    if (cell.code == code) return &cell;
  return nullptr;
}

broker::DirectoryJobResult Street::configuration() const {
  std::string directory(directory_head), people = "code,title,role,place,deputy,absent\n", features, last_unit;
  for (int host = 1; host <= hosts_max; ++host)
    directory += fmt::format("systems {{ code: \"host-{}\" title: \"主机\" role: ROLE_HOST }}\n", host);
  for (const auto& cell : cells_) {
    features += (features.empty() ? "" : ",\n") + square(cell);
    people += fmt::format("{}.worker,网格员,grid_worker,{},no,no\n", cell.code, cell.code);
    if (cell.unit == last_unit) continue;
    last_unit = cell.unit;
    directory += fmt::format("units {{ code: \"{}\" name: \"{}\" kind: UNIT_KIND_VILLAGE }}\n", cell.unit, cell.unit);
    people += fmt::format("{}.supervisor,村督导,unit_supervisor,{},no,no\n", cell.unit, cell.unit);
  }
  people +=
      "street.supervisor-1,街道督导,street_supervisor,900000001,no,no\n"
      "district.supervisor-1,区督导,district_supervisor,900000,no,no\n"
      "desk-1,坐席,desk,desk,no,no\n"
      "administrator,管理员,administrator,900000001,no,no\n";
  broker::DirectoryJob job;
  const auto add = [&](const char* name, std::string content) {
    auto& file = *job.files.add_files();
    file.set_name(name);
    file.set_content(std::move(content));
  };
  add("directory.txtpb", directory);
  add("cells.geojson", R"({"type":"FeatureCollection","features":[)" + features + "]}");
  add("people.csv", people);
  auto result = broker::perform(job);
  HUYING_CHECK(result.version != nullptr, "the simulated street is refused: {}",
               result.findings.empty() ? "" : result.findings.front());
  return result;
}

}  // namespace huying::sim
