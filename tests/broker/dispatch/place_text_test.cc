#include "broker/dispatch/place_text.h"

#include <gtest/gtest.h>

#include "broker/dispatch/gazetteer.h"

namespace huying::dispatch {
namespace {

struct Row {
  const char *address, *phrase;
};

TEST(PlaceText, APhraseIsTheBeginOfAnAddressUpToItsFirstBuilding) {
  const Row rows[] = {
      {"丰收新村3号楼2单元501", "丰收新村"},
      {"丰收新村三号楼", "丰收新村"},
      {"丰收新村 十二栋 六〇二室", "丰收新村"},
      {"丰收新村第五层", "丰收新村"},
      {"丰收新村B座", "丰收新村"},
      {"丰收新村", "丰收新村"},
      {"八一路小学东门", "八一路小学东门"},   // 一 counts nothing here
      {"丰收新村，电话 13800000000", "丰收新村"},
      {"，丰收新村", "丰收新村"},
      {"丰收新村=HYPERLINK(\"x\")", "丰收新村"},
      {"丰收\"新村\"", "丰收"},
      {"丰收\n新村,x", "丰收新村"},
      {"ＫＦＣ文苑店", "kfc文苑店"},
      {"12号院丰收新村", ""},
      {"三单元", ""},
      {"", ""},
      {"!?", ""},
      {"\xFF\xFE丰收新村", "丰收新村"},
      {"丰收新村\xE4\xB8", "丰收新村"},
  };
  for (const auto& row : rows)
    EXPECT_EQ(utf8(place_phrase(normal_form(row.address))), row.phrase) << row.address;
}

TEST(PlaceText, WhatIsPutBackIntoUtf8IsWhatItWas) {
  for (const std::string text : {"a", "é", "丰收", "𠮷野家"}) EXPECT_EQ(utf8(normal_form(text)), text);
}

TEST(PlaceText, TheNamesOfTheDistrictAtTheHeadAreNotPartOfIt) {
  Gazetteer gazetteer;
  for (const char* name : {"焦作市", "示范区", "文苑街道"}) gazetteer.add_alias(name);
  EXPECT_EQ(utf8(gazetteer.behind_the_head("焦作市 示范区文苑街道丰收新村3号")), "丰收新村3号");
  gazetteer.add_place("示范区政府", 1);
  EXPECT_EQ(utf8(gazetteer.behind_the_head("示范区政府南门")), "示范区政府南门");
}

TEST(PlaceText, EveryPlaceIsFoundWhereTheLongestWouldCoverOthers) {
  Gazetteer gazetteer;
  gazetteer.add_place("丰收新村", 1);
  gazetteer.add_place("丰收新村东门", 2);
  gazetteer.add_place("新村东门", 3);
  gazetteer.add_place("1号楼", 4);
  EXPECT_EQ(gazetteer.every_cell_in("丰收新村东门11号楼"), (std::vector<std::uint32_t>{1, 2, 3}));
  EXPECT_EQ(gazetteer.cells_in("丰收新村东门11号楼"), (std::vector<std::uint32_t>{2}));
}

}  // namespace
}  // namespace huying::dispatch
