#include "proto/errors.h"

#include <fmt/format.h>

namespace huying {

ErrorWords words_of(std::uint32_t code) {
  const auto* value = v1::ErrorCode_descriptor()->FindValueByNumber(static_cast<int>(code));
  if (value == nullptr) return {"UNKNOWN", "", "", ""};
  std::string_view name = value->name();
  constexpr std::string_view prefix = "ERROR_CODE_";
  if (name.substr(0, prefix.size()) == prefix) name.remove_prefix(prefix.size());
  const v1::ErrorText& text = value->options().GetExtension(v1::error_text);
  return {name, text.what(), text.remedy(), text.zh()};
}

std::string sentence(const Error& error) {
  const auto words = words_of(error.code);
  std::string out = fmt::format("E{:04} {}: {}", error.code, words.name, words.what);
  if (!error.detail.empty()) out += fmt::format(" ({})", error.detail);
  if (!words.remedy.empty()) out += fmt::format(". What to do: {}", words.remedy);
  return out;
}

}  // namespace huying
