// Key digest to position, in memory, rebuilt at open: about 45 bytes a key. One thread.
//
// Split into 256 tables, so that growing one pauses the loop for a 256th of the whole.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <array>
#include <optional>

#include "base/digest.h"
#include "base/ids.h"

namespace huying::journal {

class KeyIndex {
 public:
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

 private:
  // A key is a keyed digest: uniform, and nobody outside can choose it. It needs no hashing.
  struct ByLow {
    std::size_t operator()(const Digest128& key) const { return key.low; }
  };
  using Table = absl::flat_hash_map<Digest128, Position, ByLow>;
  static std::size_t table_number(const Digest128& key) { return key.high & 255; }  // the hash takes `low`
  const Table& table_of(const Digest128& key) const { return tables_[table_number(key)]; }
  std::array<Table, 256> tables_;
};

}  // namespace huying::journal
