#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "base/text.h"
#include "tests/broker/directory/files.h"

namespace huying::directory {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Load, ASoundDirectoryHasNoFindings) {
  const auto loaded = Files().load();
  EXPECT_THAT(texts_of(loaded), IsEmpty());
  const auto& directory = loaded.configuration.directory();
  ASSERT_EQ(directory.cells_size(), 3);
  EXPECT_EQ(directory.cells(0).code(), "desk");
  EXPECT_EQ(directory.cells(0).stream(), 1u);
  EXPECT_EQ(directory.cells(2).code(), "a-02");
  EXPECT_EQ(directory.cells(2).stream(), 3u);
  EXPECT_EQ(directory.border_metres(), 10u);
  EXPECT_EQ(directory.geometry_tolerance_m2(), 1000);
  EXPECT_THAT(directory.places(0).aliases(), ElementsAre("Old Gate", "东门"));
  EXPECT_EQ(loaded.configuration.policy().name(), "13710-natural");
  EXPECT_EQ(directory.people(4).posts(0).role(), v1::ROLE_ADMINISTRATOR);
}

TEST(Load, WithoutAPolicyTheShippedOneIsInForce) {
  Files files;
  files.content.erase("policy.txtpb");
  const auto loaded = files.load();
  EXPECT_TRUE(loaded.ok());
  const auto& rule = loaded.configuration.policy().rules(0);
  EXPECT_EQ(rule.arrange().count(), 1u);
  EXPECT_EQ(rule.feed_back().count(), 3u);
  EXPECT_EQ(rule.solve().count(), 7u);
  EXPECT_EQ(rule.solve_complex().unit(), v1::SPAN_UNIT_NATURAL_MONTH);
  EXPECT_EQ(rule.arrange().first_day(), v1::FIRST_DAY_COUNTED);
}

struct Bad {
  const char* name;
  const char* file;
  const char* from;
  const char* to;
  v1::ErrorCode code;
  const char* where;
};

class BadInput : public testing::TestWithParam<Bad> {};

TEST_P(BadInput, IsRefusedByItsNumberAndPlace) {
  const Bad& bad = GetParam();
  Files files;
  ASSERT_NE(files.content[bad.file].find(bad.from), std::string::npos);
  files.edit(bad.file, bad.from, bad.to);
  const auto loaded = files.load();
  EXPECT_FALSE(loaded.ok());
  EXPECT_TRUE(has(loaded, bad.code, bad.where)) << testing::PrintToString(texts_of(loaded));
}

