// A hundred real requests of Boston against its 26 neighbourhoods; the oracle is GEOS over MakeValid.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "broker/directory/csv.h"
#include "broker/directory/geos.h"
#include "broker/dispatch/dispatcher.h"
#include "tests/broker/directory/files.h"

namespace huying::directory {
namespace {

struct Row {
  double latitude, longitude;
  bool is_default() const { return latitude == 42.3594 && longitude == -71.0587; }
};

class BostonTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* data = std::getenv("HUYING_TEST_DATA");
    if (data == nullptr || !std::filesystem::exists(std::filesystem::path(data) / "boston311-100.csv"))
      GTEST_SKIP() << "HUYING_TEST_DATA names no folder with boston311-100.csv and boston-neighborhoods.geojson";
    folder_ = data;
    initialise_digests();
  }
  std::string text(const char* name) const {
    std::ifstream in(folder_ / name, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }
  std::vector<Row> rows() const {
    const std::string csv = text("boston311-100.csv");
    std::vector<std::string> names;
    std::stringstream header(csv.substr(0, csv.find('\n')));
    for (std::string name; std::getline(header, name, ',');) names.push_back(name);
    std::vector<CsvColumn> columns;
    for (const auto& name : names) columns.push_back({name, true});
    const auto column = [&](const char* name) {
      return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
    };
    Findings findings;
    std::vector<Row> out;
    for (const auto& row : read_csv("boston", csv, columns, findings))
      out.push_back({std::stod(row.fields[column("latitude")]), std::stod(row.fields[column("longitude")])});
    EXPECT_FALSE(findings.has_errors());
    return out;
  }
  Files files() const {
    Files files;
    files.content = {{"directory.txtpb",
                      "street: \"boston\" street_short: \"B\" district: \"massachusetts\" time_zone: \"America/New_York\"\n"
                      "cell_id_property: \"name\" border_metres: 0\n"
                      "units { code: \"city\" name: \"City\" kind: UNIT_KIND_COMMUNITY }\n"
                      "default_points { latitude: 42.3594 longitude: -71.0587 note: \"19 of 100 requests\" }\n"},
                     {"cells.geojson", text("boston-neighborhoods.geojson")}};
    return files;
  }
  std::filesystem::path folder_;
};

TEST_F(BostonTest, SmallFaultsOfRealBoundariesAreWarnings) {
  const auto loaded = files().load();
  EXPECT_TRUE(loaded.ok()) << testing::PrintToString(texts_of(loaded));
  EXPECT_EQ(loaded.configuration.directory().cells_size(), 27);
  const auto count = [&](v1::ErrorCode code) {
    return std::count_if(loaded.findings.begin(), loaded.findings.end(),
                         [&](const Finding& f) { return f.code == static_cast<std::uint32_t>(code); });
  };
  EXPECT_EQ(count(v1::ERROR_CODE_WARNING_RING), 4);
  EXPECT_EQ(count(v1::ERROR_CODE_WARNING_OVERLAP), 1) << "Fenway and Allston, by 31 m²";
}

TEST_F(BostonTest, RowsWithAPointOfTheirOwnEqualGeosAndDefaultPointsGoToTheDesk) {
  const auto loaded = files().load();
  ASSERT_TRUE(loaded.ok());
  const auto& directory = loaded.configuration.directory();
  const dispatch::Dispatcher dispatcher(directory);
  const Geos geos;
  std::vector<Geos::Geometry> shapes;
  for (const auto& cell : directory.cells()) {
    std::vector<Geos::Geometry> polygons;
    for (const auto& polygon : dispatch::decode_shape(cell)) polygons.push_back(geos.polygon(polygon));
    const auto whole = geos.multi_polygon(std::move(polygons));
    shapes.push_back(geos.made_valid(whole.get()));
  }
  int own = 0, defaults = 0, routed = 0;
  for (const Row& row : rows()) {
    v1::Location location;
    location.mutable_point()->set_latitude(row.latitude);
    location.mutable_point()->set_longitude(row.longitude);
    location.mutable_point()->set_datum(v1::DATUM_WGS84);
    const auto decision = dispatcher.route(location);
    ++(row.is_default() ? defaults : own);
    std::string expected = "desk";
    const auto at = dispatch::to_vertex(row.latitude, row.longitude);
    const auto point = geos.own(GEOSGeom_createPointFromXY_r(geos.handle(), at.longitude, at.latitude));
    for (int i = 0; i < directory.cells_size() && !row.is_default(); ++i)
      if (GEOSCovers_r(geos.handle(), shapes[static_cast<std::size_t>(i)].get(), point.get()) == 1)
        expected = directory.cells(i).code();
    EXPECT_EQ(decision.cell, expected) << row.latitude << ", " << row.longitude << ": " << decision.reason;
    routed += decision.cell != "desk";
  }
  EXPECT_EQ(own, 81);
  EXPECT_EQ(defaults, 19);
  EXPECT_GT(routed, 70);
}

}  // namespace
}  // namespace huying::directory
