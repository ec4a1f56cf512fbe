#include "programs/subscription_words.h"

#include <absl/strings/str_split.h>
#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <vector>

#include "programs/words.h"

namespace huying::programs {
namespace {

enum class Token { family, street, unit, cell, event, rung };

struct Family {
  std::string_view name;
  std::vector<Token> tokens;
  std::string_view shape;
};

const std::array<Family, 4>& families() {
  using enum Token;
  static const std::array<Family, 4> all{
      Family{"case", {family, street, unit, cell, event}, "case.<street>.<unit>.<cell>.<event>"},
      Family{"escalation", {family, rung, street, unit, cell}, "escalation.<rung>.<street>.<unit>.<cell>"},
      Family{"coverage", {family, street, cell}, "coverage.<street>.<cell>"},
      Family{"configuration", {family, street}, "configuration.<street>"}};
  return all;
}

// "fed_back" of EVENT_KIND_FED_BACK, for every value but UNSPECIFIED.
std::vector<std::string> names_of(const google::protobuf::EnumDescriptor& values, std::string_view prefix) {
  std::vector<std::string> names;
  for (int i = 0; i < values.value_count(); ++i) {
    if (values.value(i)->number() == 0) continue;
    auto& name = names.emplace_back(values.value(i)->name().substr(prefix.size()));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  }
  return names;
}

const std::vector<std::string>& event_names() {
  static const auto names = names_of(*v1::EventKind_descriptor(), "EVENT_KIND_");
  return names;
}
const std::vector<std::string>& rung_names() {
  static const auto names = names_of(*v1::Rung_descriptor(), "RUNG_");
  return names;
}

bool is_one_of(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string in_a_row(const std::vector<std::string>& names) {
  std::string row;
  for (const auto& name : names) row += fmt::format("{}{}", row.empty() ? "" : ", ", name);
  return row;
}

struct Pattern {
  std::vector<std::string> tokens;  // without the >
  bool is_open = false;
};

Pattern pattern_of(std::string_view text) {
  Pattern pattern{absl::StrSplit(absl::string_view(text.data(), text.size()), '.'), false};
  if (pattern.tokens.back() != ">") return pattern;
  pattern.tokens.pop_back();
  pattern.is_open = true;
  return pattern;
}

struct Reason {
  std::string zh, en;
};

std::optional<Reason> wrong_token(Token token, std::string_view given, std::string_view street) {
  if (given == "*") return std::nullopt;
  if (token == Token::street && !street.empty() && given != street)
    return Reason{fmt::format("此服务的街道是 {}，没有街道 {}", street, given),
                  fmt::format("this broker serves street {}, not {}", street, given)};
  if (token == Token::event && !is_one_of(event_names(), given))
    return Reason{fmt::format("没有名为 {} 的事件", given),
                  fmt::format("no event is named {}: {}", given, in_a_row(event_names()))};
  if (token == Token::rung && !is_one_of(rung_names(), given))
    return Reason{fmt::format("没有名为 {} 的层级", given),
                  fmt::format("no rung is named {}: {}", given, in_a_row(rung_names()))};
  return std::nullopt;
}

std::optional<Reason> why_not(const Family& family, const Pattern& pattern, std::string_view street) {
  const std::size_t given = pattern.tokens.size(), all = family.tokens.size();
  if (pattern.is_open ? given >= all : given != all)
    return Reason{fmt::format("这类主题有 {} 段：{}", all, family.shape),
                  fmt::format("such subjects have {} tokens: {}", all, family.shape)};
  for (std::size_t i = 0; i < given; ++i)
    if (auto wrong = wrong_token(family.tokens[i], pattern.tokens[i], street)) return wrong;
  return std::nullopt;
}

std::string cell_of(const v1::EventDelivery& delivery) {
  return delivery.subject().substr(delivery.subject().rfind('.') + 1);
}

struct News {
  Word word;
  v1::Coverage::Change trouble{};  // that it begins or ends
  bool is_over = false;
};

News news_of(v1::Coverage::Change change) {
  switch (change) {
    case v1::Coverage::HOST_LOST:
      return {{"无主机接管，来件先存盘，时限会晚",
               "without a host: what comes waits on disk, clocks are late"},
              change,
              false};
    case v1::Coverage::HOST_FOUND: return {{"又有主机接管", "with a host again"}, v1::Coverage::HOST_LOST, true};
    case v1::Coverage::NOBODY_ON_DUTY: return {{"无人值守", "nobody is on duty"}, change, false};
    case v1::Coverage::SOMEBODY_ON_DUTY:
      return {{"又有人值守", "somebody is on duty again"}, v1::Coverage::NOBODY_ON_DUTY, true};
    case v1::Coverage::CELL_PARKED: return {{"停止裁定", "parked: nothing is decided"}, change, false};
    case v1::Coverage::CELL_UNPARKED: return {{"恢复裁定", "decided for again"}, v1::Coverage::CELL_PARKED, true};
    case v1::Coverage::CAUSE_SET_ASIDE:
      return {{"一件多次未能裁定，已搁置", "a cause was set aside"}, {}, false};
    case v1::Coverage::CLOCK_OFF:
      return {{"系统时钟被调过", "the system's clock was set"}, change, false};
    case v1::Coverage::CLOCK_RIGHT:
      return {{"系统时钟恢复一致", "the system's clock agrees again"}, v1::Coverage::CLOCK_OFF, true};
    case v1::Coverage::CASE_PARKED:
      return {{"一案计时多次失败，待人工处理", "a case is parked, a person must look"}, {}, false};
    default: return {{"其他", "other"}, {}, false};
  }
}

}  // namespace

std::string why_nothing_matches(std::string_view text, std::string_view street) {
  const Pattern pattern = pattern_of(text);
  std::optional<Reason> reason;
  for (const auto& family : families()) {
    const bool is_named = !pattern.tokens.empty() && pattern.tokens.front() == family.name;
    if (!is_named && !pattern.tokens.empty() && pattern.tokens.front() != "*") continue;
    auto why = why_not(family, pattern, street);
    if (!why) return {};
    if (is_named) reason = std::move(why);
  }
  const bool is_any = !pattern.tokens.empty() && pattern.tokens.front() == "*";
  if (!reason && is_any) reason = Reason{"没有这种形状的主题", "no subject has this shape"};
  if (!reason)
    reason = Reason{"主题以 case、escalation、coverage 或 configuration 开头",
                    "subjects begin with case, escalation, coverage or configuration"};
  return fmt::format("主题 {0} 永远不会有事件：{1}\nNothing will ever come for {0}: {2}\n", text, reason->zh,
                     reason->en);
}

std::string begin_text(v1::Subscribed::Begin begin, std::string_view name) {
  switch (begin) {
    case v1::Subscribed::NEW_NAME:
      return fmt::format("订阅名 {0} 是新的：从现在开始，此前的事件不再给出；"
                         "要从头看用 --from start\n"
                         "The name {0} is new here: it begins now, nothing earlier comes; --from start begins at the "
                         "first\n",
                         name);
    case v1::Subscribed::CURSOR_LOST:
      return fmt::format("订阅 {0} 的位置读不出：从第一条重新开始，全部事件会再来一遍\n"
                         "The place of {0} cannot be read: it begins at the first record, everything comes again\n",
                         name);
    case v1::Subscribed::RENUMBERED:
      return fmt::format("订阅 {0} 从原处继续，编号从 1 重新开始："
                         "主题、人员或名录与上次不同，没有遗漏\n"
                         "{0} goes on at its place, numbered from 1 anew: subjects, person or directory changed; none "
                         "is missing\n",
                         name.empty() ? "本订阅 this subscription" : name);
    default: return {};
  }
}

std::string CoverageLines::line(const v1::EventDelivery& delivery) {
  v1::Coverage coverage;
  if (!coverage.ParseFromString(delivery.event())) return delivery.subject();
  const auto at = instant(delivery.recorded_at_ms());
  const auto cell = cell_of(delivery);
  const auto news = news_of(coverage.change());
  std::string text = fmt::format("{}  {}  {} {}", due_text(zone_, at, at), cell, news.word.zh, news.word.en);
  if (news.is_over) {
    if (const auto since = since_.extract({cell, news.trouble}); !since.empty())
      text += fmt::format("  自 {0} 起中断 it was not, since {0}", due_text(zone_, since.mapped(), at));
  } else if (news.trouble != v1::Coverage::CHANGE_UNSPECIFIED) {
    since_.emplace(std::pair(cell, news.trouble), at);
  }
  if (!news.is_over && !coverage.reason().empty()) text += fmt::format(" ({})", coverage.reason());
  if (const auto ahead = coverage.clock_ahead_ms() / 1000; ahead > 0)
    text += fmt::format("  快 {0} 秒，跳变造成的到期暂不触发 ahead by {0} s", ahead);
  else if (ahead < 0)
    text += fmt::format("  慢 {0} 秒，时间放慢，直到一致 behind by {0} s", -ahead);
  if (coverage.cause() != 0) text += fmt::format("  第 {0} 条 cause {0}", coverage.cause());
  if (!coverage.case_number().empty()) text += fmt::format("  案件 case {}", coverage.case_number());
  return text;
}

std::string notice_line(const client::Notice& notice, const CivilZone& zone) {
  const auto rung = word_of(notice.recipient.rung);
  const auto at = notice.at;
  std::string text = fmt::format("{}  {} {} {}  ", due_text(zone, at, at), rung.zh, rung.en, notice.recipient.place);
  if (notice.matter == client::Notice::Matter::reminders) {
    text += fmt::format("集中提醒 {0} 件，涉及 {1} 个网格 · {0} reminders in {1} cells", notice.cases, notice.cells);
  } else {
    const auto due = at - notice.longest_late;
    text += fmt::format("集中超期 {0} 件，涉及 {1} 个网格 · {0} overdue in {1} cells  最久{2} longest {3}", notice.cases,
                        notice.cells, left_text(due, at), left_text_english(due, at));
  }
  std::string first;
  for (const auto& number : notice.first_cases) first += (first.empty() ? "" : ", ") + number;
  return text + fmt::format("  先看 first {}", first);
}

std::string configuration_line(const v1::EventDelivery& delivery, const CivilZone& zone) {
  v1::ConfigurationComplete complete;
  if (!complete.ParseFromString(delivery.event())) return delivery.subject();
  const auto at = instant(delivery.recorded_at_ms());
  return fmt::format("{0}  名录第 {1} 版已生效 directory version {1} is in force", due_text(zone, at, at),
                     complete.version());
}

}  // namespace huying::programs
