// Key digest to position, in memory: about 45 bytes a key. Holds the keys that no key file holds yet (key_store.h). One
// thread.
//
// Split into 256 tables by the key's first byte, the order of key files: growing one pauses the loop for a 256th of the
// whole, and so does taking the keys of sealed segments out.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/digest.h"
#include "base/ids.h"
#include "broker/journal/format.h"
#include "broker/journal/key_file.h"

namespace huying::journal {

class KeyIndex {
 public:
  static constexpr std::size_t tables = 256;

  std::optional<Position> find(const Digest128& key) const {
    const auto& table = table_of(key);
    const auto found = table.find(key);
    if (found == table.end()) return std::nullopt;
    return found->second;
  }
  // Fetches the memory that the next call for this key will want: each look-up would else wait for it.
  void prefetch(const Digest128& key) const { table_of(key).prefetch(key); }
  // False, and nothing changed, when the key is there; `holder` is who has it.
  bool insert(const Digest128& key, Position position, Position& holder) {
    const auto [entry, inserted] = tables_[table_number(key)].try_emplace(key, position);
    holder = entry->second;
    return inserted;
  }
  void replace(const Digest128& key, Position position) { tables_[table_number(key)][key] = position; }
  void erase(const Digest128& key) { tables_[table_number(key)].erase(key); }
  std::size_t size() const {
    std::size_t sum = 0;
    for (const auto& table : tables_) sum += table.size();
    return sum;
  }

  // Of one table, the keys whose record lies in a segment up to `segment`, in order.
  std::vector<KeyEntry> keys_through(std::uint32_t segment, std::size_t table) const {
    std::vector<KeyEntry> keys;
    for (const auto& [key, position] : tables_[table]) {
      if (segment_of(position) <= segment) keys.push_back({key, position});
    }
    std::sort(keys.begin(), keys.end(), [](const auto& a, const auto& b) { return key_is_before(a.key, b.key); });
    return keys;
  }
  // Takes them out, and gives their memory back: a table that is only emptied keeps its size.
  void drop_through(std::uint32_t segment, std::size_t table) {
    Table left;
    for (const auto& [key, position] : tables_[table]) {
      if (segment_of(position) > segment) left.emplace(key, position);
    }
    tables_[table] = std::move(left);
  }
  std::size_t size_of(std::size_t table) const { return tables_[table].size(); }

 private:
  // A key is a keyed digest: uniform, and nobody outside can choose it. It needs no hashing.
  struct ByLow {
    std::size_t operator()(const Digest128& key) const { return key.low; }
  };
  using Table = absl::flat_hash_map<Digest128, Position, ByLow>;
  static std::size_t table_number(const Digest128& key) { return key.high >> 56; }  // the hash takes `low`
  const Table& table_of(const Digest128& key) const { return tables_[table_number(key)]; }
  std::array<Table, tables> tables_;
};

}  // namespace huying::journal
