#include "gateway/ledger/case_columns.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include "base/check.h"

namespace huying::ledger {

const char* const put_case =
    "INSERT OR REPLACE INTO cases VALUES (:number, :filed_ms, :category, :urgency, :source, :reporter, :rule, :unit, :cell, "
    ":state, :is_open, :revision, :holder_role, :holder_rung, :holder_place, :holder_person, :rung, :answered, "
    ":answerer_role, :answerer_rung, :answerer_place, :answerer_person, :asked, "
    ":dispatched_ms, :resolved_ms, :hops, :returns, :rework, :extensions, :complex, :hard, :under_plan, :is_final, "
    ":on_the_spot, :called_ms, :verdict, :satisfaction, :ended_ms, :ended_as, :updated_ms, "
    ":waits_for, :stands_last, :order_ms, :clock_kind, :clock_generation, :climbs_ms)";

CaseRow read_case(SQLite::Statement& statement) {
  int column = 0;
  const auto text = [&] { return statement.getColumn(column++).getString(); };
  const auto number = [&] { return statement.getColumn(column++).getInt64(); };
  const auto count = [&] { return statement.getColumn(column++).getUInt(); };
  const auto flag = [&] { return statement.getColumn(column++).getInt() != 0; };
  CaseRow row;
  row.number = text();
  row.filed_ms = number();
  row.category = text();
  row.urgency = text();
  row.source = text();
  row.reporter = text();
  row.rule = text();
  row.place.unit = text();
  row.place.cell = text();
  row.state = text();
  row.is_open = flag();
  row.revision = static_cast<std::uint64_t>(number());
  row.holder_role = text();
  row.holder_rung = text();
  row.holder_place = text();
  row.holder_person = text();
  row.rung = text();
  row.answered = flag();
  row.answerer_role = text();
  row.answerer_rung = text();
  row.answerer_place = text();
  row.answerer_person = text();
  row.asked = text();
  row.dispatched_ms = number();
  row.resolved_ms = number();
  row.hops = count();
  row.returns = count();
  row.rework = count();
  row.extensions = count();
  row.is_complex = flag();
  row.is_hard = flag();
  row.under_plan = flag();
  row.is_final = flag();
  row.on_the_spot = flag();
  row.called_ms = number();
  row.verdict = text();
  row.satisfaction = count();
  row.ended_ms = number();
  row.ended_as = text();
  row.updated_ms = number();
  row.waits_for = number();
  row.stands_last = flag();
  row.order_ms = number();
  row.clock_kind = text();
  row.clock_generation = count();
  row.climbs_ms = number();
  HUYING_CHECK(column == case_columns);
  return row;
}

void bind_case(SQLite::Statement& put, const CaseRow& row) {
  put.bind(":number", row.number);
  put.bind(":filed_ms", row.filed_ms);
  put.bind(":category", row.category);
  put.bind(":urgency", row.urgency);
  put.bind(":source", row.source);
  put.bind(":reporter", row.reporter);
  put.bind(":rule", row.rule);
  put.bind(":unit", row.place.unit);
  put.bind(":cell", row.place.cell);
  put.bind(":state", row.state);
  put.bind(":is_open", row.is_open ? 1 : 0);
  put.bind(":revision", static_cast<std::int64_t>(row.revision));
  put.bind(":holder_role", row.holder_role);
  put.bind(":holder_rung", row.holder_rung);
  put.bind(":holder_place", row.holder_place);
  put.bind(":holder_person", row.holder_person);
  put.bind(":rung", row.rung);
  put.bind(":answered", row.answered ? 1 : 0);
  put.bind(":answerer_role", row.answerer_role);
  put.bind(":answerer_rung", row.answerer_rung);
  put.bind(":answerer_place", row.answerer_place);
  put.bind(":answerer_person", row.answerer_person);
  put.bind(":asked", row.asked);
  put.bind(":dispatched_ms", row.dispatched_ms);
  put.bind(":resolved_ms", row.resolved_ms);
  put.bind(":hops", row.hops);
  put.bind(":returns", row.returns);
  put.bind(":rework", row.rework);
  put.bind(":extensions", row.extensions);
  put.bind(":complex", row.is_complex ? 1 : 0);
  put.bind(":hard", row.is_hard ? 1 : 0);
  put.bind(":under_plan", row.under_plan ? 1 : 0);
  put.bind(":is_final", row.is_final ? 1 : 0);
  put.bind(":on_the_spot", row.on_the_spot ? 1 : 0);
  put.bind(":called_ms", row.called_ms);
  put.bind(":verdict", row.verdict);
  put.bind(":satisfaction", row.satisfaction);
  put.bind(":ended_ms", row.ended_ms);
  put.bind(":ended_as", row.ended_as);
  put.bind(":updated_ms", row.updated_ms);
  put.bind(":waits_for", row.waits_for);
  put.bind(":stands_last", row.stands_last ? 1 : 0);
  put.bind(":order_ms", row.order_ms);
  put.bind(":clock_kind", row.clock_kind);
  put.bind(":clock_generation", static_cast<std::int64_t>(row.clock_generation));
  put.bind(":climbs_ms", row.climbs_ms);
}

}  // namespace huying::ledger
