#include "programs/route_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "programs/directory_report.h"
#include "tests/broker/directory/files.h"

namespace huying::programs {
namespace {

class RouteLines : public testing::Test {
 protected:
  RouteLines() {
    directory::Files files;
    files.content["cells.geojson"] =
        directory::collection(directory::feature(R"("id":"South \"S\"","unit":"a")", directory::square(113.2)) + "," +
                              directory::feature(R"("id":7,"unit":"a")", directory::square(113.21)));
    files.content.erase("people.csv");
    files.content["places.csv"] = "name,cell\n东门小广场,7\n";
    loaded_ = files.load();
    EXPECT_TRUE(loaded_.ok()) << testing::PrintToString(directory::texts_of(loaded_));
    router_.emplace(loaded_.configuration.directory());
  }
  std::string ask(const std::string& line, bool is_good = true) {
    std::string out;
    EXPECT_EQ(router_->answer_line(line, 3, out), is_good) << line;
    return out;
  }
  directory::Loaded loaded_;
  std::optional<LineRouter> router_;
};

TEST_F(RouteLines, AnAnswerHasItsKeysInOrderAndTheIdsOfTheFile) {
  EXPECT_EQ(ask(R"({"lat":35.205,"lon":113.2099,"datum":"wgs84","id":"x"})"),
            "{\"id\":\"x\",\"cell\":\"desk\",\"rule\":\"desk\",\"candidates\":[\"South \\\"S\\\"\",\"7\"],"
            "\"border_metres\":9.11,\"reason\":\"the point lies near another cell\"}\n");
  EXPECT_EQ(ask(R"({"address":"东门小广场"})"),
            "{\"id\":null,\"cell\":\"7\",\"rule\":\"address\",\"candidates\":[\"7\"],\"border_metres\":null,"
            "\"reason\":\"the address names a place of the cell\"}\n");
}

TEST_F(RouteLines, AnyScalarIdComesBack) {
  for (const char* id : {"7", "-3", "1.5", "true", "null", "\"a\\\"b\"", "\"号\"", "18446744073709551615",
                         "123456789012345678901234567890", "1e5", "1.50", "1E+5", "-0.0"})
    EXPECT_THAT(ask(std::string("{\"id\":") + id + R"(,"cell":"7"})"), testing::StartsWith(std::string("{\"id\":") + id + ","));
}

TEST_F(RouteLines, OnlyTheLinesOwnMembersAreRead) {
  EXPECT_THAT(ask(R"({"more":{"id":9,"cell":"x","lat":[1]},"id":8,"cell":"7","list":[{"cell":"y"}]})"),
              testing::StartsWith("{\"id\":8,\"cell\":\"7\",\"rule\":\"explicit\""));
}

TEST_F(RouteLines, CellsMayBeNamedByNumberTextOrCode) {
  for (const char* cell : {"7", "\"7\"", "\"South \\\"S\\\"\"", "\"south-s\""})
    EXPECT_THAT(ask(std::string("{\"cell\":") + cell + "}"), testing::HasSubstr("\"rule\":\"explicit\"")) << cell;
}

TEST_F(RouteLines, DatumsAreReadInAnySpellingAndNeverGuessed) {
  const auto with = [&](const std::string& datum) { return ask(R"({"lat":35.205,"lon":113.205)" + datum + "}"); };
  for (const char* datum : {"wgs84", "WGS-84", "WGS_84"})
    EXPECT_THAT(with(std::string(",\"datum\":\"") + datum + "\""), testing::HasSubstr("\"rule\":\"point\""));
  for (const char* datum : {"", ",\"datum\":null", ",\"datum\":\"mars\"", ",\"datum\":84"})
    EXPECT_THAT(with(datum), testing::HasSubstr("\"cell\":\"desk\"")) << datum;
}

TEST_F(RouteLines, WhatCannotBeReadIsAnErrorLineWithItsNumber) {
  for (const char* line : {"", "x", "[]", "{}", R"({"id":[1],"cell":"7"})", R"({"lat":1})", R"({"lat":"1","lon":2})",
                           R"({"cell":true})", "{\"address\":\"\xFF\"}"})
    EXPECT_THAT(ask(line, false), testing::ContainsRegex("\"error\":8001,\"detail\":\"line 3: ")) << line;
  EXPECT_THAT(ask(R"({"id":"k","lat":91,"lon":0,"datum":"wgs84"})", false),
              testing::StartsWith("{\"id\":\"k\",\"error\":3010,"));
  EXPECT_THAT(ask("{\"address\":\"" + std::string(70'000, 'x') + "\"}", false), testing::HasSubstr("8001"));
}

TEST_F(RouteLines, TheSummaryCountsSharedBordersOnce) {
  const auto summary = summary_of(loaded_.configuration);
  EXPECT_EQ(summary.cells, 2u);
  EXPECT_EQ(summary.units, 1u);
  EXPECT_EQ(summary.places, 1u);
  EXPECT_NEAR(summary.border_kilometres, 4 * 0.911 + 3 * 1.109, 0.01);
}

TEST(DefaultPoints, APointThatManyRequestsShareIsProposed) {
  std::stringstream lines;
  for (int i = 0; i < 81; ++i) lines << "{\"lat\":42." << 1000 + i << ",\"lon\":-71,\"datum\":\"wgs84\"}\n";
  for (int i = 0; i < 19; ++i)
    lines << R"({"source_id":"s","location":{"point":{"latitude":42.3594,"longitude":-71.0587,"datum":"DATUM_WGS84"}}})"
          << "\n";
  lines << "broken\n";
  const auto proposal = propose_default_points(lines);
  EXPECT_EQ(proposal.lines, 101u);
  EXPECT_EQ(proposal.unreadable, 1u);
  EXPECT_EQ(proposal.with_point, 100u);
  ASSERT_EQ(proposal.points.size(), 1u);
  EXPECT_EQ(as_text(proposal.points[0], proposal.with_point),
            "default_points { latitude: 42.3594000 longitude: -71.0587000 note: \"19 of 100 requests\" }");
}

}  // namespace
}  // namespace huying::programs
