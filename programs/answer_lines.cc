#include "programs/answer_lines.h"

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "programs/connection.h"
#include "proto/errors.h"

namespace huying::programs {
namespace {

constexpr std::size_t output_bytes = 256 * 1024;

ExitCode unreadable(const std::string& name) {
  print_error({v1::ERROR_CODE_FILE_UNREADABLE, name});
  return ExitCode::failed;
}

void write_out(std::string& out) {
  std::fwrite(out.data(), 1, out.size(), stdout);
  out.clear();
}

ExitCode answer_all(std::istream& in, const std::string& name, const AnswerLine& answer) {
  bool all_were_read = true;
  std::string line, out;
  for (std::uint64_t number = 1; std::getline(in, line); ++number) {
    if (number == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    all_were_read = answer(line, number, out) && all_were_read;
    if (out.size() >= output_bytes) write_out(out);
  }
  write_out(out);
  std::fflush(stdout);
  if (in.bad()) return unreadable(name);  // a folder, too, opens like a file
  return all_were_read ? ExitCode::done : ExitCode::failed;
}

}  // namespace

ExitCode answer_lines(const std::string& path, const AnswerLine& answer) {
  if (path == "-") return answer_all(std::cin, "standard input", answer);
  std::ifstream in(path, std::ios::binary);
  return in ? answer_all(in, path, answer) : unreadable(path);
}

}  // namespace huying::programs
