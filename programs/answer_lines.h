// Answers each line of a file or pipe on standard output: the loop that `route` and `deadline` share. One thread.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "programs/program.h"

namespace huying::programs {

// Appends the answer to a line, with its end, to `out`; false: it was an error line.
using AnswerLine = std::function<bool(std::string_view line, std::uint64_t number, std::string& out)>;

// `path` "-" is standard input. Blank lines and a byte order mark are passed over. ExitCode::failed when a line, or the
// file (FILE_UNREADABLE, said on stderr), could not be read; the others are answered still.
ExitCode answer_lines(const std::string& path, const AnswerLine& answer);

}  // namespace huying::programs
