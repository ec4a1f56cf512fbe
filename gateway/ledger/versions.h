// Which versions of the directory were in force since when, by whose word: one row a `configuration.<street>` event of the journal.
//
// A function over a read-only database, within one transaction, on the thread that has it. STORE_FAILED.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace SQLite {
class Database;
}

namespace huying::ledger {

inline constexpr std::uint32_t versions_shown_max = 100;

struct DirectoryVersion {
  std::uint64_t version = 0;
  std::int64_t in_force_at_ms = 0;
  std::string published_by;  // a person's or system's code
  std::string blake2b_256;   // of the configuration, in hex: two versions with the same hold the same
};

// The newest first: it is the one in force.
Result<std::vector<DirectoryVersion>> directory_versions(SQLite::Database& database, std::uint32_t limit = versions_shown_max);

}  // namespace huying::ledger