INSTANTIATE_TEST_SUITE_P(
    Load, BadInput,
    testing::Values(
        Bad{"ATwiceUsedId", "cells.geojson", "a-02", "a-01", v1::ERROR_CODE_CELL_ID_DOUBLE, "feature 2"},
        Bad{"TheDesksId", "cells.geojson", "a-02", "desk", v1::ERROR_CODE_CELL_ID_DOUBLE, "feature 2"},
        Bad{"AnUnknownUnit", "cells.geojson", R"("unit":"a")", R"("unit":"b")", v1::ERROR_CODE_DIRECTORY_INVALID, "feature 1"},
        Bad{"BrokenJson", "cells.geojson", "}", "", v1::ERROR_CODE_GEOJSON_SYNTAX, "cells.geojson"},
        Bad{"NegativeDays", "policy.txtpb", "count: 3", "count: -3", v1::ERROR_CODE_POLICY_SYNTAX, "policy.txtpb:25:26"},
        Bad{"ZeroDays", "policy.txtpb", "count: 3", "count: 0", v1::ERROR_CODE_POLICY_INVALID, "feed_back"},
        Bad{"TooManyDays", "policy.txtpb", "count: 3", "count: 1001", v1::ERROR_CODE_POLICY_INVALID, "feed_back"},
        Bad{"NoUnit", "policy.txtpb", "unit: SPAN_UNIT_NATURAL_DAY", "", v1::ERROR_CODE_POLICY_INVALID, "arrange"},
        Bad{"ARungThatGrantsNothing", "policy.txtpb", "arrange ", "plan_rung: RUNG_CELL arrange ",
            v1::ERROR_CODE_POLICY_INVALID, "plan_rung"},
        Bad{"AReminderOfTwoYears", "policy.txtpb", "remind_before_minutes: 240", "remind_before_minutes: 1051200",
            v1::ERROR_CODE_POLICY_INVALID, "arrange"},
        Bad{"AMissingSpan", "policy.txtpb", "  verify ", "  #verify ", v1::ERROR_CODE_POLICY_INVALID, "verify"},
        Bad{"AMissingRung", "policy.txtpb", "district ", "#district ", v1::ERROR_CODE_POLICY_INVALID, "ladder.district"},
        Bad{"NoGeneral", "policy.txtpb", "\"general\"", "\"other\"", v1::ERROR_CODE_POLICY_INVALID, "categories"},
        Bad{"ACategoryTwice", "policy.txtpb", "\"road\"", "\"noise\"", v1::ERROR_CODE_POLICY_INVALID, "noise"},
        Bad{"AnUnknownRule", "policy.txtpb", "default_rule: \"ordinary\"", "default_rule: \"x\"", v1::ERROR_CODE_POLICY_INVALID,
            "default_rule"},
        Bad{"AnUnknownField", "policy.txtpb", "default_rule", "defalt_rule", v1::ERROR_CODE_POLICY_SYNTAX, "policy.txtpb:"},
        Bad{"BrokenText", "directory.txtpb", "street_short:", "street_short", v1::ERROR_CODE_DIRECTORY_SYNTAX,
            "directory.txtpb:1:"},
        Bad{"BrokenUtf8InText", "directory.txtpb", "\"A\"", "\"\xFF\"", v1::ERROR_CODE_DIRECTORY_SYNTAX, "directory.txtpb:3"},
        Bad{"ALowerCaseShort", "directory.txtpb", "\"WY\"", "\"wy\"", v1::ERROR_CODE_DIRECTORY_INVALID, ""},
        Bad{"AnUnknownZone", "directory.txtpb", "Asia/Shanghai", "Asia/Nowhere", v1::ERROR_CODE_DIRECTORY_INVALID, ""},
        Bad{"AUnitNamedDesk", "directory.txtpb", "code: \"a\"", "code: \"desk\"", v1::ERROR_CODE_DIRECTORY_INVALID, ""},
        Bad{"CellsInTheText", "directory.txtpb", "demonstration", "cells { code: \"x\" } demonstration",
            v1::ERROR_CODE_DIRECTORY_INVALID, ""},
        Bad{"ASystemTwice", "directory.txtpb", "demonstration",
            "systems { code: \"h\" role: ROLE_HOST } systems { code: \"h\" role: ROLE_HOST } demonstration",
            v1::ERROR_CODE_DIRECTORY_INVALID, ""},
        Bad{"ASystemWithAPersonsCode", "directory.txtpb", "demonstration",
            "systems { code: \"a-01.worker\" role: ROLE_HOST } demonstration", v1::ERROR_CODE_DIRECTORY_INVALID, ""},
        Bad{"ARoleNoSystemHas", "directory.txtpb", "demonstration", "systems { code: \"h\" role: ROLE_CADRE } demonstration",
            v1::ERROR_CODE_DIRECTORY_INVALID, ""},
        Bad{"ASystemNamedCitizen", "directory.txtpb", "demonstration",
            "systems { code: \"citizen\" role: ROLE_GATEWAY } demonstration", v1::ERROR_CODE_DIRECTORY_INVALID, ""},
        Bad{"APublisherThatActsForCitizens", "directory.txtpb", "demonstration",
            "systems { code: \"p\" role: ROLE_PUBLISHER may_act_for: \"citizen\" } demonstration",
            v1::ERROR_CODE_DIRECTORY_INVALID, ""},
        Bad{"APersonNamedCitizen", "people.csv", "a-01.deputy", "citizen", v1::ERROR_CODE_PERSON_INVALID, "people.csv:3"},
        Bad{"AMissingColumn", "people.csv", "role,", "", v1::ERROR_CODE_CSV_COLUMN, "people.csv:1"},
        Bad{"AnUnknownColumn", "people.csv", "absent", "absnt", v1::ERROR_CODE_CSV_COLUMN, "people.csv:1"},
        Bad{"TooManyFields", "people.csv", "worker 1,", "worker, 1,", v1::ERROR_CODE_CSV_SYNTAX, "people.csv:2"},
        Bad{"AnOpenQuote", "people.csv", "worker 1", "\"worker 1", v1::ERROR_CODE_CSV_SYNTAX, "people.csv"},
        Bad{"BrokenUtf8InCsv", "people.csv", "worker 1", "worker \xC3", v1::ERROR_CODE_CSV_SYNTAX, "people.csv:2"},
        Bad{"AnUnknownRole", "people.csv", "grid_worker", "boss", v1::ERROR_CODE_PERSON_INVALID, "people.csv:2"},
        Bad{"AnUnknownPlaceOfAPost", "people.csv", "grid_worker,a-01", "grid_worker,a-09", v1::ERROR_CODE_PERSON_INVALID,
            "people.csv:2"},
        Bad{"ALeaveThatEndsBeforeItBegins", "people.csv", "a-01,no,no", "a-01,no,2026-02-20..2026-02-10",
            v1::ERROR_CODE_PERSON_INVALID, "people.csv:2"},
        Bad{"ALeaveOnNoDay", "people.csv", "a-01,no,no", "a-01,no,2026-02-30..2026-03-02", v1::ERROR_CODE_PERSON_INVALID,
            "people.csv:2"},
        Bad{"AnUpperCasePerson", "people.csv", "a-01.worker", "A-01.worker", v1::ERROR_CODE_PERSON_INVALID, "people.csv:2"},
        Bad{"APostTwice", "people.csv", "a-01.deputy,deputy 1", "a-01.worker,worker 1", v1::ERROR_CODE_PERSON_INVALID,
            "people.csv:3"},
        Bad{"APlaceOfNoCell", "places.csv", ",a-01", ",a-09", v1::ERROR_CODE_PLACE_INVALID, "places.csv:2"},
        Bad{"AnAliasOfOneCharacter", "places.csv", "东门", "门", v1::ERROR_CODE_PLACE_INVALID, "places.csv:2"}),
    [](const auto& bad) { return std::string(bad.param.name); });

