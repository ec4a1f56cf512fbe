// What the desk is offered for a case that nobody could place, by the demonstration's directory: shapes and places are made up.
#include "gateway/shell/candidates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/dispatch/datum.h"
#include "proto/errors.h"
#include "tests/gateway/shell/world.h"

namespace huying::gateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Where shiqiao-01, shiqiao-02 and dongquan-02 meet; and the middle of shiqiao-01.
constexpr double corner_latitude = 35.1803947, corner_longitude = 113.1785128;
constexpr double middle_latitude = 35.17796, middle_longitude = 113.17457;
constexpr const char* place_of_liulin_01 = "柳林村卫生室";

class GatewayCandidates : public testing::Test {
 protected:
  std::vector<CandidateCell> of(const Whereabouts& known) {
    std::shared_ptr<const DirectoryView> directory;
    world.on_gateway([&] { directory = world.gateway().directory(); });
    return candidates_of(known, *directory);
  }
  static std::vector<std::string> cells(const std::vector<CandidateCell>& candidates) {
    std::vector<std::string> codes;
    for (const auto& one : candidates) codes.push_back(one.cell);
    return codes;
  }
  static Whereabouts at(double latitude, double longitude) {
    Whereabouts known;
    auto& point = *known.location.mutable_point();
    point.set_latitude(latitude);
    point.set_longitude(longitude);
    point.set_datum(v1::DATUM_WGS84);
    return known;
  }
  std::string report(const Json& location) {
    auto browser = world.browser_of("desk-1");
    const auto page = browser.post(
        "/api/v1/requests",
        {{"sourceId", std::to_string(++reports)}, {"text", {{"plain", "水漫到路上 (made up)"}}}, {"location", location}});
    EXPECT_EQ(page.status, 201u) << page.body;
    return page.json().value("caseNumber", "");
  }
  Json seen_by(const std::string& person, const std::string& number) {
    auto browser = world.browser_of(person);
    Page page;
    EXPECT_TRUE(wait_until([&] { return (page = browser.get("/api/v1/cases/" + number)).status == 200; })) << page.body;
    return page.json();
  }
  World world;
  int reports = 0;
};

TEST_F(GatewayCandidates, ACaseOnABorderNamesTheCellsThereNearestFirstWithTheirReasons) {
  // Some metres into shiqiao-01.
  const Json point{{"latitude", corner_latitude - 0.00002}, {"longitude", corner_longitude - 0.00005}, {"datum", "DATUM_WGS84"}};
  const auto number = report({{"point", point}});
  const auto json = seen_by("desk-1", number);
  ASSERT_EQ(json["case"]["whole"]["state"], "CASE_STATE_AT_DESK");
  const auto& candidates = json["candidates"];
  ASSERT_EQ(candidates.size(), 3u) << candidates;
  EXPECT_EQ(candidates[0]["cell"], "shiqiao-01");
  EXPECT_EQ(candidates[0]["name"], "石桥村 01 网格");
  EXPECT_THAT(candidates[0]["zh"].get<std::string>(), testing::MatchesRegex("点在格内，离边界 [0-9]+ 米"));
  EXPECT_THAT(candidates[0]["en"].get<std::string>(), testing::MatchesRegex("the point is inside, [0-9]+ m from the border"));
  for (const std::size_t i : {1, 2}) {
    EXPECT_THAT(candidates[i]["zh"].get<std::string>(), testing::MatchesRegex("相邻，离点 [0-9]+ 米"));
    EXPECT_THAT(candidates[i]["en"].get<std::string>(), testing::MatchesRegex("next to it, [0-9]+ m away"));
  }
  // Whoever may not decide is not offered anything, though they may see the case.
  EXPECT_TRUE(seen_by("street.supervisor-1", number).contains("candidates"));
  EXPECT_FALSE(seen_by("administrator", number).contains("candidates"));
  EXPECT_FALSE(seen_by("district.supervisor-1", number).contains("candidates"));
  EXPECT_EQ(world.browser_of("shiqiao-01.worker").get("/api/v1/cases/" + number).status, 403u);
}

