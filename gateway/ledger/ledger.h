// The ledger (台账): a projection of the event stream into SQLite, for lists, search and figures. A cache of the journal: it is
// rebuilt from the first event at any time, to the same content, and its place in the stream stands in the transaction that
// holds the rows, so that after a crash nothing is missing and nothing is there twice.
//
// Owned by the gateway; one thread writes. Others read through files of their own (WAL). Knows nothing of sockets: the gateway
// subscribes and hands over what comes. Errors: STORE_FAILED; COMMIT_INVALID for an event that does not fit what is known, after
// which the ledger must be rebuilt.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/result.h"
#include "gateway/ledger/names.h"
#include "huying/v1/session.pb.h"

namespace SQLite {
class Database;
}

namespace huying::ledger {

class Ledger {
 public:
  // Makes the file where there is none, and makes it anew where it is of another version or another street.
  static Result<std::unique_ptr<Ledger>> open(const std::string& path, const std::string& street);
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  // Where the subscription goes on; empty: from the first record.
  const std::string& token() const;
  std::uint64_t events() const;

  // One transaction: all of these, in the order in which they came, and the place behind them. What is here already is passed
  // over. The subjects that the ledger reads: case.>, coverage.> and configuration.>.
  Result<void> take(const std::vector<v1::EventDelivery>& events, const std::string& token);
  // What the directory calls its codes, in place of what it called them before: for search, exports and cards. Of the
  // configuration in force, not of the events: content() does not count it, clear() keeps it, a file that is made anew has none.
  // FIELD_INVALID, FIELD_TOO_LONG, INVALID_TEXT, TOO_MANY_ITEMS: and nothing is changed.
  Result<void> set_names(const std::vector<Name>& names);
  // Forgets every event: the next token is empty.
  Result<void> clear();
  // Of all rows of events, but the place: two ledgers of one history have the same.
  Result<Digest128> content();

 private:
  struct Store;
  explicit Ledger(std::unique_ptr<Store> store);
  std::unique_ptr<Store> store_;
};

// For questions: read only, 16 MiB of cache and the file mapped. One thread at a time; a gateway has one a thread of its pool.
Result<std::unique_ptr<SQLite::Database>> open_reader(const std::string& path);

}  // namespace huying::ledger
