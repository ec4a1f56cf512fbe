#include "words/story.h"

#include <fmt/format.h>

#include <algorithm>

#include "words/case_fold.h"
#include "words/sentences.h"

namespace huying::words {
namespace {

// By revision, each once. A refusal has none: it stands where its time puts it.
std::vector<const StoryEvent*> in_order(std::span<const StoryEvent> events) {
  std::vector<const StoryEvent*> out, refusals;
  for (const auto& one : events) {
    if (one.event.kind() == v1::EVENT_KIND_ACTION_REFUSED)
      refusals.push_back(&one);
    else if (one.event.revision() != 0)
      out.push_back(&one);
  }
  const auto revision = [](const StoryEvent* one) { return one->event.revision(); };
  std::stable_sort(out.begin(), out.end(), [&](auto* a, auto* b) { return revision(a) < revision(b); });
  out.erase(std::unique(out.begin(), out.end(), [&](auto* a, auto* b) { return revision(a) == revision(b); }), out.end());
  for (const auto* refusal : refusals) {
    const auto later = std::find_if(out.begin(), out.end(), [&](const StoryEvent* one) {
      return one->event.at_ms() > refusal->event.at_ms();
    });
    out.insert(later, refusal);
  }
  return out;
}

StoryLine missing(std::uint64_t count, Instant at, bool at_the_begin) {
  if (at_the_begin)
    return {at, {fmt::format("此前 {} 步在别的网格，这里看不到。", count),
                 fmt::format("{} earlier steps were in other cells and are not shown here.", count)}, {}, false};
  return {at, {fmt::format("其间 {} 步在别的网格，这里看不到。", count),
               fmt::format("{} steps in between were in other cells and are not shown here.", count)}, {}, false};
}

// ---- Where it is now ---------------------------------------------------------------------------------------------

Sentence left_of(const FoldedCase& one, v1::ClockKind kind, const Telling& telling) {
  const auto& clock = one.clock(kind);
  const auto due = when(telling, clock.due_at_ms);
  const auto at = instant(clock.due_at_ms);
  const Sentence provisional = clock.provisional ? Sentence{"，暂定", ", provisional"} : Sentence{};
  return {fmt::format("{}（{}{}）", due.zh, left_text(at, telling.now), provisional.zh),
          fmt::format("{} ({}{})", due.en, left_text_english(at, telling.now), provisional.en)};
}

// What the case itself waits for, by its state.
Sentence waits_for(const FoldedCase& one, const Telling& telling) {
  const auto holder = who(one.holder, telling.names);
  const auto by = [&](std::string_view zh, std::string_view en) {
    return Sentence{fmt::format("等{}{}", holder.zh, zh), fmt::format("{} is to {}", holder.en, en)};
  };
  switch (one.state) {
    case v1::CASE_STATE_AT_DESK: return by("派遣", "say where it goes");
    case v1::CASE_STATE_DISPATCHED: return by("签收", "accept it");
    case v1::CASE_STATE_ACCEPTED: return by("办理", "work on it");
    case v1::CASE_STATE_FED_BACK: return by("办结", "solve it");
    case v1::CASE_STATE_REWORK: return by("返工", "do it again");
    case v1::CASE_STATE_RESOLVED: return by("核实", "check it");
    case v1::CASE_STATE_VERIFIED: return by("回访并结案", "call back and close it");
    case v1::CASE_STATE_SHELVED: return {"挂账，等复核", "it is shelved until its review"};
    case v1::CASE_STATE_PARKED: return {"暂停办理，等指挥中心或街道放行", "it is parked until the desk or the street lets it go on"};
    default: return {};
  }
}

Sentence overdue(const FoldedCase& one) {
  Sentence out;
  for (const auto kind : {v1::CLOCK_KIND_ARRANGE, v1::CLOCK_KIND_FEED_BACK, v1::CLOCK_KIND_SOLVE, v1::CLOCK_KIND_VERIFY,
                          v1::CLOCK_KIND_DESK}) {
    if (!one.clock(kind).overdue()) continue;
    const auto word = word_of(kind);
    out += {fmt::format("{}{}", out.zh.empty() ? "；已超期：" : "、", word.zh),
            fmt::format("{}{}", out.en.empty() ? "; overdue: " : ", ", word.en)};
  }
  return out;
}

Sentence ladder_now(const FoldedCase& one, const Telling& telling) {
  if (!one.escalation_open()) return {};
  const auto rung = word_of(one.rung);
  const auto answerer = who(one.answerer, telling.names);
  const bool at_top = !one.clock(v1::CLOCK_KIND_RUNG).running();
  const auto by = left_of(one, at_top ? v1::CLOCK_KIND_MONTHLY_FEEDBACK : v1::CLOCK_KIND_RUNG, telling);
  return {fmt::format("；已升级到{}，等{}在 {} 前应答", rung.zh, answerer.zh, by.zh),
          fmt::format("; it climbed to the {}: {} must answer by {}", rung.en, answerer.en, by.en)};
}

Sentence ask_now(const FoldedCase& one, const Telling& telling) {
  if (!one.ask) return {};
  const auto kind = word_of(one.ask->kind());
  const auto rung = word_of(one.ask->rung());
  const auto until = when(telling, one.ask->until_ms());
  return {fmt::format("；申请{}到 {}，等{}批准", kind.zh, until.zh, rung.zh),
          fmt::format("; asked for: {} until {}, the {} must decide", kind.en, until.en, rung.en)};
}

// It has not arrived, or the reader may not see where it did: nothing that was known of it need hold any more.
Sentence gone_on(const FoldedCase& one, const Telling& telling) {
  const auto to = where(one.on_the_way_to, telling.names);
  return {tidy(fmt::format("已转往{}，之后的步骤这里看不到。", to.zh)),
          fmt::format("It went on to {}; what came after is not seen here.", to.en)};
}

Sentence place_now(const FoldedCase& one, const Telling& telling) {
  const auto place = where(one.cell, telling.names);
  const auto state = word_of(one.state);
  return {fmt::format("现在在{}，{}", place.zh, state.zh), fmt::format("now it is in {}: {}", place.en, state.en)};
}

Sentence now_of(const FoldedCase& one, const Telling& telling) {
  if (one.ended()) {
    const auto state = word_of(one.state);
    const auto at = when(telling, one.ended_at_ms);
    return {fmt::format("现在{}（{}），不再等谁。", state.zh, at.zh), fmt::format("Now it is {} ({}); nobody is waited for.", state.en, at.en)};
  }
  if (!one.on_the_way_to.empty()) return gone_on(one, telling);
  auto out = place_now(one, telling);
  if (const auto waits = waits_for(one, telling); !waits.empty()) out += Sentence{"，", "; "} + waits;
  const auto next = one.next_clock();
  const bool of_the_ladder = next == v1::CLOCK_KIND_RUNG || next == v1::CLOCK_KIND_MONTHLY_FEEDBACK;
  if (next != v1::CLOCK_KIND_UNSPECIFIED && !(of_the_ladder && one.escalation_open())) {
    const auto name = clock_name(next);
    const auto by = left_of(one, next, telling);
    out += {fmt::format("，{} {} 到期", name.zh, by.zh), fmt::format("; {} is due {}", name.en, by.en)};
  }
  out += overdue(one) + ladder_now(one, telling) + ask_now(one, telling);
  return {tidy(out.zh + "。"), capital(out.en) + "."};
}

}  // namespace

std::vector<StoryLine> story(std::span<const StoryEvent> events, const CivilZone& zone, Instant now,
                             const CodeNames* names) {
  std::vector<StoryLine> lines;
  const auto ordered = in_order(events);
  if (ordered.empty()) return lines;
  FoldedCase folded;
  std::uint64_t last = 0;
  for (const auto* one : ordered) {
    const auto& event = one->event;
    const Telling telling{zone, now, one->words, names};
    const auto at = instant(event.at_ms());
    if (event.revision() > last + 1) lines.push_back(missing(event.revision() - last - 1, at, last == 0));
    last = std::max(last, event.revision());
    fold(folded, event);
    if (auto said = sentence_of(event, telling); !said.empty())
      lines.push_back({at, std::move(said), detail_of(event, telling), false, event.revision(), event.kind()});
    if (auto due = clocks_begun(telling, event); !due.empty()) lines.push_back({at, std::move(due), {}, false});
  }
  lines.push_back({now, now_of(folded, {zone, now, {}, names}), {}, true});
  return lines;
}

std::string text_of(std::span<const StoryLine> lines, Language language, const CivilZone& zone, Instant now) {
  const auto joined = [&](const Sentence& of, std::string_view between) {
    if (language == Language::zh) return of.zh;
    if (language == Language::en) return of.en;
    return of.zh == of.en ? of.zh : fmt::format("{}{}{}", of.zh, between, of.en);
  };
  std::string text;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    text += fmt::format("{} {}\n", line->is_now ? "●" : "○", joined(line->sentence, "\n  "));
    const auto at = joined({due_text(zone, line->at, now), due_text_english(zone, line->at, now)}, " / ");
    text += fmt::format("    {}{}{}\n", at, line->detail.empty() ? "" : " · ", joined(line->detail, " / "));
  }
  return text;
}

}  // namespace huying::words
