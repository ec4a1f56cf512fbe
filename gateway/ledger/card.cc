#include "gateway/ledger/card.h"

#include <fmt/format.h>

#include "gateway/ledger/words.h"
#include "proto/worst_first.h"
#include "words/words.h"

namespace huying::ledger {

MarkWords words_of(Mark mark) {
  switch (mark) {
    case Mark::escalated: return {"升", "已升级", "escalated", "escalated"};
    case Mark::uncovered: return {"缺", "无人接管", "nobody in charge", "uncovered"};
    case Mark::late: return {"超", "超期", "overdue", "late"};
    case Mark::due: return {"临", "快到期", "due soon", "due"};
    case Mark::paused: return {"停", "暂停", "paused", "paused"};
    case Mark::none: break;
  }
  return {"", "", "", ""};
}

namespace {

v1::Holder post_in(const std::string& role, const std::string& rung, const std::string& place, const std::string& person) {
  v1::Holder post;
  post.set_role(role_of(role));
  post.set_rung(rung_of(rung));
  post.set_place(place);
  post.set_person(person);
  return post;
}

}  // namespace

CardFacts facts_of(const v1::CaseWhole& whole) {
  CardFacts facts;
  facts.number = whole.case_number();
  facts.category = whole.filed().category();
  facts.source = whole.filed().source();
  facts.reporter = whole.filed().reporter().principal();
  facts.cell = whole.cell();
  facts.state = whole.state();
  facts.is_open = !is_ended(whole.state());
  facts.holder = whole.holder();
  facts.answerer = whole.answerer();
  if (!facts.is_open) return facts;
  facts.waits_for = rank_of(whole).waits_for;
  if (const auto* clock = pressing_clock(whole)) {
    facts.clock = clock->kind();
    facts.due_ms = clock->due_at_ms();
    facts.first_due_ms = clock->first_due_at_ms();
    facts.provisional = clock->provisional();
  }
  return facts;
}

CardFacts facts_of(const RegisterRow& row) {
  const auto& what = row.what;
  CardFacts facts;
  facts.number = what.number;
  facts.category = what.category;
  facts.source = what.source;
  facts.reporter = what.reporter;
  facts.cell = what.place.cell;
  facts.state = state_of(what.state);
  facts.is_open = what.is_open;
  facts.waits_for = static_cast<v1::Rung>(what.waits_for);
  facts.holder = post_in(what.holder_role, what.holder_rung, what.holder_place, what.holder_person);
  facts.answerer = post_in(what.answerer_role, what.answerer_rung, what.answerer_place, what.answerer_person);
  if (what.clock_kind.empty()) return facts;
  facts.clock = clock_kind_of(what.clock_kind);
  facts.due_ms = what.order_ms;
  facts.first_due_ms = row.first_due_ms;
  facts.provisional = row.provisional;
  return facts;
}

Mark mark_of(const CardFacts& facts, Instant now, Instant day_ends) {
  if (!facts.is_open) return Mark::none;
  if (facts.waits_for != v1::RUNG_UNSPECIFIED) return Mark::escalated;
  const bool has_clock = facts.clock != v1::CLOCK_KIND_UNSPECIFIED;
  if (has_clock && facts.due_ms <= to_ms(now)) return Mark::late;
  if (has_clock && facts.due_ms <= to_ms(day_ends)) return Mark::due;
  return facts.state == v1::CASE_STATE_SHELVED ? Mark::paused : Mark::none;
}

NameBook::Text post_of(const NameBook& names, const v1::Holder& post) {
  if (post.role() == v1::ROLE_UNSPECIFIED && post.person().empty()) return {};
  const auto word = words::word_of(post.role());
  if (auto person = post.person().empty() ? std::nullopt : names.find(NameKind::person, post.person())) {
    if (person->en.empty()) person->en = fmt::format("{} {}", word.en, post.person());
    return *person;
  }
  NameBook::Text where;
  if (post.place() == "desk")
    where = {};  // its role says it
  else if (names.find(NameKind::cell, post.place()))
    where = names.of(NameKind::cell, post.place());
  else
    where = names.of(NameKind::unit, post.place());
  // 石桥村 01 网格 and 网格员 are 石桥村 01 网格员.
  constexpr std::string_view cell_word = "网格";
  std::string_view zh = word.zh;
  if (where.zh.ends_with(cell_word) && zh.starts_with(cell_word)) zh.remove_prefix(cell_word.size());
  const bool apart = !where.zh.empty() && zh == word.zh;
  return {fmt::format("{}{}{}", where.zh, apart ? " " : "", zh),
          fmt::format("{}{}{}", where.en, where.en.empty() ? "" : " ", word.en)};
}

namespace {

// The category that takes what fits nowhere else, and what nobody sorted: by its name alone no two of its cases could be told
// apart. Events hold none of the citizen's words, so what is told is where it came from.
constexpr std::string_view general = "general";

NameBook::Text title_of(const CardFacts& facts, const NameBook& names) {
  if (facts.category != general) return names.of(NameKind::category, facts.category);
  if (!facts.reporter.empty()) return {"网格上报，未分类", "reported by staff, uncategorised"};
  const auto from = names.find(NameKind::system, facts.source);
  if (!from) return {"未分类", "uncategorised"};
  return {fmt::format("{}，未分类", from->zh), fmt::format("{}, uncategorised", from->en.empty() ? facts.source : from->en)};
}

}  // namespace

Card card_of(const CardFacts& facts, const NameBook& names, Instant now, Instant day_ends) {
  Card card;
  card.number = facts.number;
  const auto title = title_of(facts, names);
  card.title = title.zh;
  card.title_en = title.en;
  const bool at_desk = facts.cell == "desk" && !names.find(NameKind::cell, "desk");
  const auto place = at_desk ? NameBook::Text{"指挥中心", "desk"} : names.of(NameKind::cell, facts.cell);
  card.place = place.zh;
  card.place_en = place.en;
  card.mark = mark_of(facts, now, day_ends);
  card.resolved = facts.state == v1::CASE_STATE_RESOLVED || facts.state == v1::CASE_STATE_VERIFIED;
  card.clock_kind = word_of(facts.clock);
  card.due_ms = facts.due_ms;
  card.first_due_ms = facts.first_due_ms;
  card.provisional = facts.provisional;
  const auto holder = post_of(names, facts.holder);
  card.holder = holder.zh;
  card.holder_en = holder.en;
  if (facts.waits_for != v1::RUNG_UNSPECIFIED) {
    const auto answerer = post_of(names, facts.answerer);
    card.answerer = answerer.zh;
    card.answerer_en = answerer.en;
  }
  return card;
}

}  // namespace huying::ledger
