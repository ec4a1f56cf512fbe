#include "words/phrases.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace huying::words {
namespace {

constexpr std::size_t quoted_bytes_max = 300;

// Which the ladder or a pause sets; their sentences name the due time themselves.
bool is_told_elsewhere(v1::ClockKind kind) {
  return kind == v1::CLOCK_KIND_RUNG || kind == v1::CLOCK_KIND_MONTHLY_FEEDBACK || kind == v1::CLOCK_KIND_REVIEW ||
         kind == v1::CLOCK_KIND_REPORT_IN;
}

Sentence rung_again(const Telling& telling, const v1::ClockSet& set) {
  const auto due = when(telling, set.due_at_ms());
  return {fmt::format("，应答的人须在 {} 前再答复", due.zh), fmt::format("; who answered must answer again by {}", due.en)};
}

Sentence moved(const Telling& telling, const v1::ClockSet& set) {
  const auto name = clock_name(set.kind());
  const auto why = word_of(set.reason());
  const auto due = when(telling, set.due_at_ms());
  const Sentence provisional = set.provisional() ? Sentence{"（暂定）", " (provisional)"} : Sentence{};
  if (set.previous_due_at_ms() == 0)
    return {fmt::format("；{}，{}时限仍是 {}{}", why.zh, name.zh, due.zh, provisional.zh),
            fmt::format("; {}: {} is due {} as before{}", why.en, name.en, due.en, provisional.en)};
  const auto before = when(telling, set.previous_due_at_ms());
  return {fmt::format("；{}，{}时限由 {} 改为 {}{}", why.zh, name.zh, before.zh, due.zh, provisional.zh),
          fmt::format("; {}: {} was due {}, now {}{}", why.en, name.en, before.en, due.en, provisional.en)};
}

}  // namespace

Sentence who(const v1::Actor& actor, const CodeNames* names) {
  const auto role = word_of(actor.role());
  // A citizen is never named; the case table itself has no name.
  const bool is_named = actor.role() != v1::ROLE_CITIZEN && !actor.principal().empty();
  Sentence out{std::string(role.zh), std::string(role.en)};
  const auto name = is_named && names != nullptr ? names->person(actor.principal()) : std::string();
  if (!name.empty())
    out = {apart(name), fmt::format("{} {}", role.en, actor.principal())};
  else if (is_named)
    out += {" " + actor.principal() + " ", " " + actor.principal()};
  if (actor.for_citizen()) out += {"替群众", " (for a citizen)"};
  return out;
}

Sentence who(const v1::Holder& holder, const CodeNames* names) {
  const auto role = word_of(holder.role());
  if (!holder.person().empty()) {
    const auto name = names == nullptr ? std::string() : names->person(holder.person());
    return {name.empty() ? fmt::format("{} {} ", role.zh, holder.person()) : apart(name),
            fmt::format("{} {}", role.en, holder.person())};
  }
  const auto place = names == nullptr ? std::string() : names->cell(holder.place());
  return {fmt::format("{}的{}（无人在岗）", place.empty() ? holder.place() + " " : apart(place), role.zh),
          fmt::format("the {} of {} (nobody on duty)", role.en, holder.place())};
}

Sentence where(std::string_view cell, const CodeNames* names) {
  if (cell == "desk") return {"指挥中心", "the desk"};
  if (cell.empty()) return {"网格", "a cell"};
  if (const auto name = names == nullptr ? std::string() : names->cell(cell); !name.empty())
    return {apart(name), fmt::format("cell {}", cell)};
  return {fmt::format("网格 {} ", cell), fmt::format("cell {}", cell)};
}

Sentence when(const Telling& telling, std::int64_t at_ms) {
  return {due_text(telling.zone, instant(at_ms), telling.now), due_text_english(telling.zone, instant(at_ms), telling.now)};
}

Sentence clock_name(v1::ClockKind kind) {
  const auto word = word_of(kind);
  return {fmt::format("“{}”", word.zh), fmt::format("\"{}\"", word.en)};
}

Sentence listed(const google::protobuf::RepeatedPtrField<std::string>& codes, CodesOf what, const CodeNames* names) {
  Sentence out;
  for (const auto& code : codes) {
    auto name = names == nullptr ? std::string() : what == CodesOf::persons ? names->person(code) : names->cell(code);
    if (name.empty()) name = code;
    out += {(out.zh.empty() ? "" : "、") + name, (out.en.empty() ? "" : ", ") + code};
  }
  return out;
}

struct KnownCode {
  std::string_view code;
  Word word;
};
// The case table's own.
constexpr std::array own_codes{
    KnownCode{"call_back_failed", {"诉求人说没有解决", "the citizen says it is not solved"}},
    KnownCode{"close_on_resolve", {"此类事项办结即结案，不另核查", "such matters are closed when resolved, without a check"}},
    KnownCode{"poisoned_clock", {"一个计时多次使主机中断", "a clock ended its host again and again"}},
    KnownCode{"set_aside", {"多次未能裁定，转指挥中心", "it could not be decided, and goes to the desk"}},
};
// Those that the pages offer (gateway/web/src/words): what a person chose, and may have written more to.
constexpr std::array offered_codes{
    KnownCode{"border.agreed", {"两格商量好了", "agreed between the cells"}},
    KnownCode{"dispute", {"双方说不拢", "a dispute"}},
    KnownCode{"emergency", {"紧急警情", "an emergency"}},
    KnownCode{"legal.proceedings", {"已经在走法律程序", "in legal proceedings"}},
    KnownCode{"no.authority", {"没有执法权", "no authority"}},
    KnownCode{"not.in.cell", {"不在我这个网格", "not in my cell"}},
    KnownCode{"not.street.matter", {"不归街道办", "not the street's matter"}},
    KnownCode{"not.understood", {"说不清是什么事", "cannot be understood"}},
    KnownCode{"several.departments", {"要几个部门一起办", "several departments"}},
    KnownCode{"waiting.citizen", {"等诉求人", "waiting for the citizen"}},
    KnownCode{"waiting.funds", {"等资金", "waiting for funds"}},
    KnownCode{"waiting.part", {"等配件", "waiting for a part"}},
    KnownCode{"waiting.season", {"等季节", "waiting for the season"}},
    KnownCode{"waiting.weather", {"天气原因", "weather"}},
};

