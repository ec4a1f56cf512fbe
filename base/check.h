// A broken invariant stops the process, in release builds too, and prints what was expected. For what no input from
// outside can cause; an operating error is a Result (result.h).
#pragma once
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

namespace huying {

[[noreturn]] inline void broken_invariant(const char* file, int line, const char* expected, const std::string& found) {
  std::fprintf(stderr, "huying: broken invariant at %s:%d: expected %s%s%s\n", file, line, expected,
               found.empty() ? "" : "; ", found.c_str());
  std::fflush(stderr);
  std::abort();
}

}  // namespace huying

// HUYING_CHECK(condition) or HUYING_CHECK(condition, "format {}", values…)
#define HUYING_CHECK(condition, ...)                                                                     \
  do {                                                                                                   \
    if (!(condition)) [[unlikely]]                                                                       \
      ::huying::broken_invariant(__FILE__, __LINE__, #condition, ::fmt::format("" __VA_ARGS__));         \
  } while (false)
