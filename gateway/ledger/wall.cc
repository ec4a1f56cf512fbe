#include "gateway/ledger/wall.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "gateway/ledger/register_rows.h"
#include "gateway/ledger/words.h"
#include "proto/errors.h"

namespace huying::ledger {
namespace {

std::uint64_t count(SQLite::Statement& rows, int column) {
  return static_cast<std::uint64_t>(rows.getColumn(column).getInt64());
}

class Looking {
 public:
  Looking(SQLite::Database& database, const WallOptions& options, const Today& today)
      : database_(database), options_(options), today_(today), names_(database) {}

  Wall all() {
    wall_.as_of_ms = to_ms(today_.now);
    SQLite::Statement progress(database_, "SELECT token FROM progress");
    if (progress.executeStep()) wall_.token = progress.getColumn(0).getString();
    uncovered();
    cells();
    escalations();
    last_escalation();
    next();
    wall_.rates = three_rates(database_, options_.rates, today_.now);
    wall_.today = flow({today_.begins, today_.ends});
    wall_.yesterday = flow({today_.yesterday, today_.begins});
    return std::move(wall_);
  }

 private:
  void uncovered() {
    SQLite::Statement rows(database_, "SELECT cell, unit, what, since_ms FROM uncovered ORDER BY since_ms, cell, what");
    while (rows.executeStep()) {
      WallUncovered one{rows.getColumn(0), rows.getColumn(1), rows.getColumn(2), rows.getColumn(3).getInt64()};
      if (one.unit.empty()) one.unit = names_.unit_of(one.cell);
      wall_.uncovered.push_back(std::move(one));
    }
  }

  void cells() {
    std::map<std::string, WallCell> cells;
    for (const auto& [cell, unit] : names_.cells()) cells[cell] = {cell, unit};
    SQLite::Statement rows(database_,
                           "SELECT cell, max(unit), count(*), sum(order_ms <= :now), sum(order_ms > :now AND order_ms <= :ends), "
                           "sum(waits_for > 0), sum(state = 'shelved') FROM cases INDEXED BY cases_open WHERE is_open = 1 GROUP BY cell");
    rows.bind(":now", to_ms(today_.now));
    rows.bind(":ends", to_ms(today_.ends));
    while (rows.executeStep()) {
      auto& cell = cells[rows.getColumn(0).getString()];
      cell.cell = rows.getColumn(0).getString();
      if (cell.unit.empty()) cell.unit = rows.getColumn(1).getString();
      cell.open = count(rows, 2);
      cell.late = count(rows, 3);
      cell.due = count(rows, 4);
      cell.escalated = count(rows, 5);
      cell.paused = count(rows, 6);
      wall_.open += cell.open;
      wall_.open_late += cell.late;
    }
    for (const auto& one : wall_.uncovered)
      if (auto& cell = cells[one.cell]; cell.cell.empty()) cell = {one.cell, one.unit};
    std::set<std::string> uncovered;
    for (const auto& one : wall_.uncovered) uncovered.insert(one.cell);
    for (auto& [code, cell] : cells) {
      set_mark(cell, uncovered.contains(code));
      wall_.cells.push_back(std::move(cell));
    }
  }

  static void set_mark(WallCell& cell, bool uncovered) {
    if (cell.escalated > 0)
      std::tie(cell.mark, cell.count) = std::pair(Mark::escalated, cell.escalated);
    else if (uncovered)
      std::tie(cell.mark, cell.count) = std::pair(Mark::uncovered, cell.open);
    else if (cell.late > 0)
      std::tie(cell.mark, cell.count) = std::pair(Mark::late, cell.late);
    else if (cell.due > 0)
      std::tie(cell.mark, cell.count) = std::pair(Mark::due, cell.due);
    else if (cell.paused > 0)
      std::tie(cell.mark, cell.count) = std::pair(Mark::paused, cell.paused);
    else
      cell.count = cell.open;
  }