template <std::size_t Count>
Sentence found_in(const std::array<KnownCode, Count>& codes, std::string_view code) {
  for (const auto& one : codes)
    if (one.code == code) return {std::string(one.word.zh), std::string(one.word.en)};
  return {};
}

Sentence reason(const Telling& telling, std::string_view code, const v1::ReasonDetail& detail) {
  if (auto own = found_in(own_codes, code); !own.empty())
    return {fmt::format("，理由：{}", own.zh), fmt::format(", because {}", own.en)};
  const auto said = quotable(telling.words, quoted_bytes_max);
  if (auto offered = found_in(offered_codes, code); !offered.empty()) {
    Sentence out{fmt::format("，理由：{}", offered.zh), fmt::format(", because: {}", offered.en)};
    if (!said.empty()) out += {fmt::format("，“{}”", said), fmt::format(", \"{}\"", said)};
    return out;
  }
  if (!said.empty()) {
    const Sentence of_code =
        code.empty() ? Sentence{} : Sentence{fmt::format("（{}）", code), fmt::format(" ({})", code)};
    return {fmt::format("：“{}”{}", said, of_code.zh), fmt::format(": \"{}\"{}", said, of_code.en)};
  }
  if (!code.empty()) return {fmt::format("，理由：“{}”", code), fmt::format(", reason: \"{}\"", code)};
  if (detail.has_words()) return {"（文字说明不在此显示）", " (the words are not shown here)"};
  return {};
}

Sentence clocks_met(const v1::CaseEvent& event) {
  Sentence out;
  for (const auto& ended : event.clocks_ended()) {
    const bool late = ended.outcome() == v1::CLOCK_OUTCOME_LATE;
    if ((!late && ended.outcome() != v1::CLOCK_OUTCOME_MET) || is_told_elsewhere(ended.kind())) continue;
    const auto name = clock_name(ended.kind());
    const auto how_late = Milliseconds(ended.lateness_ms());
    out += late ? Sentence{fmt::format("，{}晚 {}", name.zh, span_text(how_late)),
                           fmt::format(", {} late by {}", name.en, span_text_english(how_late))}
                : Sentence{fmt::format("，{}按时", name.zh), fmt::format(", {} in time", name.en)};
  }
  return out;
}

Sentence clocks_moved(const Telling& telling, const v1::CaseEvent& event) {
  Sentence out;
  for (const auto& set : event.clocks_set()) {
    const bool again = set.kind() == v1::CLOCK_KIND_RUNG && set.reason() == v1::CLOCK_REASON_REPEATED;
    const bool changed = set.reason() == v1::CLOCK_REASON_CALENDAR || set.reason() == v1::CLOCK_REASON_POLICY;
    if (again && event.kind() != v1::EVENT_KIND_ESCALATED) out += rung_again(telling, set);
    const bool begun = set.reason() == v1::CLOCK_REASON_STARTED || set.reason() == v1::CLOCK_REASON_UNSPECIFIED;
    if (changed || (!begun && !is_told_elsewhere(set.kind()))) out += moved(telling, set);
  }
  return out;
}

Sentence clocks_begun(const Telling& telling, const v1::CaseEvent& event) {
  Sentence list;
  bool first = true;
  for (const auto& set : event.clocks_set()) {
    if (set.reason() != v1::CLOCK_REASON_STARTED || is_told_elsewhere(set.kind())) continue;
    first = first && set.generation() == 1;
    const auto due = when(telling, set.due_at_ms());
    const auto word = word_of(set.kind());
    const std::string provisional = set.provisional() ? "（暂定）" : "";
    list += {fmt::format("{}{} {}{}", list.zh.empty() ? "" : "，", word.zh, due.zh, provisional),
             fmt::format("{}{} {}{}", list.en.empty() ? "" : ", ", word.en, due.en,
                         set.provisional() ? " (provisional)" : "")};
  }
  if (list.empty()) return {};
  if (first)
    return {fmt::format("原定时限：{}，一直保留。", list.zh), fmt::format("First due times: {}; they are kept.", list.en)};
  return {fmt::format("时限：{}。", list.zh), fmt::format("Due: {}.", list.en)};
}

std::string apart(std::string_view name) {
  const auto is_latin = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (name.empty()) return {};
  return fmt::format("{}{}{}", is_latin(name.front()) ? " " : "", name, is_latin(name.back()) ? " " : "");
}

std::string tidy(std::string_view chinese) {
  static constexpr std::array<std::string_view, 9> marks{"，", "。", "；", "：", "、", "（", "）", "“", "”"};
  std::string out;
  bool quoted = false;
  for (std::size_t i = 0; i < chinese.size(); ++i) {
    const auto rest = chinese.substr(i);
    if (rest.starts_with("“")) quoted = true;
    if (rest.starts_with("”")) quoted = false;
    const auto beside = [&](std::string_view mark) { return out.ends_with(mark) || rest.substr(1).starts_with(mark); };
    const bool is_superfluous = chinese[i] == ' ' && !quoted &&
                                (out.empty() || out.ends_with(' ') || std::any_of(marks.begin(), marks.end(), beside));
    if (!is_superfluous) out += chinese[i];
  }
  return out;
}

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

}  // namespace huying::words
