// How names are cut into words for the index name_words, and how a search word becomes a question to it (SQLite's FTS5). Chinese
// is written without blanks, and the index's own trigrams find nothing of one or two characters, so the cutting is ours:
//
//  * A character is a Chinese one (or of another script that is written without blanks: from U+2E80 on, punctuation excepted).
//    `one` holds each by itself, `two` each pair of neighbours: 石桥村 → one: 石 桥 村; two: 石桥 桥村.
//  * A word is a row of letters and figures of the other scripts: "01", "wenyuan". `one` holds it; the index folds case and accents.
//  * Full-width letters and figures (０１) count as the plain ones. All else separates.
//  * A search word is found where all its parts are: a single character as one of `one`; several that stand side by side as the row
//    of their pairs in `two`, which is to say as a part of the name, wherever it begins; a word as the beginning of one of `one`.
//
// Pure; any thread. Text is UTF-8 that is_clean_text() holds for.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace huying::ledger {

struct Tokens {
  std::string one, two;  // as they are put into the index
};
Tokens tokens_of(std::string_view text);

// For `name_words MATCH ?`; empty: there is nothing in it to search for.
std::string match_of(std::string_view search_word);

// A search as it is typed, cut at blanks, ASCII or Chinese ones.
std::vector<std::string> search_words(std::string_view text);

}  // namespace huying::ledger
