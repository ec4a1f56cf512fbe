// The shipped demonstration: made by a script, tiling the street without gap or overlap.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "broker/directory/geos.h"
#include "broker/dispatch/dispatcher.h"
#include "tests/broker/directory/files.h"

namespace huying::directory {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

Loaded load_wenyuan() {
  initialise_digests();
  const auto files = read_folder(HUYING_WENYUAN);
  EXPECT_TRUE(files.has_value());
  return load(*files, nullptr);
}

TEST(Wenyuan, HasSixtySevenCellsInTwelveVillagesAndTwoCommunitiesAndNoFindings) {
  const auto loaded = load_wenyuan();
  EXPECT_THAT(texts_of(loaded), testing::IsEmpty());
  const auto& directory = loaded.configuration.directory();
  EXPECT_TRUE(directory.demonstration());
  EXPECT_FALSE(directory.notice().empty());
  std::map<std::string, v1::UnitKind> kinds;
  for (const auto& unit : directory.units()) kinds[unit.code()] = unit.kind();
  std::map<v1::UnitKind, int> units, cells;
  for (const auto& [code, kind] : kinds) ++units[kind];
  for (const auto& cell : directory.cells()) ++cells[kinds[cell.unit()]];
  EXPECT_EQ(units[v1::UNIT_KIND_VILLAGE], 12);
  EXPECT_EQ(units[v1::UNIT_KIND_COMMUNITY], 2);
  EXPECT_EQ(cells[v1::UNIT_KIND_VILLAGE], 31);
  EXPECT_EQ(cells[v1::UNIT_KIND_COMMUNITY], 36);
}

TEST(Wenyuan, TheCellsTileTheStreet) {
  const auto loaded = load_wenyuan();
  const Geos geos;
  double sum = 0;
  std::vector<GEOSGeometry*> parts;
  for (const auto& cell : loaded.configuration.directory().cells())
    for (const auto& polygon : dispatch::decode_shape(cell)) {
      auto geometry = geos.polygon(polygon);
      EXPECT_EQ(GEOSisValid_r(geos.handle(), geometry.get()), 1) << cell.code();
      sum += geos.area(geometry.get());
      parts.push_back(geometry.release());
    }
  ASSERT_EQ(parts.size(), 67u);
  const auto all = geos.own(GEOSGeom_createCollection_r(geos.handle(), GEOS_GEOMETRYCOLLECTION, parts.data(), 67));
  const auto street = geos.own(GEOSUnaryUnion_r(geos.handle(), all.get()));
  ASSERT_EQ(GEOSGeomTypeId_r(geos.handle(), street.get()), GEOS_POLYGON) << "one piece";
  EXPECT_EQ(GEOSGetNumInteriorRings_r(geos.handle(), street.get()), 0) << "no gap";
  EXPECT_DOUBLE_EQ(geos.area(street.get()), sum) << "no overlap";
}

TEST(Wenyuan, TheScriptWritesWhatIsShipped) {
  const fs::path folder = fs::temp_directory_path() / ("huying-wenyuan-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  const std::string command =
      std::string(HUYING_PYTHON) + " " + HUYING_WENYUAN + "/make_wenyuan.py '" + folder.string() + "'";
  ASSERT_EQ(std::system(command.c_str()), 0);
  for (const char* name : {"cells.geojson", "people.csv", "places.csv", "directory.txtpb"})
    EXPECT_EQ(text_of(folder / name), text_of(fs::path(HUYING_WENYUAN) / name)) << name;
  fs::remove_all(folder);
}

TEST(Wenyuan, EveryPlaceOfTheGazetteerLeadsToItsCellUnderBothDistrictNames) {
  const auto loaded = load_wenyuan();
  const dispatch::Dispatcher dispatcher(loaded.configuration.directory());
  for (const auto& place : loaded.configuration.directory().places())
    for (const char* district : {"", "山阳区", "示范区", "河南省焦作市山阳区文苑街道"}) {
      v1::Location location;
      location.set_address(district + place.name());
      EXPECT_EQ(dispatcher.route(location).cell, place.cell()) << location.address();
    }
}

TEST(Wenyuan, TheShippedPolicyIsTheOneCompiledIn) {
  EXPECT_EQ(text_of(fs::path(HUYING_WENYUAN) / "policy.txtpb"), shipped_policy());
}

TEST(Wenyuan, TheShippedPolicyInWorkingDaysIsSound) {
  v1::Policy policy;
  Findings findings;
  read_policy(shipped_working_policy(), policy, findings);
  EXPECT_TRUE(findings.take().empty());
  EXPECT_EQ(policy.name(), "13710-working");
}

TEST(ReadFolder, AMissingFolderOrFileHasItsNumber) {
  EXPECT_EQ(read_folder("/nonexistent").error().code, static_cast<std::uint32_t>(v1::ERROR_CODE_FILE_MISSING));
  EXPECT_EQ(wrap_geojson("/nonexistent").error().code, static_cast<std::uint32_t>(v1::ERROR_CODE_FILE_MISSING));
  EXPECT_EQ(wrap_geojson("/").error().code, static_cast<std::uint32_t>(v1::ERROR_CODE_FILE_UNREADABLE));
}

}  // namespace
}  // namespace huying::directory
