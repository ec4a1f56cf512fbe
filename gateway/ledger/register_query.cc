#include "gateway/ledger/register_query.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <absl/strings/escaping.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_split.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "base/text.h"
#include "gateway/ledger/case_columns.h"
#include "gateway/ledger/register_rows.h"
#include "gateway/ledger/tokens.h"
#include "gateway/ledger/words.h"
#include "proto/errors.h"

namespace huying::ledger {
namespace {

// Where a row stands: the columns of ORDER BY.
struct Standing {
  std::int64_t is_open = 0, waits_for = 0, stands_last = 0, order_ms = 0;
  std::string number;
};

constexpr std::string_view token_head = "r1";  // of this form

std::string token_of(const CaseRow& row) {
  return absl::WebSafeBase64Escape(fmt::format("{}|{}|{}|{}|{}|{}", token_head, row.is_open ? 1 : 0, row.waits_for,
                                               row.stands_last ? 1 : 0, row.order_ms, row.number));
}

Result<Standing> standing_of(const std::string& after) {
  const auto unfit = [] { return fail(v1::ERROR_CODE_FIELD_INVALID, "after: none of a page of this register"); };
  std::string text;
  if (after.size() > after_bytes_max || !absl::WebSafeBase64Unescape(after, &text)) return unfit();
  const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits('|', 5));
  Standing standing;
  if (parts.size() != 6 || parts[0] != token_head || !absl::SimpleAtoi(parts[1], &standing.is_open) ||
      !absl::SimpleAtoi(parts[2], &standing.waits_for) || !absl::SimpleAtoi(parts[3], &standing.stands_last) ||
      !absl::SimpleAtoi(parts[4], &standing.order_ms) || parts[5].size() > limits::case_number_bytes_max || !is_clean_text(parts[5]))
    return unfit();
  standing.number = parts[5];
  return standing;
}

Result<void> check(const RegisterFilter& filter) {
  for (const auto& [field, value] : {std::pair("unit", &filter.unit), {"cell", &filter.cell}, {"category", &filter.category}})
    if (!value->empty() && !is_code(*value, limits::code_bytes_max)) return fail(v1::ERROR_CODE_FIELD_INVALID, field);
  if (!filter.state.empty() && state_of(filter.state) == v1::CASE_STATE_UNSPECIFIED)
    return fail(v1::ERROR_CODE_FIELD_INVALID, "state");
  if (filter.text.size() > search_bytes_max)
    return fail(v1::ERROR_CODE_FIELD_TOO_LONG, fmt::format("q: at most {} bytes", search_bytes_max));
  if (!is_clean_text(filter.text)) return fail(v1::ERROR_CODE_INVALID_TEXT, "q");
  if (search_words(filter.text).size() > search_words_max)
    return fail(v1::ERROR_CODE_TOO_MANY_ITEMS, fmt::format("q: at most {} words", search_words_max));
  if (filter.from && filter.to && *filter.from > *filter.to) return fail(v1::ERROR_CODE_FIELD_INVALID, "from: behind to");
  return {};
}

// False: nothing can be found.
bool add_filter(SQLite::Database& database, const RegisterFilter& filter, Conditions& conditions) {
  if (filter.which != Which::both) conditions.add(filter.which == Which::open ? "cases.is_open = 1" : "cases.is_open = 0");
  const auto equal = [&](const char* column, const std::string& code) {
    if (!code.empty()) conditions.add(fmt::format("cases.{} = {}", column, conditions.value(code)));
  };
  equal("unit", filter.unit);
  equal("cell", filter.cell);
  equal("category", filter.category);
  equal("state", filter.state);
  if (filter.from) conditions.add("cases.filed_ms >= " + conditions.value(to_ms(*filter.from)));
  if (filter.to) conditions.add("cases.filed_ms < " + conditions.value(to_ms(*filter.to)));
  return add_search(database, search_words(filter.text), conditions);
}

void add_rights(const Rights& rights, Conditions& conditions) {
  if (!rights.all) conditions.add(conditions.one_of("cases.cell", rights.cells));
}

// Behind it in ORDER BY; two columns go down, so a row value alone does not say it.
void add_behind(const Standing& at, Conditions& conditions) {
  conditions.add(fmt::format("(-cases.is_open, -cases.waits_for, cases.stands_last, cases.order_ms, cases.number) > ({}, {}, {}, {}, {})",
                             conditions.value(-at.is_open), conditions.value(-at.waits_for), conditions.value(at.stands_last),
                             conditions.value(at.order_ms), conditions.value(at.number)));
}

constexpr std::string_view worst_first = "cases.is_open DESC, cases.waits_for DESC, cases.stands_last, cases.order_ms, cases.number";

Result<RegisterPage> read(SQLite::Database& database, const RegisterFilter& filter, const Rights& rights,
                          const std::optional<Standing>& behind, std::uint32_t limit, Instant now) {
  if (auto fit = check(filter); !fit) return tl::unexpected(fit.error());
  try {
    const SQLite::Transaction one_moment(database);
    RegisterPage page;
    page.as_of_ms = to_ms(now);
    Conditions conditions;
    add_rights(rights, conditions);
    if (behind) add_behind(*behind, conditions);
    if (!add_filter(database, filter, conditions)) return page;
    page.rows = read_register_rows(database,
                                   fmt::format("WHERE {} ORDER BY {} LIMIT {}", conditions.where(), worst_first, limit + 1),
                                   conditions, now);
    page.more = page.rows.size() > limit;
    if (page.more) page.rows.pop_back();
    if (page.more) page.after = token_of(page.rows.back().what);
    return page;
  } catch (const SQLite::Exception& error) {
    return fail(v1::ERROR_CODE_STORE_FAILED, error.what());
  }
}

}  // namespace

