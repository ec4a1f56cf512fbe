#include "broker/dispatch/place_text.h"

namespace huying::dispatch {
namespace {

// The next code point of valid UTF-8; of invalid bytes something that matches nothing, without reading past the end.
char32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at++);
  if (lead < 0x80) return lead;
  const std::size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  char32_t point = lead & (0x3Fu >> more);
  for (std::size_t i = 0; i < more && at < text.size() && (byte(at) & 0xC0) == 0x80; ++i, ++at)
    point = point << 6 | (byte(at) & 0x3Fu);
  return point;
}

bool is_space(char32_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0xA0 || c == 0x3000; }
bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }
bool is_letter(char32_t c) { return c >= 'a' && c <= 'z'; }
bool is_chinese(char32_t c) {
  return (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x20000 && c <= 0x3FFFF);
}
// What houses, their parts and doors are counted in, and what they are counted by: 三号楼, 十二栋, b座, 第五层, 六〇二室.
bool counts_houses(char32_t c) { return std::u32string_view(U"号栋幢座楼单层室户").find(c) != std::u32string_view::npos; }
bool is_counting(char32_t c) {
  return is_letter(c) || std::u32string_view(U"第〇零一二三四五六七八九十百甲乙丙丁").find(c) != std::u32string_view::npos;
}

}  // namespace

std::u32string normal_form(std::string_view text) {
  std::u32string out;
  out.reserve(text.size() / 2);
  for (std::size_t at = 0; at < text.size();) {
    char32_t c = next_code_point(text, at);
    if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFF01 - '!';
    if (is_space(c)) continue;
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
    out.push_back(c);
  }
  return out;
}

std::string utf8(std::u32string_view text) {
  std::string out;
  const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
  for (const char32_t c : text) {
    if (c < 0x80) {
      put(c);
    } else if (c < 0x800) {
      put(0xC0 | c >> 6), put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
      put(0xE0 | c >> 12), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
    } else {
      put(0xF0 | (c >> 18 & 7)), put(0x80 | (c >> 12 & 0x3F)), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
    }
  }
  return out;
}

std::u32string_view place_phrase(std::u32string_view text) {
  std::size_t begin = 0;
  while (begin < text.size() && !is_chinese(text[begin]) && !is_letter(text[begin]) && !is_digit(text[begin])) ++begin;
  text.remove_prefix(begin);
  std::size_t end = 0;
  std::size_t counting = 0;  // where the run of what may count houses began that ends here
  for (; end < text.size() && (is_chinese(text[end]) || is_letter(text[end])); ++end) {
    if (counting < end && counts_houses(text[end])) return text.substr(0, counting);
    if (!is_counting(text[end])) counting = end + 1;
  }
  return text.substr(0, end);
}

}  // namespace huying::dispatch
