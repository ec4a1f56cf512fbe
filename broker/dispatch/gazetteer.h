// Places in words. Pure; built once, then asked from any thread.
//
// A hash trie over code points. Of all places found in an address the longest are believed first; what overlaps a
// believed one is dropped. Places that are left and name different cells make the answer uncertain. The old and the new
// name of the district (and whatever else the directory lists as alias) are ignored at the head of an address and of a
// place's name. Spaces are ignored, full-width letters and digits are taken as plain ones, letters as lower case; a
// place never begins or ends inside a run of digits or of Latin letters ("1号楼" is not in "11号楼").
#pragma once
#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace huying::dispatch {

class Gazetteer {
 public:
  // Before the first place.
  void add_alias(std::string_view district_name);
  // Under a name, or an alias of a place; `cell` is the caller's number. The same name may lead to several cells.
  void add_place(std::string_view name, std::uint32_t cell);

  // Cells of the places that the address names, of the longest place first, each once.
  std::vector<std::uint32_t> cells_in(std::string_view address) const;
  // Of every place that stands in it, those that a longer one covers too.
  std::vector<std::uint32_t> every_cell_in(std::string_view address) const;

  // The address as it is compared (place_text.h), without the names of the district at its head.
  std::u32string behind_the_head(std::string_view address) const;

 private:
  using Text = std::u32string;
  class Trie {
   public:
    std::uint32_t insert(std::u32string_view word);  // its node
    // Calls found(length, node) for each word that begins at text[from].
    template <class Found>
    void prefixes(std::u32string_view text, std::size_t from, Found found) const;
    std::uint32_t nodes() const { return nodes_; }

   private:
    absl::flat_hash_map<std::uint64_t, std::uint32_t> edges_;  // (node, code point) → node
    std::uint32_t nodes_ = 1;                                  // 0 is the root
  };

  void add_word(std::u32string_view word, std::uint32_t cell);
  std::size_t head_length(std::u32string_view text) const;
  std::size_t longest_place_at(std::u32string_view text, std::size_t from, std::uint32_t* node) const;

  Trie aliases_, places_;
  std::vector<bool> alias_ends_;
  std::vector<std::uint32_t> place_at_;               // node → index in cells_, plus 1; 0: no place ends here
  std::vector<std::vector<std::uint32_t>> cells_;     // of one name
};

}  // namespace huying::dispatch
