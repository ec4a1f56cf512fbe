// Checks of text from outside. Any thread.
#pragma once
#include <string>
#include <string_view>

namespace huying {

// Valid UTF-8 (RFC 3629: no surrogates, no overlong forms) without control characters except line feed.
bool is_clean_text(std::string_view text);
// The longest beginning of at most `bytes_max` bytes that ends behind a whole character of UTF-8.
std::string_view clip(std::string_view text, std::size_t bytes_max);
// What a message to people quotes of text from outside: clean text on one line of at most `bytes_max` bytes. What is not
// clean is shown as '?', a line feed as a blank, and " …" stands for what was cut off. Signs that turn the direction of writing
// (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069) are left out: they would turn the rest of the message, too.
std::string quotable(std::string_view text, std::size_t bytes_max);
// 1 to `max` bytes of [a-z0-9._-].
bool is_code(std::string_view text, std::size_t max);

}  // namespace huying
