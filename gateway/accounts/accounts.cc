#include "gateway/accounts/accounts.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <SQLiteCpp/VariadicBind.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/limits.h"
#include "base/text.h"
#include "gateway/accounts/password.h"
#include "gateway/accounts/token.h"
#include "proto/errors.h"

namespace huying::accounts {
namespace {

constexpr int schema_version = 2;
constexpr Milliseconds place_kept = std::chrono::hours(24 * 30);
constexpr Milliseconds use_noted_each = std::chrono::minutes(1);

constexpr const char* schema = R"(
CREATE TABLE account (person TEXT PRIMARY KEY, hash TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE session (digest BLOB PRIMARY KEY, person TEXT NOT NULL, csrf TEXT NOT NULL,
                      begun_ms INTEGER NOT NULL, used_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX session_of_person ON session (person, begun_ms);
)";

// Since version 2. What was counted before begins anew.
constexpr const char* schema_of_places = R"(
DROP TABLE IF EXISTS wrong;
-- Of names that have no account, too: whether one is there must not show. An empty place: from everywhere. Emptied by forget_old.
CREATE TABLE wrong (person TEXT NOT NULL, place BLOB NOT NULL, times INTEGER NOT NULL, next_ms INTEGER NOT NULL,
                    PRIMARY KEY (person, place)) STRICT, WITHOUT ROWID;
-- From where a person logged in.
CREATE TABLE place (person TEXT NOT NULL, place BLOB NOT NULL, used_ms INTEGER NOT NULL,
                    PRIMARY KEY (person, place)) STRICT, WITHOUT ROWID;
)";

std::string place_of(std::string_view person, std::string_view from) { return digest_of(fmt::format("{}\n{}", person, from)); }

}  // namespace

struct Accounts::Store {
  Store(std::string path_, AccountsOptions options_)
      : path(std::move(path_)), options(options_),
        database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 5'000) {}

  // What SQLite throws becomes a value.
  template <class Work>
  auto guarded(Work work) -> decltype(work()) {
    try {
      return work();
    } catch (const SQLite::Exception& error) {
      return fail(v1::ERROR_CODE_STORE_FAILED, fmt::format("{}: {}", path, error.what()));
    }
  }

  SQLite::Statement ready(const char* sql) { return SQLite::Statement(database, sql); }

  Milliseconds wait_after(std::uint32_t times, std::uint32_t free) const {
    if (times < free) return {};
    const auto doublings = std::min<std::uint32_t>(times - free, 20);
    return std::min(options.wait_first * (1u << doublings), options.wait_max);
  }

  // How long until the next try from the place (empty: from everywhere), and how many were wrong.
  struct Count {
    std::uint32_t times = 0;
    std::int64_t left_ms = 0;
  };
  Count count_of(const std::string& person, const std::string& place, Instant now) {
    auto before = ready("SELECT times, next_ms FROM wrong WHERE person = ? AND place = ?");
    bind(before, person, place);
    if (!before.executeStep()) return {};
    return {before.getColumn(0).getUInt(), before.getColumn(1).getInt64() - to_ms(now)};
  }
  void set_count(const std::string& person, const std::string& place, std::uint32_t times, Instant next) {
    auto wrong = ready("INSERT OR REPLACE INTO wrong VALUES (?, ?, ?, ?)");
    bind(wrong, person, place);
    wrong.bind(3, times);
    wrong.bind(4, to_ms(next));
    wrong.exec();
  }
  bool is_known(const std::string& person, const std::string& place) {
    auto find = ready("SELECT 1 FROM place WHERE person = ? AND place = ?");
    bind(find, person, place);
    return find.executeStep();
  }
  static void bind(SQLite::Statement& statement, const std::string& person, const std::string& place) {
    statement.bind(1, person);
    statement.bind(2, place.data(), static_cast<int>(place.size()));
  }

