#include "programs/deadline_lines.h"

#include <date/date.h>
#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "huying/v1/error.pb.h"
#include "programs/time_text.h"

namespace huying::programs {
namespace {

using clocks::Stretch;
using nlohmann::json;
using nlohmann::ordered_json;

struct Stage {
  const char* name;
  const v1::Span& (v1::Rule::*span)() const;
};
constexpr Stage stages[] = {
    {"arrange", &v1::Rule::arrange}, {"feed_back", &v1::Rule::feed_back}, {"solve", &v1::Rule::solve}};

std::string dumped(const ordered_json& line) {
  return line.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

constexpr std::array weekdays{"周日 Sun", "周一 Mon", "周二 Tue", "周三 Wed", "周四 Thu", "周五 Fri", "周六 Sat"};

// 24:00 of the day before is how people say where a day ends.
std::string moment(std::int64_t local_ms, bool is_end) {
  using namespace std::chrono;
  const date::local_time<milliseconds> at{milliseconds(local_ms)};
  auto day = date::floor<date::days>(at);
  auto time = floor<minutes>(at - day);
  if (is_end && time == minutes{0}) {
    day -= date::days{1};
    time = hours{24};
  }
  return fmt::format("{} {} {:02}:{:02}", date::format("%F", day), weekdays[date::weekday(day).c_encoding()],
                     time.count() / 60, time.count() % 60);
}

std::string length(std::int64_t ms) {
  const auto minutes = ms / 60'000;
  if (minutes != 0 && minutes % 1440 == 0) return fmt::format("{}天 ({} d)", minutes / 1440, minutes / 1440);
  if (minutes % 60 == 0) return fmt::format("{}小时 ({} h)", minutes / 60, minutes / 60);
  if (minutes < 60) return fmt::format("{}分 ({} min)", minutes, minutes);
  return fmt::format("{}小时{}分 ({} h {} min)", minutes / 60, minutes % 60, minutes / 60, minutes % 60);
}

std::string what_was_counted(const Stretch& stretch) {
  const auto ms = stretch.to_local_ms - stretch.from_local_ms;
  switch (stretch.kind) {
    case Stretch::Kind::counted:
      return fmt::format("计入 counted: {}", length(ms));
    case Stretch::Kind::made_up:
      return fmt::format("调休上班，计入 make-up workday, counted: {}", length(ms));
    case Stretch::Kind::rest_day:
      return "休息日，不计 rest day, not counted";
    case Stretch::Kind::holiday:
      return fmt::format("{}放假，不计 holiday, not counted", stretch.holiday);
    case Stretch::Kind::off_hours:
      return "非办公时间，不计 outside office hours, not counted";
    case Stretch::Kind::paused:
      return fmt::format("暂停，不计 paused, not counted: {}", length(ms));
  }
  return {};
}

// Numbers the days of a span that ends with a day: what matters of one is not how many of its hours were left, but which
// it is. Told of the stretches in their order. Without pauses only: with one the hours tell how far it moves the end.
class DayNumbers {
 public:
  explicit DayNumbers(const v1::Span& span)
      : span_(span), last_(span.first_day() == v1::FIRST_DAY_COUNTED ? 0 : -1) {}

  static bool fit(const DeadlineQuestion& question, const v1::Span& span) {
    const bool is_days = span.unit() == v1::SPAN_UNIT_NATURAL_DAY || span.unit() == v1::SPAN_UNIT_WORKING_DAY;
    return is_days && span.day_end() != v1::DAY_END_SAME_TIME && question.pauses.empty();
  }

  std::string of(const Stretch& stretch) {
    const std::int64_t begin = stretch.from_local_ms / day_ms, end = (stretch.to_local_ms - 1) / day_ms;
    const auto first = last_ + 1;
    last_ += static_cast<int>(end - begin) + 1;
    const auto count = static_cast<int>(span_.count());
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : "；") + part; };
    if (first == 0) add("首日，不计 first day, not counted");
    const int from = std::max(first, 1), to = std::min(last_, count);
    if (from == to) add(fmt::format("第{}天 day {}", from, to));
    if (from < to) add(fmt::format("第{}至{}天 days {} to {}", from, to, from, to));
    if (last_ > count)
      add(span_.day_end() == v1::DAY_END_CLOSE_OF_BUSINESS ? "当日已下班，到下一个上班日下班 to the close of the next worked day"
                                                           : "最短时限 the floor");
    return text;
  }

