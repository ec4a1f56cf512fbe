// What the ledger calls its codes: the names of the configuration in force (Ledger::set_names), and the ledger's own words for
// states, roles, clocks and so on, which stand in the same table so that the same search finds them. Functions over an open
// database, on the thread that has it; they throw what SQLiteCpp throws.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace SQLite {
class Database;
}

namespace huying::ledger {

enum class NameKind : std::uint8_t {
  cell,
  unit,
  category,
  person,  // a title: role and number, never a person's name
  place,   // of the gazetteer; its code is the cell's that it lies in
  system,  // that publishes: where a request came from
};

struct Name {
  NameKind kind = NameKind::cell;
  std::string code;
  std::string unit;    // of a cell; else empty
  std::string zh, en;  // en may be empty
  friend bool operator==(const Name&, const Name&) = default;
};

inline constexpr std::size_t names_max = 1'000'000;  // 200,000 cells with five places and people each
inline constexpr std::size_t name_text_bytes_max = 256;

Result<void> check_names(const std::vector<Name>& names);
// Within the caller's transaction: these in place of what was there, and the ledger's own words with them.
void put_names(SQLite::Database& database, const std::vector<Name>& names);
std::vector<Name> read_names(SQLite::Database& database);  // as they were given, without the ledger's own words

// What codes are called, wherever that is kept: in the ledger's table, or in the directory in force.
class NameBook {
 public:
  struct Text {
    std::string zh, en;
  };
  virtual ~NameBook() = default;
  virtual std::optional<Text> find(NameKind kind, const std::string& code) const = 0;  // en may be empty
  Text of(NameKind kind, const std::string& code) const;  // a code that has no name stands for itself
};

// Names of cells, units, categories, people and systems, read once for an answer.
class Names : public NameBook {
 public:
  explicit Names(SQLite::Database& database);

  std::optional<Text> find(NameKind kind, const std::string& code) const override;
  std::string unit_of(const std::string& cell) const;  // empty: not known
  const std::map<std::string, std::string>& cells() const { return units_; }  // cell → unit, of the directory

 private:
  std::map<std::pair<NameKind, std::string>, Text> texts_;
  std::map<std::string, std::string> units_;
};

}  // namespace huying::ledger
