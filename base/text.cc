#include "base/text.h"

#include <algorithm>
#include <cstdint>

namespace huying {
namespace {

// How many bytes of the beginning of `text` are clean.
std::size_t clean_bytes(std::string_view text) {
  const auto* const begin = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = begin + text.size();
  for (const auto* at = begin; at != end;) {
    const auto clean = static_cast<std::size_t>(at - begin);
    const unsigned char lead = *at++;
    if (lead < 0x80) {
      if (lead < 0x20 ? lead != '\n' : lead == 0x7F) return clean;
      continue;
    }
    int more;
    std::uint32_t point, least;
    if ((lead & 0xE0) == 0xC0) {
      more = 1, point = lead & 0x1Fu, least = 0x80;
    } else if ((lead & 0xF0) == 0xE0) {
      more = 2, point = lead & 0x0Fu, least = 0x800;
    } else if ((lead & 0xF8) == 0xF0) {
      more = 3, point = lead & 0x07u, least = 0x10000;
    } else {
      return clean;
    }
    if (end - at < more) return clean;
    for (; more > 0; --more, ++at) {
      if ((*at & 0xC0) != 0x80) return clean;
      point = point << 6 | (*at & 0x3Fu);
    }
    if (point < least || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return clean;
    if (point >= 0x80 && point < 0xA0) return clean;  // C1 controls
  }
  return text.size();
}

// How many bytes at the beginning of valid UTF-8 are a sign that turns the direction of writing; 0: none.
std::size_t turning_bytes(std::string_view text) {
  if (text.starts_with("\xD8\x9C")) return 2;  // U+061C
  if (text.size() < 3 || text[0] != '\xE2') return 0;
  const auto second = static_cast<unsigned char>(text[1]), third = static_cast<unsigned char>(text[2]);
  const bool turns = second == 0x80 ? third == 0x8E || third == 0x8F || (third >= 0xAA && third <= 0xAE)
                                    : second == 0x81 && third >= 0xA6 && third <= 0xA9;
  return turns ? 3 : 0;
}

void leave_out_turns(std::string& text) {
  std::size_t kept = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto turning = turning_bytes(std::string_view(text).substr(at));
    if (turning == 0) text[kept++] = text[at++];
    at += turning;
  }
  text.resize(kept);
}

}  // namespace

bool is_clean_text(std::string_view text) { return clean_bytes(text) == text.size(); }

std::string_view clip(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xC0) == 0x80) --bytes_max;
  return text.substr(0, bytes_max);
}

std::string quotable(std::string_view text, std::size_t bytes_max) {
  constexpr std::string_view and_more = " …";
  std::string quoted;
  std::string_view left = text.size() <= bytes_max ? text : clip(text, bytes_max - std::min(bytes_max, and_more.size()));
  const bool is_cut = left.size() < text.size();
  while (!left.empty()) {
    const std::size_t clean = clean_bytes(left);
    quoted += left.substr(0, clean);
    left.remove_prefix(clean);
    if (left.empty()) break;
    quoted += '?';
    left.remove_prefix(1);
  }
  leave_out_turns(quoted);
  std::replace(quoted.begin(), quoted.end(), '\n', ' ');
  if (is_cut && bytes_max >= and_more.size()) quoted += and_more;
  return quoted;
}

bool is_code(std::string_view text, std::size_t max) {
  if (text.empty() || text.size() > max) return false;
  for (const char c : text)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-')) return false;
  return true;
}

}  // namespace huying
