// Addresses are made up; what is printed of them is what a person may see who reviews a gazetteer.
#include "broker/directory/place_proposals.h"

#include <gmock/gmock.h>

#include "broker/directory/places.h"
#include "tests/broker/directory/files.h"

namespace huying::directory {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Why = DisputedPlace::Why;

class Proposals : public testing::Test {
 protected:
  void by_desk(const std::string& address, const std::string& cell, const std::string& contact = {}) {
    add(address, cell, contact, true);
  }
  void otherwise(const std::string& address, const std::string& cell) { add(address, cell, {}, false); }
  PlaceProposals propose(std::size_t at_least = 2) {
    const auto loaded = files_.load();
    EXPECT_TRUE(loaded.ok());
    return propose_places(loaded.configuration.directory(), decided_, at_least);
  }
  static std::vector<std::string> texts(const PlaceProposals& found) {
    std::vector<std::string> out;
    for (const auto& place : found.places) out.push_back(place.name + ">" + place.cell);
    return out;
  }
  static std::vector<std::string> texts_of_disputed(const PlaceProposals& found) {
    std::vector<std::string> out;
    for (const auto& place : found.disputed) out.push_back(place.name);
    return out;
  }

  Files files_;
  std::vector<DecidedAddress> decided_;

 private:
  void add(const std::string& address, const std::string& cell, const std::string& contact, bool desk) {
    decided_.push_back({"N" + std::to_string(decided_.size()), address, contact, cell, desk});
  }
};

TEST_F(Proposals, APhraseThatTheDeskSentToOneCellTwiceIsProposedWithItsCases) {
  by_desk("丰收新村3号楼2单元501", "a-01");
  by_desk("丰收新村十二栋", "a-01");
  by_desk("老槐街口", "a-02");
  const auto found = propose();
  EXPECT_THAT(texts(found), ElementsAre("丰收新村>a-01"));
  EXPECT_THAT(found.places[0].cases, ElementsAre("N0", "N1"));
  EXPECT_THAT(found.disputed, IsEmpty());
  EXPECT_EQ(found.too_few, 1u);
  EXPECT_THAT(texts(propose(1)), ElementsAre("丰收新村>a-01", "老槐街口>a-02"));
  EXPECT_THAT(texts(propose(3)), IsEmpty());
}

TEST_F(Proposals, TheShorterNameCoversTheLonger) {
  by_desk("丰收新村西门", "a-01");
  by_desk("丰收新村西门", "a-01");
  by_desk("丰收新村8号", "a-01");
  EXPECT_THAT(texts(propose()), ElementsAre("丰收新村>a-01"));
}

TEST_F(Proposals, ContradictionsAreListedApartAndTheLongerNameMayStillHold) {
  by_desk("丰收新村西门", "a-01");
  by_desk("丰收新村西门9号", "a-01");
  by_desk("丰收新村8号", "a-02");
  const auto found = propose();
  EXPECT_THAT(texts(found), ElementsAre("丰收新村西门>a-01"));
  ASSERT_THAT(found.disputed, SizeIs(1));
  EXPECT_EQ(found.disputed[0].name, "丰收新村");
  EXPECT_EQ(found.disputed[0].why, Why::several_cells);
  ASSERT_THAT(found.disputed[0].votes, SizeIs(2));
  EXPECT_EQ(found.disputed[0].votes[0].cell, "a-01");
  EXPECT_THAT(found.disputed[0].votes[0].by_desk, ElementsAre("N0", "N1"));
  EXPECT_THAT(found.disputed[0].votes[1].by_desk, ElementsAre("N2"));
}

// A worker handed one on, or a request named another cell: that is knowledge, too.
TEST_F(Proposals, ARequestThatWentElsewhereInAnotherWaySpeaksAgainstIt) {
  by_desk("丰收新村3号", "a-01");
  by_desk("丰收新村4号", "a-01");
  otherwise("丰收新村5号", "a-02");
  const auto found = propose();
  EXPECT_THAT(texts(found), IsEmpty());
  ASSERT_THAT(found.disputed, SizeIs(1));
  EXPECT_THAT(found.disputed[0].votes[1].otherwise, ElementsAre("N2"));
}

TEST_F(Proposals, WhatTheGazetteerKnowsIsNotProposedAndWhatItKnowsOtherwiseIsDisputed) {
  by_desk("东门", "a-01");
  by_desk("示范区 East Gate 3", "a-01");
  const auto known = propose();
  EXPECT_EQ(known.known, 2u);
  EXPECT_THAT(texts(known), IsEmpty());
  EXPECT_THAT(known.disputed, IsEmpty());
  by_desk("丰收新村东门", "a-02");
  by_desk("丰收新村东门", "a-02");
  const auto found = propose();
  EXPECT_THAT(texts(found), IsEmpty());
  ASSERT_THAT(texts_of_disputed(found), ElementsAre("丰收新村东门"));
  EXPECT_EQ(found.disputed[0].why, Why::known_otherwise);
}

// What was proposed and added goes on speaking: the shorter name is not proposed against it the next time.
TEST_F(Proposals, WhatIsRoutedElsewhereByALongerNameSpeaksAgainstTheShorter) {
  by_desk("老粮站对面", "a-01");
  by_desk("老粮站对面", "a-01");
  by_desk("老粮站", "a-02");
  by_desk("老粮站", "a-02");
  EXPECT_THAT(texts(propose()), ElementsAre("老粮站对面>a-01"));
  files_.content["places.csv"] += "老粮站对面,a-01,\n";
  const auto found = propose();
  EXPECT_EQ(found.known, 2u);
  EXPECT_THAT(texts(found), IsEmpty());
  ASSERT_THAT(texts_of_disputed(found), ElementsAre("老粮站"));
  EXPECT_EQ(found.disputed[0].why, Why::known_otherwise);
  ASSERT_THAT(found.disputed[0].votes, SizeIs(2));
  EXPECT_THAT(found.disputed[0].votes[1].by_desk, ElementsAre("N0", "N1"));
}

TEST_F(Proposals, ANameOfSeveralCellsIsDisputedAndALongerOneProposed) {
  files_.content["places.csv"] += "学苑路,a-01,\n学苑路,a-02,\n";
  by_desk("学苑路东段3号", "a-02");
  by_desk("学苑路东段5号", "a-02");
  EXPECT_THAT(texts(propose()), ElementsAre("学苑路东段>a-02"));
  decided_.clear();
  by_desk("学苑路3号", "a-02");
  by_desk("学苑路5号", "a-02");
  const auto found = propose();
  EXPECT_THAT(texts(found), IsEmpty()) << "with the row the address still names two cells";
  ASSERT_THAT(texts_of_disputed(found), ElementsAre("学苑路"));
  EXPECT_EQ(found.disputed[0].why, Why::known_otherwise);
}

// 老街 is proposed for a-02, but stands in an address that is led to a-01 by a place today: it would name two cells.
TEST_F(Proposals, NoProposalMakesAnAddressUncertainThatIsRoutedToday) {
  by_desk("老街", "a-02");
  by_desk("老街", "a-02");
  otherwise("East Gate 老街", "a-01");
  const auto found = propose();
  EXPECT_THAT(texts(found), IsEmpty());
  ASSERT_THAT(texts_of_disputed(found), ElementsAre("老街"));
  EXPECT_EQ(found.disputed[0].why, Why::known_otherwise);
}

TEST_F(Proposals, ARetiredOrUnknownCellIsSaidAndNotProposed) {
  files_.edit("cells.geojson", R"("id":"a-02")", R"("id":"a-02","retired":true)");
  for (int i = 0; i < 2; ++i) by_desk("丰收新村", "a-02"), by_desk("老槐街口", "a-09");
  const auto found = propose();
  EXPECT_THAT(texts(found), IsEmpty());
  ASSERT_THAT(found.disputed, SizeIs(2));
  for (const auto& one : found.disputed) EXPECT_EQ(one.why, Why::cell_is_gone);
}

TEST_F(Proposals, NoNameTelephoneOrHouseNumberIsPartOfAProposal) {
  for (int i = 0; i < 3; ++i) by_desk("丰收新村虚构人家 13800000000 3号楼501室", "a-01", "虚构人");
  by_desk("虚构人家", "a-01", "虚构人");
  const auto found = propose(1);
  EXPECT_THAT(texts(found), ElementsAre("丰收新村>a-01"));
  EXPECT_EQ(found.nameless, 1u);
}

// Twenty thousand addresses as long as one may be, each another: quickly done, and nothing of them is proposed.
TEST_F(Proposals, AFloodOfLongAddressesEndsAndTellsNothing) {
  for (int i = 0; i < 20'000; ++i) {
    std::string address;
    for (int bit = 0; bit < 15; ++bit) address += (i >> bit & 1) != 0 ? "丰" : "收";
    while (address.size() < 500) address += "村";
    by_desk(address, "a-01");
  }
  const auto found = propose();
  EXPECT_THAT(texts(found), IsEmpty());
  EXPECT_EQ(found.nameless, 20'000u) << "longer than a name may be";
}

TEST(PlaceRows, AreWhatTheDirectoryReadsWhereverItsColumnsStand) {
  for (const std::string header : {"name,cell,aliases\n", "cell,aliases,name\n", "\xEF\xBB\xBF\"cell\",name\r\n", "name,cell", ""}) {
    Files files;
    files.content["places.csv"] = header;
    Findings findings;
    files.content["places.csv"] += place_rows({{"丰收新村", "a-01"}, {"a \"b\", c", "a-02"}}, header, findings);
    EXPECT_FALSE(findings.has_errors());
    const auto loaded = files.load();
    ASSERT_TRUE(loaded.ok()) << header << testing::PrintToString(texts_of(loaded));
    const auto& places = loaded.configuration.directory().places();
    ASSERT_EQ(places.size(), 2);
    EXPECT_EQ(places[0].name(), "丰收新村");
    EXPECT_EQ(places[0].cell(), "a-01");
    EXPECT_EQ(places[1].name(), "a \"b\", c");
    EXPECT_EQ(places[1].cell(), "a-02");
  }
}

}  // namespace
}  // namespace huying::directory