TEST(Load, LeavesAreWholeDaysOfTheStreet) {
  Files files;
  files.edit("people.csv", "a-01,no,no", "a-01,no,2026-02-10..2026-02-20; 2026-03-02..2026-03-02");
  const auto loaded = files.load();
  ASSERT_TRUE(loaded.ok()) << testing::PrintToString(texts_of(loaded));
  const auto& person = loaded.configuration.directory().people(0);
  EXPECT_FALSE(person.absent());
  ASSERT_EQ(person.leave_size(), 2);
  constexpr std::int64_t hour_ms = 3600 * 1000, tenth_ms = 1770652800000;  // 2026-02-10T00:00+08:00
  EXPECT_EQ(person.leave(0).from_ms(), tenth_ms);
  EXPECT_EQ(person.leave(0).to_ms(), tenth_ms + 11 * 24 * hour_ms);
  EXPECT_EQ(person.leave(1).to_ms() - person.leave(1).from_ms(), 24 * hour_ms);
}

TEST(Load, TheCalendarIsTheStateCouncilsUnlessTheDirectoryHasOne) {
  Files files;
  EXPECT_EQ(files.load().configuration.calendar().name(), "state-council");
  files.content["calendar.txtpb"] = "name: \"ours\" office_hours { from: \"09:00\" to: \"17:00\" }";
  EXPECT_EQ(files.load().configuration.calendar().name(), "ours");
  files.content["calendar.txtpb"] = "name: \"ours\" offic_hours {}";
  EXPECT_TRUE(has(files.load(), v1::ERROR_CODE_CALENDAR_SYNTAX, "calendar.txtpb:1:"));
}

TEST(Load, WhatHostsCannotDecideByIsRefusedByTheCheckThatTheProgramGives) {
  Files files;
  v1::DirectoryFiles given;
  for (const auto& [name, text] : files.content) {
    given.add_files()->set_name(name);
    given.mutable_files(given.files_size() - 1)->set_content(text);
  }
  const ConfigurationCheck check = [](const v1::Configuration& configuration) -> Result<void> {
    if (configuration.directory().cells_size() == 3) return fail(v1::ERROR_CODE_CALENDAR_INVALID, "two Sundays");
    return {};
  };
  const auto loaded = directory::load(given, nullptr, {.check = check});
  EXPECT_FALSE(loaded.ok());
  EXPECT_TRUE(has(loaded, v1::ERROR_CODE_CALENDAR_INVALID, "calendar.txtpb"));
}

