// A part's header made anew from its batches, for a part whose first sector is bad: each batch names the part's id, its
// CRC proves it, and records tell by their `previous` where in the segment the file begins. Reads only; one thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "broker/journal/disk.h"
#include "broker/journal/format.h"

namespace huying::journal {

inline constexpr std::string_view header_remade = "the header is bad; its batches tell what it was";

// nullopt: they do not. `durable_through` and `prepared_bytes` are not known and are 0, or what part 0 must have.
std::optional<PartHeader> remake_part_header(Disk& disk, const std::string& path, PartName name,
                                             std::uint64_t folder_id);

}  // namespace huying::journal
