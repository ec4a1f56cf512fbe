#include "gateway/ledger/tokens.h"

#include <cstdint>

namespace huying::ledger {
namespace {

struct Point {
  std::string bytes;
  char32_t value;
};

// Of UTF-8 that is known to be valid.
std::vector<Point> points_of(std::string_view text) {
  std::vector<Point> points;
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t bytes = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t value = bytes == 1 ? lead : lead & (0xFF >> (bytes + 1));
    for (std::size_t i = 1; i < bytes && at + i < text.size(); ++i)
      value = value << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3F);
    if (value >= 0xFF01 && value <= 0xFF5E) {  // full width
      value -= 0xFEE0;
      points.push_back({std::string(1, static_cast<char>(value)), value});
    } else {
      points.push_back({std::string(text.substr(at, bytes)), value});
    }
    at += bytes;
  }
  return points;
}

bool is_character(char32_t value) {
  const bool is_punctuation = (value >= 0x3000 && value <= 0x3004) || (value >= 0x3008 && value <= 0x3020) ||
                              value == 0x3030 || (value >= 0xFE10 && value <= 0xFE6F) || (value >= 0xFF00 && value <= 0xFFEF);
  // They choose the form of the sign before them, or are a file's byte order mark.
  const bool is_unseen = (value >= 0xFE00 && value <= 0xFE0F) || (value >= 0xE0100 && value <= 0xE01EF) || value == 0xFEFF;
  return value >= 0x2E80 && !is_punctuation && !is_unseen;
}

bool is_of_a_word(char32_t value) {
  const bool is_plain = (value >= '0' && value <= '9') || (value >= 'a' && value <= 'z') || (value >= 'A' && value <= 'Z');
  return is_plain || (value >= 0xAA && value < 0x2000);
}

// Rows of characters and words, in order.
struct Part {
  bool is_word;
  std::vector<std::string> characters;  // of a word: one, the word
};

std::vector<Part> parts_of(std::string_view text) {
  std::vector<Part> parts;
  bool goes_on = false;
  for (const auto& point : points_of(text)) {
    const bool is_word = is_of_a_word(point.value);
    if (!is_word && !is_character(point.value)) {
      goes_on = false;
      continue;
    }
    if (!goes_on || parts.back().is_word != is_word) parts.push_back({is_word, {}});
    goes_on = true;
    auto& characters = parts.back().characters;
    if (is_word && !characters.empty()) {
      characters.back() += point.bytes;
    } else {
      characters.push_back(point.bytes);
    }
  }
  return parts;
}

void add(std::string& list, const std::string& token) {
  if (!list.empty()) list += ' ';
  list += token;
}

constexpr const char* between = "0";  // no pair: two rows of characters are not found as one

std::string pairs_of(const std::vector<std::string>& characters) {
  std::string pairs;
  for (std::size_t i = 0; i + 1 < characters.size(); ++i) add(pairs, characters[i] + characters[i + 1]);
  return pairs;
}

}  // namespace

Tokens tokens_of(std::string_view text) {
  Tokens tokens;
  for (const auto& part : parts_of(text)) {
    for (const auto& character : part.characters) add(tokens.one, character);
    if (part.characters.size() < 2) continue;
    if (!tokens.two.empty()) add(tokens.two, between);
    add(tokens.two, pairs_of(part.characters));
  }
  return tokens;
}

// Letters, figures and characters only: nothing in it is the question's syntax.
std::string match_of(std::string_view search_word) {
  std::string match;
  for (const auto& part : parts_of(search_word)) {
    if (!match.empty()) match += " AND ";
    if (part.is_word)
      match += "one : \"" + part.characters.front() + "\" *";
    else if (part.characters.size() == 1)
      match += "one : \"" + part.characters.front() + "\"";
    else
      match += "two : \"" + pairs_of(part.characters) + "\"";
  }
  return match;
}

std::vector<std::string> search_words(std::string_view text) {
  std::vector<std::string> words;
  bool goes_on = false;
  for (const auto& point : points_of(text)) {
    const bool is_blank = point.value == ' ' || point.value == '\n' || point.value == 0x3000 || point.value == 0xA0;
    if (!is_blank && !goes_on) words.emplace_back();
    if (!is_blank) words.back() += point.bytes;
    goes_on = !is_blank;
  }
  return words;
}

}  // namespace huying::ledger
