#include "broker/delivery/cursor.h"

#include <gtest/gtest.h>

#include "base/digest.h"
#include "proto/errors.h"

namespace huying::delivery {
namespace {

class CursorTest : public testing::Test {
 protected:
  CursorTest() {
    initialise_digests();
    context.digest_key[0] = 7;
  }
  broker::Context context;
  const Cursor cursor{3, 12, Position(4711), 2};
  const HistoryMark mark{5, 1'795'400'000'000};
};

TEST_F(CursorTest, comes_back_as_it_was_saved) {
  const auto back = decode_saved_cursor(encode(SavedCursor{"ledger", cursor, 99, mark}));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->principal, "ledger");
  EXPECT_EQ(back->cursor, cursor);
  EXPECT_EQ(back->basis, 99u);
  EXPECT_EQ(back->mark, mark);
}

TEST_F(CursorTest, cut_anywhere_is_not_read_but_where_the_first_version_ended) {
  const auto whole = encode(SavedCursor{"ledger", cursor, 99, mark});
  constexpr std::size_t added = 8 + 4 + 8;  // basis, term, time
  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
    const auto back = decode_saved_cursor(whole.substr(0, bytes));
    EXPECT_EQ(back.has_value(), bytes == whole.size() - added) << bytes;
    if (back) {
      EXPECT_EQ(back->basis, 0u) << "numbers are not taken on trust";
    }
  }
  EXPECT_FALSE(decode_saved_cursor(whole + "x"));
}

TEST_F(CursorTest, a_token_is_known_only_whole_and_only_in_its_folder) {
  const auto bytes = encode(context, Token{cursor, mark});
  const auto back = decode_token(context, bytes);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->cursor, cursor);
  EXPECT_EQ(back->mark, mark);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_FALSE(decode_token(context, damaged)) << i;
    EXPECT_FALSE(decode_token(context, bytes.substr(0, i))) << i;
  }
  context.digest_key[1] = 1;
  const auto foreign = decode_token(context, bytes);
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().code, std::uint32_t{v1::ERROR_CODE_TOKEN_INVALID});
}

TEST(History, has_what_was_written_in_it_and_nothing_of_a_history_that_was_lost) {
  History history;
  history.claimed(Term(1), Position(100), instant(1000));
  const auto first = history.mark();
  EXPECT_TRUE(history.has(first, Position(500), Position(500)));
  EXPECT_FALSE(history.has(first, Position(501), Position(500))) << "behind the end";
  history.claimed(Term(2), Position(600), instant(2000));
  EXPECT_TRUE(history.has(first, Position(600), Position(900)));
  EXPECT_FALSE(history.has(first, Position(601), Position(900))) << "term 1 ended at 600 in this history";
  EXPECT_TRUE(history.has(history.mark(), Position(900), Position(900)));
  EXPECT_FALSE(history.has({2, 2001}, Position(700), Position(900))) << "another claim of the same term";
  EXPECT_FALSE(history.has({3, 3000}, Position(700), Position(900))) << "a term that never was";
}

}  // namespace
}  // namespace huying::delivery
