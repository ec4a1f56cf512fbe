// The catalogue in words. Any thread.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "huying/v1/error.pb.h"

namespace huying {

using v1::ErrorCode;

struct ErrorWords {
  std::string_view name;    // CONTENT_DIFFERS
  std::string_view what;    // English
  std::string_view remedy;  // English
  std::string_view zh;
};

// Of a number that this version does not know: name "UNKNOWN", empty texts.
ErrorWords words_of(std::uint32_t code);

// "E2001 CONTENT_DIFFERS: this source_id was used before with other content (detail). What to do: …"
std::string sentence(const Error& error);

}  // namespace huying