TEST(Load, AMissingOrUnknownOrDoubledFileIsNamed) {
  Files files;
  files.content.erase("cells.geojson");
  EXPECT_TRUE(has(files.load(), v1::ERROR_CODE_FILE_MISSING, "cells.geojson"));
  files = Files();
  files.content["notes.txt"] = "x";
  EXPECT_TRUE(has(files.load(), v1::ERROR_CODE_DIRECTORY_INVALID));
}

TEST(Load, ALineIsNamedWhateverLinesEndWith) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    Files files;
    auto& people = files.content["people.csv"];
    people.replace(people.find("grid_worker,a-02"), 11, "boss");
    for (auto at = people.find('\n'); at != people.npos; at = people.find('\n', at + end.size())) people.replace(at, 1, end);
    EXPECT_TRUE(has(files.load(), v1::ERROR_CODE_PERSON_INVALID, "people.csv:4")) << end.size();
  }
}

TEST(Load, AHundredMegabytesOfZerosAreRefusedBySize) {
  Files files;
  files.content["cells.geojson"] = std::string(100 * limits::MiB, '\0');
  EXPECT_TRUE(has(files.load(), v1::ERROR_CODE_FILE_TOO_LARGE, "cells.geojson"));
}

TEST(Load, ACellWithNobodyIsAWarning) {
  Files files;
  files.edit("people.csv", "a-02.worker,worker 2,grid_worker,a-02,no,no\n", "");
  files.edit("people.csv", "deputy 2,grid_worker,a-02,yes,no", "deputy 2,grid_worker,a-02,yes,yes");
  const auto loaded = files.load();
  EXPECT_TRUE(loaded.ok());
  EXPECT_EQ(texts_of(loaded).size(), 2u) << "no grid worker; the deputy is absent";
  EXPECT_TRUE(has(loaded, v1::ERROR_CODE_WARNING_NOBODY));
}

TEST(Load, StreamsAreKeptAndNeverReused) {
  Files files;
  const auto first = files.load();
  files.content["cells.geojson"] =
      collection(feature(R"("id":"a-03")", square(113.22)) + "," + feature(R"("id":"a-02")", square(113.21)) + "," +
                 feature(R"("id":"a-01","retired":true)", square(113.2)));
  const auto second = files.load(&first.configuration);
  ASSERT_TRUE(second.ok()) << testing::PrintToString(texts_of(second));
  std::map<std::string, std::uint32_t> streams;
  for (const auto& cell : second.configuration.directory().cells()) streams[cell.code()] = cell.stream();
  EXPECT_EQ(streams, (std::map<std::string, std::uint32_t>{{"desk", 1}, {"a-01", 2}, {"a-02", 3}, {"a-03", 4}}));

  const auto third = Files().load(&second.configuration);
  EXPECT_TRUE(has(third, v1::ERROR_CODE_CELL_REUSED)) << "a-01 comes back, and a-03 is missing";
}

TEST(Load, ARetiredCellDoesNotComeBack) {
  const auto first = Files().load();
  Files retired;
  retired.content["people.csv"] = "code,title,role,place\nadministrator,administrator,administrator,410871061\n";
  retired.content.erase("places.csv");
  retired.content["cells.geojson"] =
      collection(feature(R"("id":"a-01","retired":true)", square(113.2)) + "," + feature(R"("id":"a-02")", square(113.21)));
  const auto second = retired.load(&first.configuration);
  ASSERT_TRUE(second.ok()) << testing::PrintToString(texts_of(second));
  EXPECT_TRUE(has(Files().load(&second.configuration), v1::ERROR_CODE_CELL_REUSED, "feature 1 (a-01)"));
}

TEST(Load, ACellThatDisappearsIsRefused) {
  const auto first = Files().load();
  Files files;
  files.content["cells.geojson"] = collection(feature(R"("id":"a-01")", square(113.2)));
  files.content["people.csv"] = "code,title,role,place\nadministrator,administrator,administrator,410871061\n";
  EXPECT_TRUE(has(files.load(&first.configuration), v1::ERROR_CODE_CELL_REUSED));
}

