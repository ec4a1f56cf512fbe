// Parts of a WHERE over `cases`, with the values that are bound to them: no text from outside ever stands in SQL.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace SQLite {
class Database;
class Statement;
}

namespace huying::ledger {

class Conditions {
 public:
  using Bound = std::variant<std::int64_t, std::string>;

  // A name of its own for the value, to be put into SQL.
  std::string value(Bound bound);
  // "column IN (…)" of any number of codes, bound as one value.
  std::string one_of(std::string_view column, const std::vector<std::string>& codes);
  void add(const std::string& condition) { all_.push_back(condition); }
  std::string where() const;  // "1" without any
  void bind(SQLite::Statement& statement) const;

 private:
  std::vector<std::string> all_;
  std::vector<Bound> values_;
};

// Each search word as a condition of its own: the beginning of the case number, or a name or word that the case has now: its cell,
// a place in its cell, its unit, category, state, holder's role and person, the rung it climbed to, its pressing clock, what is asked
// for, the rule that dispatched it, urgent, hard, complex, under a plan, on the spot. Words of citizens and workers are in no event
// and so in no ledger. False: nothing can be found.
bool add_search(SQLite::Database& database, const std::vector<std::string>& words, Conditions& conditions);

}  // namespace huying::ledger
