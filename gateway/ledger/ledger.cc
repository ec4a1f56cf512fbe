#include "gateway/ledger/ledger.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <absl/strings/escaping.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <optional>

#include "gateway/ledger/case_columns.h"
#include "gateway/ledger/names.h"
#include "gateway/ledger/rows.h"
#include "gateway/ledger/schema.h"
#include "gateway/ledger/words.h"
#include "proto/errors.h"

namespace huying::ledger {
namespace {

constexpr const char* get_case = "SELECT * FROM cases WHERE number = ?";
constexpr const char* live_clocks =
    "SELECT kind, generation, outcome, due_ms FROM clocks WHERE number = ? AND outcome IN ('running', 'fired')";
constexpr const char* put_event = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* replace_clocks =
    "UPDATE clocks SET outcome = 'replaced' WHERE number = ? AND kind = ? AND generation < ? "
    "AND outcome IN ('running', 'fired', 'paused')";
constexpr const char* put_clock =
    "INSERT OR REPLACE INTO clocks VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'running', "
    // An extension that came too late does not make good that it was: of one stage, until it begins anew.
    "CASE ?7 WHEN 'repeated' THEN 0 ELSE "
    "coalesce((SELECT max(fired) FROM clocks WHERE number = ?1 AND kind = ?2 AND outcome = 'replaced' AND generation = ?3 - 1), 0) END, "
    "0, 0, ?9, ?10)";
constexpr const char* end_clock =
    "UPDATE clocks SET outcome = ?4, fired = max(fired, ?5), ended_ms = ?6, lateness_ms = max(lateness_ms, ?7) "
    "WHERE number = ?1 AND kind = ?2 AND generation = ?3";
constexpr const char* is_uncovered = "INSERT OR IGNORE INTO uncovered VALUES (?, ?, ?, ?)";
constexpr const char* is_covered = "DELETE FROM uncovered WHERE cell = ? AND what = ?";
constexpr const char* put_version = "INSERT OR IGNORE INTO versions VALUES (?, ?, ?, ?)";
constexpr const char* put_progress = "INSERT OR REPLACE INTO progress VALUES (1, ?, ?, ?)";

// case.<street>.<unit>.<cell>.<event>, coverage.<street>.<cell> and configuration.<street>.
std::vector<std::string_view> subject_tokens(std::string_view subject) {
  std::vector<std::string_view> tokens;
  for (std::size_t begin = 0;;) {
    const auto dot = subject.find('.', begin);
    tokens.push_back(subject.substr(begin, dot - begin));
    if (dot == std::string_view::npos) return tokens;
    begin = dot + 1;
  }
}

// A file that is damaged, or no ledger at all, is somebody's to look at: it is not removed for them.
Error store_failed(const std::string& path, const SQLite::Exception& error) {
  const int code = error.getErrorCode();
  const bool is_none = code == SQLITE_NOTADB || code == SQLITE_CORRUPT;
  const char* remedy = is_none ? "; stop, remove it with its -wal and -shm files, start: it is made anew from the journal" : "";
  return {v1::ERROR_CODE_STORE_FAILED, fmt::format("{}: {}{}", path, error.what(), remedy)};
}

}  // namespace

struct Ledger::Store {
  explicit Store(const std::string& path_)
      : path(path_), database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 5'000) {}

  SQLite::Statement& ready(std::optional<SQLite::Statement>& statement, const char* sql) {
    if (!statement) statement.emplace(database, sql);
    statement->reset();
    statement->clearBindings();
    return *statement;
  }

  void prepare(const std::string& street_);
  void make_anew(const std::vector<Name>& names);
  Result<void> take_one(const v1::EventDelivery& delivery);
  Result<void> take_case_event(const v1::EventDelivery& delivery, const Place& at);
  void take_coverage(const v1::EventDelivery& delivery, const std::string& cell);
  void take_configuration(const v1::EventDelivery& delivery);
  std::optional<CaseRow> find(const std::string& number);
  void put(const CaseRow& row);
  std::vector<LiveClock> live_clocks_of(const std::string& number);
  void put_clocks(const v1::CaseEvent& event, const Place& at);

