#include "words/route_reasons.h"

#include <algorithm>
#include <array>

namespace huying::words {
namespace {

constexpr std::array<Word, 18> known = {{
    {"写明的网格不在名录里", "the cell named is not in the directory"},
    {"写明的网格已停用，不再接新诉求", "the cell named is retired and takes no new request"},
    {"诉求写明了网格", "the cell was named"},
    {"没有写明坐标系，从不猜测", "the point's datum is not known, and it is never guessed"},
    {"坐标不是经纬度", "the point is not a latitude and a longitude"},
    {"坐标是系统的默认点，不是真实地点", "the point is a default point, where systems put what has no place of its own"},
    {"坐标落在几个网格重叠的地方", "the point lies where cells overlap"},
    {"坐标离另一个网格太近", "the point lies near another cell"},
    {"坐标在这个网格里", "the point lies inside the cell"},
    {"坐标在已停用的网格里，那里不再接新诉求", "the point lies inside a retired cell that takes no new request"},
    {"坐标在所有网格之外，靠近其中一个", "the point lies outside every cell, near one"},
    {"坐标在所有网格之外", "the point lies outside every cell"},
    {"地址里没有名录认得的地名", "the address names no known place"},
    {"地址里的地名分属几个网格", "the address names places of several cells"},
    {"地址里的地名属于已停用的网格", "the address names a place of a retired cell"},
    {"地址里的地名属于这个网格", "the address names a place of the cell"},
    {"写明的网格、坐标和地址指向不同的网格", "the cell named, the point and the address do not lead to the same cell"},
    {"网格、坐标、地址都没有给", "no cell, point or address was given"},
}};

std::string chinese(std::string_view reason) {
  const auto found = std::find_if(known.begin(), known.end(), [&](const Word& word) { return word.en == reason; });
  return std::string(found == known.end() ? reason : found->zh);
}

}  // namespace

Sentence sentence_of_route_reason(std::string_view reason) {
  constexpr std::string_view separator = "; ";
  Sentence out{{}, std::string(reason)};
  for (;;) {
    const auto end = reason.find(separator);
    out.zh += chinese(reason.substr(0, end));
    if (end == std::string_view::npos) return out;
    out.zh += "；";
    reason.remove_prefix(end + separator.size());
  }
}

}  // namespace huying::words
