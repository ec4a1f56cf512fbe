#include "broker/dispatch/gazetteer.h"

#include <algorithm>

#include "broker/dispatch/place_text.h"

namespace huying::dispatch {
namespace {

bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }
bool is_letter(char32_t c) { return c >= 'a' && c <= 'z'; }

bool splits_a_run(std::u32string_view text, std::size_t between) {
  if (between == 0 || between >= text.size()) return false;
  const char32_t left = text[between - 1], right = text[between];
  return (is_digit(left) && is_digit(right)) || (is_letter(left) && is_letter(right));
}

}  // namespace

std::uint32_t Gazetteer::Trie::insert(std::u32string_view word) {
  std::uint32_t node = 0;
  for (const char32_t c : word) {
    const auto [edge, added] = edges_.try_emplace(std::uint64_t{node} << 32 | c, nodes_);
    if (added) ++nodes_;
    node = edge->second;
  }
  return node;
}

template <class Found>
void Gazetteer::Trie::prefixes(std::u32string_view text, std::size_t from, Found found) const {
  std::uint32_t node = 0;
  for (std::size_t at = from; at < text.size(); ++at) {
    const auto edge = edges_.find(std::uint64_t{node} << 32 | text[at]);
    if (edge == edges_.end()) return;
    node = edge->second;
    found(at + 1 - from, node);
  }
}

void Gazetteer::add_alias(std::string_view district_name) {
  const Text word = normal_form(district_name);
  if (word.empty()) return;
  const auto node = aliases_.insert(word);
  alias_ends_.resize(aliases_.nodes());
  alias_ends_[node] = true;
}

void Gazetteer::add_word(std::u32string_view word, std::uint32_t cell) {
  const auto node = places_.insert(word);
  place_at_.resize(places_.nodes());
  if (place_at_[node] == 0) {
    cells_.emplace_back();
    place_at_[node] = static_cast<std::uint32_t>(cells_.size());
  }
  auto& cells = cells_[place_at_[node] - 1];
  if (std::find(cells.begin(), cells.end(), cell) == cells.end()) cells.push_back(cell);
}

void Gazetteer::add_place(std::string_view name, std::uint32_t cell) {
  const Text word = normal_form(name);
  if (word.empty()) return;
  add_word(word, cell);
  // 示范区文苑公园 is found in 山阳区文苑公园 too. What is left must still be a name.
  std::u32string_view rest = word;
  bool stripped = false;
  for (std::size_t length = 1; length != 0;) {
    length = 0;
    aliases_.prefixes(rest, 0, [&](std::size_t l, std::uint32_t node) { length = alias_ends_[node] ? l : length; });
    rest.remove_prefix(length);
    stripped = stripped || length != 0;
  }
  if (stripped && rest.size() >= 2) add_word(rest, cell);
}

std::size_t Gazetteer::longest_place_at(std::u32string_view text, std::size_t from, std::uint32_t* place) const {
  std::size_t longest = 0;
  places_.prefixes(text, from, [&](std::size_t length, std::uint32_t node) {
    if (place_at_[node] == 0 || splits_a_run(text, from + length)) return;
    longest = length;
    if (place != nullptr) *place = place_at_[node] - 1;
  });
  return longest;
}

// How much of the head is names of the district. A longer place that begins there is a place (山阳区政府).
std::size_t Gazetteer::head_length(std::u32string_view text) const {
  std::size_t head = 0;
  for (;;) {
    std::size_t length = 0;
    aliases_.prefixes(text, head, [&](std::size_t l, std::uint32_t node) { length = alias_ends_[node] ? l : length; });
    if (length == 0 || longest_place_at(text, head, nullptr) > length) return head;
    head += length;
  }
}

std::u32string Gazetteer::behind_the_head(std::string_view address) const {
  Text text = normal_form(address);
  text.erase(0, head_length(text));
  return text;
}

std::vector<std::uint32_t> Gazetteer::every_cell_in(std::string_view address) const {
  const Text text = normal_form(address);
  std::vector<std::uint32_t> all;
  for (std::size_t from = head_length(text); from < text.size(); ++from) {
    if (splits_a_run(text, from)) continue;
    places_.prefixes(text, from, [&](std::size_t length, std::uint32_t node) {
      if (place_at_[node] == 0 || splits_a_run(text, from + length)) return;
      for (const auto cell : cells_[place_at_[node] - 1])
        if (std::find(all.begin(), all.end(), cell) == all.end()) all.push_back(cell);
    });
  }
  return all;
}

std::vector<std::uint32_t> Gazetteer::cells_in(std::string_view address) const {
  const Text text = normal_form(address);
  struct Match {
    std::size_t from, length;
    std::uint32_t place;
  };
  std::vector<Match> matches;
  for (std::size_t from = head_length(text); from < text.size(); ++from) {
    if (splits_a_run(text, from)) continue;
    Match match{from, 0, 0};
    match.length = longest_place_at(text, from, &match.place);
    if (match.length != 0) matches.push_back(match);
  }
  std::stable_sort(matches.begin(), matches.end(),
                   [](const Match& a, const Match& b) { return a.length > b.length; });
  std::vector<bool> taken(text.size());
  std::vector<std::uint32_t> cells;
  for (const Match& match : matches) {
    const auto first = taken.begin() + static_cast<std::ptrdiff_t>(match.from);
    const auto last = first + static_cast<std::ptrdiff_t>(match.length);
    if (std::find(first, last, true) != last) continue;
    std::fill(first, last, true);
    for (const auto cell : cells_[match.place])
      if (std::find(cells.begin(), cells.end(), cell) == cells.end()) cells.push_back(cell);
  }
  return cells;
}

}  // namespace huying::dispatch