  void escalations() {
    std::map<std::string, std::uint64_t> units;
    SQLite::Statement rows(database_, "SELECT unit, count(*) FROM cases WHERE waits_for > 0 GROUP BY unit");
    while (rows.executeStep()) {
      units[rows.getColumn(0)] = count(rows, 1);
      wall_.escalated += count(rows, 1);
    }
    const auto first = read_register_rows(
        database_, fmt::format("WHERE cases.waits_for > 0 ORDER BY cases.climbs_ms, cases.number LIMIT {}", options_.escalations_max),
        {}, today_.now, "cases_climbing");
    for (const auto& row : first) {
      const auto& what = row.what;
      WallEscalation one;
      one.card = card_of(facts_of(row), names_, today_.now, today_.ends);
      one.unit = what.place.unit;
      one.cell = what.place.cell;
      one.rung = word_of(static_cast<v1::Rung>(what.waits_for));
      one.climbs_ms = what.climbs_ms;
      one.at_top = what.waits_for == v1::RUNG_DISTRICT;
      one.role = what.answerer_role;
      one.place = what.answerer_place;
      one.person = what.answerer_person;
      wall_.escalations.push_back(std::move(one));
      --units[what.place.unit];
    }
    for (const auto& [unit, left] : units)
      if (left > 0) wall_.more.push_back({unit, left});
    std::stable_sort(wall_.more.begin(), wall_.more.end(), [](const auto& a, const auto& b) { return a.count > b.count; });
  }

  void last_escalation() {
    SQLite::Statement rows(database_, "SELECT number, revision, cell, at_ms FROM events INDEXED BY events_escalated "
                                      "WHERE kind = 'escalated' ORDER BY at_ms DESC, stream DESC, sequence DESC LIMIT 1");
    if (!rows.executeStep()) return;
    auto& last = wall_.last.emplace();
    last.cell = rows.getColumn(2).getString();
    last.at_ms = rows.getColumn(3).getInt64();
    SQLite::Statement answers(database_, "SELECT at_ms FROM events INDEXED BY events_of_case WHERE number = ? AND revision > ? "
                                         "AND kind = 'escalation_answered' ORDER BY revision LIMIT 1");
    answers.bind(1, rows.getColumn(0).getString());
    answers.bind(2, rows.getColumn(1).getInt64());
    if (answers.executeStep()) last.answered_after_ms = answers.getColumn(0).getInt64() - last.at_ms;
  }

  void next() {
    Conditions conditions;
    const auto rows = read_register_rows(
        database_,
        fmt::format("WHERE cases.is_open = 1 AND cases.clock_kind <> '' AND NOT cases.stands_last AND cases.order_ms > {} "
                    "ORDER BY cases.order_ms, cases.number LIMIT {}",
                    conditions.value(to_ms(today_.now)), options_.next_max),
        conditions, today_.now, "cases_due");
    for (const auto& row : rows) wall_.next.push_back(card_of(facts_of(row), names_, today_.now, today_.ends));
  }

  WallFlow flow(Period day) {
    const auto in = [&](const char* column) {
      SQLite::Statement rows(database_, fmt::format("SELECT count(*) FROM cases WHERE {0} > 0 AND {0} >= ? AND {0} < ?", column));
      rows.bind(1, to_ms(day.from));
      rows.bind(2, to_ms(day.to));
      rows.executeStep();
      return count(rows, 0);
    };
    return {in("filed_ms"), in("dispatched_ms"), in("resolved_ms"), in("ended_ms")};
  }

  SQLite::Database& database_;
  const WallOptions& options_;
  const Today& today_;
  const Names names_;
  Wall wall_;
};

}  // namespace

Result<Wall> wall(SQLite::Database& database, const WallOptions& options, const Today& today) {
  try {
    const SQLite::Transaction one_moment(database);
    return Looking(database, options, today).all();
  } catch (const SQLite::Exception& error) {
    return fail(v1::ERROR_CODE_STORE_FAILED, error.what());
  }
}

}  // namespace huying::ledger
