#include "gateway/ledger/conditions.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <absl/strings/ascii.h>
#include <absl/strings/str_join.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "gateway/ledger/tokens.h"

namespace huying::ledger {

std::string Conditions::value(Bound bound) {
  values_.push_back(std::move(bound));
  return fmt::format(":v{}", values_.size() - 1);
}

std::string Conditions::one_of(std::string_view column, const std::vector<std::string>& codes) {
  return fmt::format("{} IN (SELECT value FROM json_each({}))", column, value(nlohmann::json(codes).dump()));
}

std::string Conditions::where() const { return all_.empty() ? "1" : absl::StrJoin(all_, " AND "); }

void Conditions::bind(SQLite::Statement& statement) const {
  for (std::size_t i = 0; i < values_.size(); ++i)
    std::visit([&](const auto& value) { statement.bind(fmt::format(":v{}", i), value); }, values_[i]);
}

namespace {

// By kind, the codes whose names have the word.
std::map<std::string, std::vector<std::string>> codes_with(SQLite::Database& database, const std::string& match) {
  std::map<std::string, std::vector<std::string>> codes;
  if (match.empty()) return codes;
  SQLite::Statement rows(database,
                         "SELECT DISTINCT kind, code FROM names WHERE id IN (SELECT rowid FROM name_words WHERE name_words MATCH ?)");
  rows.bind(1, match);
  while (rows.executeStep()) codes[rows.getColumn(0)].push_back(rows.getColumn(1));
  return codes;
}

const std::map<std::string, std::string>& columns() {
  static const std::map<std::string, std::string> of_kind{
      {"cell", "cases.cell"},         {"place", "cases.cell"},       {"unit", "cases.unit"}, {"category", "cases.category"},
      {"person", "cases.holder_person"}, {"state", "cases.state"},   {"role", "cases.holder_role"}, {"rung", "cases.rung"},
      {"clock", "cases.clock_kind"},  {"ask", "cases.asked"},        {"rule", "cases.rule"},       {"system", "cases.source"},
      {"unsorted", "cases.category"}};
  return of_kind;
}

// Codes of our own.
std::string flag(const std::string& code) {
  if (code == "urgent") return "cases.urgency = 'urgent'";
  return "cases." + code;
}

bool is_of_a_number(const std::string& word) {
  return std::all_of(word.begin(), word.end(), [](char byte) { return absl::ascii_isalnum(static_cast<unsigned char>(byte)) || byte == '-'; });
}

// Letters, a hyphen and a whole date: no name is like this.
bool is_a_number(const std::string& word) {
  const auto hyphen = word.find('-');
  if (hyphen == std::string::npos || hyphen == 0 || word.size() < hyphen + 7) return false;
  return std::all_of(word.begin() + static_cast<std::ptrdiff_t>(hyphen) + 1, word.begin() + static_cast<std::ptrdiff_t>(hyphen) + 7,
                     [](char byte) { return absl::ascii_isdigit(static_cast<unsigned char>(byte)); });
}

// Numbers are upper case; '~' stands behind all that a number holds.
std::string begins_with(Conditions& conditions, const std::string& word) {
  const std::string head = absl::AsciiStrToUpper(word);
  return fmt::format("(cases.number >= {} AND cases.number < {})", conditions.value(head), conditions.value(head + "~"));
}

std::string condition_of(SQLite::Database& database, const std::string& word, Conditions& conditions) {
  if (is_of_a_number(word) && is_a_number(word)) return begins_with(conditions, word);
  std::vector<std::string> any;
  if (is_of_a_number(word)) any.push_back(begins_with(conditions, word));
  for (const auto& [kind, codes] : codes_with(database, match_of(word))) {
    if (const auto column = columns().find(kind); column != columns().end())
      any.push_back(conditions.one_of(column->second, codes));
    else
      for (const auto& code : codes) any.push_back(flag(code));
  }
  return any.empty() ? std::string() : "(" + absl::StrJoin(any, " OR ") + ")";
}

}  // namespace

bool add_search(SQLite::Database& database, const std::vector<std::string>& words, Conditions& conditions) {
  for (const auto& word : words) {
    const auto condition = condition_of(database, word, conditions);
    if (condition.empty()) return false;
    conditions.add(condition);
  }
  return true;
}

}  // namespace huying::ledger