TEST(Load, TheStreetsCodeNeverChanges) {
  const auto first = Files().load();
  Files files;
  files.edit("directory.txtpb", "410871061", "410871062");
  EXPECT_TRUE(has(files.load(&first.configuration), v1::ERROR_CODE_DIRECTORY_INVALID));
}

TEST(Load, IdsThatAreNoCodesGetOneAndOtherFilesMayUseEither) {
  Files files;
  files.content["cells.geojson"] = collection(feature(R"("id":"South Boston")", square(113.2)) + "," +
                                              feature(R"("id":"石桥 01")", square(113.21)));
  files.content["people.csv"] = "code,title,role,place\nw,worker,grid_worker,South Boston\n";
  files.content["places.csv"] = "name,cell\nEast Gate,south-boston\n";
  const auto loaded = files.load();
  ASSERT_TRUE(loaded.ok()) << testing::PrintToString(texts_of(loaded));
  const auto& directory = loaded.configuration.directory();
  EXPECT_EQ(directory.cells(1).code(), "south-boston");
  EXPECT_EQ(directory.cells(1).id(), "South Boston");
  EXPECT_EQ(directory.people(0).posts(0).place(), "south-boston");
  EXPECT_EQ(directory.cells(2).id(), "石桥 01");
  EXPECT_THAT(directory.cells(2).code(), testing::MatchesRegex("01-[0-9a-f]+"));
  const auto again = files.load(&loaded.configuration);
  EXPECT_EQ(again.configuration.directory().cells(2).code(), directory.cells(2).code());
}

TEST(Load, TwoCellsNeverShareACode) {
  Files files;
  const std::string both = feature(R"("id":"south-boston")", square(113.2)) + "," + feature(R"("id":"South Boston")", square(113.21));
  files.content["cells.geojson"] = collection(both);
  files.content["people.csv"] = files.content["places.csv"] = "";
  const auto loaded = files.load();
  ASSERT_EQ(loaded.configuration.directory().cells_size(), 3);
  const auto code = loaded.configuration.directory().cells(2).code();
  ASSERT_NE(code, "south-boston");
  files.content["cells.geojson"] = collection(feature("\"id\":\"" + code + "\"", square(113.22)) + "," + both);
  EXPECT_TRUE(has(files.load(), v1::ERROR_CODE_CELL_ID_DOUBLE, "feature 3 (South Boston)"));
}

TEST(Load, FindingsAreBoundedAndErrorsComeFirst) {
  Files files;
  for (int i = 0; i < 500; ++i) files.content["people.csv"] += "x,x,boss,x,,\n";
  const auto loaded = files.load();
  EXPECT_EQ(loaded.findings.size(), limits::findings_max);
  EXPECT_TRUE(loaded.findings[0].is_error());
}

TEST(Load, HostsGetNoGeometryAndNoPlaces) {
  const auto loaded = Files().load();
  const auto lean = without_geometry(loaded.configuration);
  EXPECT_EQ(lean.directory().cells_size(), 3);
  EXPECT_EQ(lean.directory().cells(1).polygons_size(), 0);
  EXPECT_EQ(lean.directory().places_size(), 0);
  EXPECT_EQ(lean.directory().people_size(), 5);
}

// What a finding quotes may be as long as the file: a hundred of them travel in one frame.
TEST(Load, AFindingIsALineHoweverLongWhatItQuotes) {
  const std::string name = "一" + std::string(8000, 'x');
  Files files;
  for (int i = 0; i < 60; ++i)
    files.content["policy.txtpb"] += "categories { code: \"" + name + "\" rule: \"" + name + std::to_string(i) + "\" }\n";
  const auto loaded = files.load();
  EXPECT_FALSE(loaded.ok());
  std::size_t bytes = 0;
  for (const auto& finding : loaded.findings) {
    bytes += to_string(finding).size();
    EXPECT_TRUE(is_clean_text(finding.where)) << "no half character";
  }
  EXPECT_LT(bytes, limits::frame_bytes_max / 4);
}

TEST(Load, AGatewayMayActForTheCitizenAlone) {
  Files files;
  files.edit("directory.txtpb", "demonstration",
             "systems { code: \"g\" role: ROLE_GATEWAY may_act_for: \"citizen\" } demonstration");
  const auto loaded = files.load();
  EXPECT_TRUE(loaded.ok()) << testing::PrintToString(texts_of(loaded));
}

}  // namespace
}  // namespace huying::directory
