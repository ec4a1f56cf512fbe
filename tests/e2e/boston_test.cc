// Goal: real input of another city. Method: Boston's 26 neighbourhoods become the cells of a directory without doubt
// at borders (border_metres 0), 100 real requests are published twice by `huying publish`; the oracle is GEOS over
// MakeValid. The data are not in the tree: HUYING_TEST_DATA names their folder.
#include <csv.h>
#include <geos_c.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>

#include "tests/e2e/lines.h"
#include "tests/e2e/wenyuan.h"

namespace huying::e2e {
namespace {

using Json = nlohmann::json;

constexpr double default_latitude = 42.3594, default_longitude = -71.0587;
constexpr std::string_view directory_text = R"(
street: "boston" street_name: "Boston" street_short: "BO" district: "massachusetts" district_name: "Massachusetts"
time_zone: "America/New_York" demonstration: true border_metres: 0 cell_id_property: "code"
units { code: "city" name: "City" kind: UNIT_KIND_COMMUNITY }
systems { code: "boston-311" title: "311" role: ROLE_PUBLISHER }
systems { code: "host-1" title: "host 1" role: ROLE_HOST }
systems { code: "administrator" title: "administrator" role: ROLE_ADMINISTRATOR }
default_points { latitude: 42.3594 longitude: -71.0587 radius_metres: 1 note: "rows without a place of their own" }
)";

struct Row {
  std::string id;
  double latitude = 0, longitude = 0;
  bool is_default() const { return latitude == default_latitude && longitude == default_longitude; }
};

// Columns by the names in the first line.
std::vector<Row> rows_of(const std::string& text) {
  struct Reading {
    std::vector<std::vector<std::string>> rows{1};
  } reading;
  csv_parser parser;
  EXPECT_EQ(::csv_init(&parser, 0), 0);
  const auto field = [](void* bytes, std::size_t size, void* to) {
    static_cast<Reading*>(to)->rows.back().emplace_back(static_cast<const char*>(bytes), size);
  };
  const auto row = [](int, void* to) { static_cast<Reading*>(to)->rows.emplace_back(); };
  EXPECT_EQ(::csv_parse(&parser, text.data(), text.size(), field, row, &reading), text.size());
  ::csv_fini(&parser, field, row, &reading);
  ::csv_free(&parser);

  const auto& names = reading.rows.front();
  const auto column = [&](std::string_view name) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
  };
  const auto id = column("case_enquiry_id"), latitude = column("latitude"), longitude = column("longitude");
  std::vector<Row> rows;
  for (std::size_t i = 1; i < reading.rows.size(); ++i) {
    const auto& fields = reading.rows[i];
    if (fields.size() == names.size())
      rows.push_back({fields[id], std::stod(fields[latitude]), std::stod(fields[longitude])});
  }
  return rows;
}

// GEOS over MakeValid, with none of our code.
class Oracle {
 public:
  explicit Oracle(const Json& collection) : context_(::GEOS_init_r()) {
    auto* reader = ::GEOSGeoJSONReader_create_r(context_);
    for (const auto& feature : collection["features"]) {
      auto* raw = ::GEOSGeoJSONReader_readGeometry_r(context_, reader, feature["geometry"].dump().c_str());
      EXPECT_NE(raw, nullptr);
      cells_.emplace_back(feature["properties"]["code"], ::GEOSMakeValid_r(context_, raw));
      ::GEOSGeom_destroy_r(context_, raw);
    }
    ::GEOSGeoJSONReader_destroy_r(context_, reader);
  }
  ~Oracle() {
    for (auto& [code, shape] : cells_) ::GEOSGeom_destroy_r(context_, shape);
    ::GEOS_finish_r(context_);
  }
  Oracle(const Oracle&) = delete;
  Oracle& operator=(const Oracle&) = delete;

  // The one cell that has the point; the desk when none has it, or several.
  std::string cell_of(const Row& row) const {
    auto* point = ::GEOSGeom_createPointFromXY_r(context_, row.longitude, row.latitude);
    std::vector<std::string> found;
    for (const auto& [code, shape] : cells_)
      if (::GEOSIntersects_r(context_, shape, point) == 1) found.push_back(code);
    ::GEOSGeom_destroy_r(context_, point);
    return found.size() == 1 ? found[0] : "desk";
  }

 private:
  GEOSContextHandle_t context_;
  std::vector<std::pair<std::string, GEOSGeometry*>> cells_;
};

class Boston : public testing::Test {
 protected:
  void SetUp() override {
    const char* data = std::getenv("HUYING_TEST_DATA");
    if (data == nullptr || read_file(std::string(data) + "/boston311-100.csv").empty())
      GTEST_SKIP() << "HUYING_TEST_DATA names no folder with boston311-100.csv and boston-neighborhoods.geojson";
    rows_ = rows_of(read_file(std::string(data) + "/boston311-100.csv"));
    neighbourhoods_ = Json::parse(read_file(std::string(data) + "/boston-neighborhoods.geojson"));
    int number = 0;
    for (auto& feature : neighbourhoods_["features"]) feature["properties"]["code"] = "n-" + std::to_string(++number);
    write_file(place_.path("boston/directory.txtpb"), directory_text);
    write_file(place_.path("boston/cells.geojson"), neighbourhoods_.dump());
    serving_ = place_.serve({"--directory", place_.path("boston")});
  }

  std::map<std::string, Answer> publish_all() {
    std::string input;
    for (const auto& row : rows_) input += line_of(request_at_point(row.id, row.latitude, row.longitude));
    const auto output = place_.ask({"publish"}, "boston-311", input);
    EXPECT_TRUE(output.ok()) << output.out << output.err;
    return by_source_id(answers_of(output.out));
  }

  std::size_t requests_in_journal() {
    const auto dumped = place_.run({"journal", "dump", "--data", place_.data()});
    return count_of(records_of(dumped.out), "REQUEST");
  }

  std::vector<Row> rows_;
  Json neighbourhoods_;
  Place place_;
  std::unique_ptr<Process> serving_;
};

TEST_F(Boston, a_hundred_real_requests_reach_the_neighbourhoods_that_geos_names_and_never_twice) {
  ASSERT_EQ(rows_.size(), 100u);
  ASSERT_EQ(neighbourhoods_["features"].size(), 26u);
  const Oracle oracle(neighbourhoods_);
  const auto first = publish_all();
  ASSERT_EQ(first.size(), 100u);
  std::size_t own_points = 0, default_points = 0, in_cells = 0;
  for (const auto& row : rows_) {
    const auto& answer = first.at(row.id);
    EXPECT_EQ(answer.error, 0u) << row.id << " " << answer.detail;
    EXPECT_FALSE(answer.known) << row.id;
    EXPECT_EQ(answer.cell, row.is_default() ? "desk" : oracle.cell_of(row)) << row.id;
    EXPECT_EQ(answer.rule, answer.cell == "desk" ? "desk" : "point") << row.id;
    ++(row.is_default() ? default_points : own_points);
    in_cells += answer.cell != "desk";
  }
  EXPECT_EQ(own_points, 81u);
  EXPECT_EQ(default_points, 19u);
  EXPECT_GT(in_cells, 60u) << "the oracle sends too much to the desk to prove anything";

  const auto second = publish_all();
  for (const auto& [id, answer] : first) {
    EXPECT_TRUE(second.at(id).known) << id;
    EXPECT_EQ(second.at(id).case_number, answer.case_number) << id;
  }
  EXPECT_EQ(requests_in_journal(), 100u);
}

}  // namespace
}  // namespace huying::e2e