 private:
  static constexpr std::int64_t day_ms = 24 * 3'600'000;
  const v1::Span& span_;
  int last_;
};

std::string counted_text(const Stretch& stretch, const std::string& days) {
  const bool is_made_up = stretch.kind == Stretch::Kind::made_up;
  return (is_made_up ? "调休上班 make-up workday: " : "计入 counted: ") + days;
}

// Where a month ends, and why there.
std::string month_text(std::int64_t start_local_ms, std::int64_t end_local_ms, bool ends_with_its_day) {
  using namespace std::chrono;
  const auto day_of = [](std::int64_t local_ms) {
    return date::year_month_day(date::floor<date::days>(date::local_time<milliseconds>(milliseconds(local_ms))));
  };
  const auto start = day_of(start_local_ms), end = day_of(end_local_ms - (ends_with_its_day ? 1 : 0));
  const auto month = unsigned(end.month()), day = unsigned(start.day());
  if (start.day() == end.day()) return fmt::format("到 {} 月的对应日 {} 日 to the corresponding day of the month", month, day);
  return fmt::format("{} 月没有 {} 日，到月末（民法典第二百零二条） that month has no day {}: its last day (Civil Code 202)", month, day,
                     day);
}

std::string_view unit_text(v1::SpanUnit unit) {
  switch (unit) {
    case v1::SPAN_UNIT_MINUTE:
      return "分钟 minute(s)";
    case v1::SPAN_UNIT_NATURAL_DAY:
      return "自然日 natural day(s)";
    case v1::SPAN_UNIT_NATURAL_MONTH:
      return "自然月 natural month(s)";
    case v1::SPAN_UNIT_WORKING_HOUR:
      return "工作小时 working hour(s)";
    default:
      return "工作日 working day(s)";
  }
}

std::string rule_text(const v1::Span& span) {
  std::string text = fmt::format("{} {}", span.count(), unit_text(span.unit()));
  if (span.unit() == v1::SPAN_UNIT_MINUTE) return text;
  const bool is_days = span.unit() == v1::SPAN_UNIT_NATURAL_DAY || span.unit() == v1::SPAN_UNIT_WORKING_DAY;
  if (span.day_end() == v1::DAY_END_SAME_TIME) return text + "，到同一时刻 to the same time";
  if (is_days)
    text +=
        span.first_day() == v1::FIRST_DAY_COUNTED ? "，首日计入 first day counted" : "，首日不计 first day not counted";
  return text +
         (span.day_end() == v1::DAY_END_CLOSE_OF_BUSINESS ? "，到下班 to the close of business" : "，到24:00 to 24:00");
}

struct Fault {
  std::string what;
};

// A member that must be a text; absent leaves nothing.
std::optional<std::string> text_of(const json& line, const char* name, Fault& fault) {
  const auto found = line.find(name);
  if (found == line.end() || found->is_null()) return std::nullopt;
  if (found->is_string() && found->get_ref<const std::string&>().size() <= 256) return found->get<std::string>();
  fault.what = fmt::format("`{}` is not a short text", name);
  return std::nullopt;
}

void read_span(const json& line, v1::Span& span, Fault& fault) {
  const auto within = line.find("within");
  const bool is_count = within != line.end() && within->is_number_unsigned() && within->get<std::uint64_t>() >= 1 &&
                        within->get<std::uint64_t>() <= 1000;
  const auto unit = text_of(line, "unit", fault), day_end = text_of(line, "day_end", fault);
  const auto first_day = text_of(line, "first_day", fault).value_or("not_counted");
  if (!is_count) return void(fault.what = "`within` is not a whole number of 1 to 1,000");
  if (!unit || !span_unit_named(*unit))
    return void(fault.what = "`unit` is none of working_hour, working_day, natural_day, natural_month, minute");
  if (!day_end || !day_end_named(*day_end))
    return void(fault.what = "`day_end` is none of same_time, midnight, close_of_business");
  if (!first_day_named(first_day)) return void(fault.what = "`first_day` is none of counted, not_counted");
  span.set_count(within->get<std::uint32_t>());
  span.set_unit(*span_unit_named(*unit));
  span.set_day_end(*day_end_named(*day_end));
  span.set_first_day(*first_day_named(first_day));
}

void read_stage(const json& line, DeadlineQuestion& question, Fault& fault) {
  question.category = text_of(line, "category", fault).value_or("general");
  const auto urgency = text_of(line, "urgency", fault).value_or("normal");
  if (urgency != "normal" && urgency != "urgent") fault.what = "`urgency` is none of normal, urgent";
  question.urgency = urgency == "urgent" ? v1::URGENCY_URGENT : v1::URGENCY_NORMAL;
}

void read_pauses(const json& line, const CivilZone& zone, DeadlineQuestion& question, Fault& fault) {
  const auto found = line.find("pauses");
  if (found == line.end() || found->is_null()) return;
  if (!found->is_array()) return void(fault.what = "`pauses` is not a list of \"FROM/TO\"");
  for (const auto& one : *found) {
    const auto pause = one.is_string() ? pause_in(one.get<std::string>(), zone) : std::nullopt;
    if (!pause) return void(fault.what = "`pauses` is not a list of \"FROM/TO\", each a time, TO not before FROM");
    question.pauses.push_back(*pause);
  }
}

// A mistyped category would be reckoned by the default rule, and nobody would see it.
Result<void> unknown_category(std::string_view category, const clocks::RuleBook& policy) {
  constexpr int named_max = 40;
  std::string known = "general";
  int named = 1;
  for (const auto& one : policy.categories()) {
    if (one.code() == "general") continue;
    if (named++ < named_max) known += ", " + one.code();
  }
  if (named > named_max) known += ", …";
  return fail(v1::ERROR_CODE_CATEGORY_UNKNOWN, fmt::format("'{}': the policy has {}", clip(category, 64), known));
}

}  // namespace

