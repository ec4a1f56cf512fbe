// Sentences of what is asked for and granted, and of working, checking and ending.
#include <fmt/format.h>

#include "words/sentences.h"

namespace huying::words {
namespace {

Sentence milestones(const v1::AskDetail& ask, const Telling& telling) {
  Sentence out;
  for (const auto at_ms : ask.milestones_ms()) {
    const auto at = when(telling, at_ms);
    out += {(out.zh.empty() ? "，节点 " : "、") + at.zh, (out.en.empty() ? ", milestones " : ", ") + at.en};
  }
  return out;
}

Sentence asked_by(const v1::AskDetail& ask) {
  if (ask.asked_by().empty()) return {};
  return {fmt::format("（{} 申请）", ask.asked_by()), fmt::format(" (asked for by {})", ask.asked_by())};
}

// What is asked for, and until when.
Sentence what_is_asked(const v1::AskDetail& ask, const Telling& telling) {
  const auto until = when(telling, ask.until_ms());
  switch (ask.kind()) {
    case v1::ASK_KIND_SHELVING:
      return {fmt::format("挂账到 {}", until.zh), fmt::format("a pause until {}", until.en)};
    case v1::ASK_KIND_PLAN:
      return Sentence{fmt::format("按方案办到 {}", until.zh), fmt::format("a plan until {}", until.en)} + milestones(ask, telling);
    default: {
      const Sentence times = ask.times() > 1 ? Sentence{fmt::format("（第 {} 次）", ask.times()),
                                                        fmt::format(" (number {})", ask.times())}
                                             : Sentence{};
      return Sentence{fmt::format("延期到 {}", until.zh), fmt::format("more time until {}", until.en)} + times;
    }
  }
}

Sentence requested(const v1::CaseEvent& event, const Telling& telling) {
  const auto& ask = event.ask();
  const auto person = who(event.actor(), telling.names);
  const auto what = what_is_asked(ask, telling);
  const auto why = reason(telling, ask.reason_code(), event.reason());
  const auto rung = word_of(ask.rung());
  return {fmt::format("{}申请{}{}；须由{}批准", person.zh, what.zh, why.zh, rung.zh),
          fmt::format("{} asked for {}{}; the {} must decide", person.en, what.en, why.en, rung.en)};
}

Sentence shelved(const v1::CaseEvent& event, const Telling& telling) {
  const auto& ask = event.ask();
  const auto person = who(event.actor(), telling.names);
  const auto until = when(telling, ask.until_ms());
  const auto why = reason(telling, ask.reason_code(), event.reason());
  const auto of = asked_by(ask);
  if (!event.has_pause())  // it was shelved already
    return {fmt::format("{}把复核日期改为 {}{}{}", person.zh, until.zh, of.zh, why.zh),
            fmt::format("{} set another review, {}{}{}", person.en, until.en, of.en, why.en)};
  const auto backlog = when(telling, event.pause().backlog_at_ms());
  return {fmt::format("{}批准挂账{}{}；时限暂停，{} 复核，{} 起计入积压", person.zh, of.zh, why.zh, until.zh, backlog.zh),
          fmt::format("{} shelved it{}{}; its clocks stand still, review {}, backlog from {}", person.en, of.en, why.en,
                      until.en, backlog.en)};
}

Sentence granted_or_refused(const v1::CaseEvent& event, const Telling& telling) {
  const auto& ask = event.ask();
  const auto person = who(event.actor(), telling.names);
  const auto what = what_is_asked(ask, telling);
  const auto why = reason(telling, ask.reason_code(), event.reason());
  const auto of = asked_by(ask);
  if (event.kind() == v1::EVENT_KIND_EXTENSION_REFUSED)
    return {fmt::format("{}不同意{}{}{}；时限不变", person.zh, what.zh, of.zh, why.zh),
            fmt::format("{} refused {}{}{}; due as before", person.en, what.en, of.en, why.en)};
  if (event.kind() == v1::EVENT_KIND_PLAN_APPROVED)
    return {fmt::format("{}批准{}{}{}，每月反馈", person.zh, what.zh, of.zh, why.zh),
            fmt::format("{} approved {}{}{}, fed back each month", person.en, what.en, of.en, why.en)};
  return {fmt::format("{}同意{}{}{}", person.zh, what.zh, of.zh, why.zh),
          fmt::format("{} granted {}{}{}", person.en, what.en, of.en, why.en)};
}

Sentence resolved(const v1::CaseEvent& event, const Sentence& person, const Sentence& why) {
  if (event.reason().on_the_spot())
    return {fmt::format("{}当场办好，报办结{}", person.zh, why.zh), fmt::format("{} solved it on the spot{}", person.en, why.en)};
  return {fmt::format("{}报办结{}，待核实", person.zh, why.zh), fmt::format("{} marked it resolved{}; to be checked", person.en, why.en)};
}

Sentence called_back(const v1::CaseEvent& event, const Sentence& person, const Sentence& why) {
  const auto& check = event.check();
  const bool in_person = event.actor().role() == v1::ROLE_CITIZEN;
  Sentence said;
  if (check.verdict() == v1::VERDICT_PASSED) said = {"，诉求人说解决了", ": the citizen says it is solved"};
  if (check.verdict() == v1::VERDICT_FAILED) said = {"，诉求人说没有解决", ": the citizen says it is not solved"};
  switch (check.satisfaction()) {
    case 1: said += {"，不满意", ", not satisfied"}; break;
    case 2: said += {"，基本满意", ", rather satisfied"}; break;
    case 3: said += {"，满意", ", satisfied"}; break;
    default: break;
  }
  // Who says it themselves was not called.
  if (in_person) return Sentence{"回访", "call back"} + said + why;
  return {fmt::format("{}回访{}{}", person.zh, said.zh, why.zh), fmt::format("{} called back{}{}", person.en, said.en, why.en)};
}

// Whoever checks and closes; or the rule that needs no check; or the desk, whose case was about a step.
Sentence closed(const v1::CaseEvent& event, const Sentence& person, const Sentence& why) {
  if (!event.whole().filed().set_aside().step().empty())
    return {fmt::format("{}把搁置的步骤送回网格重新裁定，此件结案", person.zh),
            fmt::format("{} sent the step back to be decided again, which closes this case", person.en)};
  if (event.reason().reason_code() == "close_on_resolve")
    return {fmt::format("案件结案{}", why.zh), fmt::format("the case is closed{}", why.en)};
  return {fmt::format("{}核实无误，结案{}", person.zh, why.zh), fmt::format("{} verified and closed it{}", person.en, why.en)};
}

}  // namespace

Sentence sentence_of_agreement(const v1::CaseEvent& event, const Telling& telling) {
  switch (event.kind()) {
    case v1::EVENT_KIND_EXTENSION_REQUESTED: return requested(event, telling);
    case v1::EVENT_KIND_SHELVED: return shelved(event, telling);
    case v1::EVENT_KIND_UNSHELVED: {
      const auto person = who(event.actor(), telling.names);
      const auto why = reason(telling, event.reason().reason_code(), event.reason());
      return {fmt::format("{}恢复办理{}", person.zh, why.zh), fmt::format("{} took it off the shelf{}", person.en, why.en)};
    }
    default: return granted_or_refused(event, telling);
  }
}

Sentence sentence_of_check(const v1::CaseEvent& event, const Telling& telling) {
  const auto person = who(event.actor(), telling.names);
  const auto why = reason(telling, event.reason().reason_code(), event.reason());
  const auto said = [&](std::string_view zh, std::string_view en) {
    return Sentence{fmt::format("{}{}{}", person.zh, zh, why.zh), fmt::format("{} {}{}", person.en, en, why.en)};
  };
  const auto times = event.check().times();
  switch (event.kind()) {
    case v1::EVENT_KIND_ACCEPTED: return said("签收", "accepted it");
    case v1::EVENT_KIND_FED_BACK: return said("写了反馈", "fed back");
    case v1::EVENT_KIND_RESOLVED: return resolved(event, person, why);
    case v1::EVENT_KIND_VERIFIED: return said("核查通过，待回访", "checked it and found it done; a call back is next");
    case v1::EVENT_KIND_CALLED_BACK: return called_back(event, person, why);
    case v1::EVENT_KIND_CLOSED: return closed(event, person, why);
    case v1::EVENT_KIND_FLAGGED_HARD: return said("标为疑难", "flagged it as hard");
    case v1::EVENT_KIND_MARKED_COMPLEX: return said("标为复杂，一个月内解决", "marked it complex: one month");
    case v1::EVENT_KIND_REWORK:
      if (event.reason().reason_code() == "call_back_failed")
        return {fmt::format("诉求人说没有解决，第 {} 次返工", times), fmt::format("not solved, the citizen says: rework {}", times)};
      return said(fmt::format("认定未办好，第 {} 次返工", times), fmt::format("found it not done: rework {}", times));
    case v1::EVENT_KIND_REOPENED:
      return said(fmt::format("要求重新办理，编号不变，第 {} 次返工", times),
                  fmt::format("reopened it under the same number: rework {}", times));
    case v1::EVENT_KIND_VOIDED: return said("作废此件", "voided it: not a case");
    case v1::EVENT_KIND_NOT_ACCEPTED: return said("不予受理", "did not accept it");
    default: return {};
  }
}

}  // namespace huying::words
