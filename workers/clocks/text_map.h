// A hash map by text that is asked with a view (Debian's absl has a string_view of its own, so its default cannot).
#pragma once
#include <absl/container/flat_hash_map.h>

#include <functional>
#include <string>
#include <string_view>

namespace huying {

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

template <class Value>
using TextMap = absl::flat_hash_map<std::string, Value, TextHash, std::equal_to<>>;

}  // namespace huying
