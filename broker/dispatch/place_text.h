// The text of addresses and of names of places, as they are compared. Pure; any thread.
#pragma once
#include <string>
#include <string_view>

namespace huying::dispatch {

// Without spaces, full-width letters and digits as plain ones, letters as lower case. Of bytes that are no UTF-8 something
// that matches nothing.
std::u32string normal_form(std::string_view text);
std::string utf8(std::u32string_view text);

// The part of an address that may be the name of a place. `text` is in normal form and behind the names of the district.
// An address is written from the large to the small: region, lane or estate, building and door, unit and room (the order
// of GB/T 39609-2020, section 7); so the name is its begin, up to the first building. It holds Chinese characters and Latin letters
// alone: it ends at the first digit and at whatever else is not one of these, and before a number or a letter that
// counts houses (三号楼, 二单元, b座). Empty: the address begins with a number.
std::u32string_view place_phrase(std::u32string_view text);

}  // namespace huying::dispatch