std::vector<RegisterRow> read_register_rows(SQLite::Database& database, const std::string& rest, const Conditions& conditions,
                                            Instant now, std::string_view index) {
  SQLite::Statement statement(
      database,
      fmt::format("SELECT cases.*, coalesce(clocks.first_due_ms, 0), coalesce(clocks.provisional, 0) FROM cases{}{} LEFT JOIN clocks "
                  "ON clocks.number = cases.number AND clocks.kind = cases.clock_kind AND clocks.generation = cases.clock_generation {}",
                  index.empty() ? "" : " INDEXED BY ", index, rest));
  conditions.bind(statement);
  std::vector<RegisterRow> rows;
  while (statement.executeStep()) {
    RegisterRow row{read_case(statement)};
    row.first_due_ms = statement.getColumn(case_columns).getInt64();
    row.provisional = statement.getColumn(case_columns + 1).getInt() != 0;
    if (!row.what.clock_kind.empty()) row.late_by_ms = std::max<std::int64_t>(0, to_ms(now) - row.what.order_ms);
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<RegisterPage> register_page(SQLite::Database& database, const RegisterFilter& filter, const Rights& rights, const PageOf& page,
                                   Instant now) {
  if (page.limit == 0 || page.limit > register_rows_max)
    return fail(v1::ERROR_CODE_FIELD_INVALID, fmt::format("limit: 1 to {}", register_rows_max));
  std::optional<Standing> behind;
  if (!page.after.empty()) {
    auto standing = standing_of(page.after);
    if (!standing) return tl::unexpected(standing.error());
    behind = std::move(*standing);
  }
  return read(database, filter, rights, behind, page.limit, now);
}

Result<RegisterPage> register_rows(SQLite::Database& database, const RegisterFilter& filter, const Rights& rights,
                                   std::uint32_t limit, Instant now) {
  return read(database, filter, rights, std::nullopt, std::clamp(limit, 1u, register_export_rows_max), now);
}

Result<std::optional<RegisterRow>> register_row(SQLite::Database& database, const std::string& number, const Rights& rights,
                                                Instant now) {
  try {
    Conditions conditions;
    conditions.add("cases.number = " + conditions.value(number));
    add_rights(rights, conditions);
    auto rows = read_register_rows(database, "WHERE " + conditions.where(), conditions, now);
    if (rows.empty()) return std::optional<RegisterRow>();
    return std::optional(std::move(rows.front()));
  } catch (const SQLite::Exception& error) {
    return fail(v1::ERROR_CODE_STORE_FAILED, error.what());
  }
}

}  // namespace huying::ledger
