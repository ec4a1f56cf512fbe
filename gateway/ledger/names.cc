#include "gateway/ledger/names.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <array>

#include "base/limits.h"
#include "base/text.h"
#include "gateway/ledger/tokens.h"
#include "gateway/ledger/words.h"
#include "proto/errors.h"
#include "words/words.h"

namespace huying::ledger {
namespace {

constexpr std::array kind_words{"cell", "unit", "category", "person", "place", "system"};

const char* word_of_kind(NameKind kind) { return kind_words.at(static_cast<std::size_t>(kind)); }

class Putting {
 public:
  explicit Putting(SQLite::Database& database)
      : put_(database, "INSERT INTO names VALUES (?, ?, ?, ?, ?, ?)"),
        index_(database, "INSERT INTO name_words (rowid, one, two) VALUES (?, ?, ?)") {}

  void put(const char* kind, const std::string& code, const std::string& unit, std::string_view zh, std::string_view en) {
    ++id_;
    put_.reset();
    put_.bind(1, id_);
    put_.bind(2, kind);
    put_.bind(3, code);
    put_.bind(4, unit);
    put_.bind(5, std::string(zh));
    put_.bind(6, std::string(en));
    put_.exec();
    const auto tokens = tokens_of(fmt::format("{}\n{}\n{}", zh, en, code));
    index_.reset();
    index_.bind(1, id_);
    index_.bind(2, tokens.one);
    index_.bind(3, tokens.two);
    index_.exec();
  }

  // A whole enumeration, in the words that every face uses.
  template <class Value>
  void put_all(const char* kind, const google::protobuf::EnumDescriptor* type) {
    for (int i = 0; i < type->value_count(); ++i) {
      const auto value = static_cast<Value>(type->value(i)->number());
      const auto code = word_of(value);
      if (code.empty()) continue;
      const auto word = words::word_of(value);
      put(kind, code, {}, word.zh, word.en);
    }
  }

 private:
  SQLite::Statement put_, index_;
  std::int64_t id_ = 0;
};

void put_own_words(Putting& putting) {
  putting.put_all<v1::CaseState>("state", v1::CaseState_descriptor());
  putting.put_all<v1::Role>("role", v1::Role_descriptor());
  putting.put("rung", word_of(v1::RUNG_UNIT), {}, "升级到村/社区", "escalated to the unit");
  putting.put("rung", word_of(v1::RUNG_STREET), {}, "升级到街道", "escalated to the street");
  putting.put("rung", word_of(v1::RUNG_DISTRICT), {}, "升级到区", "escalated to the district");
  putting.put_all<v1::ClockKind>("clock", v1::ClockKind_descriptor());
  putting.put_all<v1::DispatchRule>("rule", v1::DispatchRule_descriptor());
  putting.put("ask", word_of(v1::ASK_KIND_EXTENSION), {}, "延期审批中", "extension asked for");
  putting.put("ask", word_of(v1::ASK_KIND_SHELVING), {}, "挂账审批中", "shelving asked for");
  putting.put("ask", word_of(v1::ASK_KIND_PLAN), {}, "方案审批中", "plan asked for");
  putting.put("unsorted", "general", {}, "未分类", "uncategorised");  // as cards say it (card.cc)
  putting.put("flag", "urgent", {}, "紧急", "urgent");
  putting.put("flag", "hard", {}, "疑难", "hard");
  putting.put("flag", "complex", {}, "复杂", "complex");
  putting.put("flag", "under_plan", {}, "按方案办理", "under a plan");
  putting.put("flag", "on_the_spot", {}, "当场办好", "solved on the spot");
}

Result<void> check(const Name& name, std::size_t at) {
  const auto here = [&] { return fmt::format("name {}", at); };
  if (name.code.empty() || name.code.size() > limits::code_bytes_max || !is_clean_text(name.code) ||
      name.unit.size() > limits::code_bytes_max || !is_clean_text(name.unit))
    return fail(v1::ERROR_CODE_FIELD_INVALID, here() + ": its code or unit");
  for (const auto* text : {&name.zh, &name.en}) {
    if (text->size() > name_text_bytes_max)
      return fail(v1::ERROR_CODE_FIELD_TOO_LONG, fmt::format("{}: at most {} bytes", here(), name_text_bytes_max));
    if (!is_clean_text(*text)) return fail(v1::ERROR_CODE_INVALID_TEXT, here());
  }
  return {};
}

}  // namespace

Result<void> check_names(const std::vector<Name>& names) {
  if (names.size() > names_max) return fail(v1::ERROR_CODE_TOO_MANY_ITEMS, fmt::format("at most {} names", names_max));
  for (std::size_t i = 0; i < names.size(); ++i)
    if (auto fit = check(names[i], i); !fit) return fit;
  return {};
}

void put_names(SQLite::Database& database, const std::vector<Name>& names) {
  database.exec("DELETE FROM names; INSERT INTO name_words (name_words) VALUES ('delete-all')");
  Putting putting(database);
  for (const auto& name : names) putting.put(word_of_kind(name.kind), name.code, name.unit, name.zh, name.en);
  put_own_words(putting);
}

std::vector<Name> read_names(SQLite::Database& database) {
  std::vector<Name> names;
  SQLite::Statement rows(database, "SELECT kind, code, unit, zh, en FROM names ORDER BY id");
  while (rows.executeStep()) {
    const std::string kind = rows.getColumn(0);
    for (std::size_t i = 0; i < kind_words.size(); ++i)
      if (kind == kind_words[i])
        names.push_back({static_cast<NameKind>(i), rows.getColumn(1), rows.getColumn(2), rows.getColumn(3), rows.getColumn(4)});
  }
  return names;
}

Names::Names(SQLite::Database& database) {
  SQLite::Statement rows(database,
                         "SELECT kind, code, unit, zh, en FROM names WHERE kind IN ('cell', 'unit', 'category', 'person', 'system')");
  while (rows.executeStep()) {
    const std::string kind = rows.getColumn(0), code = rows.getColumn(1);
    for (std::size_t i = 0; i < kind_words.size(); ++i)
      if (kind == kind_words[i]) texts_[{static_cast<NameKind>(i), code}] = {rows.getColumn(3), rows.getColumn(4)};
    if (kind == word_of_kind(NameKind::cell)) units_[code] = rows.getColumn(2).getString();
  }
}

std::optional<NameBook::Text> Names::find(NameKind kind, const std::string& code) const {
  const auto found = texts_.find({kind, code});
  return found == texts_.end() ? std::nullopt : std::optional(found->second);
}

NameBook::Text NameBook::of(NameKind kind, const std::string& code) const {
  auto text = find(kind, code).value_or(Text{});
  if (text.zh.empty()) text.zh = code;
  if (text.en.empty()) text.en = code;
  return text;
}

std::string Names::unit_of(const std::string& cell) const {
  const auto found = units_.find(cell);
  return found == units_.end() ? std::string() : found->second;
}

}  // namespace huying::ledger
