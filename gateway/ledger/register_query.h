// The zero register (销号台账) from the ledger: what hurts most first (proto/worst_first.h), filtered, by pages. Open cases stand
// before ended ones, of which the last ended comes first.
//
// A page goes on behind the last row of the page before, not at a count: what is decided meanwhile neither hides a row nor shows one
// twice, unless that row itself moved. Only what the reader may read is looked at, so no page is short and nothing shows through.
// Functions over a read-only database, each within one transaction, on the thread that has it. Errors: STORE_FAILED; FIELD_INVALID,
// FIELD_TOO_LONG, INVALID_TEXT, TOO_MANY_ITEMS for what is asked.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/ledger/rows.h"

namespace SQLite {
class Database;
}

namespace huying::ledger {

// Which cells the reader may read: as the broker says.
struct Rights {
  bool all = false;
  std::vector<std::string> cells;
};

enum class Which : std::uint8_t { open, ended, both };

struct RegisterFilter {
  Which which = Which::open;
  std::string unit, cell, category;  // codes; empty: any
  std::string state;                 // "accepted"; empty: any
  std::string text;                  // words, each of which must be found (conditions.h), or the beginning of a number
  std::optional<Instant> from, to;   // received in [from, to)
};

inline constexpr std::uint32_t register_rows_max = 200;        // of a page
inline constexpr std::uint32_t register_export_rows_max = 50'000;
inline constexpr std::size_t search_bytes_max = 200;
inline constexpr std::size_t search_words_max = 8;
inline constexpr std::size_t after_bytes_max = 200;

struct PageOf {
  std::uint32_t limit = 50;  // 1 to register_rows_max
  std::string after;         // of the page before; empty: from the top
};

struct RegisterRow {
  CaseRow what;  // with holder, answerer, hops, extensions, rework
  // The pressing clock: what.clock_kind, due at what.order_ms. 0 and false where there is none.
  std::int64_t first_due_ms = 0;
  bool provisional = false;
  std::int64_t late_by_ms = 0;  // at `now`; 0: in time
};

struct RegisterPage {
  std::vector<RegisterRow> rows;
  bool more = false;
  std::string after;        // where the next page goes on; empty: there is none
  std::int64_t as_of_ms = 0;  // `now`: give the moment at which the ledger was known to be at the journal's head
};

Result<RegisterPage> register_page(SQLite::Database& database, const RegisterFilter& filter, const Rights& rights, const PageOf& page,
                                   Instant now);
// For files: up to `limit` rows at once (1 to register_export_rows_max); `more` says that there would be others.
Result<RegisterPage> register_rows(SQLite::Database& database, const RegisterFilter& filter, const Rights& rights,
                                   std::uint32_t limit, Instant now);

// One row by its number, whether it is open or not; nothing where there is none or it may not be read.
Result<std::optional<RegisterRow>> register_row(SQLite::Database& database, const std::string& number, const Rights& rights, Instant now);

}  // namespace huying::ledger
