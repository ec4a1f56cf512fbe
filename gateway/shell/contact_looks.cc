#include "gateway/shell/contact_looks.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <SQLiteCpp/VariadicBind.h>
#include <sys/stat.h>

#include "proto/errors.h"

namespace huying::gateway {
namespace {

constexpr const char* schema = R"(
PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
CREATE TABLE IF NOT EXISTS look (centre_ms INTEGER NOT NULL, system_ms INTEGER NOT NULL, person TEXT NOT NULL,
                                 case_number TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS look_at_case ON look (case_number, centre_ms);
)";

}  // namespace

ContactLooks::ContactLooks(std::unique_ptr<SQLite::Database> database) : database_(std::move(database)) {}
ContactLooks::ContactLooks(ContactLooks&&) noexcept = default;
ContactLooks::~ContactLooks() = default;

Result<ContactLooks> ContactLooks::open(const std::string& path) {
  const auto before = ::umask(077);
  struct Mask {
    mode_t mask;
    ~Mask() { ::umask(mask); }
  } const mask{before};
  try {
    auto database = std::make_unique<SQLite::Database>(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 5'000);
    database->exec(schema);
    return ContactLooks(std::move(database));
  } catch (const SQLite::Exception& error) {
    return fail(v1::ERROR_CODE_STORE_FAILED, path + ": " + error.what());
  }
}

Result<void> ContactLooks::add(const std::string& person, const std::string& case_number, Instant centre, Instant system) {
  try {
    SQLite::Statement insert(*database_, "INSERT INTO look VALUES (?, ?, ?, ?)");
    SQLite::bind(insert, to_ms(centre), to_ms(system), person, case_number);
    insert.exec();
    return {};
  } catch (const SQLite::Exception& error) {
    return fail(v1::ERROR_CODE_STORE_FAILED, error.what());
  }
}

}  // namespace huying::gateway
