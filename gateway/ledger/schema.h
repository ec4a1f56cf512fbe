// The ledger's tables, as SQL. An analyst may read them with any SQLite program while the gateway runs (open the file read
// only); columns are added, never given another meaning, within a version. Times are milliseconds since 1970 UTC, of the
// street's own (perhaps scaled) time. Words of an enumeration are those of proto/huying/v1, in lower case.
#pragma once

namespace huying::ledger {

inline constexpr int schema_version = 4;
extern const char* const schema;

}  // namespace huying::ledger