  const std::string path;
  const AccountsOptions options;
  SQLite::Database database;
};

Accounts::Accounts(std::unique_ptr<Store> store) : store_(std::move(store)) {}
Accounts::~Accounts() = default;

Result<std::unique_ptr<Accounts>> Accounts::open(const std::string& path, AccountsOptions options) {
  const auto before = ::umask(077);
  struct Mask {
    mode_t mask;
    ~Mask() { ::umask(mask); }
  } const mask{before};
  try {
    auto store = std::make_unique<Store>(path, options);
    auto& database = store->database;
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    const int version = database.execAndGet("PRAGMA user_version").getInt();
    if (version > schema_version)
      return fail(v1::ERROR_CODE_STORE_FAILED, fmt::format("{} is of a later version: {}", path, version));
    if (version < schema_version) {
      SQLite::Transaction transaction(database);
      if (version == 0) database.exec(schema);
      database.exec(schema_of_places);
      database.exec(fmt::format("PRAGMA user_version = {}", schema_version));
      transaction.commit();
    }
    return std::unique_ptr<Accounts>(new Accounts(std::move(store)));
  } catch (const SQLite::Exception& error) {
    return fail(v1::ERROR_CODE_STORE_FAILED, fmt::format("{}: {}", path, error.what()));
  }
}

// ---- Accounts --------------------------------------------------------------------------------------------------

Result<void> Accounts::set_password_hash(std::string_view person, std::string_view hash) {
  return store_->guarded([&]() -> Result<void> {
    SQLite::Transaction transaction(store_->database);
    auto set = store_->ready("INSERT INTO account VALUES (?, ?) ON CONFLICT DO UPDATE SET hash = excluded.hash");
    SQLite::bind(set, std::string(person), std::string(hash));
    set.exec();
    for (const char* sql : {"DELETE FROM session WHERE person = ?", "DELETE FROM wrong WHERE person = ?"}) {
      auto end = store_->ready(sql);
      end.bind(1, std::string(person));
      end.exec();
    }
    transaction.commit();
    return {};
  });
}

Result<bool> Accounts::remove(std::string_view person) {
  return store_->guarded([&]() -> Result<bool> {
    SQLite::Transaction transaction(store_->database);
    int removed = 0;
    for (const char* sql : {"DELETE FROM session WHERE person = ?", "DELETE FROM place WHERE person = ?",
                            "DELETE FROM account WHERE person = ?"}) {
      auto end = store_->ready(sql);
      end.bind(1, std::string(person));
      removed = end.exec();
    }
    transaction.commit();
    return removed != 0;
  });
}

Result<bool> Accounts::has_account(std::string_view person) {
  return store_->guarded([&]() -> Result<bool> {
    auto find = store_->ready("SELECT 1 FROM account WHERE person = ?");
    find.bind(1, std::string(person));
    return find.executeStep();
  });
}

Result<std::size_t> Accounts::count() {
  return store_->guarded([&]() -> Result<std::size_t> {
    return static_cast<std::size_t>(store_->database.execAndGet("SELECT count(*) FROM account").getInt64());
  });
}

Result<std::vector<std::string>> Accounts::people() {
  return store_->guarded([&]() -> Result<std::vector<std::string>> {
    std::vector<std::string> people;
    auto each = store_->ready("SELECT person FROM account ORDER BY person");
    while (each.executeStep()) people.push_back(each.getColumn(0).getString());
    return people;
  });
}

// ---- Login -----------------------------------------------------------------------------------------------------

Result<bool> Accounts::knows_place(std::string_view person, std::string_view from) {
  return store_->guarded([&]() -> Result<bool> {
    return store_->is_known(std::string(person), place_of(person, from));
  });
}

Result<Attempt> Accounts::begin_login(std::string_view person, std::string_view from, Instant now) {
  return store_->guarded([&]() -> Result<Attempt> {
    auto& store = *store_;
    const std::string name(person);
    // Nobody of a directory is called so: no row is kept of it.
    if (!is_code(name, limits::code_bytes_max)) return Attempt{name, hash_of_nobody(), {}, false};
    const std::string place = place_of(name, from), everywhere;
    SQLite::Transaction transaction(store.database);
    const auto here = store.count_of(name, place, now), in_all = store.count_of(name, everywhere, now);
    const bool known_place = store.is_known(name, place);
    const auto left_ms = known_place ? here.left_ms : std::max(here.left_ms, in_all.left_ms);
    if (left_ms > 0) return fail(v1::ERROR_CODE_LOGIN_LOCKED, fmt::format("{} s", (left_ms + 999) / 1000));
    store.set_count(name, place, here.times + 1, now + store.wait_after(here.times + 1, store.options.wrong_free));
    if (!known_place)
      store.set_count(name, everywhere, in_all.times + 1,
                      now + store.wait_after(in_all.times + 1, store.options.wrong_free_everywhere));
    Attempt attempt{name, {}, place, false, known_place};
    auto find = store.ready("SELECT hash FROM account WHERE person = ?");
    find.bind(1, name);
    if ((attempt.known = find.executeStep())) attempt.hash = find.getColumn(0).getString();
    transaction.commit();
    if (!attempt.known) attempt.hash = hash_of_nobody();
    return attempt;
  });
}

Result<NewSession> Accounts::end_login(const Attempt& attempt, bool matches, Instant now) {
  if (!attempt.known || !matches) return fail(v1::ERROR_CODE_LOGIN_FAILED);
  return store_->guarded([&]() -> Result<NewSession> {
    SQLite::Transaction transaction(store_->database);
    auto still = store_->ready("SELECT 1 FROM account WHERE person = ? AND hash = ?");
    SQLite::bind(still, attempt.person, attempt.hash);
    if (!still.executeStep()) return fail(v1::ERROR_CODE_LOGIN_FAILED);  // changed while this one was checked
    // What strangers count elsewhere goes on; this one was none of theirs.
    auto forget = store_->ready("DELETE FROM wrong WHERE person = ? AND place = ?");
    Store::bind(forget, attempt.person, attempt.place);
    forget.exec();
    if (!attempt.known_place) {
      auto fewer = store_->ready("UPDATE wrong SET times = times - 1 WHERE person = ? AND place = ? AND times > 0");
      Store::bind(fewer, attempt.person, {});
      fewer.exec();
    }
    auto know = store_->ready("INSERT OR REPLACE INTO place VALUES (?, ?, ?)");
    Store::bind(know, attempt.person, attempt.place);
    know.bind(3, to_ms(now));
    know.exec();
    NewSession made{random_token(), random_token()};
    auto add = store_->ready("INSERT INTO session VALUES (?, ?, ?, ?, ?)");
    const std::string digest = digest_of(made.token);
    add.bind(1, digest.data(), static_cast<int>(digest.size()));
    add.bind(2, attempt.person);
    add.bind(3, made.csrf);
    add.bind(4, to_ms(now));
    add.bind(5, to_ms(now));
    add.exec();
    auto too_many = store_->ready(
        "DELETE FROM session WHERE person = ?1 AND digest NOT IN "
        "(SELECT digest FROM session WHERE person = ?1 ORDER BY begun_ms DESC, digest = ?3 DESC LIMIT ?2)");
    too_many.bind(1, attempt.person);
    too_many.bind(2, store_->options.sessions_a_person);
    too_many.bind(3, digest.data(), static_cast<int>(digest.size()));
    too_many.exec();
    transaction.commit();
    return made;
  });
}

// ---- Sessions --------------------------------------------------------------------------------------------------

Result<std::optional<Session>> Accounts::session(std::string_view token, Instant now) {
  return store_->guarded([&]() -> Result<std::optional<Session>> {
    const std::string digest = digest_of(token);
    auto find = store_->ready("SELECT person, csrf, begun_ms, used_ms FROM session WHERE digest = ?");
    find.bind(1, digest.data(), static_cast<int>(digest.size()));
    if (!find.executeStep()) return std::nullopt;
    Session session{find.getColumn(0).getString(), find.getColumn(1).getString(), instant(find.getColumn(2).getInt64())};
    const Instant used = instant(find.getColumn(3).getInt64());
    if (now - used > store_->options.session_idle || now - session.logged_in_at > store_->options.session_length)
      return std::nullopt;
    if (now - used >= use_noted_each) {
      auto note = store_->ready("UPDATE session SET used_ms = ? WHERE digest = ?");
      note.bind(1, to_ms(now));
      note.bind(2, digest.data(), static_cast<int>(digest.size()));
      note.exec();
    }
    return session;
  });
}

Result<void> Accounts::log_out(std::string_view token) {
  return store_->guarded([&]() -> Result<void> {
    const std::string digest = digest_of(token);
    auto end = store_->ready("DELETE FROM session WHERE digest = ?");
    end.bind(1, digest.data(), static_cast<int>(digest.size()));
    end.exec();
    return {};
  });
}

Result<void> Accounts::end_sessions_of(std::string_view person) {
  return store_->guarded([&]() -> Result<void> {
    auto end = store_->ready("DELETE FROM session WHERE person = ?");
    end.bind(1, std::string(person));
    end.exec();
    return {};
  });
}

Result<void> Accounts::forget_old(Instant now) {
  return store_->guarded([&]() -> Result<void> {
    auto idle = store_->ready("DELETE FROM session WHERE used_ms < ? OR begun_ms < ?");
    idle.bind(1, to_ms(now - store_->options.session_idle));
    idle.bind(2, to_ms(now - store_->options.session_length));
    idle.exec();
    // A day after its wait a name begins anew.
    auto wrong = store_->ready("DELETE FROM wrong WHERE next_ms < ?");
    wrong.bind(1, to_ms(now - std::chrono::hours(24)));
    wrong.exec();
    auto places = store_->ready("DELETE FROM place WHERE used_ms < ?");
    places.bind(1, to_ms(now - place_kept));
    places.exec();
    return {};
  });
}

}  // namespace huying::accounts