  // What SQLite throws becomes a value, and what was begun is undone.
  template <class Work>
  Result<void> guarded(Work work) {
    try {
      return work();
    } catch (const SQLite::Exception& error) {
      return tl::unexpected(store_failed(path, error));
    }
  }

  const std::string path;
  SQLite::Database database;
  std::string street, token;
  std::uint64_t events = 0;
  std::optional<SQLite::Statement> put_case_, get_case_, put_event_, replace_clocks_, put_clock_, end_clock_, is_uncovered_,
      is_covered_, put_version_, put_progress_, live_clocks_;
};

Ledger::Ledger(std::unique_ptr<Store> store) : store_(std::move(store)) {}
Ledger::~Ledger() = default;

// ---- Opening ---------------------------------------------------------------------------------------------------

Result<std::unique_ptr<Ledger>> Ledger::open(const std::string& path, const std::string& street) {
  const auto before = ::umask(077);
  struct Mask {
    mode_t mask;
    ~Mask() { ::umask(mask); }
  } const mask{before};
  try {
    auto store = std::make_unique<Store>(path);
    // A crash may lose the last transactions and never half of one: then they come again. While a whole history is taken, the log
    // goes into the file every 32 MiB; what was written many times meanwhile goes once.
    store->database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 8192; "
                         "PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -32768;");
    store->prepare(street);
    return std::unique_ptr<Ledger>(new Ledger(std::move(store)));
  } catch (const SQLite::Exception& error) {
    return tl::unexpected(store_failed(path, error));
  }
}

void Ledger::Store::prepare(const std::string& street_) {
  street = street_;
  const int version = database.execAndGet("PRAGMA user_version").getInt();
  if (version == schema_version) {
    SQLite::Statement known(database, "SELECT street, token, events FROM progress");
    if (known.executeStep() && known.getColumn(0).getString() == street) {
      token = known.getColumn(1).getString();
      events = static_cast<std::uint64_t>(known.getColumn(2).getInt64());
      return;
    }
  }
  make_anew({});
}

// Everything in it comes from the journal, so nothing is lost by it.
void Ledger::Store::make_anew(const std::vector<Name>& names) {
  SQLite::Transaction transaction(database);
  for (const char* table : {"cases", "clocks", "events", "uncovered", "versions", "progress", "names", "name_words"})
    database.exec(std::string("DROP TABLE IF EXISTS ") + table);
  database.exec(schema);
  put_names(database, names);
  database.exec(fmt::format("PRAGMA user_version = {}", schema_version));
  transaction.commit();
  token.clear();
  events = 0;
}

const std::string& Ledger::token() const { return store_->token; }
std::uint64_t Ledger::events() const { return store_->events; }

Result<void> Ledger::clear() {
  auto& store = *store_;
  return store.guarded([&]() -> Result<void> {
    // Statements hold on to the tables that go.
    for (auto* statement : {&store.put_case_, &store.get_case_, &store.put_event_, &store.replace_clocks_, &store.put_clock_,
                            &store.end_clock_, &store.is_uncovered_, &store.is_covered_, &store.put_version_, &store.put_progress_, &store.live_clocks_})
      statement->reset();
    store.make_anew(read_names(store.database));  // which no event brings again
    return {};
  });
}

