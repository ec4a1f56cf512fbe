// The Chinese of --help. Pure; any thread.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace huying::programs {

// Of an option (its long name without dashes, or a positional's) of a command ("journal export"); of the command itself
// where `option` is empty. Empty when there is none.
std::string_view help_in_chinese(std::string_view command, std::string_view option);

// The text on lines of at most `columns` columns, broken at spaces and between Chinese characters, never before a
// closing mark; lines but the first begin with `indent` spaces. `first` columns of the first line are taken already.
std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent, std::size_t first = 0);

}  // namespace huying::programs
