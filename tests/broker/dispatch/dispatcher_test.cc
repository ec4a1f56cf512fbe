#include "broker/dispatch/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/dispatch/shape.h"

namespace huying::dispatch {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Three squares of 0.01 degrees (about 910 m by 1,110 m) from west to east: a, b, and c, which overlaps b by 0.001
// degrees. r is retired, east of c; old is retired and lies under a. All made up.
constexpr double latitude = 35.205;

void add_cell(v1::Directory& directory, const char* code, std::uint32_t stream, double west, double east,
              bool retired = false) {
  auto* cell = directory.add_cells();
  cell->set_code(code);
  cell->set_stream(stream);
  cell->set_retired(retired);
  const auto at = [](double y, double x) { return to_vertex(y, x); };
  encode_shape({{{at(35.20, west), at(35.20, east), at(35.21, east), at(35.21, west), at(35.20, west)}}}, *cell);
}

v1::Directory three_cells() {
  v1::Directory directory;
  directory.set_district_name("示范区");
  directory.add_district_aliases()->set_name("山阳区");
  auto* desk = directory.add_cells();
  desk->set_code("desk");
  desk->set_stream(1);
  add_cell(directory, "a", 2, 113.20, 113.21);
  add_cell(directory, "b", 3, 113.21, 113.22);
  add_cell(directory, "c", 4, 113.219, 113.23);
  add_cell(directory, "r", 5, 113.23, 113.24, true);
  add_cell(directory, "old", 6, 113.20, 113.205, true);
  const auto place = [&](const char* name, const char* cell) {
    auto* p = directory.add_places();
    p->set_name(name);
    p->set_cell(cell);
  };
  place("东门小广场", "a");
  place("西门小广场", "b");
  place("老粮站", "r");
  auto* point = directory.add_default_points();
  point->set_latitude(latitude);
  point->set_longitude(113.2033);
  return directory;
}

v1::Location at(double longitude, v1::Datum datum = v1::DATUM_WGS84, double y = latitude) {
  v1::Location location;
  location.mutable_point()->set_latitude(y);
  location.mutable_point()->set_longitude(longitude);
  location.mutable_point()->set_datum(datum);
  return location;
}

std::vector<std::string> names(const Decision& decision) {
  std::vector<std::string> out;
  for (const auto& candidate : decision.candidates) out.push_back(candidate.cell);
  return out;
}

class DispatcherTest : public testing::Test {
 protected:
  v1::Directory directory_ = three_cells();
  Dispatcher dispatcher_{directory_};
};

TEST_F(DispatcherTest, APointWellInsideBelongsToItsCell) {
  const auto decision = dispatcher_.route(at(113.206));
  EXPECT_EQ(decision.cell, "a");
  EXPECT_EQ(decision.stream, StreamId{2});
  EXPECT_EQ(decision.rule, v1::DISPATCH_RULE_POINT);
  EXPECT_THAT(names(decision), ElementsAre("a"));
  EXPECT_NEAR(decision.border_centimetres, 36'430, 100) << "0.004 degrees of longitude at 35.2 north";
}

TEST_F(DispatcherTest, APointNearAnotherCellGoesToTheDeskWithBoth) {
  const auto decision = dispatcher_.route(at(113.2099));  // 9.1 m
  EXPECT_EQ(decision.cell, "desk");
  EXPECT_EQ(decision.stream, desk_stream);
  EXPECT_EQ(decision.rule, v1::DISPATCH_RULE_DESK);
  EXPECT_THAT(names(decision), ElementsAre("a", "b"));
  EXPECT_EQ(decision.candidates[0].distance_centimetres, 0);
  EXPECT_EQ(decision.candidates[1].distance_centimetres, decision.border_centimetres);
  EXPECT_EQ(dispatcher_.route(at(113.2098)).cell, "a") << "18.2 m";
}

TEST_F(DispatcherTest, AtBorderZeroNothingIsNearAndABorderPointHasOneOwner) {
  const Dispatcher exact(directory_, 0.0);
  EXPECT_EQ(exact.route(at(113.2099999)).cell, "a");
  EXPECT_EQ(exact.route(at(113.21)).cell, "b");
  EXPECT_EQ(exact.route(at(113.21)).border_centimetres, 0);
}

TEST_F(DispatcherTest, TheOuterBorderMakesNoDoubtInside) {
  EXPECT_EQ(dispatcher_.route(at(113.20001)).cell, "a");
  EXPECT_EQ(dispatcher_.route(at(113.206, v1::DATUM_WGS84, 35.20001)).cell, "a");
}

TEST_F(DispatcherTest, OutsideButNearGoesToTheDeskWithTheNearestCells) {
  const auto near = dispatcher_.route(at(113.19995));
  EXPECT_EQ(near.cell, "desk");
  EXPECT_THAT(names(near), ElementsAre("a"));
  const auto far = dispatcher_.route(at(113.15));
  EXPECT_EQ(far.cell, "desk");
  EXPECT_THAT(names(far), IsEmpty());
}

TEST_F(DispatcherTest, AnOverlapGoesToTheDeskWithBothEvenAtBorderZero) {
  const Dispatcher exact(directory_, 0.0);
  for (const Dispatcher* dispatcher : std::initializer_list<const Dispatcher*>{&dispatcher_, &exact}) {
    const auto decision = dispatcher->route(at(113.2195));
    EXPECT_EQ(decision.cell, "desk");
    EXPECT_THAT(names(decision), ElementsAre("b", "c"));
    EXPECT_EQ(decision.border_centimetres, 0);
  }
}

TEST_F(DispatcherTest, ADefaultPointGoesToTheDesk) {
  EXPECT_EQ(dispatcher_.route(at(113.2033)).cell, "desk");
  EXPECT_EQ(dispatcher_.route(at(113.20332)).cell, "a") << "1.8 m beside it";
}

TEST_F(DispatcherTest, ADatumIsAppliedAndNeverGuessed) {
  EXPECT_EQ(dispatcher_.route(at(113.206, v1::DATUM_UNSPECIFIED)).cell, "desk");
  EXPECT_EQ(dispatcher_.route(at(113.206, v1::DATUM_WGS84)).cell, "a");
  EXPECT_EQ(dispatcher_.route(at(113.2125, v1::DATUM_GCJ02)).cell, "a") << "about 560 m east of where it says";
  EXPECT_EQ(dispatcher_.route(at(113.2125, v1::DATUM_WGS84)).cell, "b");
}

TEST_F(DispatcherTest, ARetiredCellTakesNothingNew) {
  v1::Location location;
  location.set_cell("r");
  EXPECT_EQ(dispatcher_.route(location).cell, "desk");
  const auto by_point = dispatcher_.route(at(113.235));
  EXPECT_EQ(by_point.cell, "desk");
  EXPECT_THAT(names(by_point), ElementsAre("r"));
  location.Clear();
  location.set_address("老粮站");
  EXPECT_EQ(dispatcher_.route(location).cell, "desk");
  EXPECT_EQ(dispatcher_.route(at(113.2020)).cell, "a") << "a retired cell under an open one makes no doubt";
}

TEST_F(DispatcherTest, AnExplicitCellIsBelieved) {
  v1::Location location;
  location.set_cell("b");
  const auto decision = dispatcher_.route(location);
  EXPECT_EQ(decision.cell, "b");
  EXPECT_EQ(decision.rule, v1::DISPATCH_RULE_EXPLICIT);
  EXPECT_EQ(decision.border_centimetres, -1);
  location.set_cell("nowhere");
  EXPECT_EQ(dispatcher_.route(location).cell, "desk");
}

TEST_F(DispatcherTest, AnAddressIsRoutedUnderOldAndNewDistrictName) {
  for (const char* address : {"山阳区东门小广场", "示范区东门小广场旁"}) {
    v1::Location location;
    location.set_address(address);
    const auto decision = dispatcher_.route(location);
    EXPECT_EQ(decision.cell, "a") << address;
    EXPECT_EQ(decision.rule, v1::DISPATCH_RULE_ADDRESS);
  }
}

TEST_F(DispatcherTest, AnAddressOfSeveralCellsGoesToTheDeskWithAll) {
  v1::Location location;
  location.set_address("东门小广场到西门小广场");
  const auto decision = dispatcher_.route(location);
  EXPECT_EQ(decision.cell, "desk");
  EXPECT_THAT(names(decision), ElementsAre("a", "b"));
}

TEST_F(DispatcherTest, CertainAnswersThatDifferGoToTheDeskWithAllOfThem) {
  auto location = at(113.206);
  location.set_address("西门小广场");
  const auto decision = dispatcher_.route(location);
  EXPECT_EQ(decision.cell, "desk");
  EXPECT_THAT(names(decision), ElementsAre("a", "b"));
  location.set_cell("c");
  EXPECT_THAT(names(dispatcher_.route(location)), ElementsAre("c", "a", "b"));
}

TEST_F(DispatcherTest, WhatAgreesIsCertainAndTheStrongestRuleIsNamed) {
  auto location = at(113.206);
  location.set_address("东门小广场");
  EXPECT_EQ(dispatcher_.route(location).rule, v1::DISPATCH_RULE_POINT);
  location.set_cell("a");
  EXPECT_EQ(dispatcher_.route(location).rule, v1::DISPATCH_RULE_EXPLICIT);
}

TEST_F(DispatcherTest, AnUncertainPointLeavesTheAddressToDecide) {
  auto location = at(113.2099);
  location.set_address("西门小广场");
  const auto decision = dispatcher_.route(location);
  EXPECT_EQ(decision.cell, "b");
  EXPECT_EQ(decision.rule, v1::DISPATCH_RULE_ADDRESS);
}

TEST_F(DispatcherTest, NothingAtAllGoesToTheDesk) {
  const auto decision = dispatcher_.route({});
  EXPECT_EQ(decision.cell, "desk");
  EXPECT_EQ(decision.rule, v1::DISPATCH_RULE_DESK);
  EXPECT_THAT(names(decision), IsEmpty());
  EXPECT_FALSE(decision.reason.empty());
}

}  // namespace
}  // namespace huying::dispatch