Result<std::unique_ptr<SQLite::Database>> open_reader(const std::string& path) {
  try {
    auto database = std::make_unique<SQLite::Database>(path, SQLite::OPEN_READONLY, 5'000);
    database->exec("PRAGMA query_only = 1; PRAGMA cache_size = -16384; PRAGMA mmap_size = 268435456;");
    return database;
  } catch (const SQLite::Exception& error) {
    return tl::unexpected(store_failed(path, error));
  }
}

Result<void> Ledger::set_names(const std::vector<Name>& names) {
  if (auto fit = check_names(names); !fit) return fit;
  auto& store = *store_;
  return store.guarded([&]() -> Result<void> {
    if (read_names(store.database) == names) return {};
    SQLite::Transaction transaction(store.database);
    put_names(store.database, names);
    transaction.commit();
    return {};
  });
}

// ---- Taking events ---------------------------------------------------------------------------------------------

Result<void> Ledger::take(const std::vector<v1::EventDelivery>& events, const std::string& token) {
  auto& store = *store_;
  return store.guarded([&]() -> Result<void> {
    SQLite::Transaction transaction(store.database);
    for (const auto& delivery : events)
      if (auto taken = store.take_one(delivery); !taken) return taken;  // undone with the rest
    auto& progress = store.ready(store.put_progress_, put_progress);
    progress.bind(1, store.street);
    progress.bind(2, token.data(), static_cast<int>(token.size()));
    progress.bind(3, static_cast<std::int64_t>(store.events + events.size()));
    progress.exec();
    transaction.commit();
    store.token = token;
    store.events += events.size();
    return {};
  });
}

Result<void> Ledger::Store::take_one(const v1::EventDelivery& delivery) {
  const auto tokens = subject_tokens(delivery.subject());
  if (tokens.size() == 5 && tokens[0] == "case")
    return take_case_event(delivery, {std::string(tokens[2]), std::string(tokens[3])});
  if (tokens.size() == 3 && tokens[0] == "coverage") take_coverage(delivery, std::string(tokens[2]));
  if (tokens[0] == "configuration") take_configuration(delivery);
  return {};
}

Result<void> Ledger::Store::take_case_event(const v1::EventDelivery& delivery, const Place& at) {
  v1::CaseEvent event;
  if (!event.ParseFromString(delivery.event()))
    return fail(v1::ERROR_CODE_COMMIT_INVALID, "an event that is none: " + delivery.subject());
  auto row = find(event.case_number()).value_or(CaseRow{});
  if (event.revision() <= row.revision) return {};  // it is here already (I11)
  if (auto folded = fold(row, event, at); !folded) return folded;
  put_clocks(event, at);
  place_in_order(row, live_clocks_of(row.number));
  put(row);
  auto& insert = ready(put_event_, put_event);
  insert.bind(1, delivery.stream());
  insert.bind(2, static_cast<std::int64_t>(delivery.sequence()));
  insert.bind(3, delivery.index());
  insert.bind(4, row.number);
  insert.bind(5, static_cast<std::int64_t>(row.revision));
  insert.bind(6, word_of(event.kind()));
  insert.bind(7, event.at_ms());
  insert.bind(8, at.unit);
  insert.bind(9, at.cell);
  insert.bind(10, word_of(event.actor().role()));
  insert.bind(11, event.actor().principal());
  insert.bind(12, delivery.event().data(), static_cast<int>(delivery.event().size()));
  insert.exec();
  return {};
}

void Ledger::Store::put_clocks(const v1::CaseEvent& event, const Place& at) {
  for (const auto& ended : event.clocks_ended()) {
    const bool fired = ended.outcome() == v1::CLOCK_OUTCOME_FIRED || ended.outcome() == v1::CLOCK_OUTCOME_LATE;
    auto& end = ready(end_clock_, end_clock);
    end.bind(1, event.case_number());
    end.bind(2, word_of(ended.kind()));
    end.bind(3, ended.generation());
    end.bind(4, word_of(ended.outcome()));
    end.bind(5, fired ? 1 : 0);
    end.bind(6, event.at_ms());
    end.bind(7, ended.lateness_ms());
    end.exec();
  }
  for (const auto& set : event.clocks_set()) {
    const std::string kind = word_of(set.kind());
    auto& replace = ready(replace_clocks_, replace_clocks);
    replace.bind(1, event.case_number());
    replace.bind(2, kind);
    replace.bind(3, set.generation());
    replace.exec();
    auto& insert = ready(put_clock_, put_clock);
    insert.bind(1, event.case_number());
    insert.bind(2, kind);
    insert.bind(3, set.generation());
    insert.bind(4, set.first_due_at_ms());
    insert.bind(5, set.due_at_ms());
    insert.bind(6, set.started_at_ms());
    insert.bind(7, word_of(set.reason()));
    insert.bind(8, set.provisional() ? 1 : 0);
    insert.bind(9, at.unit);
    insert.bind(10, at.cell);
    insert.exec();
  }
}

void Ledger::Store::take_coverage(const v1::EventDelivery& delivery, const std::string& cell) {
  v1::Coverage coverage;
  if (!coverage.ParseFromString(delivery.event())) return;  // of a later version; what is known of it stays
  const auto trouble = [&](const char* what, bool begins) {
    auto& change = begins ? ready(is_uncovered_, is_uncovered) : ready(is_covered_, is_covered);
    int column = 0;
    if (begins) change.bind(++column, std::string());  // its unit is told by the directory
    change.bind(++column, cell);
    change.bind(++column, what);
    if (begins) change.bind(++column, delivery.recorded_at_ms());
    change.exec();
  };
  switch (coverage.change()) {
    case v1::Coverage::HOST_LOST: return trouble("host_lost", true);
    case v1::Coverage::HOST_FOUND: return trouble("host_lost", false);
    case v1::Coverage::NOBODY_ON_DUTY: return trouble("nobody_on_duty", true);
    case v1::Coverage::SOMEBODY_ON_DUTY: return trouble("nobody_on_duty", false);
    case v1::Coverage::CELL_PARKED: return trouble("cell_parked", true);
    case v1::Coverage::CELL_UNPARKED: return trouble("cell_parked", false);
    default: return;
  }
}

void Ledger::Store::take_configuration(const v1::EventDelivery& delivery) {
  v1::ConfigurationComplete complete;
  if (!complete.ParseFromString(delivery.event())) return;  // of a later version; its number comes with the next one
  auto& insert = ready(put_version_, put_version);
  insert.bind(1, static_cast<std::int64_t>(complete.version()));
  insert.bind(2, delivery.recorded_at_ms());
  insert.bind(3, complete.published_by());
  insert.bind(4, absl::BytesToHexString(complete.blake2b_256()));
  insert.exec();
}

// ---- Rows ------------------------------------------------------------------------------------------------------

std::optional<CaseRow> Ledger::Store::find(const std::string& number) {
  auto& get = ready(get_case_, get_case);
  get.bind(1, number);
  std::optional<CaseRow> row;
  if (get.executeStep()) row = read_case(get);
  get.reset();  // a question that stays open would keep the write-ahead log from ever being emptied
  return row;
}

void Ledger::Store::put(const CaseRow& row) {
  auto& put = ready(put_case_, put_case);
  bind_case(put, row);
  put.exec();
}

// In the order of the contract's enumeration, as a cell keeps them: of two that are due at once the first one presses.
std::vector<LiveClock> Ledger::Store::live_clocks_of(const std::string& number) {
  auto& get = ready(live_clocks_, live_clocks);
  get.bind(1, number);
  std::vector<LiveClock> clocks;
  while (get.executeStep()) {
    const bool fired = get.getColumn(2).getString() == word_of(v1::CLOCK_OUTCOME_FIRED);
    clocks.push_back({clock_kind_of(get.getColumn(0).getString()), get.getColumn(1).getUInt(),
                      fired ? v1::CLOCK_OUTCOME_FIRED : v1::CLOCK_OUTCOME_UNSPECIFIED, get.getColumn(3).getInt64()});
  }
  std::sort(clocks.begin(), clocks.end(), [](const auto& a, const auto& b) { return a.kind < b.kind; });
  return clocks;
}

Result<Digest128> Ledger::content() {
  auto& store = *store_;
  Blake2b256 digest;
  const auto read = store.guarded([&]() -> Result<void> {
    for (const char* sql : {"SELECT * FROM cases ORDER BY number", "SELECT * FROM clocks ORDER BY number, kind, generation",
                            "SELECT * FROM events ORDER BY stream, sequence, place", "SELECT * FROM uncovered ORDER BY cell, what",
                            "SELECT * FROM versions ORDER BY version"}) {
      SQLite::Statement rows(store.database, sql);
      while (rows.executeStep()) {
        for (int i = 0; i < rows.getColumnCount(); ++i) {
          const std::string value = rows.getColumn(i).getString();
          digest.add(std::to_string(value.size()) + ":");
          digest.add(value);
        }
      }
    }
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  return content_digest(digest.finish());
}

}  // namespace huying::ledger
