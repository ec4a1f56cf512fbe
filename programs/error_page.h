// The catalogue of errors as a page for people: docs/errors.md is this text, and a test compares them. Pure; any
// thread.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace huying::programs {

// The whole page, in markdown.
std::string errors_page();
// One number in three lines; nothing when the catalogue does not have it.
std::optional<std::string> error_explained(std::uint32_t number);

}  // namespace huying::programs
