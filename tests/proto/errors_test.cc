#include "proto/errors.h"

#include <gtest/gtest.h>

#include <set>

namespace huying {
namespace {

TEST(Errors, EveryNumberSaysWhatIsWrongWhatToDoAndBothInTwoLanguages) {
  const auto* catalogue = v1::ErrorCode_descriptor();
  std::set<std::string> said;
  for (int i = 0; i < catalogue->value_count(); ++i) {
    const auto number = static_cast<std::uint32_t>(catalogue->value(i)->number());
    if (number == 0) continue;
    const auto words = words_of(number);
    EXPECT_FALSE(words.what.empty() || words.remedy.empty() || words.zh.empty()) << words.name;
    EXPECT_TRUE(said.insert(std::string(words.what)).second) << words.name << " says what another number says";
    EXPECT_TRUE(number >= 1000 && number < 10000) << words.name;
  }
}

TEST(Errors, ASentenceNamesNumberDetailAndRemedy) {
  const auto text = sentence({v1::ERROR_CODE_CELL_UNKNOWN, "a-99"});
  EXPECT_EQ(text, "E3021 CELL_UNKNOWN: no such cell (a-99). What to do: use a code of the directory");
  EXPECT_EQ(words_of(9999).name, "UNKNOWN");
}

}  // namespace
}  // namespace huying
