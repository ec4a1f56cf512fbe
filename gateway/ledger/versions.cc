#include "gateway/ledger/versions.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include "proto/errors.h"

namespace huying::ledger {

Result<std::vector<DirectoryVersion>> directory_versions(SQLite::Database& database, std::uint32_t limit) {
  try {
    SQLite::Statement rows(database, "SELECT version, in_force_at_ms, published_by, blake2b_256 FROM versions "
                                     "ORDER BY version DESC LIMIT ?");
    rows.bind(1, limit);
    std::vector<DirectoryVersion> versions;
    while (rows.executeStep())
      versions.push_back({static_cast<std::uint64_t>(rows.getColumn(0).getInt64()), rows.getColumn(1).getInt64(),
                          rows.getColumn(2).getString(), rows.getColumn(3).getString()});
    return versions;
  } catch (const SQLite::Exception& error) {
    return fail(v1::ERROR_CODE_STORE_FAILED, error.what());
  }
}

}  // namespace huying::ledger