TEST_F(GatewayCandidates, AReturnedCaseNamesWhatItsWorkerProposedFirstAndWhereItCameFromLast) {
  const auto number = world.publish_in("shiqiao-01");
  auto worker = world.browser_of("shiqiao-01.worker");
  EXPECT_FALSE(seen_by("desk-1", number).contains("candidates")) << "it has its place";
  const auto returned = worker.post("/api/v1/cases/" + number + "/actions", {{"actionId", "r"},
                                                                            {"kind", "ACTION_KIND_RETURN"},
                                                                            {"toCell", "shiqiao-02"},
                                                                            {"words", {{"plain", "made up"}}}});
  ASSERT_EQ(returned.status, 200u) << returned.body;
  Json json;
  ASSERT_TRUE(wait_until([&] { return (json = seen_by("desk-1", number))["case"]["whole"]["state"] == "CASE_STATE_AT_DESK"; }));
  const auto& candidates = json["candidates"];
  ASSERT_EQ(candidates.size(), 2u) << candidates;
  EXPECT_EQ(candidates[0]["cell"], "shiqiao-02");
  EXPECT_EQ(candidates[0]["zh"], "退回的网格员说归这里");
  EXPECT_EQ(candidates[1]["cell"], "shiqiao-01");
  EXPECT_EQ(candidates[1]["en"], "the request names this cell; returned from there");
}

TEST_F(GatewayCandidates, PointAndAddressThatDisagreeAreBothNamed) {
  auto known = at(middle_latitude, middle_longitude);
  known.location.set_address(place_of_liulin_01);
  const auto found = of(known);
  ASSERT_THAT(cells(found), ElementsAre("shiqiao-01", "liulin-01"));
  EXPECT_THAT(found[0].why.zh, HasSubstr("点在格内"));
  EXPECT_EQ(found[1].why.zh, "写的地名在这个网格");
  EXPECT_EQ(found[1].why.en, "the address names a place of it");
}

TEST_F(GatewayCandidates, TheSameCellByTwoWaysIsOneCandidateWithBothReasons) {
  auto known = at(corner_latitude - 0.00002, corner_longitude - 0.00005);
  known.location.set_address("石桥村文化大院");  // of shiqiao-02
  const auto found = of(known);
  ASSERT_EQ(found.size(), 3u);
  const auto second = std::find_if(found.begin(), found.end(), [](const auto& one) { return one.cell == "shiqiao-02"; });
  ASSERT_NE(second, found.end());
  EXPECT_THAT(second->why.zh, testing::MatchesRegex("相邻，离点 [0-9]+ 米；写的地名在这个网格"));
}

TEST_F(GatewayCandidates, TheCellThatReturnedItStandsBehindItsNeighboursThoughThePointIsInside) {
  auto known = at(corner_latitude - 0.00002, corner_longitude - 0.00005);
  known.returned_from = "shiqiao-01";
  EXPECT_THAT(cells(of(known)), testing::UnorderedElementsAre("shiqiao-02", "dongquan-01", "dongquan-02")) << "four meet there";
}

TEST_F(GatewayCandidates, AnAddressOfSeveralCellsNamesAtMostThree) {
  Whereabouts known;
  known.location.set_address("石桥村卫生室、柳林村卫生室、杏园村卫生室、东泉村卫生室");
  const auto found = of(known);
  ASSERT_EQ(found.size(), candidates_max);
  for (const auto& one : found) EXPECT_EQ(one.why.zh, "写的地名对得上几个网格");
}

TEST_F(GatewayCandidates, OfAPlaceThatSaysNothingThereIsWhatTheFilingNamedOrNothing) {
  Whereabouts known;
  EXPECT_THAT(cells(of(known)), ElementsAre());
  known = at(39.9, 116.4);
  EXPECT_THAT(cells(of(known)), ElementsAre()) << "far from every cell";
  for (const auto* code : {"desk", "no-such-cell", "shiqiao-03"}) known.filed.add_candidates(code);
  const auto found = of(known);
  ASSERT_THAT(cells(found), ElementsAre("shiqiao-03")) << "neither the desk nor what this directory does not have";
  EXPECT_EQ(found[0].why.zh, "收件时的候选");
}

// The pages draw WGS-84: a point of another datum would stand hundreds of metres off, in another cell.
TEST_F(GatewayCandidates, APlaceIsToldInTheDatumOfTheMaps) {
  const dispatch::Degrees there{35.17796, 113.17457};
  const auto shifted = dispatch::gcj02_from_wgs84(there);
  const auto told = [&](const std::string& datum) {
    const auto number = report({{"address", "石桥村卫生室"}, {"point", {{"latitude", shifted.latitude}, {"longitude", shifted.longitude}, {"datum", datum}}}});
    auto browser = world.browser_of("street.supervisor-1");
    return browser.get("/api/v1/cases/" + number + "/location").json()["location"];
  };
  const auto known = told("DATUM_GCJ02");
  EXPECT_NEAR(known["point"]["latitude"].get<double>(), there.latitude, 1e-6);
  EXPECT_NEAR(known["point"]["longitude"].get<double>(), there.longitude, 1e-6);
  EXPECT_EQ(known["point"]["datum"], "DATUM_WGS84");
  EXPECT_EQ(known["address"], "石桥村卫生室");
}

}  // namespace
}  // namespace huying::gateway
