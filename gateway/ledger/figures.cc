#include "gateway/ledger/figures.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "proto/errors.h"

namespace huying::ledger {
namespace {

std::string_view column_of(GroupBy by) {
  switch (by) {
    case GroupBy::unit: return "unit";
    case GroupBy::cell: return "cell";
    case GroupBy::category: return "category";
    case GroupBy::street: break;
  }
  return "''";
}

// Which exclusion a case falls under; empty: it is counted.
std::string left_out_case() {
  std::string reasons;
  for (const auto& one : exclusions())
    if (one.of_ended) reasons += fmt::format("{}'{}'", reasons.empty() ? "" : ", ", one.reason);
  return fmt::format("CASE WHEN cases.ended_as IN ({}) THEN cases.ended_as ELSE '' END", reasons);
}

constexpr std::string_view not_said = "not_said";

class Counting {
 public:
  // Open cases that are counted: all of them, or those filed in the period.
  enum class Open : std::uint8_t { all, of_the_period };

  Counting(SQLite::Database& database, Period period, GroupBy by, Instant now, Open open = Open::all)
      : database_(database), period_(period), group_(column_of(by)),
        clock_group_(by == GroupBy::unit || by == GroupBy::cell ? fmt::format("clocks.{}", group_) : std::string(group_)),
        left_out_(left_out_case()), open_(open), now_(now) {}

  std::vector<Figures> all() {
    cases();
    stages();
    arranged_in_time();
    calls();
    std::vector<Figures> out;
    for (auto& [group, figures] : groups_) {
      figures.group = group;
      out.push_back(std::move(figures));
    }
    return out;
  }

  ThreeRates rates() {
    arranged_in_time();
    calls();
    const Figures figures = groups_.empty() ? Figures{} : groups_.begin()->second;
    return {figures.in_time, figures.solved, figures.satisfied};
  }

 private:
  // One row a group, its first column.
  void each(const std::string& sql, const std::function<void(Figures&, SQLite::Statement&)>& take) {
    SQLite::Statement rows(database_, sql);
    const auto bind = [&](const char* name, Instant at) {
      if (sql.find(name) != std::string::npos) rows.bind(name, to_ms(at));
    };
    bind(":from", period_.from);
    bind(":to", period_.to);
    bind(":now", now_);
    while (rows.executeStep()) take(groups_[rows.getColumn(0).getString()], rows);
  }
  static std::uint64_t count(SQLite::Statement& rows, int column) {
    return static_cast<std::uint64_t>(rows.getColumn(column).getInt64());
  }

  void cases() {
    each(fmt::format("SELECT {}, count(*), sum(returns), sum(hops), sum(rework), sum(rework > 0) FROM cases WHERE {} GROUP BY 1",
                     group_, in_period("filed_ms")),
         [](Figures& figures, SQLite::Statement& rows) {
           figures.filed = count(rows, 1);
           figures.returns = count(rows, 2);
           figures.hops = count(rows, 3);
           figures.rework = count(rows, 4);
           figures.rework_cases = count(rows, 5);
         });
    count_of("dispatched_ms", &Figures::dispatched);
    count_of("resolved_ms", &Figures::resolved);
    count_of("ended_ms", &Figures::ended);
    each(fmt::format("SELECT {}, count(*), sum(order_ms <= :now) FROM cases WHERE is_open = 1{} GROUP BY 1", group_,
                     open_ == Open::all ? "" : " AND " + in_period("filed_ms")),
         [](Figures& figures, SQLite::Statement& rows) {
           figures.open = count(rows, 1);
           figures.open_overdue = count(rows, 2);
         });
  }

  static std::string in_period(std::string_view column) {
    return fmt::format("{0} > 0 AND {0} >= :from AND {0} < :to", column);
  }
  void count_of(std::string_view column, std::uint64_t Figures::*field) {
    each(fmt::format("SELECT {}, count(*) FROM cases WHERE {} GROUP BY 1", group_, in_period(column)),
         [field](Figures& figures, SQLite::Statement& rows) { figures.*field = count(rows, 1); });
  }

  static constexpr std::string_view was_due =
      "clocks.due_ms >= :from AND clocks.due_ms < :to AND (clocks.outcome IN ('met', 'late', 'fired') OR "
      "clocks.outcome = 'running' AND clocks.due_ms <= :now)";
  static constexpr std::string_view is_overdue = "(clocks.fired OR clocks.outcome IN ('late', 'fired', 'running'))";

