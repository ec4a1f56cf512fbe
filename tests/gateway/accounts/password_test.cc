#include "gateway/accounts/password.h"

#include <gtest/gtest.h>

namespace huying::accounts {
namespace {

TEST(Password, IsKnownAgainAndAnotherIsNot) {
  const auto hash = hash_password("a sentence of one's own");
  EXPECT_TRUE(hash.starts_with("$argon2id$")) << hash;
  EXPECT_TRUE(password_matches(hash, "a sentence of one's own"));
  EXPECT_FALSE(password_matches(hash, "a sentence of one's owN"));
  EXPECT_FALSE(password_matches("rubbish", "a sentence of one's own"));
  EXPECT_NE(hash, hash_password("a sentence of one's own")) << "each has a salt of its own";
}

TEST(Password, NobodysIsMatchedByNothing) {
  EXPECT_FALSE(password_matches(hash_of_nobody(), ""));
  EXPECT_FALSE(password_matches(hash_of_nobody(), "nobody"));
}

TEST(Password, IsCheckedBeforeItIsTaken) {
  EXPECT_TRUE(check_password("a.worker", "石桥村的水井一共有七口"));
  for (const auto* unfit : {"", "short", "九个字不够长呀呀", "aaaaaaaaaaaaaaaa", "I am a.worker of here", "two\rlines of text",
                            "\xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff\xfe"})
    EXPECT_FALSE(check_password("a.worker", unfit)) << unfit;
  EXPECT_FALSE(check_password("a", std::string(257, 'x') + "y"));
}

}  // namespace
}  // namespace huying::accounts
