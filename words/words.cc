#include "words/words.h"

#include <fmt/format.h>

#include <array>
#include <cstdlib>

namespace huying::words {
namespace {

constexpr Word unknown{"未知", "unknown"};

struct Verb {
  std::string_view verb;
  v1::ActionKind kind;
  Word word;
};

constexpr std::array verbs{
    Verb{"accept", v1::ACTION_KIND_ACCEPT, {"签收", "accept"}},
    Verb{"feedback", v1::ACTION_KIND_FEED_BACK, {"写反馈", "feed back"}},
    Verb{"resolve", v1::ACTION_KIND_RESOLVE, {"办结", "mark resolved"}},
    Verb{"escalate", v1::ACTION_KIND_ESCALATE, {"标为疑难", "flag as hard"}},
    Verb{"return", v1::ACTION_KIND_RETURN, {"回退", "return to the desk"}},
    Verb{"assign", v1::ACTION_KIND_ASSIGN, {"派遣", "assign"}},
    Verb{"transfer", v1::ACTION_KIND_TRANSFER, {"转给别的网格", "hand to another cell"}},
    Verb{"verify", v1::ACTION_KIND_VERIFY, {"核查", "verify"}},
    Verb{"call-back", v1::ACTION_KIND_CALL_BACK, {"回访", "call back"}},
    Verb{"close", v1::ACTION_KIND_CLOSE, {"核实无误，结案", "verified, close"}},
    Verb{"answer", v1::ACTION_KIND_ANSWER_ESCALATION, {"我来应答", "I answer"}},
    Verb{"extend", v1::ACTION_KIND_REQUEST_EXTENSION, {"申请延期、挂账或方案", "ask for more time, a pause or a plan"}},
    Verb{"decide-extension", v1::ACTION_KIND_DECIDE_EXTENSION, {"审批申请", "grant or refuse what is asked for"}},
    Verb{"shelve", v1::ACTION_KIND_SHELVE, {"挂账", "shelve"}},
    Verb{"unshelve", v1::ACTION_KIND_UNSHELVE, {"恢复办理", "take off the shelf"}},
    Verb{"complex", v1::ACTION_KIND_MARK_COMPLEX, {"标为复杂", "mark complex"}},
    Verb{"plan", v1::ACTION_KIND_APPROVE_PLAN, {"批准方案", "approve the plan"}},
    Verb{"rework", v1::ACTION_KIND_REWORK, {"未办好，返工", "not done, rework"}},
    Verb{"reopen", v1::ACTION_KIND_REOPEN, {"重新办理", "reopen"}},
    Verb{"void", v1::ACTION_KIND_VOID, {"作废", "void"}},
    Verb{"not-accept", v1::ACTION_KIND_NOT_ACCEPT, {"不予受理", "not accepted"}},
    Verb{"remind", v1::ACTION_KIND_REMIND, {"催办", "remind"}},
    Verb{"supervise", v1::ACTION_KIND_SUPERVISE, {"督办", "supervise"}},
    Verb{"whistle", v1::ACTION_KIND_WHISTLE, {"吹哨", "call departments"}},
    Verb{"report-in", v1::ACTION_KIND_REPORT_IN, {"报到", "report in"}},
    Verb{"note", v1::ACTION_KIND_ADD_NOTE, {"补充照片或说明", "add photo or words"}},
    Verb{"replay", v1::ACTION_KIND_REPLAY_POISON, {"重新裁定", "decide again"}},
};

struct Split {
  std::int64_t days, hours, minutes, seconds;
};

Split split(Milliseconds span) {
  const std::int64_t seconds = std::abs(span.count()) / 1000;
  return {seconds / 86'400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60};
}

}  // namespace

Word word_of(v1::CaseState state) {
  switch (state) {
    case v1::CASE_STATE_AT_DESK: return {"待派遣", "at the desk"};
    case v1::CASE_STATE_DISPATCHED: return {"待签收", "to be accepted"};
    case v1::CASE_STATE_ACCEPTED: return {"处置中", "in progress"};
    case v1::CASE_STATE_FED_BACK: return {"已反馈，处置中", "fed back, in progress"};
    case v1::CASE_STATE_RESOLVED: return {"待核实", "awaiting check"};
    case v1::CASE_STATE_VERIFIED: return {"待回访", "awaiting call back"};
    case v1::CASE_STATE_SHELVED: return {"挂账", "shelved"};
    case v1::CASE_STATE_REWORK: return {"返工", "rework"};
    case v1::CASE_STATE_CLOSED: return {"已结案", "closed"};
    case v1::CASE_STATE_VOID: return {"作废", "void"};
    case v1::CASE_STATE_NOT_ACCEPTED: return {"不予受理", "not accepted"};
    case v1::CASE_STATE_PARKED: return {"待人工处理", "parked"};
    default: return unknown;
  }
}

Word word_of(v1::ClockKind kind) {
  switch (kind) {
    case v1::CLOCK_KIND_ARRANGE: return {"安排", "arrange"};
    case v1::CLOCK_KIND_FEED_BACK: return {"反馈", "feed back"};
    case v1::CLOCK_KIND_SOLVE: return {"解决", "solve"};
    case v1::CLOCK_KIND_VERIFY: return {"核查", "verify"};
    case v1::CLOCK_KIND_DESK: return {"派遣", "desk"};
    case v1::CLOCK_KIND_RUNG: return {"应答", "answer"};
    case v1::CLOCK_KIND_MONTHLY_FEEDBACK: return {"每月反馈", "monthly feedback"};
    case v1::CLOCK_KIND_REVIEW: return {"复核", "review"};
    case v1::CLOCK_KIND_REPORT_IN: return {"报到", "report in"};
    default: return unknown;
  }
}

Word word_of(v1::Rung rung) {
  switch (rung) {
    case v1::RUNG_CELL: return {"网格", "cell"};
    case v1::RUNG_UNIT: return {"村/社区", "unit"};
    case v1::RUNG_STREET: return {"街道", "street"};
    case v1::RUNG_DISTRICT: return {"区", "district"};
    default: return unknown;
  }
}

Word word_of(v1::Role role) {
  switch (role) {
    case v1::ROLE_GRID_WORKER: return {"网格员", "grid worker"};
    case v1::ROLE_CADRE: return {"包联干部", "cadre"};
    case v1::ROLE_UNIT_SUPERVISOR: return {"村/社区督导", "unit supervisor"};
    case v1::ROLE_STREET_SUPERVISOR: return {"街道督导", "street supervisor"};
    case v1::ROLE_DISTRICT_SUPERVISOR: return {"区督导", "district supervisor"};
    case v1::ROLE_DESK: return {"指挥中心", "desk"};
    case v1::ROLE_ADMINISTRATOR: return {"管理员", "administrator"};
    case v1::ROLE_PUBLISHER: return {"来源系统", "publisher"};
    case v1::ROLE_HOST: return {"主机", "host"};
    case v1::ROLE_GATEWAY: return {"网关", "gateway"};
    case v1::ROLE_CITIZEN: return {"诉求人", "citizen"};
    case v1::ROLE_SYSTEM: return {"系统", "system"};
    case v1::ROLE_OBSERVER: return {"观察者", "observer"};
    default: return unknown;
  }
}

Word word_of(v1::EventKind kind) {
  switch (kind) {
    case v1::EVENT_KIND_FILED: return {"立案", "filed"};
    case v1::EVENT_KIND_DISPATCHED: return {"派遣", "dispatched"};
    case v1::EVENT_KIND_ACCEPTED: return {"签收", "accepted"};
    case v1::EVENT_KIND_FED_BACK: return {"反馈", "fed back"};
    case v1::EVENT_KIND_RESOLVED: return {"办结", "resolved"};
    case v1::EVENT_KIND_VERIFIED: return {"核查通过", "verified"};
    case v1::EVENT_KIND_CALLED_BACK: return {"回访", "called back"};
    case v1::EVENT_KIND_CLOSED: return {"结案", "closed"};
    case v1::EVENT_KIND_RETURNED: return {"回退", "returned"};
    case v1::EVENT_KIND_TRANSFERRED_OUT: return {"转出", "transferred out"};
    case v1::EVENT_KIND_TRANSFERRED_IN: return {"转入", "transferred in"};
    case v1::EVENT_KIND_ASSIGNED: return {"指派", "assigned"};
    case v1::EVENT_KIND_BREACHED: return {"超期", "overdue"};
    case v1::EVENT_KIND_ESCALATED: return {"升级", "escalated"};
    case v1::EVENT_KIND_ESCALATION_ANSWERED: return {"已应答", "answered"};
    case v1::EVENT_KIND_FLAGGED_HARD: return {"标为疑难", "flagged hard"};
    case v1::EVENT_KIND_MARKED_COMPLEX: return {"标为复杂", "marked complex"};
    case v1::EVENT_KIND_CLOCK_CHANGED: return {"时限变更", "due time changed"};
    case v1::EVENT_KIND_EXTENSION_REQUESTED: return {"申请延期、挂账或方案", "asked for more time"};
    case v1::EVENT_KIND_EXTENSION_GRANTED: return {"同意延期", "extended"};
    case v1::EVENT_KIND_EXTENSION_REFUSED: return {"不同意申请", "not granted"};
    case v1::EVENT_KIND_SHELVED: return {"挂账", "shelved"};
    case v1::EVENT_KIND_UNSHELVED: return {"恢复办理", "taken off the shelf"};
    case v1::EVENT_KIND_PLAN_APPROVED: return {"方案获批", "plan approved"};
    case v1::EVENT_KIND_REWORK: return {"返工", "rework"};
    case v1::EVENT_KIND_REOPENED: return {"重新办理", "reopened"};
    case v1::EVENT_KIND_VOIDED: return {"作废", "voided"};
    case v1::EVENT_KIND_NOT_ACCEPTED: return {"不予受理", "not accepted"};
    case v1::EVENT_KIND_REMINDED: return {"催办", "reminded"};
    case v1::EVENT_KIND_SUPERVISED: return {"督办", "supervised"};
    case v1::EVENT_KIND_WHISTLED: return {"吹哨", "departments called"};
    case v1::EVENT_KIND_REPORTED_IN: return {"报到", "reported in"};
    case v1::EVENT_KIND_NOTE_ADDED: return {"补充", "note added"};
    case v1::EVENT_KIND_ACTION_REFUSED: return {"没有办成", "refused"};
    case v1::EVENT_KIND_PARKED: return {"待人工处理", "parked"};
    case v1::EVENT_KIND_SET_ASIDE: return {"搁置", "set aside"};
    case v1::EVENT_KIND_UNPARKED: return {"放行重试", "goes on as before"};
    default: return {"其他", "other"};
  }
}

Word word_of(v1::DispatchRule rule) {
  switch (rule) {
    case v1::DISPATCH_RULE_EXPLICIT: return {"指定网格", "explicit"};
    case v1::DISPATCH_RULE_POINT: return {"按坐标", "point"};
    case v1::DISPATCH_RULE_ADDRESS: return {"按地址", "address"};
    case v1::DISPATCH_RULE_DESK: return {"指挥中心", "desk"};
    default: return unknown;
  }
}

Word word_of(v1::EscalationReason reason) {
  switch (reason) {
    case v1::ESCALATION_REASON_BREACH: return {"超期", "overdue"};
    case v1::ESCALATION_REASON_UNANSWERED: return {"未应答", "unanswered"};
    case v1::ESCALATION_REASON_HARD: return {"疑难", "flagged hard"};
    case v1::ESCALATION_REASON_MONTHLY: return {"每月反馈", "monthly"};
    case v1::ESCALATION_REASON_POISON: return {"无法裁定", "could not be decided"};
    default: return unknown;
  }
}

Word word_of(v1::ClockOutcome outcome) {
  switch (outcome) {
    case v1::CLOCK_OUTCOME_MET: return {"按时", "in time"};
    case v1::CLOCK_OUTCOME_LATE: return {"晚", "late"};
    case v1::CLOCK_OUTCOME_FIRED: return {"超期", "overdue"};
    case v1::CLOCK_OUTCOME_MOOT: return {"不再计时", "moot"};
    case v1::CLOCK_OUTCOME_PAUSED: return {"暂停", "paused"};
    default: return {"计时中", "running"};
  }
}

Word word_of(v1::AskKind kind) {
  switch (kind) {
    case v1::ASK_KIND_EXTENSION: return {"延期", "extension"};
    case v1::ASK_KIND_SHELVING: return {"挂账", "shelving"};
    case v1::ASK_KIND_PLAN: return {"方案", "plan"};
    default: return unknown;
  }
}

Word word_of(v1::ClockReason reason) {
  switch (reason) {
    case v1::CLOCK_REASON_STARTED: return {"开始计时", "started"};
    case v1::CLOCK_REASON_EXTENDED: return {"获批延长", "extended"};
    case v1::CLOCK_REASON_PAUSED: return {"暂停计时", "paused"};
    case v1::CLOCK_REASON_RESUMED: return {"恢复计时", "resumed"};
    case v1::CLOCK_REASON_CALENDAR: return {"因放假安排调整", "the calendar changed"};
    case v1::CLOCK_REASON_POLICY: return {"因时限规则调整", "the policy changed"};
    case v1::CLOCK_REASON_COMPLEX: return {"按复杂事项", "as a complex matter"};
    case v1::CLOCK_REASON_REPEATED: return {"再次计时", "once more"};
    default: return unknown;
  }
}

Word word_of(v1::ActionKind kind) {
  for (const auto& verb : verbs)
    if (verb.kind == kind) return verb.word;
  return unknown;
}

v1::ActionKind action_of_verb(std::string_view text) {
  for (const auto& verb : verbs)
    if (verb.verb == text) return verb.kind;
  return v1::ACTION_KIND_UNSPECIFIED;
}

std::string_view verb_of(v1::ActionKind kind) {
  for (const auto& verb : verbs)
    if (verb.kind == kind) return verb.verb;
  return "?";
}

std::string verbs_in_a_row() {
  std::string row;
  for (const auto& verb : verbs) row += fmt::format("{}{}", row.empty() ? "" : ", ", verb.verb);
  return row;
}

namespace {

// The end of a day belongs to that day, as 24:00.
struct DayAndMinute {
  date::year_month_day day;
  std::int64_t minute;
  bool of_this_year;
};

DayAndMinute day_and_minute(const CivilZone& zone, Instant due, Instant now) {
  auto day = zone.day_of(due);
  std::int64_t minute = (zone.local_ms(due) / 60'000) % 1440;
  if (minute == 0) {
    day -= date::days(1);
    minute = 1440;
  }
  const date::year_month_day date(day), today(zone.day_of(now));
  return {date, minute, date.year() == today.year()};
}

constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace

std::string due_text(const CivilZone& zone, Instant due, Instant now) {
  const auto [date, minute, of_this_year] = day_and_minute(zone, due, now);
  const auto year = of_this_year ? std::string() : fmt::format("{}年", static_cast<int>(date.year()));
  return fmt::format("{}{:02}月{:02}日 {:02}:{:02}", year, static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), minute / 60, minute % 60);
}

std::string due_text_english(const CivilZone& zone, Instant due, Instant now) {
  const auto [date, minute, of_this_year] = day_and_minute(zone, due, now);
  const auto year = of_this_year ? std::string() : fmt::format(" {}", static_cast<int>(date.year()));
  return fmt::format("{} {}{} {:02}:{:02}", static_cast<unsigned>(date.day()),
                     months[static_cast<unsigned>(date.month()) - 1], year, minute / 60, minute % 60);
}

std::string span_text(Milliseconds span) {
  const auto [days, hours, minutes, seconds] = split(span);
  if (days > 99) return fmt::format("{} 天", days);
  if (days > 0) return fmt::format("{} 天 {} 小时", days, hours);
  if (hours > 0) return fmt::format("{} 小时 {} 分", hours, minutes);
  return fmt::format("{} 分 {} 秒", minutes, seconds);
}

std::string span_text_english(Milliseconds span) {
  const auto [days, hours, minutes, seconds] = split(span);
  if (days > 99) return fmt::format("{} d", days);
  if (days > 0) return fmt::format("{} d {} h", days, hours);
  if (hours > 0) return fmt::format("{} h {} min", hours, minutes);
  return fmt::format("{} min {} s", minutes, seconds);
}

std::string left_text(Instant due, Instant now) {
  return fmt::format("{} {}", due >= now ? "还剩" : "已超", span_text(due - now));
}

std::string left_text_english(Instant due, Instant now) {
  return fmt::format("{} {}", span_text_english(due - now), due >= now ? "left" : "over");
}

namespace {

// Of the character that begins with this byte: three and four bytes are Chinese characters and their punctuation.
std::size_t columns_of_lead(unsigned char byte) {
  if (byte < 0x80) return 1;
  if (byte < 0xC0) return 0;
  return byte >= 0xE0 ? 2 : 1;
}

}  // namespace

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  for (const char byte : text) columns += columns_of_lead(static_cast<unsigned char>(byte));
  return columns;
}

std::string cut(std::string_view text, std::size_t columns) {
  std::size_t taken = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    taken += columns_of_lead(static_cast<unsigned char>(text[i]));
    if (taken > columns) return std::string(text.substr(0, i));
  }
  return std::string(text);
}

std::string padded(std::string_view text, std::size_t columns) {
  const auto taken = columns_of(text);
  return std::string(text) + std::string(taken < columns ? columns - taken : 1, ' ');
}

}  // namespace huying::words
