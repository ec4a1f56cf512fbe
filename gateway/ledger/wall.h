// All that the wall shows, in one answer of one moment: docs/api.md, `Wall`. The figures add up: `open` and `open_late` are the sums
// over the cells, and the same as the register's and figures()' of that moment.
//
// Functions over a read-only database, within one transaction, on the thread that has it. STORE_FAILED.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "gateway/ledger/card.h"
#include "gateway/ledger/figures.h"
#include "gateway/ledger/today.h"

namespace huying::ledger {

struct WallOptions {
  std::size_t escalations_max = 3;  // the rest is told by unit
  std::size_t next_max = 3;
  Period rates;                     // of the three rates: on the wall this month
};

// Open cases of a cell. A case may count under several: `late` counts what has climbed, too.
struct WallCell {
  std::string cell, unit;
  std::uint64_t open = 0, late = 0, due = 0, escalated = 0, paused = 0;
  Mark mark = Mark::none;   // its worst: 升 缺 超 临 停
  std::uint64_t count = 0;  // of the cases that the mark means; of 缺 and of no mark: the open ones
};

struct WallEscalation {
  Card card;
  std::string unit, cell;
  std::string rung;          // that was asked and has not answered
  std::int64_t climbs_ms = 0;  // when it goes one rung up; at the top: when it is asked again
  bool at_top = false;
  std::string role, place, person;  // who must answer; person: a code of the directory, empty: nobody on duty
};

struct WallUnit {
  std::string unit;
  std::uint64_t count = 0;
};

struct WallUncovered {
  std::string cell, unit, what;  // host_lost, nobody_on_duty, cell_parked
  std::int64_t since_ms = 0;
};

// The one that climbed last, whether it still waits or not.
struct WallLastEscalation {
  std::string cell;  // where the case was then
  std::int64_t at_ms = 0;
  std::optional<std::int64_t> answered_after_ms;  // by a person; nothing: it waits, or was settled before anybody answered
};

struct WallFlow {
  std::uint64_t filed = 0, dispatched = 0, resolved = 0, ended = 0;
  friend bool operator==(const WallFlow&, const WallFlow&) = default;
};

struct Wall {
  std::int64_t as_of_ms = 0;  // `now`
  std::string token;          // where a subscription goes on from this moment
  std::vector<WallCell> cells;  // by code: the directory's, and what has open cases
  std::vector<WallEscalation> escalations;  // what climbs first
  std::uint64_t escalated = 0;  // in all
  std::vector<WallUnit> more;   // escalated beyond those, most first
  std::optional<WallLastEscalation> last;
  std::vector<WallUncovered> uncovered;  // longest first
  std::vector<Card> next;       // due next, neither overdue nor paused
  ThreeRates rates;
  WallFlow today, yesterday;
  std::uint64_t open = 0, open_late = 0;
};

Result<Wall> wall(SQLite::Database& database, const WallOptions& options, const Today& today);

}  // namespace huying::ledger
