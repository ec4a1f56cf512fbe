// Checks of text from outside. Any thread.
#pragma once
#include <string_view>

namespace huying {

// Valid UTF-8 (RFC 3629: no surrogates, no overlong forms) without control characters except line feed.
bool is_clean_text(std::string_view text);
// 1 to `max` bytes of [a-z0-9._-].
bool is_code(std::string_view text, std::size_t max);

}  // namespace huying
