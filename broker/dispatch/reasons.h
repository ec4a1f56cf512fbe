// Why a request went where it did, in one English sentence each: Decision::reason is one of these, or several joined by
// `separator` when none of the ways to a cell was certain. They are written into RequestFiled, so a sentence that changes
// stays as it was in old journals. words/route_reasons.h says them in Chinese. Header only; no personal data in any of them.
#pragma once
#include <array>
#include <string_view>

namespace huying::dispatch::reasons {

inline constexpr std::string_view separator = "; ";

inline constexpr std::string_view cell_unknown = "the cell named is not in the directory";
inline constexpr std::string_view cell_retired = "the cell named is retired and takes no new request";
inline constexpr std::string_view cell_named = "the cell was named";
inline constexpr std::string_view datum_unknown = "the point's datum is not known, and it is never guessed";
inline constexpr std::string_view point_invalid = "the point is not a latitude and a longitude";
inline constexpr std::string_view point_default =
    "the point is a default point, where systems put what has no place of its own";
inline constexpr std::string_view point_in_overlap = "the point lies where cells overlap";
inline constexpr std::string_view point_near_border = "the point lies near another cell";
inline constexpr std::string_view point_inside = "the point lies inside the cell";
inline constexpr std::string_view point_in_retired = "the point lies inside a retired cell that takes no new request";
inline constexpr std::string_view point_outside_near = "the point lies outside every cell, near one";
inline constexpr std::string_view point_outside = "the point lies outside every cell";
inline constexpr std::string_view address_unknown = "the address names no known place";
inline constexpr std::string_view address_of_several = "the address names places of several cells";
inline constexpr std::string_view address_of_retired = "the address names a place of a retired cell";
inline constexpr std::string_view address_of_cell = "the address names a place of the cell";
inline constexpr std::string_view ways_differ =
    "the cell named, the point and the address do not lead to the same cell";
inline constexpr std::string_view no_place = "no cell, point or address was given";

inline constexpr std::array all = {
    cell_unknown,     cell_retired,       cell_named,      datum_unknown,      point_invalid,      point_default,
    point_in_overlap, point_near_border,  point_inside,    point_in_retired,   point_outside_near, point_outside,
    address_unknown,  address_of_several, address_of_retired, address_of_cell, ways_differ,        no_place};

}  // namespace huying::dispatch::reasons
