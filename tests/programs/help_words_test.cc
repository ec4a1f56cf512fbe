#include "programs/help_words.h"

#include <gtest/gtest.h>

namespace huying::programs {
namespace {

TEST(HelpInChinese, ACommandsOwnWordsGoBeforeThoseOfAll) {
  EXPECT_EQ(help_in_chinese("journal verify", "data"), "数据目录");
  EXPECT_EQ(help_in_chinese("demonstrate", "days"), "演示几天");
  EXPECT_EQ(help_in_chinese("broker", "hosts"), help_in_chinese("serve", "hosts"));
  EXPECT_NE(help_in_chinese("broker", ""), help_in_chinese("serve", ""));
  EXPECT_EQ(help_in_chinese("serve", "no-such-option"), "");
  EXPECT_EQ(help_in_chinese("dance", ""), "");
}

TEST(Wrapped, BreaksAtSpacesAndKeepsWords) {
  EXPECT_EQ(wrapped("one two three", 8, 2), "one two\n  three");
  EXPECT_EQ(wrapped("one two three", 8, 2, 4), "one\n  two\n  three");
  EXPECT_EQ(wrapped("unbreakably long", 4, 0), "unbreakably\nlong");
}

TEST(Wrapped, BreaksBetweenChineseCharactersButNotBeforeAClosingMark) {
  EXPECT_EQ(wrapped("网格有应", 4, 0), "网格\n有应");
  EXPECT_EQ(wrapped("网格，有应", 4, 0), "网\n格，\n有应");
  EXPECT_EQ(wrapped("用 huying worker 接管", 9, 0), "用 huying\nworker 接\n管");
}

}  // namespace
}  // namespace huying::programs