std::optional<v1::SpanUnit> span_unit_named(std::string_view name) {
  if (name == "working_hour") return v1::SPAN_UNIT_WORKING_HOUR;
  if (name == "working_day") return v1::SPAN_UNIT_WORKING_DAY;
  if (name == "natural_day") return v1::SPAN_UNIT_NATURAL_DAY;
  if (name == "natural_month") return v1::SPAN_UNIT_NATURAL_MONTH;
  if (name == "minute") return v1::SPAN_UNIT_MINUTE;
  return std::nullopt;
}

std::optional<v1::DayEnd> day_end_named(std::string_view name) {
  if (name == "same_time") return v1::DAY_END_SAME_TIME;
  if (name == "midnight") return v1::DAY_END_MIDNIGHT;
  if (name == "close_of_business") return v1::DAY_END_CLOSE_OF_BUSINESS;
  return std::nullopt;
}

std::optional<v1::FirstDay> first_day_named(std::string_view name) {
  if (name == "counted") return v1::FIRST_DAY_COUNTED;
  if (name == "not_counted") return v1::FIRST_DAY_NOT_COUNTED;
  return std::nullopt;
}

std::optional<Instant> instant_or_local_in(const std::string& text, const CivilZone& zone) {
  if (auto at = instant_in(text)) return at;
  const auto local_ms = local_ms_in(text);
  return local_ms ? std::optional(zone.from_local_ms(*local_ms)) : std::nullopt;
}

std::optional<clocks::Pause> pause_in(const std::string& text, const CivilZone& zone) {
  const auto slash = text.find('/');
  if (slash == std::string::npos) return std::nullopt;
  const auto from = instant_or_local_in(text.substr(0, slash), zone);
  const auto to = instant_or_local_in(text.substr(slash + 1), zone);
  if (!from || !to || *to < *from) return std::nullopt;
  return clocks::Pause{*from, *to};
}