  void stages() {
    // A category is the case's; all else stands beside the clock.
    each(fmt::format("SELECT {}, kind, count(*), sum({}) FROM clocks {} WHERE kind IN "
                     "('arrange', 'feed_back', 'solve') AND {} GROUP BY 1, 2",
                     clock_group_, is_overdue, clock_group_ == "category" ? "JOIN cases USING (number)" : "", was_due),
         [](Figures& figures, SQLite::Statement& rows) {
           const auto kind = rows.getColumn(1).getString();
           auto& stage = kind == "arrange" ? figures.arrange : kind == "solve" ? figures.solve : figures.feed_back;
           stage.due = count(rows, 2);
           stage.overdue = count(rows, 3);
           stage.in_time = stage.due - stage.overdue;
         });
  }

  void arranged_in_time() {
    each(fmt::format("SELECT {}, {} AS left_out, count(*), sum(NOT {}) FROM clocks JOIN cases USING (number) WHERE "
                     "kind = 'arrange' AND {} GROUP BY 1, 2",
                     clock_group_, left_out_, is_overdue, was_due),
         [](Figures& figures, SQLite::Statement& rows) {
           const auto reason = rows.getColumn(1).getString();
           if (!reason.empty()) {
             figures.in_time.left_out[reason] += count(rows, 2);
             return;
           }
           figures.in_time.denominator = count(rows, 2);
           figures.in_time.numerator = count(rows, 3);
         });
  }

  void calls() {
    each(fmt::format("SELECT {}, {} AS left_out, count(*), sum(verdict = 'passed'), sum(satisfaction = 0), "
                     "sum(satisfaction >= 2) FROM cases WHERE verdict <> '' AND {} GROUP BY 1, 2",
                     group_, left_out_, in_period("called_ms")),
         [](Figures& figures, SQLite::Statement& rows) {
           const auto reason = rows.getColumn(1).getString();
           const auto cases = count(rows, 2), unsaid = count(rows, 4);
           if (!reason.empty()) {
             figures.solved.left_out[reason] += cases;
             figures.satisfied.left_out[reason] += cases;
             return;
           }
           figures.solved.denominator = cases;
           figures.solved.numerator = count(rows, 3);
           if (unsaid != 0) figures.satisfied.left_out[std::string(not_said)] += unsaid;
           figures.satisfied.denominator = cases - unsaid;
           figures.satisfied.numerator = count(rows, 5);
         });
  }

  SQLite::Database& database_;
  const Period period_;
  const std::string group_, clock_group_, left_out_;
  const Open open_;
  const Instant now_;
  std::map<std::string, Figures> groups_;
};

}  // namespace

const std::vector<Exclusion>& exclusions() {
  static const std::vector<Exclusion> all{
      {"void", "作废", "void", true},
      {"not_accepted", "不予受理", "not accepted", true},
      {not_said, "回访时未表态", "not said when called back", false},
  };
  return all;
}

ThreeRates three_rates(SQLite::Database& database, Period period, Instant now) {
  return Counting(database, period, GroupBy::street, now).rates();
}

Result<std::vector<Figures>> figures(SQLite::Database& database, Period period, GroupBy by, Instant now) {
  if (period.from > period.to) return fail(v1::ERROR_CODE_FIELD_INVALID, "from: behind to");
  try {
    const SQLite::Transaction one_moment(database);
    return Counting(database, period, by, now).all();
  } catch (const SQLite::Exception& error) {
    return fail(v1::ERROR_CODE_STORE_FAILED, error.what());
  }
}

Result<std::vector<Figures>> figures_by_month(SQLite::Database& database, Period period, const CivilZone& zone, Instant now) {
  if (period.from > period.to) return fail(v1::ERROR_CODE_FIELD_INVALID, "from: behind to");
  try {
    const SQLite::Transaction one_moment(database);
    std::vector<Figures> months;
    const date::year_month_day first(zone.day_of(period.from));
    for (auto month = first.year() / first.month();; month += date::months(1)) {
      const Period of_month{std::max(period.from, zone.midnight(date::local_days(month / 1))),
                            std::min(period.to, zone.midnight(date::local_days((month + date::months(1)) / 1)))};
      if (of_month.from >= of_month.to) return months;
      if (months.size() == months_max) return fail(v1::ERROR_CODE_FIELD_INVALID, fmt::format("at most {} months", months_max));
      auto of_street = Counting(database, of_month, GroupBy::street, now, Counting::Open::of_the_period).all();
      months.push_back(of_street.empty() ? Figures{} : std::move(of_street.front()));
      months.back().group = fmt::format("{:04}-{:02}", static_cast<int>(month.year()), static_cast<unsigned>(month.month()));
    }
  } catch (const SQLite::Exception& error) {
    return fail(v1::ERROR_CODE_STORE_FAILED, error.what());
  }
}

}  // namespace huying::ledger
