// The figures that the field uses, counted from the ledger's rows: of each stage how many were due, done in time and overdue
// (应…数, 按时…数, 超时…数), the three rates (三率) with what they leave out and why, returns, hops and rework.
//
// Rules, each answered by a column of the ledger:
//  * A stage of a case counts in the period in which it was due, at its last due time: an extension moves it. It is overdue when
//    it, or what it replaced, was ever fired, or when its time has passed; else in time. due = in_time + overdue. What is not due
//    yet, moot or paused is not counted.
//  * The rate of answers in time: arranged in time ÷ due to be arranged.
//  * The rates of solving and satisfaction: solved ÷ called back, satisfied (2 or 3 of 3) ÷ called back and said, of the calls in
//    the period; each case once, by its last call.
//  * Left out, with the reason and the number: cases that ended void or not accepted (void, not_accepted); for satisfaction also
//    calls in which it was not said (not_said).
// A case counts where it is now, or was when it ended; a stage where the case was when its time was set.
//  * Open and overdue is a case whose pressing clock (the one that places it in the zero register) is past its due time.
//  * By month, each local month of the period has a row of its own, its first and last one cut to the period; there `open` and
//    `open_overdue` are of the cases that came in that month, so that a month says what is left of it.
// Functions over a read-only database, each within one transaction, on the thread that has it. Errors: STORE_FAILED; FIELD_INVALID
// for a period.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/civil_time.h"
#include "base/clock.h"
#include "base/result.h"

namespace SQLite {
class Database;
}

namespace huying::ledger {

struct Period {
  Instant from, to;  // [from, to)
};

enum class GroupBy : std::uint8_t { street, unit, cell, category };

// What the rates leave out, as data: a case that ended so, or a call back in which it was not said.
struct Exclusion {
  std::string_view reason;    // "void": also the case's ended_as, where `of_ended`
  std::string_view zh, en;
  bool of_ended;              // from all three rates; else from satisfaction alone
};
const std::vector<Exclusion>& exclusions();

struct StageFigures {
  std::uint64_t due = 0, in_time = 0, overdue = 0;
  friend bool operator==(const StageFigures&, const StageFigures&) = default;
};

struct Rate {
  std::uint64_t numerator = 0, denominator = 0;
  std::map<std::string, std::uint64_t> left_out;  // reason, cases
  friend bool operator==(const Rate&, const Rate&) = default;
};

struct Figures {
  std::string group;  // a unit's, cell's or category's code, a month as 2026-11; empty: the street
  std::uint64_t filed = 0, dispatched = 0, resolved = 0, ended = 0;  // in the period; resolved: by the worker's last word
  std::uint64_t open = 0, open_overdue = 0;            // now
  std::uint64_t returns = 0, hops = 0, rework = 0;     // of the cases filed in the period
  std::uint64_t rework_cases = 0;                      // how many of them were reworked at all
  StageFigures arrange, feed_back, solve;
  Rate in_time, solved, satisfied;
};

// One row a group that has anything to tell, by its code.
Result<std::vector<Figures>> figures(SQLite::Database& database, Period period, GroupBy by, Instant now);

inline constexpr std::size_t months_max = 120;
// One row a month, the first one first, whether it has anything to tell or not.
Result<std::vector<Figures>> figures_by_month(SQLite::Database& database, Period period, const CivilZone& zone, Instant now);

struct ThreeRates {
  Rate in_time, solved, satisfied;
};
// Of the street; the same as figures() has. Within the caller's transaction; throws what SQLiteCpp throws.
ThreeRates three_rates(SQLite::Database& database, Period period, Instant now);

}  // namespace huying::ledger