std::vector<std::string> DeadlineAnswers::explained(const v1::Span& span, const DeadlineQuestion& question,
                                                    Instant due) const {
  std::vector<std::string> out;
  const auto start = zone_.local_ms(question.from), end = zone_.local_ms(due);
  out.push_back(
      fmt::format("起点 from {}: {}；{} {}", moment(start, false), rule_text(span), "日历 calendar", calendar_.name()));
  const bool by_days = DayNumbers::fit(question, span);
  DayNumbers days(span);
  for (const auto& stretch : clocks::stretches(span, question.from, due, calendar_, zone_, question.pauses)) {
    const bool is_counted = stretch.kind == Stretch::Kind::counted || stretch.kind == Stretch::Kind::made_up;
    out.push_back(fmt::format("{} → {}: {}", moment(stretch.from_local_ms, false), moment(stretch.to_local_ms, true),
                              by_days && is_counted ? counted_text(stretch, days.of(stretch)) : what_was_counted(stretch)));
  }
  if (span.unit() == v1::SPAN_UNIT_NATURAL_MONTH && question.pauses.empty() && span.at_least_minutes() == 0)
    out.push_back(month_text(start, end, span.day_end() != v1::DAY_END_SAME_TIME));
  if (span.at_least_minutes() != 0)
    out.push_back(fmt::format("至少 {} 分钟 at least {} minutes", span.at_least_minutes(), span.at_least_minutes()));
  out.push_back(fmt::format("到期 due {}", moment(end, true)));
  return out;
}

Result<void> DeadlineAnswers::answer(const DeadlineQuestion& question, std::string_view id, std::string& out) const {
  ordered_json line, explanations;
  line["id"] = ordered_json::parse(id, nullptr, false);
  bool is_provisional = false;
  const auto reckon_into = [&](const char* name, const v1::Span& span) -> Result<void> {
    const auto reckoned = clocks::reckon(span, question.from, calendar_, zone_, question.pauses);
    if (!reckoned) return tl::unexpected(reckoned.error());
    line[name] = zone_.text(reckoned->due);
    is_provisional = is_provisional || reckoned->is_provisional;
    if (explain_) explanations[name] = explained(span, question, reckoned->due);
    return {};
  };
  if (policy_) {
    if (!policy_->has_category(question.category)) return unknown_category(question.category, *policy_);
    const auto& rule = policy_->rule_of(question.category, question.urgency);
    for (const auto& stage : stages) {
      if (auto done = reckon_into(stage.name, (rule.*stage.span)()); !done) return done;
    }
  } else if (auto done = reckon_into("due", question.span); !done) {
    return done;
  }
  line["provisional"] = is_provisional;
  if (explain_) line["explain"] = policy_ ? explanations : explanations["due"];
  out += dumped(line);
  return {};
}

bool DeadlineAnswers::answer_line(std::string_view line, std::uint64_t number, std::string& out) const {
  ordered_json id = nullptr;
  Fault fault;
  DeadlineQuestion question;
  const auto parsed =
      line.size() > deadline_line_bytes_max ? json(json::value_t::discarded) : json::parse(line, nullptr, false);
  if (!parsed.is_object()) {
    fault.what = "it is not a JSON object of at most 64 KiB";
  } else {
    if (const auto found = parsed.find("id"); found != parsed.end()) {
      if (found->is_structured())
        fault.what = "`id` is not a scalar";
      else
        id = *found;
    }
    if (policy_)
      read_stage(parsed, question, fault);
    else
      read_span(parsed, question.span, fault);
    read_pauses(parsed, zone_, question, fault);
    const auto from = text_of(parsed, "from", fault);
    const auto at = from ? instant_or_local_in(*from, zone_) : std::nullopt;
    if (!at && fault.what.empty()) fault.what = "`from` is not a time, such as 2026-02-13T15:00:00+08:00";
    question.from = at.value_or(Instant{});
  }
  auto error = Error{v1::ERROR_CODE_INPUT_LINE, fault.what};
  if (fault.what.empty()) {
    const auto answered = answer(question, id.dump(-1, ' ', false, ordered_json::error_handler_t::replace), out);
    if (answered) return true;
    error = answered.error();
  }
  ordered_json refusal;
  refusal["id"] = id;
  refusal["error"] = error.code;
  refusal["detail"] = fmt::format("line {}: {}", number, error.detail);
  out += dumped(refusal);
  return false;
}

}  // namespace huying::programs
