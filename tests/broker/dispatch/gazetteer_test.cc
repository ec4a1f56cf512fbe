#include "broker/dispatch/gazetteer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace huying::dispatch {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class GazetteerTest : public testing::Test {
 protected:
  GazetteerTest() {
    for (const char* name : {"示范区", "山阳区", "河南省", "焦作市", "文苑街道"}) gazetteer_.add_alias(name);
  }
  Gazetteer gazetteer_;
};

TEST_F(GazetteerTest, ThePlaceIsFoundAnywhereInTheAddress) {
  gazetteer_.add_place("石桥村东门小广场", 3);
  EXPECT_THAT(gazetteer_.cells_in("石桥村东门小广场北边"), ElementsAre(3));
  EXPECT_THAT(gazetteer_.cells_in("我在石桥村东门小广场"), ElementsAre(3));
  EXPECT_THAT(gazetteer_.cells_in("石桥村西门"), IsEmpty());
  EXPECT_THAT(gazetteer_.cells_in(""), IsEmpty());
}

TEST_F(GazetteerTest, TheLongestPlaceIsBelievedFirst) {
  gazetteer_.add_place("文华小区", 1);
  gazetteer_.add_place("文华小区北门", 2);
  EXPECT_THAT(gazetteer_.cells_in("文华小区北门口"), ElementsAre(2));
  EXPECT_THAT(gazetteer_.cells_in("文华小区南门"), ElementsAre(1));
}

TEST_F(GazetteerTest, ALongerPlaceThatBeginsLaterBeatsAShorterOneItOverlaps) {
  gazetteer_.add_place("石桥东", 1);
  gazetteer_.add_place("桥东门广场", 2);
  EXPECT_THAT(gazetteer_.cells_in("石桥东门广场"), ElementsAre(2));
}

TEST_F(GazetteerTest, PlacesOfSeveralCellsAreAllNamed) {
  gazetteer_.add_place("东泉村小学", 4);
  gazetteer_.add_place("西泉村卫生室旁", 5);
  EXPECT_THAT(gazetteer_.cells_in("东泉村小学和西泉村卫生室旁之间"), ElementsAre(5, 4));
  gazetteer_.add_place("和平广场", 6);
  gazetteer_.add_place("和平广场", 7);
  EXPECT_THAT(gazetteer_.cells_in("和平广场"), ElementsAre(6, 7));
}

TEST_F(GazetteerTest, OldAndNewDistrictNamesAreIgnoredAtTheHead) {
  gazetteer_.add_place("文昌小区1号楼", 8);
  for (const char* address : {"山阳区文昌小区1号楼", "示范区文昌小区1号楼", "河南省焦作市山阳区文苑街道文昌小区1号楼", "文昌小区1号楼"})
    EXPECT_THAT(gazetteer_.cells_in(address), ElementsAre(8)) << address;
}

TEST_F(GazetteerTest, APlaceListedUnderTheNewDistrictNameIsFoundUnderTheOldOne) {
  gazetteer_.add_place("示范区文苑公园", 9);
  EXPECT_THAT(gazetteer_.cells_in("山阳区文苑公园"), ElementsAre(9));
  EXPECT_THAT(gazetteer_.cells_in("示范区文苑公园"), ElementsAre(9));
}

TEST_F(GazetteerTest, APlaceThatBeginsWithTheDistrictsNameIsNotEatenByIt) {
  gazetteer_.add_place("山阳区政府", 1);
  gazetteer_.add_place("政府", 2);
  EXPECT_THAT(gazetteer_.cells_in("山阳区政府门口"), ElementsAre(1));
}

TEST_F(GazetteerTest, NumbersAreNotFoundInsideLongerNumbers) {
  gazetteer_.add_place("1号楼", 1);
  gazetteer_.add_place("文华路1", 2);
  EXPECT_THAT(gazetteer_.cells_in("11号楼"), IsEmpty());
  EXPECT_THAT(gazetteer_.cells_in("文华路12号"), IsEmpty());
  EXPECT_THAT(gazetteer_.cells_in("文华路1号"), ElementsAre(2));
}

TEST_F(GazetteerTest, SpacesCaseAndFullWidthFormsDoNotMatter) {
  gazetteer_.add_place("文华小区12号楼", 1);
  gazetteer_.add_place("Cross St", 2);
  EXPECT_THAT(gazetteer_.cells_in("文华 小区　１２号楼"), ElementsAre(1));
  EXPECT_THAT(gazetteer_.cells_in("42 CROSS ST"), ElementsAre(2));
  EXPECT_THAT(gazetteer_.cells_in("42 Cross Street"), IsEmpty());
}

TEST_F(GazetteerTest, BrokenUtf8IsNoPlaceAndNoCrash) {
  gazetteer_.add_place("石桥", 1);
  for (const char* bytes : {"\xE7", "\xE7\x9F", "\xFF\xFE", "\xF0\x9F", "\x80\x80"})
    EXPECT_THAT(gazetteer_.cells_in(bytes), IsEmpty());
}

}  // namespace
}  // namespace huying::dispatch
