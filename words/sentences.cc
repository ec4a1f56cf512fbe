#include "words/sentences.h"

#include <fmt/format.h>

#include "proto/errors.h"
#include "words/route_reasons.h"

namespace huying::words {
namespace {

// What a code is called, else itself, and what stands around it.
std::string called(const std::string& code, const Telling& telling, std::string_view before, std::string_view after) {
  const auto name = telling.names == nullptr ? std::string() : telling.names->person(code);
  return fmt::format("{}{}{}", before, apart(name.empty() ? code : name), after);
}

Sentence of_set_aside(const v1::SetAsideDetail& matter, const Telling& telling) {
  const auto place = where(matter.cell(), telling.names);
  if (matter.case_number().empty())
    return {fmt::format("{}多次未能裁定此件，搁置后转指挥中心", place.zh),
            fmt::format("{} could not decide it, time and again: it was set aside and is the desk's", place.en)};
  return {fmt::format("{}多次未能裁定案件 {} 的一个步骤，搁置后由指挥中心处理", place.zh, matter.case_number()),
          fmt::format("{} could not decide a step of case {}: it was set aside, and this is the desk's case about it",
                      place.en, matter.case_number())};
}

Sentence filed(const v1::CaseEvent& event, const Telling& telling) {
  const auto& filed = event.filed();
  if (filed.has_set_aside()) return of_set_aside(filed.set_aside(), telling);
  const Sentence urgent = filed.urgency() == v1::URGENCY_URGENT ? Sentence{"紧急", "urgent, "} : Sentence{};
  const auto person = who(event.actor(), telling.names);
  const Sentence from = event.has_actor()
                            ? Sentence{fmt::format("{}上报", person.zh), fmt::format("{} reported it", person.en)}
                            : Sentence{called(filed.source(), telling, "", "转来诉求"),
                                       fmt::format("a request came from {}", filed.source())};
  const auto category = telling.names == nullptr ? std::string() : telling.names->category(filed.category());
  return from + Sentence{fmt::format("，{}立案（类别 {}）", urgent.zh, category.empty() ? filed.category() : category),
                         fmt::format(" and became a case ({}category {})", urgent.en, filed.category())};
}

Sentence dispatched(const v1::CaseEvent& event, const Telling& telling) {
  const auto place = where(event.move().to_cell(), telling.names);
  const auto holder = who(event.holder(), telling.names);
  return {fmt::format("案件派到{}，由{}办理", place.zh, holder.zh),
          fmt::format("the case was dispatched to {}; {} holds it", place.en, holder.en)};
}

Sentence hops(std::uint32_t count) {
  return {fmt::format("，第 {} 次转办", count), fmt::format(", hop {}", count)};
}

Sentence better(const v1::MoveDetail& move, const Telling& telling) {
  if (move.better_cell().empty()) return {};
  const auto cell = where(move.better_cell(), telling.names);
  return {fmt::format("，建议派给{}", cell.zh), fmt::format(", proposes {}", cell.en)};
}

Sentence left(const v1::CaseEvent& event, const Telling& telling) {
  const auto& move = event.move();
  const auto person = who(event.actor(), telling.names);
  const auto from = where(move.from_cell(), telling.names), to = where(move.to_cell(), telling.names);
  const auto why = reason(telling, move.reason_code(), event.reason());
  Sentence out;
  switch (event.kind()) {
    case v1::EVENT_KIND_RETURNED:
      out = {fmt::format("{}从{}退回{}{}", person.zh, from.zh, to.zh, why.zh),
             fmt::format("{} sent it back from {} to {}{}", person.en, from.en, to.en, why.en)};
      break;
    case v1::EVENT_KIND_ASSIGNED:
      out = {fmt::format("{}派给{}{}", person.zh, to.zh, why.zh), fmt::format("{} assigned it to {}{}", person.en, to.en, why.en)};
      break;
    default:
      out = {fmt::format("{}从{}转给{}{}", person.zh, from.zh, to.zh, why.zh),
             fmt::format("{} handed it from {} to {}{}", person.en, from.en, to.en, why.en)};
  }
  out += better(move, telling) + hops(move.hops());
  if (move.is_final()) out += {"，终局派遣，不得再转", ", for good: the street alone may move it"};
  return out;
}

Sentence arrived(const v1::CaseEvent& event, const Telling& telling) {
  const auto& move = event.move();
  const auto place = where(move.to_cell(), telling.names);
  const auto holder = who(event.holder(), telling.names);
  const bool at_desk = event.state() == v1::CASE_STATE_AT_DESK;
  return {fmt::format("案件到了{}，由{}{}", place.zh, holder.zh, at_desk ? "派遣" : "办理"),
          fmt::format("the case arrived at {}; {} {}", place.en, holder.en, at_desk ? "decides where it goes" : "holds it")};
}

Sentence how_late(std::int64_t lateness_ms) {
  if (lateness_ms < 60'000) return {};
  return {fmt::format("，晚 {}才记下", span_text(Milliseconds(lateness_ms))),
          fmt::format(", noticed {} later", span_text_english(Milliseconds(lateness_ms)))};
}

Sentence breached(const v1::CaseEvent& event, const Telling& telling) {
  const auto& breach = event.breach();
  const auto name = clock_name(breach.clock());
  const auto due = when(telling, breach.due_at_ms());
  return Sentence{fmt::format("{}到 {} 没有完成，超期", name.zh, due.zh),
                  fmt::format("{} was not done by {}: overdue", name.en, due.en)} +
         how_late(breach.lateness_ms());
}

Sentence why_escalated(const v1::EscalationDetail& escalation) {
  const auto from = word_of(escalation.from());
  switch (escalation.reason()) {
    case v1::ESCALATION_REASON_BREACH: {
      const auto clock = clock_name(escalation.clock());
      return {fmt::format("{}超期", clock.zh), fmt::format("{} is overdue", clock.en)};
    }
    case v1::ESCALATION_REASON_UNANSWERED:
      return {fmt::format("{}没有按时应答", from.zh), fmt::format("the {} did not answer in time", from.en)};
    case v1::ESCALATION_REASON_HARD:
      return {"标为疑难", "it is flagged as hard"};
    case v1::ESCALATION_REASON_MONTHLY:
      return {fmt::format("{}一个月没有反馈", from.zh), fmt::format("the {} did not feed back for a month", from.en)};
    case v1::ESCALATION_REASON_POISON:
      return {"一个计时多次使主机中断", "a clock ended its host again and again"};
    default: {
      const auto word = word_of(escalation.reason());
      return {std::string(word.zh), std::string(word.en)};
    }
  }
}

std::int64_t ladder_due(const v1::CaseEvent& event) {
  for (const auto& set : event.clocks_set())
    if (set.kind() == v1::CLOCK_KIND_RUNG || set.kind() == v1::CLOCK_KIND_MONTHLY_FEEDBACK) return set.due_at_ms();
  return 0;
}

Sentence escalated(const v1::CaseEvent& event, const Telling& telling) {
  const auto& escalation = event.escalation();
  const auto why = why_escalated(escalation);
  const auto from = word_of(escalation.from()), to = word_of(escalation.to());
  const auto answerer = who(event.holder(), telling.names);
  const auto by = when(telling, ladder_due(event));
  const bool again = escalation.from() == escalation.to();
  const Sentence climb = again ? Sentence{fmt::format("案件仍在{}", to.zh), fmt::format("the case stays at the {}", to.en)}
                               : Sentence{fmt::format("案件由{}升级到{}", from.zh, to.zh),
                                          fmt::format("the case climbed from the {} to the {}", from.en, to.en)};
  return {fmt::format("{}，{}，须由{}在 {} 前应答", why.zh, climb.zh, answerer.zh, by.zh),
          fmt::format("{}: {}; {} must answer by {}", why.en, climb.en, answerer.en, by.en)};
}

Sentence answered(const v1::CaseEvent& event, const Telling& telling) {
  const auto person = who(event.actor(), telling.names);
  const auto why = reason(telling, event.escalation().reason_code(), event.reason());
  return {fmt::format("{}应答{}；案件时限不变，仍由原网格办", person.zh, why.zh),
          fmt::format("{} answered{}; the case's clocks run on, its cell works on it", person.en, why.en)};
}

Sentence reminded(const v1::CaseEvent& event, const Telling& telling) {
  const auto& reminder = event.reminder();
  if (event.has_actor()) {
    const auto person = who(event.actor(), telling.names);
    const auto why = reason(telling, event.reason().reason_code(), event.reason());
    const auto targets = listed(reminder.targets(), CodesOf::persons, telling.names);
    const Sentence whom = targets.empty() ? Sentence{} : Sentence{" " + targets.zh, " " + targets.en};
    return {fmt::format("{}催办{}{}", person.zh, whom.zh, why.zh),
            fmt::format("{} reminded{}{}", person.en, whom.empty() ? " its holder" : whom.en, why.en)};
  }
  const auto name = clock_name(reminder.clock());
  const auto due = when(telling, reminder.due_at_ms());
  const Sentence cadre = reminder.cadre().empty()
                             ? Sentence{}
                             : Sentence{called(reminder.cadre(), telling, telling.names == nullptr ? "，并告知包联干部" : "，并告知", ""),
                                        fmt::format(", and cadre {} was told", reminder.cadre())};
  return {fmt::format("系统提醒：{}将在 {} 到期{}", name.zh, due.zh, cadre.zh),
          fmt::format("the clock reminded: {} is due {}{}", name.en, due.en, cadre.en)};
}

Sentence supervised(const v1::CaseEvent& event, const Telling& telling) {
  const auto person = who(event.actor(), telling.names);
  const auto why = reason(telling, event.reason().reason_code(), event.reason());
  const auto targets = listed(event.reason().targets(), CodesOf::persons, telling.names);
  const Sentence whom = targets.empty() ? Sentence{} : Sentence{" " + targets.zh, " " + targets.en};
  switch (event.kind()) {
    case v1::EVENT_KIND_WHISTLED:
      return {fmt::format("{}吹哨，请{} 报到{}", person.zh, whom.zh, why.zh),
              fmt::format("{} called{} to report in{}", person.en, whom.empty() ? " departments" : whom.en, why.en)};
    case v1::EVENT_KIND_REPORTED_IN:
      return {fmt::format("{}报到{}", person.zh, why.zh), fmt::format("{} reported in{}", person.en, why.en)};
    default:
      return {fmt::format("{}督办{}{}", person.zh, whom.zh, why.zh), fmt::format("{} supervises{}{}", person.en, whom.en, why.en)};
  }
}

Sentence noted(const v1::CaseEvent& event, const Telling& telling) {
  const auto person = who(event.actor(), telling.names);
  const auto why = reason(telling, event.reason().reason_code(), event.reason());
  const auto pictures = event.reason().attachments();
  const Sentence files = pictures == 0 ? Sentence{}
                                       : Sentence{fmt::format("，附件 {} 个", pictures), fmt::format(", {} attached", pictures)};
  return {fmt::format("{}补充了说明{}{}", person.zh, why.zh, files.zh), fmt::format("{} added a note{}{}", person.en, why.en, files.en)};
}

Sentence refused(const v1::CaseEvent& event, const Telling& telling) {
  const auto& refusal = event.refusal();
  const auto person = who(event.actor(), telling.names);
  const auto step = word_of(refusal.kind());
  const auto error = words_of(refusal.error());
  return {fmt::format("{}的“{}”没有办成：{}（E{}）", person.zh, step.zh, error.zh, refusal.error()),
          fmt::format("{} could not \"{}\": {} (E{})", person.en, step.en, error.what, refusal.error())};
}

Sentence parked(const v1::CaseEvent& event) {
  const auto name = clock_name(event.breach().clock());
  return {fmt::format("{}计时每次触发都使主机中断，案件暂停办理，等人处理", name.zh),
          fmt::format("{} ended its host each time it fired: the case is parked until a person looks", name.en)};
}

Sentence unparked(const v1::CaseEvent& event, const Telling& telling) {
  const auto person = who(event.actor(), telling.names);
  const auto state = word_of(event.state());
  return {fmt::format("{}放行，案件回到“{}”", person.zh, state.zh), fmt::format("{} let it go on: {} again", person.en, state.en)};
}

Sentence body_of(const v1::CaseEvent& event, const Telling& telling) {
  switch (event.kind()) {
    case v1::EVENT_KIND_FILED: return filed(event, telling);
    case v1::EVENT_KIND_DISPATCHED: return dispatched(event, telling);
    case v1::EVENT_KIND_RETURNED:
    case v1::EVENT_KIND_TRANSFERRED_OUT:
    case v1::EVENT_KIND_ASSIGNED: return left(event, telling);
    case v1::EVENT_KIND_TRANSFERRED_IN: return arrived(event, telling);
    case v1::EVENT_KIND_BREACHED: return breached(event, telling);
    case v1::EVENT_KIND_ESCALATED: return escalated(event, telling);
    case v1::EVENT_KIND_ESCALATION_ANSWERED: return answered(event, telling);
    case v1::EVENT_KIND_REMINDED: return reminded(event, telling);
    case v1::EVENT_KIND_SUPERVISED:
    case v1::EVENT_KIND_WHISTLED:
    case v1::EVENT_KIND_REPORTED_IN: return supervised(event, telling);
    case v1::EVENT_KIND_NOTE_ADDED: return noted(event, telling);
    case v1::EVENT_KIND_ACTION_REFUSED: return refused(event, telling);
    case v1::EVENT_KIND_PARKED: return parked(event);
    case v1::EVENT_KIND_UNPARKED: return unparked(event, telling);
    case v1::EVENT_KIND_SET_ASIDE: return of_set_aside(event.filed().set_aside(), telling);
    case v1::EVENT_KIND_CLOCK_CHANGED: return {"时限变更", "due times changed"};
    case v1::EVENT_KIND_EXTENSION_REQUESTED:
    case v1::EVENT_KIND_EXTENSION_GRANTED:
    case v1::EVENT_KIND_EXTENSION_REFUSED:
    case v1::EVENT_KIND_SHELVED:
    case v1::EVENT_KIND_UNSHELVED:
    case v1::EVENT_KIND_PLAN_APPROVED: return sentence_of_agreement(event, telling);
    default: return sentence_of_check(event, telling);
  }
}

}  // namespace

Sentence sentence_of(const v1::CaseEvent& event, const Telling& telling) {
  auto out = body_of(event, telling);
  if (out.empty()) return out;
  if (event.kind() != v1::EVENT_KIND_ACTION_REFUSED) out += clocks_met(event) + clocks_moved(telling, event);
  return {tidy(out.zh + "。"), capital(out.en) + "."};
}

Sentence detail_of(const v1::CaseEvent& event, const Telling& telling) {
  Sentence out;
  const auto& filed = event.filed();
  if (event.kind() == v1::EVENT_KIND_FILED && !filed.has_set_aside()) {
    const auto rule = word_of(filed.rule());
    const auto why = sentence_of_route_reason(filed.reason());
    out = {fmt::format("{}：{}", rule.zh, why.zh), fmt::format("{}: {}", rule.en, why.en)};
    if (filed.candidates_size() > 0) {
      const auto cells = listed(filed.candidates(), CodesOf::cells, telling.names);
      out += {fmt::format("；可能的网格 {}", cells.zh), fmt::format("; candidates {}", cells.en)};
    }
  }
  if (!event.actor().via().empty())
    out += {(out.zh.empty() ? "" : "；") + called(event.actor().via(), telling, "经", "记入"),
            fmt::format("{}through {}", out.en.empty() ? "" : "; ", event.actor().via())};
  out.zh = tidy(out.zh);
  return out;
}

}  // namespace huying::words
