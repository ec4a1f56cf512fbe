#include "gateway/ledger/json.h"

#include <absl/strings/escaping.h>

#include <nlohmann/json.hpp>

#include "gateway/ledger/words.h"

namespace huying::ledger {
namespace {

using nlohmann::json;

json rate_json(const Rate& rate) {
  json left_out = json::array();
  for (const auto& one : exclusions())
    if (const auto found = rate.left_out.find(std::string(one.reason)); found != rate.left_out.end())
      left_out.push_back({{"reason", one.reason}, {"zh", one.zh}, {"en", one.en}, {"count", found->second}});
  return {{"numerator", rate.numerator}, {"denominator", rate.denominator}, {"leftOut", std::move(left_out)}};
}

json clock_json(const Card& card) {
  if (card.clock_kind.empty()) return nullptr;
  return {{"kind", enumerator(card.clock_kind, "CLOCK_KIND_")},
          {"dueAtMs", card.due_ms},
          {"firstDueAtMs", card.first_due_ms},
          {"provisional", card.provisional}};
}

json post_json(const std::string& role, const std::string& rung, const std::string& place, const std::string& person) {
  if (role.empty()) return nullptr;
  return {{"role", enumerator(role, "ROLE_")}, {"rung", enumerator(rung, "RUNG_")}, {"place", place}, {"person", person}};
}

json stage_json(const StageFigures& stage) {
  return {{"due", stage.due}, {"inTime", stage.in_time}, {"overdue", stage.overdue}};
}

json figures_json(const Figures& one) {
  return {{"group", one.group},
          {"filed", one.filed},
          {"dispatched", one.dispatched},
          {"resolved", one.resolved},
          {"ended", one.ended},
          {"open", one.open},
          {"openLate", one.open_overdue},
          {"returns", one.returns},
          {"hops", one.hops},
          {"rework", one.rework},
          {"reworkCases", one.rework_cases},
          {"stages", {{"arrange", stage_json(one.arrange)}, {"feedBack", stage_json(one.feed_back)}, {"solve", stage_json(one.solve)}}},
          {"rates", {{"inTime", rate_json(one.in_time)}, {"solved", rate_json(one.solved)}, {"satisfied", rate_json(one.satisfied)}}}};
}

json cell_json(const WallCell& cell) {
  return {{"cell", cell.cell},     {"unit", cell.unit},           {"open", cell.open},     {"late", cell.late},
          {"due", cell.due},       {"escalated", cell.escalated}, {"paused", cell.paused}, {"mark", words_of(cell.mark).letter},
          {"count", cell.count}};
}

json escalation_json(const WallEscalation& one) {
  json out = json_of(one.card);
  out["unit"] = one.unit;
  out["cell"] = one.cell;
  out["rung"] = enumerator(one.rung, "RUNG_");
  out["climbsAtMs"] = one.climbs_ms;
  out["atTop"] = one.at_top;
  out["answered"] = false;  // what was answered is not among them
  out["role"] = enumerator(one.role, "ROLE_");
  out["person"] = one.person;
  return out;
}

json last_json(const std::optional<WallLastEscalation>& last) {
  if (!last) return nullptr;
  json out{{"cell", last->cell}, {"atMs", last->at_ms}, {"answeredAfterMs", nullptr}};
  if (last->answered_after_ms) out["answeredAfterMs"] = *last->answered_after_ms;
  return out;
}

json flow_json(const WallFlow& flow) {
  return {{"filed", flow.filed}, {"dispatched", flow.dispatched}, {"resolved", flow.resolved}, {"ended", flow.ended}};
}

template <class List, class One>
json array_of(const List& list, One one) {
  json out = json::array();
  for (const auto& item : list) out.push_back(one(item));
  return out;
}

}  // namespace

json json_of(const Card& card) {
  const std::string_view state = card.mark != Mark::none ? words_of(card.mark).code : card.resolved ? "resolved" : "";
  return {{"number", card.number},     {"title", card.title},     {"titleEn", card.title_en},   {"place", card.place},
          {"placeEn", card.place_en},  {"state", state},          {"clock", clock_json(card)},  {"holder", card.holder},
          {"holderEn", card.holder_en}, {"answerer", card.answerer}, {"answererEn", card.answerer_en}};
}

json json_of(const RegisterRow& row, const Names& names, const Today& today) {
  const auto& what = row.what;
  const auto card = card_of(facts_of(row), names, today.now, today.ends);
  return {{"number", what.number},
          {"state", enumerator(what.state, "CASE_STATE_")},
          {"open", what.is_open},
          {"revision", what.revision},
          {"category", what.category},
          {"urgency", enumerator(what.urgency, "URGENCY_")},
          {"source", what.source},
          {"reporter", what.reporter},
          {"rule", enumerator(what.rule, "DISPATCH_RULE_")},
          {"unit", what.place.unit},
          {"cell", what.place.cell},
          {"holder", post_json(what.holder_role, what.holder_rung, what.holder_place, what.holder_person)},
          {"rung", enumerator(what.rung, "RUNG_")},
          {"answered", what.answered},
          {"waitsFor", what.waits_for == 0 ? "" : v1::Rung_Name(static_cast<v1::Rung>(what.waits_for))},
          {"answerer", post_json(what.answerer_role, what.answerer_rung, what.answerer_place, what.answerer_person)},
          {"climbsAtMs", what.climbs_ms},
          {"asked", enumerator(what.asked, "ASK_KIND_")},
          {"clock", clock_json(card)},
          {"lateByMs", row.late_by_ms},
          {"hops", what.hops},
          {"returns", what.returns},
          {"extensions", what.extensions},
          {"rework", what.rework},
          {"complex", what.is_complex},
          {"hard", what.is_hard},
          {"underPlan", what.under_plan},
          {"isFinal", what.is_final},
          {"onTheSpot", what.on_the_spot},
          {"verdict", enumerator(what.verdict, "VERDICT_")},
          {"satisfaction", what.satisfaction},
          {"filedAtMs", what.filed_ms},
          {"dispatchedAtMs", what.dispatched_ms},
          {"resolvedAtMs", what.resolved_ms},
          {"calledBackAtMs", what.called_ms},
          {"endedAtMs", what.ended_ms},
          {"updatedAtMs", what.updated_ms},
          {"card", json_of(card)}};
}

json json_of(const RegisterPage& page, const Names& names, const Today& today) {
  return {{"rows", array_of(page.rows, [&](const RegisterRow& row) { return json_of(row, names, today); })},
          {"more", page.more},
          {"after", page.after},
          {"asOf", page.as_of_ms}};
}

json json_of(const Rate& rate) { return rate_json(rate); }
json json_of(const std::vector<Figures>& figures) { return array_of(figures, figures_json); }

json json_of(const Wall& wall) {
  return {{"asOf", wall.as_of_ms},
          {"token", absl::WebSafeBase64Escape(wall.token)},
          {"cells", array_of(wall.cells, cell_json)},
          {"escalations", array_of(wall.escalations, escalation_json)},
          {"escalated", wall.escalated},
          {"more", array_of(wall.more, [](const WallUnit& one) { return json{{"unit", one.unit}, {"count", one.count}}; })},
          {"lastEscalation", last_json(wall.last)},
          {"uncovered", array_of(wall.uncovered,
                                 [](const WallUncovered& one) {
                                   return json{{"cell", one.cell}, {"unit", one.unit}, {"what", one.what}, {"sinceMs", one.since_ms}};
                                 })},
          {"next", array_of(wall.next, [](const Card& card) { return json_of(card); })},
          {"rates",
           {{"inTime", rate_json(wall.rates.in_time)},
            {"solved", rate_json(wall.rates.solved)},
            {"satisfied", rate_json(wall.rates.satisfied)}}},
          {"flow", {{"today", flow_json(wall.today)}, {"yesterday", flow_json(wall.yesterday)}}},
          {"open", wall.open},
          {"openLate", wall.open_late}};
}

}  // namespace huying::ledger
