// Reading register rows by a statement of one's own: for the register and the wall.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "gateway/ledger/conditions.h"
#include "gateway/ledger/register_query.h"

namespace huying::ledger {

// `rest`: what stands behind FROM cases LEFT JOIN clocks: WHERE, ORDER BY, LIMIT. `index`: of `cases`, to be read by; empty: SQLite
// chooses. Throws what SQLiteCpp throws.
std::vector<RegisterRow> read_register_rows(SQLite::Database& database, const std::string& rest, const Conditions& conditions, Instant now,
                                            std::string_view index = {});

}  // namespace huying::ledger
