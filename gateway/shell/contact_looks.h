// The trace of each look at a contact: who, which case, when (facts for whoever asks later). A SQLite file of mode 0600; on disk
// before the contact is told. One thread.
#pragma once
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace SQLite {
class Database;
}

namespace huying::gateway {

class ContactLooks {
 public:
  static Result<ContactLooks> open(const std::string& path);
  ContactLooks(ContactLooks&&) noexcept;
  ~ContactLooks();

  Result<void> add(const std::string& person, const std::string& case_number, Instant centre, Instant system);

 private:
  explicit ContactLooks(std::unique_ptr<SQLite::Database> database);
  std::unique_ptr<SQLite::Database> database_;
};

}  // namespace huying::gateway
