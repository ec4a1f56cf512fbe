// Names are cut into tokens by us; whether the index finds with them is asked of SQLite itself.
#include "gateway/ledger/tokens.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include "gateway/ledger/schema.h"

namespace huying::ledger {
namespace {

class Found {
 public:
  explicit Found(const std::string& name) {
    database_.exec(schema);
    const auto tokens = tokens_of(name);
    SQLite::Statement put(database_, "INSERT INTO name_words (rowid, one, two) VALUES (1, ?, ?)");
    put.bind(1, tokens.one);
    put.bind(2, tokens.two);
    put.exec();
  }
  bool by(const std::string& word) {
    const auto match = match_of(word);
    if (match.empty()) return false;
    SQLite::Statement rows(database_, "SELECT 1 FROM name_words WHERE name_words MATCH ?");
    rows.bind(1, match);
    return rows.executeStep();
  }

 private:
  SQLite::Database database_{":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
};

TEST(Tokens, AreCharactersTheirPairsAndWords) {
  EXPECT_EQ(tokens_of("石桥村 01 网格").one, "石 桥 村 01 网 格");
  EXPECT_EQ(tokens_of("石桥村 01 网格").two, "石桥 桥村 0 网格");
  EXPECT_EQ(tokens_of("xuefu-07").one, "xuefu 07");
  EXPECT_EQ(tokens_of("学府０７").one, "学 府 07") << "full width";
  EXPECT_EQ(tokens_of("排水与积水（急）").two, "排水 水与 与积 积水") << "punctuation separates";
  EXPECT_EQ(tokens_of("").one, "");
}

TEST(Tokens, OneCharacterAndEveryPartOfANameFindsIt) {
  Found name("石桥村东门小广场");
  for (const auto* word : {"石", "场", "石桥", "东门", "小广场", "桥村东门小", "石桥村东门小广场"}) EXPECT_TRUE(name.by(word)) << word;
  for (const auto* word : {"湖", "石村", "门东", "石桥广场", "小广场北"}) EXPECT_FALSE(name.by(word)) << word;
}

TEST(Tokens, AWordIsFoundByItsBeginningAndWithCharactersBesideIt) {
  Found name("学府 07 网格\nXuefu 07\nxuefu-07");
  for (const auto* word : {"0", "07", "学府07", "学府０７", "07网格", "XUEFU", "xue", "xuefu-07"}) EXPECT_TRUE(name.by(word)) << word;
  for (const auto* word : {"7", "08", "学府08", "uefu"}) EXPECT_FALSE(name.by(word)) << word;
  Found apart("石桥，桥村");
  EXPECT_TRUE(apart.by("桥村"));
  EXPECT_FALSE(apart.by("石桥村")) << "two rows of characters are not one";
}

// As it is pasted from a file or typed with another form of a character.
TEST(Tokens, SignsThatAreNotSeenAreNoPartOfAWord) {
  Found name("石桥");
  for (const auto* word : {"\uFEFF石桥", "石桥\uFE0F", "石\U000E0100桥", "\u200B石桥"}) EXPECT_TRUE(name.by(word)) << word;
}

TEST(Tokens, WhatIsSyntaxOfTheIndexIsNoneInASearch) {
  Found name("石桥");
  for (const auto* word : {"\"", "*", "石\" OR \"", "NEAR(", "-", "one:", "（）", ")", "石*桥^"}) EXPECT_NO_THROW(name.by(word)) << word;
  EXPECT_TRUE(name.by("石*"));
  EXPECT_FALSE(name.by("NOT")) << "a word like any other";
}

TEST(Tokens, ASearchIsCutAtBlanksOfBothWidths) {
  EXPECT_EQ(search_words(" 路灯　石桥 01\n"), (std::vector<std::string>{"路灯", "石桥", "01"}));
  EXPECT_TRUE(search_words("　 ").empty());
}

}  // namespace
}  // namespace huying::ledger
