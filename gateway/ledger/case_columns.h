// A case's row in SQL, column by column, in the order of the schema. Throws what SQLiteCpp throws.
#pragma once
#include "gateway/ledger/rows.h"

namespace SQLite {
class Statement;
}

namespace huying::ledger {

extern const char* const put_case;      // with the names that bind_case() binds
inline constexpr int case_columns = 46;  // of SELECT cases.*: what else a statement reads stands behind them

CaseRow read_case(SQLite::Statement& statement);
void bind_case(SQLite::Statement& statement, const CaseRow& row);

}  // namespace huying::ledger
